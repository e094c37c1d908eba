"""Marking a cohort: how long a good submission takes, beside nbgrader's own autograder."""

from __future__ import annotations

import math
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from improving import exercises, tidy
from improving.bench.report import Row
from improving.educator.assign import assign
from improving.educator.desk import Desk, Learner
from improving.educator.limits import Limits
from improving.educator.mark import mark_cohort
from improving.problems import CourseError

SLUG = "12-mandate"
GOOD, COHORT = 6, 30
MANY = 5000

Json = dict[str, Any]

SPOILT = {
    "wrong": ("part-1b", 'extra_fall = 0\nreading = "A"'),
    "an error": ("part-2a", "raise RuntimeError"),
    "an endless loop": ("part-2b", "while True: pass"),
    "100 MB of output": ("part-1a", "print('x' * 100_000_000)"),
    "no more memory": ("part-2b", "held = [bytearray(b'x' * 10**7) for _ in range(10**4)]"),
}
"""What goes wrong in the mixed cohort: the answer cell, and what stands in it."""


def measure() -> list[Row]:
    """Time marking with 1 and 2 workers, and nbgrader's autograder on the same submissions.

    Returns
    -------
    list of Row
    """
    with TemporaryDirectory() as made:
        folder = Path(made)
        one, two = _ours(folder / "one", 1), _ours(folder / "two", 2)
        stock = _nbgrader(folder / "stock")
        mixed = {workers: _mixed(folder / f"mixed-{workers}", workers) for workers in (1, 2)}
    cores = math.ceil(MANY * one / 3600)
    return [
        Row("a good submission, marked in a sandbox, 1 worker", f"{one:.1f} s"),
        Row("the same, 2 workers", f"{two:.1f} s"),
        Row("the same, by nbgrader's autograder, which has no sandbox", f"{stock:.1f} s"),
        Row("nbgrader's time against ours, 1 worker", f"{stock / one:.2f} times"),
        Row(f"a cohort of {COHORT}, 1 in 6 hostile, 1 worker", f"{mixed[1]:.0f} s"),
        Row("the same, 2 workers", f"{mixed[2]:.0f} s"),
        Row(
            f"{MANY:,} good submissions at that speed, 2 workers", f"{MANY * two / 3600:.1f} hours"
        ),
        Row(f"cores of a cluster that would mark {MANY:,} in an hour", f"{cores}"),
    ]


def _ours(folder: Path, workers: int) -> float:
    """Return seconds for each good submission."""
    desk = _desk(folder, [_answered()] * GOOD)
    began = time.perf_counter()
    summary = mark_cohort(desk, SLUG, workers=workers)
    seconds = time.perf_counter() - began
    if summary.statuses != {"marked": GOOD}:
        raise CourseError(f"The benchmark's good submissions were not all marked: {summary}")
    return seconds / GOOD


def _mixed(folder: Path, workers: int) -> float:
    """Return seconds for a cohort in which 1 in 6 goes wrong."""
    spoilt = [_answered({cell: text}) for cell, text in SPOILT.values()]
    desk = _desk(folder, [*spoilt, *[_answered()] * (COHORT - len(spoilt))])
    began = time.perf_counter()
    mark_cohort(desk, SLUG, workers=workers, limits=Limits(cell_seconds=20, memory_mb=1024))
    return time.perf_counter() - began


def _answered(instead: dict[str, str] | None = None) -> Json:
    """Return the learner's version with the right answers, or others in the cells named."""
    source = exercises.source(SLUG)
    made = exercises.learner_version(source)
    right = {exercises.grade_id(c): c["source"] for c in source["cells"] if exercises.is_answer(c)}
    answers = right | (instead or {})
    for cell in made["cells"]:
        cell["source"] = answers.get(exercises.grade_id(cell), cell["source"])
    return made


def _desk(folder: Path, handed_in: list[Json]) -> Desk:
    desk = Desk(folder / "marking")
    people = [Learner(f"learner-{number}") for number in range(len(handed_in))]
    assign(desk, SLUG, folder / "out", people)
    for person, notebook in zip(people, handed_in, strict=True):
        path = desk.submitted(SLUG, person.id)
        path.parent.mkdir(parents=True)
        path.write_text(tidy.dumps(notebook), encoding="utf-8")
    return desk


def _nbgrader(folder: Path) -> float:
    """Return seconds for each good submission by nbgrader's own autograder, in one process."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    desk = _desk(folder, [_answered()] * GOOD)
    settings = Config()
    settings.CourseDirectory.root = str(desk.root)
    settings.Application.log_level = 50
    here = Path.cwd()
    os.chdir(desk.root)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    try:
        api = NbGraderAPI(config=settings)
        began = time.perf_counter()
        for number in range(GOOD):
            done = api.autograde(SLUG, f"learner-{number}")
            if not done["success"]:
                raise CourseError(f"nbgrader could not mark it:\n{done['log']}{done['error']}")
        return (time.perf_counter() - began) / GOOD
    finally:
        os.chdir(here)
