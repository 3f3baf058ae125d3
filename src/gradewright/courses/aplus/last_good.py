"""What the files of a course said when they were last in order, for processes that did not read them then.

Every process keeps what it reads in order, so what is kept is never older than what a process knows by itself.

<directory>/<course>-<digest of where it is>/index
<directory>/<course>-<digest of where it is>/exercise-<digest of its key>
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from gradewright.courses.aplus.documents import Document
from gradewright.courses.aplus.exercise_files import Refused
from gradewright.courses.aplus.files import FileProblem, Layout
from gradewright.courses.aplus.index_file import Index, index_of
from gradewright.courses.records import Records
from gradewright.model.course import CourseExercise
from gradewright.model.problem import Severity

INDEX = "index"


class LastGood:
    """The last good index and exercises of one course."""

    def __init__(self, directory: Path | None, course: Path) -> None:
        """`directory` is where those of all courses are kept; None: nowhere. `course` is the course's own."""
        self._records = Records(directory / _place(course) if directory else None)

    def keep_index(self, index: Index) -> None:
        listed = next(iter(index.listed.values()), None)
        record = {
            "values": index.course.index,
            "modified": index.course.modified,
            "config": os.path.relpath(index.layout.config, index.layout.root),
            "file": listed.index.file if listed else "",
        }
        self._records.keep(INDEX, record)
        self._records.keep_only({INDEX, *map(_name, index.listed)})  # what was taken out of the course is forgotten

    def index(self, broken: Index) -> Index | None:
        """The kept one in place of one that cannot be used, whose problems and files it gets."""
        record = self._records.kept(INDEX)
        if record is None:
            return None
        layout = Layout.of(broken.layout.root)
        try:
            layout = replace(layout, config=layout.inside(layout.root, record["config"]))
        except FileProblem:
            return None
        document = Document(file=record["file"], value=record["values"])
        index = index_of(layout, document, broken.files, broken.course.problems)
        return replace(index, course=replace(index.course, modified=record["modified"]))

    def keep_exercise(self, exercise: CourseExercise) -> None:
        record = {
            "versions": exercise.versions,
            "language": exercise.language,
            "file": exercise.file,
            "modified": exercise.modified,
        }
        self._records.keep(_name(exercise.key), record)

    def exercise(self, broken: CourseExercise, refused: Refused) -> CourseExercise | None:
        """The kept one in place of one that cannot be used, whose problems it gets; unless it is `refused` by now."""
        record = self._records.kept(_name(broken.key))
        if record is None:
            return None
        found = (problem for values in record["versions"].values() for problem in refused(values))
        if any(problem.severity is Severity.ERROR for problem in found):
            return None
        return replace(broken, **record)


def forget_removed(directory: Path, courses: Path) -> None:
    """Remove from `directory` what is kept of courses that are not in the directory `courses` any more."""
    if not any(courses.iterdir()):
        return  # of a disk that is not there now
    for kept in directory.glob(_place(courses / "*")):
        if not (courses / kept.name.rpartition("-")[0]).exists():
            shutil.rmtree(kept, ignore_errors=True)


def _place(course: Path) -> str:
    """A link to the course itself is not followed: it moves whenever the course is published."""
    return f"{course.name}-{_digest(str(course.parent.resolve()))}"


def _name(key: str) -> str:
    return f"exercise-{_digest(key)}"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
