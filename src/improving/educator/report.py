"""All that is known of one submission, in the order of the exercise: for a marker or a learner."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, ValidationError

from improving import exercises, tidy
from improving.educator import words
from improving.educator.desk import Desk, Learner
from improving.educator.gradebook import Ledger, Score
from improving.educator.results import CheckResult, Result
from improving.tidy import Json

WRITTEN = "part-3"
NOTHING = Markup("")

SAID = {
    "right": "Right",
    "not yet": "Not right yet",
    "not answered": "Not answered",
    "stopped": "Stopped with an error",
    "not reached": "Not reached",
}
"""How each state of a check is said."""


class Review(BaseModel):
    """What a person gave the written part.

    Parameters
    ----------
    levels : tuple of int
        Points for each criterion of the rubric.
    comment : str
        For the learner.
    answer : str
        The digest of the answer that was read; another answer must be read again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    levels: tuple[int, ...]
    comment: str
    answer: str


@dataclass(frozen=True)
class Piece:
    """One cell as it is shown.

    Parameters
    ----------
    kind : str
        "task" (ours), "answer", "added" (the learner's own cell), "check" or "written".
    html : Markup
        The text, where it is text.
    code : str
        The code, where it is code.
    outputs : Markup
        What the code printed and drew.
    check : CheckResult or None
        How the check went.
    score : Score or None
        What the cell has.
    """

    kind: Literal["task", "answer", "added", "check", "written"]
    html: Markup = NOTHING
    code: str = ""
    outputs: Markup = NOTHING
    check: CheckResult | None = None
    score: Score | None = None


@dataclass(frozen=True)
class Total:
    """Points of one part, or of all.

    Parameters
    ----------
    points : float
        What it is worth.
    earned : float or None
        What it has; None while any of its cells has no score.
    """

    points: float
    earned: float | None


@dataclass(frozen=True)
class Report:
    """All that is known of one submission.

    Parameters
    ----------
    learner : Learner
        Whose it is.
    title : str
        Of the exercise.
    result : Result
        How its marking went.
    pieces : tuple of Piece
        The cells in order.
    parts : dict of int to Total
        Points of each part; 0 stands for an educator's own checks.
    review : Review or None
        What a person gave, if the answer is still the one they read.
    outdated : bool
        Whether a person read an earlier answer.
    answer : str
        The digest of the written answer.
    """

    learner: Learner
    title: str
    result: Result
    pieces: tuple[Piece, ...]
    parts: dict[int, Total]
    review: Review | None
    outdated: bool
    answer: str

    @property
    def total(self) -> Total:
        """Points of all parts."""
        return _sum(self.parts.values())


def make(desk: Desk, ledger: Ledger, result: Result, learner: Learner, for_learner: bool) -> Report:
    """Gather what is known of a submission.

    Parameters
    ----------
    desk : Desk
        The educator's folder.
    ledger : Ledger
        Its gradebook, open.
    result : Result
        How the submission's marking went.
    learner : Learner
        Whose it is.
    for_learner : bool
        Whether further checks must be left out of what is shown.
    """
    source = desk.read_source(result.exercise)
    path = desk.autograded(result.exercise, learner.id)
    marked = tidy.read(path, str(path)) if path.is_file() else None
    if result.status in ("missing", "unreadable"):
        marked = None
    scores = ledger.scores(result.exercise, learner.id) if marked else {}
    answer = answer_digest(marked)
    review = read_review(desk, result.exercise, learner.id)
    outdated = review is not None and review.answer != answer
    if outdated:
        scores = {**scores, WRITTEN: Score(float(exercises.POINTS[3]), None, "")}
    hidden = frozenset[str]()
    if for_learner:
        hidden = words.hidden_lines(source, desk.read_release(result.exercise))
    return Report(
        learner=learner,
        title=exercises.title(source),
        result=result,
        pieces=tuple(_pieces(source, marked, result, scores, hidden)) if marked else (),
        parts=_parts(source, scores),
        review=None if outdated else review,
        outdated=outdated,
        answer=answer,
    )


def answer_digest(marked: Json | None) -> str:
    """Return a digest of the written answer, and of cells that the learner added behind it."""
    texts, on = [], False
    for cell in marked["cells"] if marked else ():
        on = exercises.is_written(cell) or (on and not exercises.grade_id(cell))
        if on:
            texts.append("".join(cell["source"]))
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def read_review(desk: Desk, slug: str, learner: str) -> Review | None:
    """Return what a person gave a submission; None if nothing was kept or it cannot be read."""
    try:
        return Review.model_validate_json(desk.review(slug, learner).read_bytes())
    except (OSError, ValidationError):
        return None


def _pieces(
    source: Json,
    marked: Json,
    result: Result,
    scores: Mapping[str, Score],
    hidden: frozenset[str],
) -> list[Piece]:
    ours = {_text(cell) for cell in source["cells"] if not exercises.grade_id(cell)}
    checks = {check.cell: check for check in result.checks}
    made, shown = [], 0
    for cell in marked["cells"]:
        name, text = exercises.grade_id(cell), _text(cell)
        code = cell["cell_type"] == "code"
        if not name and not code and text in ours:
            made.append(Piece("task", html=words.task_html(text)))
            continue
        if exercises.is_check(cell):
            # Marking that was killed may have left a notebook that is newer than its result.
            if (check := checks.get(name)) is None:
                continue
            told = check.model_copy(update={"words": words.without(check.words, hidden)})
            made.append(Piece("check", check=told, score=scores.get(name)))
            continue
        if name and not exercises.is_answer(cell):
            continue
        if exercises.is_written(cell):
            text = words.cut(text)
            made.append(Piece("written", html=words.answer_html(text), score=scores.get(name)))
            continue
        # A page of 500 long cells would never be ready.
        shown += len(text)
        text = words.cut(text) if shown <= words.ALL_SHOWN else words.CUT
        outputs = words.outputs_html(cell.get("outputs", ()), hidden)
        if code:
            made.append(Piece("answer" if name else "added", code=text, outputs=outputs))
        else:
            made.append(Piece("answer" if name else "added", html=words.answer_html(text)))
    return made


def _text(cell: Json) -> str:
    return "".join(cell["source"])


def _parts(source: Json, scores: Mapping[str, Score]) -> dict[int, Total]:
    parts: dict[int, list[Total]] = {}
    for cell in source["cells"]:
        if exercises.grading(cell).get("grade"):
            score = scores.get(exercises.grade_id(cell))
            points = float(exercises.grading(cell)["points"])
            total = Total(points, score.earned if score else None)
            parts.setdefault(exercises.part(cell), []).append(total)
    return {part: _sum(totals) for part, totals in sorted(parts.items())}


def _sum(totals: Iterable[Total]) -> Total:
    found = list(totals)
    earned = [total.earned for total in found if total.earned is not None]
    whole = float(sum(earned)) if len(earned) == len(found) else None
    return Total(float(sum(total.points for total in found)), whole)
