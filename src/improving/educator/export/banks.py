"""Choose the question banks to export."""

from __future__ import annotations

from pathlib import Path

from improving import lessons
from improving.problems import CourseError
from improving.questions import Bank, read_bank
from improving.yaml_files import YamlError


def chosen(root: Path, lesson: str | None = None) -> list[Bank]:
    """Return the bank of one lesson, or of every lesson in the table of contents.

    Parameters
    ----------
    root : Path
        The root of the project.
    lesson : str, optional
        The lesson, such as "12-mandate". Without it, every lesson.

    Returns
    -------
    list of Bank
        In the order of the lessons.

    Raises
    ------
    CourseError
        If there is no such lesson, or a bank has a fault.
    """
    listed = lessons.listed(root)
    if lesson is not None:
        check_lesson(lesson, listed)
    slugs = listed if lesson is None else [lesson]
    try:
        return [read_bank(lessons.paths(root, slug)["questions"]) for slug in slugs]
    except YamlError as error:
        raise CourseError(str(error)) from None


def check_lesson(lesson: str, listed: list[str]) -> None:
    """Raise a CourseError, which lists the lessons, if a lesson is not one of them."""
    if lesson not in listed:
        raise CourseError(
            f"There is no lesson called {lesson!r}.\n    Mend: use one of: {', '.join(listed)}."
        )
