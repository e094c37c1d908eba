"""From what came back from a box to a status, points and words. Nothing here runs anything."""

from __future__ import annotations

from typing import Any

from improving import exercises
from improving.educator.limits import Limits
from improving.educator.results import CheckResult, State, Status
from improving.educator.sandbox import Run
from improving.educator.submission import Assembled

Json = dict[str, Any]

OWN_WORDS = {"NotYet": "not yet", "NotAnswered": "not answered"}
"""Errors of our own checks, whose message is written for the learner, and what each means."""

RELOAD = "import importlib, improving.checks; importlib.reload(improving.checks)\n"
"""Put before each check: what a submission did to the checks is undone."""


def runnable(notebook: Json) -> Json:
    """Return the notebook to run: before each check, the checks are loaded afresh."""
    cells = [
        cell | {"source": RELOAD + cell["source"]} if exercises.is_check(cell) else cell
        for cell in notebook["cells"]
    ]
    return notebook | {"cells": cells}


def status_of(run: Run, assembled: Assembled, limits: Limits) -> tuple[Status, str]:
    """Return how a submission's run went, and why it did not go as it should.

    Parameters
    ----------
    run : Run
        What came back.
    assembled : Assembled
        What was run.
    limits : Limits
        What it was allowed.

    Returns
    -------
    status : str
        "timed out", "crashed", "tampered" or "marked".
    reason : str
        In words; empty for "marked".
    """
    kinds = [record["kind"] for record in run.records]
    late = [record["cell"] for record in run.records if _timed_out(record)]
    if run.stopped == "time":
        return "timed out", f"The notebook ran for more than {limits.notebook_seconds} seconds."
    if run.stopped == "memory":
        return "crashed", f"It used more than {limits.memory_mb} MB of memory."
    if run.stopped == "processes":
        return "crashed", f"It started more than {limits.processes} processes."
    if run.stopped == "output":
        return "crashed", "It printed too much for its results to be kept."
    if "end" not in kinds:
        started = [record["cell"] for record in run.records if record["kind"] == "start"]
        return "crashed", f"Python stopped in cell {started[-1] + 1 if started else 1}."
    if late:
        cells = ", ".join(str(number + 1) for number in late)
        return "timed out", f"More than {limits.cell_seconds} seconds passed in cell {cells}."
    if assembled.changed:
        names = ", ".join(assembled.changed)
        return "tampered", f"Changed, missing or repeated: {names}. The originals were used."
    return "marked", ""


def judge(run: Run, notebook: Json) -> tuple[CheckResult, ...]:
    """Return how each check went.

    Parameters
    ----------
    run : Run
        What came back.
    notebook : dict
        What was run.

    Returns
    -------
    tuple of CheckResult
        One for each check of the notebook, in order.
    """
    ended = {record["cell"]: record for record in run.records if record["kind"] == "cell"}
    return tuple(
        _judge_one(cell, ended.get(number))
        for number, cell in enumerate(notebook["cells"])
        if exercises.is_check(cell)
    )


def _judge_one(cell: Json, record: Json | None) -> CheckResult:
    points = float(exercises.grading(cell)["points"])
    earned, state, words = _found(record, points)
    return CheckResult(
        cell=exercises.grade_id(cell), points=points, earned=earned, state=state, words=words
    )


def _found(record: Json | None, points: float) -> tuple[float | None, State, str]:
    if record is None or _timed_out(record):
        return None, "not reached", "The run ended before this check could."
    # An error that was shown counts, and so does one that was kept from being shown.
    shown = any(output["output_type"] == "error" for output in record["outputs"])
    if record["ok"] and not shown:
        return points, "right", "Right."
    error = record["error"] or {"ename": "", "evalue": ""}
    if error["ename"] in OWN_WORDS:
        state: State = "not yet" if OWN_WORDS[error["ename"]] == "not yet" else "not answered"
        return 0.0, state, error["evalue"]
    said = f": {error['evalue']}" if error["evalue"] else ""
    return 0.0, "stopped", f"Your code stopped here with {error['ename'] or 'an error'}{said}"


def _timed_out(record: Json) -> bool:
    return record["kind"] == "cell" and (record["error"] or {}).get("ename") == "TimedOut"


def with_outputs(run: Run, notebook: Json) -> Json:
    """Return the notebook with what each cell printed, as it was kept.

    Parameters
    ----------
    run : Run
        What came back.
    notebook : dict
        What was run.
    """
    printed = {record["cell"]: record for record in run.records if record["kind"] == "cell"}
    cells = []
    for number, cell in enumerate(notebook["cells"]):
        record = printed.get(number)
        cells.append(cell | {"outputs": _kept(record)} if record else cell)
    return notebook | {"cells": cells}


def _kept(record: Json) -> list[Json]:
    note = {
        "output_type": "stream",
        "name": "stderr",
        "text": "\n[This cell printed more than is kept. The rest was cut.]\n",
    }
    return [*_joined(record["outputs"]), *([note] if record["cut"] else [])]


def _joined(outputs: list[Json]) -> list[Json]:
    """Return the outputs, with what was printed in pieces made one again."""
    joined: list[Json] = []
    for output in outputs:
        before = joined[-1] if joined else {}
        if output["output_type"] == "stream" and before.get("name") == output["name"]:
            joined[-1] = before | {"text": before["text"] + output["text"]}
        else:
            joined.append(output)
    return joined
