"""The keys of exercise files: those of all exercises, and those of each kind (A+ spec 2)."""

from __future__ import annotations

from typing import Any

from gradewright.courses.schema.forms import FieldGroup, FileField, PostRule, TextField
from gradewright.courses.schema.values import (
    Command,
    Count,
    Files,
    Flag,
    Html,
    Keys,
    LocalText,
    Mapped,
    Name,
    Path,
    PathOrMapping,
    Points,
    Text,
    Words,
    about,
    needed,
)
from gradewright.exercises.kinds import name_of


class GeneratedFile(Keys):
    """A file of a personalised exercise."""

    file: Text = needed("Its name, as the generator writes it.")
    key: Text = about("The name by which templates know it: `generated_files.KEY`.")
    url_in_template: Flag = about("Whether templates get an address of it.")
    content_in_template: Flag = about("Whether templates get its content.")
    allow_download: Flag = about("Whether students may download it.")


class Generator(Keys):
    """The program that makes one instance of a personalised exercise."""

    cmd: Words = needed("The program with its arguments; the directory to write to is added.")
    cwd: Path = about("Where it runs, from the root of the repository.")


class Include(Keys):
    """Another file whose keys are taken in."""

    file: Text = needed("The file, with or without its suffix.")
    force: Flag = about("Whether its keys win over those that are there (default: false, a clash is an error).")
    template_context: Mapped = about("Variables; with them the file is rendered as a Django template first.")


class Resources(Keys):
    """How much of the machine a container gets."""

    cpu: Text = about("Processor cores (default: 2).")
    memory: Text = about("Memory, such as 512Mi or 4Gi (default: 4Gi).")


class Container(Keys):
    """The container that grades."""

    image: Text = needed("The image; `host`: the programs of this machine.")
    mount: Path = needed("The directory that the container finds at /exercise.")
    cmd: Command = needed("The command, typically /exercise/run.sh.")
    mounts: dict[str, Text] | None = about(
        "More directories or files of the course, with their places in the container."
    )
    resources: Resources | None = about("Limits.")
    enable_network: Flag = about("Whether it has a network (default: false).")
    require_constant_environment: Flag = about("Whether nothing else is graded meanwhile (default: false).")
    privileged: Flag = about("Whether it has all rights (default: false). Refused unless the operator allows it.")


class Exercise(Keys):
    """Keys of all exercises."""

    title: Html = needed("The title.")
    view_type: Name = needed("The kind of exercise.")
    description: Html = about("A description, for the metadata of the page.")
    include: list[Include] | None = about("Other files whose keys are taken in.")
    instructions: Html = about("What stands above the form.")
    instructions_file: Path = about("A template for the same; `./x.html` is a file of the course.")
    max_points: Points = about("The most points that the exercise gives.")
    max_submissions: Count = about("How often it may be sent; the index is what counts.")
    points_to_pass: Count = about("The points that are needed to pass; the index is what counts.")
    feedback: Flag = about("Whether it is a questionnaire, in which every answer is right.")
    status: Text = about("`enrollment` makes it a questionnaire, too.")
    template: Text = about("The template to show; `./x.html` is a file of the course.")
    accepted_message: Html = about("What is said when something was accepted.")
    submission_file_max_size: Count = about("The largest file in bytes. Only Moodle reads it.")
    personalized: Flag = about("Whether each student gets an instance of their own.")
    generated_files: list[GeneratedFile] | None = about("What the generator makes. Needed if it is personalised.")
    generator: Generator | None = about("What makes an instance. Needed if it is personalised.")
    max_submissions_before_regeneration: Count = about("After how many submissions a student gets another instance.")
    model_files: Files = about("Model answers, as paths from the root of the repository.")
    template_files: Files = about("What students start from, as paths from the root of the repository.")
    model_answer: LocalText = about("An address of a model answer, instead of ours.")
    exercise_template: LocalText = about("An address of a template for students, instead of ours.")
    url: LocalText = about("Where it is served, instead of by us.")
    radar_info: Mapped = about("What a plagiarism checker shall know.")
    cacheable: Flag = about("Whether front ends may keep the page (default: true).")
    expiry_minutes: Count = about("How long they may keep it (default: 15; 0: no promise).")
    secret: Text = about("A word for the checksums of what is drawn by lot.")
    ajax_type: Text = about("What answers scripts of the page: `access.types.ajax.storeSubmission`.")
    ajax_key: Text = about("The secret that those sign with.")
    lti: Text = about("The label of an LTI service in A+; what it says of the student is written to lti.json.")
    lti1p3: Text = about("The label of an LTI 1.3 service in A+.")
    lti_context_id: Text = about("The context for that service.")
    lti_resource_link_id: Text = about("The resource link for that service.")
    lti_aplus_get_and_post: Flag = about("Whether A+ fetches the page itself and adds the LTI parameters.")
    lti_open_in_iframe: Flag = about("Whether the service opens inside of the page.")
    lti_custom: Text = about("Custom parameters for LTI 1.3.")
    scale_points: Flag = about("Whether A+ scales the points of the grader.")
    confirm_the_level: Flag = about("Whether passing it confirms the points of its level.")
    difficulty: Text = about("A word for how hard it is.")


class Asynchronous(Exercise):
    """Keys of all exercises that are graded in the background."""

    container: Container | None = about("The container that grades. This or `grader` is needed.")
    grader: PathOrMapping = about(
        "A grader of any contract: a directory or package of the course, an image, or a mapping."
    )
    never_wait: Flag = about("Whether front ends shall not wait for the result.")
    feedback_template: Text = about("A template for the feedback; `./x.html` is a file of the course.")


class AcceptFiles(Asynchronous):
    """Files, graded in the background."""

    files: list[FileField] | None = about("The files.")
    required_number_of_files: Count = about("How many of them are needed, if not all are required.")


class AcceptPost(Asynchronous):
    """Texts, graded in the background."""

    fields: list[TextField] | None = about("The texts.")


class AcceptGeneralForm(AcceptFiles, AcceptPost):
    """Files and texts, graded in the background."""


class AcceptGitAddress(Asynchronous):
    """The address of a Git repository, which is written to `user/gitsource`."""

    require_gitlab: Text = about("The host of the GitLab that it must be on.")
    no_git_reminder: Flag = about("Whether the reminder to push is left out.")


class AcceptGitUser(Asynchronous):
    """A user of a GitLab, whose repository is graded."""

    git_address: Text = needed("The address, with $USER where the user's name goes.")
    no_git_reminder: Flag = about("Whether the reminder to push is left out.")


class CreateForm(Asynchronous):
    """A form, judged at once; with a container or grader, in the background."""

    max_points: Points = needed("The most points that the form gives.")
    fieldgroups: list[FieldGroup] = needed("The questions, in groups.")
    reveal_model_at_max_submissions: Flag = about("Whether the last answer shows what is right (default: false).")
    show_model_answer: Flag = about("Whether A+ gets an address of the model answer (default: true).")
    hide_correctness: Flag = about("Whether nobody is told what was right (default: false).")


class ComparePostValues(Exercise):
    """What a form of the template sends is compared at once."""

    max_points: Points = needed("The most points that it gives.")
    values: dict[str, PostRule] | None = about("Rules by the name of the field.")


class NoGrading(Exercise):
    """A page that grades nothing."""

    template: Text = needed("The template to show; `./x.html` is a file of the course.")


class NoSubmission(Exercise):
    """Points that staff give; nothing can be sent."""

    max_points: Points = needed("The most points that it gives.")


class Md5Authentication(Exercise):
    """Tells another service who the student is."""

    auth_secret: Text = needed("The secret shared with that service.")


class StoreSubmission(Exercise):
    """What scripts of the page send is passed on with the points that they claim, signed with `ajax_key`."""

    feedback_template: Text = about("A template for the feedback (default: access/ajax.html).")


KINDS: dict[str, type[Exercise]] = {  # by our names
    "accept-files": AcceptFiles,
    "accept-post": AcceptPost,
    "accept-git-address": AcceptGitAddress,
    "accept-git-user": AcceptGitUser,
    "accept-general-form": AcceptGeneralForm,
    "create-form": CreateForm,
    "compare-post-values": ComparePostValues,
    "no-grading": NoGrading,
    "no-submission": NoSubmission,
    "md5-authentication": Md5Authentication,
    "ajax": StoreSubmission,
}


def model_of(view_type: Any) -> type[Exercise]:
    """What the keys of an exercise of this kind are checked with; those of strangers have keys of their own."""
    return KINDS.get(name_of(str(view_type)), Asynchronous)
