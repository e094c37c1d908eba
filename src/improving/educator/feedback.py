"""Write what each learner gets back: one page that runs nothing and asks nobody for anything."""

from __future__ import annotations

from improving import exercises, files
from improving.educator import gradebook, pages, report, results
from improving.educator.desk import Desk
from improving.problems import CourseError


def write_feedback(desk: Desk, slug: str) -> int:
    """Write a page for everybody whose submission was marked, and for those who have none.

    Parameters
    ----------
    desk : Desk
        The educator's folder.
    slug : str
        The exercise.

    Returns
    -------
    int
        How many pages were written.

    Raises
    ------
    CourseError
        If the exercise was not assigned here, or nothing was marked yet.
    """
    desk.read_source(slug)
    rubric = exercises.marking(slug).rubric
    written = 0
    with desk.alone(), gradebook.opened(desk) as ledger:
        for learner in desk.learners():
            result = results.load(desk.result(slug, learner.id))
            if result is None:
                continue
            made = report.make(desk, ledger, result, learner, for_learner=True)
            page = pages.render("feedback.html", report=made, rubric=_marked(rubric, made))
            files.write_text(desk.feedback(slug, learner.id), page)
            written += 1
    if not written:
        raise CourseError(
            f"Nothing of {slug} was marked in {desk.root}.\n"
            f"    Mend: run `python course.py mark {slug}`."
        )
    return written


def _marked(
    rubric: list[exercises.Criterion], made: report.Report
) -> list[tuple[exercises.Criterion, int]]:
    return list(zip(rubric, made.review.levels, strict=True)) if made.review else []
