"""Mark the written part by hand, in a browser on this computer.

nbgrader's own view runs what a submission drew, with the marker's rights. These pages run nothing
and have no scripts; `review_server` shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from improving import exercises, files
from improving.educator import gradebook, pages, report, results, words
from improving.educator.desk import Desk, Learner
from improving.educator.report import WRITTEN, Piece, Report, Review


class FormError(ValueError):
    """A form that cannot be saved as it is. The message tells the marker why."""


@dataclass(frozen=True)
class Given:
    """What a marker gave one submission.

    Parameters
    ----------
    levels : tuple of int
        Points for each criterion.
    comment : str
        For the learner.
    points : dict of str to float or None
        Points for checks that were never reached.
    """

    levels: tuple[int, ...]
    comment: str
    points: dict[str, float | None]


class Reviewing:
    """The pages of one exercise, and what a filled-in form does.

    Parameters
    ----------
    desk : Desk
        The educator's folder.
    slug : str
        The exercise.
    """

    def __init__(self, desk: Desk, slug: str) -> None:
        self.desk = desk
        self.slug = slug
        self.guide = exercises.marking(slug)
        source = desk.read_source(slug)
        self.title = exercises.title(source)
        written = next(cell for cell in source["cells"] if exercises.is_written(cell))
        self.model_answer = words.answer_html("".join(written["source"]))

    def cohort_page(self, saved: str = "") -> str:
        """Return the page that lists the cohort."""
        with gradebook.opened(self.desk) as ledger:
            rows = [self._row(ledger, learner) for learner in self.desk.learners()]
        return pages.render(
            "cohort.html",
            title=self.title,
            rows=rows,
            saved=saved,
            waiting=[row["learner"].id for row in rows if row["waiting"]],
        )

    def learner_page(
        self, learner: Learner, form: Mapping[str, list[str]] | None = None, problem: str = ""
    ) -> str | None:
        """Return the page that marks one learner; None where there is nothing to mark.

        Parameters
        ----------
        learner : Learner
            Whose submission.
        form : mapping, optional
            A form that could not be saved, so that nothing typed is lost.
        problem : str
            Why it could not.
        """
        with gradebook.opened(self.desk) as ledger:
            made = self._report(ledger, learner)
            scores = ledger.scores(self.slug, learner.id)
        if made is None or not made.pieces:
            return None
        before, asked = _split(made.pieces)
        unreached = [check for check in made.result.checks if check.earned is None]
        known = {name: _number(score.earned) for name, score in scores.items()}
        levels: list[int | None] = [*(made.review.levels if made.review else ())]
        comment = scores[WRITTEN].comment if WRITTEN in scores else ""
        ready: list[int] = []
        if form is not None:
            levels = [_level(form, number) for number in range(len(self.guide.rubric))]
            comment, ready = one(form, "comment"), self._ready(form)
            known = {check.cell: one(form, f"points-{check.cell}") for check in unreached}
        return pages.render(
            "review.html",
            who=learner.name or learner.id,
            report=made,
            asked=asked,
            rest=before,
            guide=self.guide,
            levels=levels or [None] * len(self.guide.rubric),
            comment=comment,
            ready=ready,
            unreached=unreached,
            given=known,
            model_answer=self.model_answer,
            problem=problem,
        )

    def save(self, learner: Learner, form: Mapping[str, list[str]]) -> str:
        """Save a filled-in form, and return the id of who needs a person next, or "".

        Raises
        ------
        FormError
            If the form is not complete. Nothing is saved then.
        CourseError
            If another command is writing marks.
        """
        with self.desk.alone(), gradebook.opened(self.desk) as ledger:
            made = self._report(ledger, learner)
            if made is None or not made.pieces:
                raise FormError("There is nothing to mark here.")
            given = self._read(form, made)
            kept = Review(levels=given.levels, comment=given.comment, answer=made.answer)
            points = {WRITTEN: float(sum(given.levels)), **given.points}
            # First what was read: points without it would outlive a change of the answer.
            files.write_text(
                self.desk.review(self.slug, learner.id), kept.model_dump_json(indent=1)
            )
            ledger.give(self.slug, learner, points, given.comment)
            cohort = self.desk.learners()
            # Only those behind this one, or what somebody left empty would come back for ever.
            after = cohort[cohort.index(learner) + 1 :]
            return next((one.id for one in after if self._row(ledger, one)["waiting"]), "")

    def _read(self, form: Mapping[str, list[str]], made: Report) -> Given:
        if one(form, "answer") not in ("", made.answer):
            raise FormError(
                "The answer has changed since you opened this page. Read it again, then save."
            )
        levels = [_level(form, number) for number in range(len(self.guide.rubric))]
        missing = [
            criterion.criterion
            for criterion, level in zip(self.guide.rubric, levels, strict=True)
            if level is None
        ]
        if missing:
            raise FormError(f"Choose points for: {'; '.join(missing)}.")
        ready = [self.guide.misconceptions[number].feedback for number in self._ready(form)]
        comment = "\n\n".join(part for part in [one(form, "comment").strip(), *ready] if part)
        points = {
            check.cell: _points(one(form, f"points-{check.cell}"), check.cell, check.points)
            for check in made.result.checks
            if check.earned is None
        }
        return Given(tuple(level for level in levels if level is not None), comment, points)

    def _ready(self, form: Mapping[str, list[str]]) -> list[int]:
        allowed = {str(number): number for number in range(len(self.guide.misconceptions))}
        return [allowed[value] for value in form.get("ready", ()) if value in allowed]

    def _report(self, ledger: gradebook.Ledger, learner: Learner) -> Report | None:
        result = results.load(self.desk.result(self.slug, learner.id))
        if result is None:
            return None
        return report.make(self.desk, ledger, result, learner, for_learner=False)

    def _row(self, ledger: gradebook.Ledger, learner: Learner) -> dict[str, Any]:
        made = self._report(ledger, learner)
        row: dict[str, Any] = {"learner": learner, "report": False, "waiting": False}
        if made is None or not made.pieces:
            status = made.result.status if made else "not marked yet"
            return row | {"status": status, "by_check": "none", "by_hand": "nothing to mark"}
        checks = [total for part, total in made.parts.items() if part != 3]
        so_far = f"{sum(total.earned or 0 for total in checks):g}"
        unreached = any(total.earned is None for total in checks)
        by_hand = made.parts[3].earned
        return row | {
            "report": True,
            "status": made.result.status,
            "by_check": f"{so_far}, some not reached" if unreached else so_far,
            "by_hand": pages.points(by_hand),
            "waiting": by_hand is None or unreached,
        }


def _split(pieces: tuple[Piece, ...]) -> tuple[list[Piece], list[Piece]]:
    """Tell what comes before the written part's task from the task, the answer and the rest."""
    at = next(number for number, piece in enumerate(pieces) if piece.kind == "written")
    tasks = len(list(takewhile(lambda piece: piece.kind == "task", reversed(pieces[:at]))))
    return list(pieces[: at - tasks]), list(pieces[at - tasks :])


def one(form: Mapping[str, list[str]], name: str) -> str:
    """Return the first value of a form's field, or ""."""
    return form.get(name, [""])[0]


def _level(form: Mapping[str, list[str]], number: int) -> int | None:
    said = one(form, f"level-{number}")
    return int(said) if said in ("0", "1", "2") else None


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _points(said: str, name: str, most: float) -> float | None:
    if not said.strip():
        return None
    try:
        points = float(said)
    except ValueError:
        points = -1.0
    if not 0 <= points <= most:
        raise FormError(f"{name}: write a number from 0 to {most:g}, or leave it empty.")
    return points
