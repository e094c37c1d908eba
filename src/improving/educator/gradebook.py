"""Write to nbgrader's gradebook, and read from it. Only one process does so at a time.

nbgrader keeps the scores; its own executor, which runs submissions unprotected, is never used.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from improving import quick_jsonschema
from improving.educator.desk import Desk, Learner
from improving.educator.results import Result
from improving.problems import CourseError
from improving.tidy import Json, tidy


@dataclass(frozen=True)
class Score:
    """What one graded cell of one submission has.

    Parameters
    ----------
    points : float
        What it is worth.
    earned : float or None
        What it has: by hand where somebody gave it, else by its check; None if neither.
    comment : str
        What a marker wrote.
    """

    points: float
    earned: float | None
    comment: str


class Ledger:
    """nbgrader's gradebook of one desk, open.

    Parameters
    ----------
    book : nbgrader.api.Gradebook
        The open gradebook.
    address : str
        Its database's address.
    """

    def __init__(self, book: Any, address: str) -> None:
        self._book = book
        self._address = address

    def register(self, slug: str, source: Json) -> None:
        """Note an exercise and its graded cells.

        Parameters
        ----------
        slug : str
            The exercise.
        source : dict
            Its notebook, with every check.

        Raises
        ------
        CourseError
            If its graded cells changed after submissions were marked.
        """
        import nbformat
        from nbgrader.preprocessors import ComputeChecksums, SaveCells

        text = json.dumps(tidy(source))
        notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
        self._book.update_or_create_assignment(slug)
        place = {"notebook": slug, "assignment": slug, "db_url": self._address}
        try:
            for step in (ComputeChecksums, SaveCells):
                notebook, _ = step().preprocess(notebook, {"nbgrader": place})
        except RuntimeError:
            raise CourseError(
                f"The graded cells of {slug} have changed since submissions were marked here.\n"
                "    Mend: finish with this desk, and assign in a new one with --desk."
            ) from None

    def record(self, learner: Learner, result: Result) -> None:
        """Write what the checks of one submission gave.

        Points given by hand stay, but for a check that was not reached before and is now.
        Everything is written at once or not at all. A check that was never reached gets no score.

        Parameters
        ----------
        learner : Learner
            Whose it is.
        result : Result
            How its marking went.
        """
        earned = {check.cell: check.earned for check in result.checks}
        for grade in self._submission(result.exercise, learner).grades:
            if grade.name in earned:
                if grade.auto_score is None and earned[grade.name] is not None:
                    # Points were given because the check was never reached. Now it was.
                    grade.manual_score = None
                grade.auto_score = earned[grade.name]
            grade.needs_manual_grade = grade.auto_score is None and grade.manual_score is None
        self._book.db.commit()

    def give(
        self, slug: str, learner: Learner, points: Mapping[str, float | None], comment: str
    ) -> None:
        """Write points that a person gives, and a comment.

        Parameters
        ----------
        slug : str
            The exercise.
        learner : Learner
            Whose it is.
        points : mapping of str to float or None
            Points for each cell named; None takes back what was given.
        comment : str
            For the learner; it is put with the cells named.
        """
        submission = self._submission(slug, learner)
        for grade in submission.grades:
            if grade.name in points:
                grade.manual_score = points[grade.name]
            grade.needs_manual_grade = grade.auto_score is None and grade.manual_score is None
        for one in submission.comments:
            if one.name in points:
                one.manual_comment = comment or None
        self._book.db.commit()

    def scores(self, slug: str, learner: str) -> dict[str, Score]:
        """Return what each graded cell of a submission has; empty where nothing is recorded.

        Parameters
        ----------
        slug : str
            The exercise.
        learner : str
            Whose it is.
        """
        from nbgrader.api import MissingEntry

        try:
            notebook = self._book.find_submission_notebook(slug, slug, learner)
        except MissingEntry:
            return {}
        comments = {one.name: one.manual_comment or "" for one in notebook.comments}
        return {
            grade.name: Score(
                float(grade.cell.max_score),
                grade.auto_score if grade.manual_score is None else grade.manual_score,
                comments.get(grade.name, ""),
            )
            for grade in notebook.grades
        }

    def _submission(self, slug: str, learner: Learner) -> Any:
        from nbgrader.api import MissingEntry

        first, _, last = learner.name.rpartition(" ")
        self._book.update_or_create_student(
            learner.id,
            first_name=first or None,
            last_name=last or None,
            email=learner.email or None,
        )
        try:
            return self._book.find_submission_notebook(slug, slug, learner.id)
        except MissingEntry:
            self._book.add_submission(slug, learner.id)
            return self._book.find_submission_notebook(slug, slug, learner.id)


@contextmanager
def opened(desk: Desk) -> Iterator[Ledger]:
    """Open a desk's gradebook, making it where there is none.

    Parameters
    ----------
    desk : Desk
        The educator's folder.
    """
    # Takes half a second, which other commands should not wait for.
    quick_jsonschema.load()
    from nbgrader.api import Gradebook

    desk.root.mkdir(parents=True, exist_ok=True)
    if not shutil.which("alembic"):
        # nbgrader starts it by name, and our own environment need not be active.
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with warnings.catch_warnings(), Gradebook(desk.gradebook_url) as book:
        # nbgrader adds a submission in an order that SQLAlchemy remarks on; the result is right.
        warnings.filterwarnings("ignore", message="Object of type <Submitted")
        yield Ledger(book, desk.gradebook_url)
