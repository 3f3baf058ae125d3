"""The keys of index.yaml and index.json (A+ spec 1.6)."""

from __future__ import annotations

from typing import Annotated, Any

from gradewright.courses.schema.values import (
    Anything,
    Count,
    Date,
    Flag,
    Html,
    Key,
    Keys,
    ListOrText,
    LocalPath,
    LocalText,
    Mapped,
    Name,
    Path,
    Share,
    Text,
    Time,
    Whole,
    about,
    needed,
    one_of,
)

NUMBERING = ("none", "arabic", "roman", "hidden")
NODE_STATUS = ("ready", "unlisted", "enrollment", "enrollment_ext", "hidden", "maintenance")


class RevealRule(Keys):
    """When A+ shows something: submissions' feedback, model solutions."""

    trigger: Annotated[
        Any,
        one_of("immediate", "manual", "time", "deadline", "deadline_all", "deadline_or_full_points", "completion"),
    ] = about("What it waits for.")
    time: Date = about("When, for the trigger `time`.")
    delay_minutes: Count = about("How many minutes after the deadline.")
    show_zero_points_immediately: Flag = about("Whether somebody without any points sees it at once.")


class Node(Keys):
    """A chapter or an exercise, as listed below `children`. `exercise_types` gives defaults for these keys."""

    key: Key = about("Part of the address.")
    config: Path = about(
        "The exercise file, with or without its suffix; from the root of the repository if it begins with a slash."
    )
    static_content: LocalPath = about("The page of a chapter: a path inside of the static directory.")
    category: Name = about("A key of `categories`. A+ drops what has none.")
    name: LocalText = about("What people call it; `title` wins over it.")
    title: LocalText = about("What people call it; without it, the title of the exercise file.")
    description: Html = about("A description for staff.")
    type: Name = about("A key of `exercise_types`, whose keys are the defaults of this one.")
    order: Whole = about("The place among its neighbours (default: as in the file).")
    status: Annotated[Any, one_of(*NODE_STATUS)] = about("Who finds it.")
    audience: Annotated[Any, one_of("internal", "external", "registered")] = about("Who may see it.")
    max_submissions: Count = about("How often it may be sent; 0: as often as one likes. Without it A+ makes a chapter.")
    max_points: Count = about("The points that A+ gives at most.")
    points_to_pass: Count = about("The points that are needed to pass.")
    min_group_size: Count = about("The smallest group that may send it.")
    max_group_size: Count = about("The largest group that may send it.")
    difficulty: Text = about("A word for how hard it is.")
    allow_assistant_viewing: Flag = about("Whether assistants see submissions.")
    allow_assistant_grading: Flag = about("Whether assistants grade submissions.")
    grading_mode: Annotated[Any, one_of("best", "last")] = about("Which submission counts.")
    confirm_the_level: Flag = about("Whether passing it confirms the points of its level.")
    accept_unofficial_submits: Flag = about("Whether submissions after the deadline are taken without official points.")
    reveal_submission_feedback: RevealRule | None = about("When feedback is shown.")
    reveal_model_solutions: RevealRule | None = about("When model solutions are shown.")
    use_wide_column: Flag = about("Whether the page leaves out the third column.")
    generate_table_of_contents: Flag = about("Whether a chapter lists what is below it.")
    exercise_info: Mapped = about("What else A+ shall know of it; the export writes its own over it.")
    model_answer: LocalText = about("Addresses of model answers, instead of ours.")
    exercise_template: LocalText = about("Addresses of templates for students, instead of ours.")
    url: LocalText = about("Where it is served, instead of by us.")
    scale_points: Flag = about("Whether A+ scales the points of the grader to `max_points`.")
    lti: Text = about("The label of an LTI service in A+.")
    lti1p3: Text = about("The label of an LTI 1.3 service in A+.")
    lti_context_id: Text = about("The context for that service.")
    lti_resource_link_id: Text = about("The resource link for that service.")
    lti_aplus_get_and_post: Flag = about("Whether A+ fetches the page itself and adds the LTI parameters.")
    lti_open_in_iframe: Flag = about("Whether the service opens inside of the page.")
    lti_custom: Text = about("Custom parameters for LTI 1.3.")
    target_category: Text = about("The category that an exercise collection gathers.")
    target_url: Text = about("The course that an exercise collection gathers from.")
    configure: Mapped = about("`url` of another service that serves it, and `files` that it needs.")
    external: Flag = about("Whether another service serves it.", alias="_external")
    children: list[Node] | None = about("What is below it.")


class Module(Keys):
    """A round of a course. `module_types` gives defaults for these keys."""

    key: Key = about("Part of the address. Needed.")
    name: LocalText = about("What people call it; `title` wins over it.")
    title: LocalText = about("What people call it.")
    type: Name = about("A key of `module_types`, whose keys are the defaults of this one.")
    status: Annotated[Any, one_of("ready", "unlisted", "hidden", "maintenance")] = about("Who finds it.")
    order: Whole = about("The place among the modules (default: as in the file).")
    points_to_pass: Count = about("The points that are needed to pass.")
    introduction: Html = about("What stands above its content.")
    open: Date = about("When it opens (default: the start of the course).")
    close: Date = about("The deadline (default: the end of the course).")
    duration: Time = about("The deadline as a duration from `open`, without `close`.")
    read_open: Date = about("When it can be read.", alias="read-open")
    late_close: Date = about("The deadline of late submissions.")
    late_duration: Time = about("The same as a duration from the deadline.")
    late_penalty: Share = about("Which share of the points a late submission loses.")
    model_answer: Text = about("The chapter with model answers: MODULE/CHAPTER.")
    reveal_module_model_solution: RevealRule | None = about("When that chapter is shown.")
    children: list[Node] | None = about("Its chapters and exercises.")


class Category(Keys):
    """A kind of exercises."""

    name: LocalText = needed("What people call it.")
    status: Annotated[Any, one_of("ready", "hidden", "nototal")] = about("Whether it is shown, and counts.")
    description: Html = about("A description.")
    points_to_pass: Count = about("The points that are needed to pass.")
    confirm_the_level: Flag = about("Whether passing it confirms the points of its level.")
    accept_unofficial_submits: Flag = about("Whether submissions after the deadline are taken without official points.")


class IndexFile(Keys):
    """The course itself."""

    name: LocalText = needed("The name of the course.")
    description: Html = about("A description for staff.")
    lang: ListOrText = about("The default language, or all languages with the default one first (default: en).")
    language: ListOrText = about("The same; wins over `lang`.")
    contact: Text = about("Whom A+ writes to about technical problems.")
    contact_phone: Text = about("The telephone of whoever is responsible. Nobody else is told.")
    assistants: list[Text] | None = about("Student ids of assistants.")
    start: Date = about("When the course begins.")
    end: Date = about("When the course ends.")
    enrollment_start: Date = about("When enrolment begins.")
    enrollment_end: Date = about("When enrolment ends.")
    lifesupport_time: Date = about("From when on model answers are hidden from students.")
    archive_time: Date = about("From when on nothing can be sent.")
    enrollment_audience: Annotated[Any, one_of("internal", "external", "all")] = about("Who may enrol.")
    view_content_to: Annotated[Any, one_of("enrolled", "enrollment_audience", "all_registered", "public")] = about(
        "Who may read."
    )
    index_mode: Annotated[Any, one_of("results", "toc", "last", "experimental")] = about("What the front page shows.")
    content_numbering: Annotated[Any, one_of(*NUMBERING)] = about("How chapters and exercises are numbered.")
    module_numbering: Annotated[Any, one_of(*NUMBERING)] = about("How modules are numbered.")
    numerate_ignoring_modules: Flag = about("Whether numbers go on from module to module.")
    course_description: Html = about("What the front page says.")
    course_footer: Html = about("What stands below the front page.")
    points_goal_enabled: Flag = about("Whether students may set themselves a goal.")
    head_urls: ListOrText = about("Scripts and style sheets for all pages of the course.")
    static_dir: Path = about("The directory that is served as the static files of the course.")
    static_url: Text = about("Where these are served (default: by us).")
    unprotected_paths: ListOrText = about("Static files that everybody may have.")
    build_log_url: Text = about("Where the log of the build is.")
    publish_url: Text = about("What A+ calls after an import.")
    configure: Mapped = about("`url` of another service that is told of the course, and `files` that it needs.")
    exercise_loader: Text = about("Accepted for compatibility: exercise files are read by us.")
    categories: dict[str, Category] | None = about("Categories by key.")
    module_types: dict[str, Module] | None = about("Defaults of modules, by the name of the type.")
    exercise_types: dict[str, Node] | None = about("Defaults of chapters and exercises, by the name of the type.")
    modules: list[Module] | None = about("The rounds of the course.")
    exercises: list[Anything] | None = about("Deprecated, use `modules`: names of exercise files.")
