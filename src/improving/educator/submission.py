"""What a learner handed in: read it, and put its answers into the exercise as it was written.

The exercise's own notebook is the frame. Every locked cell and every check comes from there, so a
submission that changed or deleted one is marked by the original, and the change is told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from improving import exercises, tidy

Json = dict[str, Any]

MAX_BYTES = 20 * 1024 * 1024
MAX_CELLS = 500

KINDS = ("code", "markdown", "raw")


class UnreadableError(ValueError):
    """A file that is not a notebook. The message says why, to its learner."""


@dataclass(frozen=True)
class Assembled:
    """An exercise with a learner's answers in it.

    Parameters
    ----------
    notebook : dict
        The notebook to run: locked cells and checks from the exercise, the rest the learner's.
    changed : tuple of str
        Names of checks that the submission changed, lacked or had twice.
    notes : tuple of str
        What else a marker should know.
    """

    notebook: Json
    changed: tuple[str, ...]
    notes: tuple[str, ...]


def read(content: bytes) -> Json:
    """Return the notebook in a file that somebody handed in.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    dict
        `cells`, each with `cell_type`, `source` (one text) and, as all that is kept of its
        `metadata`, the name it has for nbgrader; and the notebook's `metadata`.

    Raises
    ------
    UnreadableError
        If it is no notebook, or is too large to be one.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableError(f"The file is larger than {MAX_BYTES // 1024**2} MB.")
    if not content.strip():
        raise UnreadableError("The file is empty.")
    try:
        raw = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableError("The file is not text.") from None
    except RecursionError:
        raise UnreadableError("The file is not a notebook: it is nested too deeply.") from None
    except ValueError as error:
        raise UnreadableError(f"The file is not a notebook: {error}.") from None
    cells = raw.get("cells") if isinstance(raw, dict) else None
    if not isinstance(cells, list):
        raise UnreadableError("The file is not a notebook: it has no cells.")
    if len(cells) > MAX_CELLS:
        raise UnreadableError(f"The notebook has more than {MAX_CELLS} cells.")
    metadata = raw.get("metadata")
    return {
        "cells": [_read_cell(cell, number) for number, cell in enumerate(cells, start=1)],
        "metadata": metadata if isinstance(metadata, dict) else {},
    }


def _read_cell(cell: Any, number: int) -> Json:
    source = cell.get("source") if isinstance(cell, dict) else None
    lines: list[Any] = source if isinstance(source, list) else [source]
    if not all(isinstance(line, str) for line in lines) or cell.get("cell_type") not in KINDS:
        raise UnreadableError(f"The notebook is damaged in cell {number}.")
    name = _inside(cell, "metadata", "nbgrader", "grade_id")
    return {
        "cell_type": cell["cell_type"],
        # Half a character cannot be written to a file.
        "source": "".join(lines).encode(errors="replace").decode(),
        "metadata": {"nbgrader": {"grade_id": name}} if name else {},
    }


def _inside(found: Any, *path: str) -> str:
    """Return the text at a place in what somebody wrote, or "" if there is none."""
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def exercise_of(notebook: Json) -> str:
    """Return the exercise a notebook says it belongs to, or "" where it does not say."""
    return _inside(notebook["metadata"], "improving", "exercise")


def is_untouched(released: Json, submitted: Json) -> bool:
    """Say whether nobody has written anything in a notebook since it was given out.

    Parameters
    ----------
    released : dict
        The version that learners were given.
    submitted : dict
        What `read` gave.
    """
    theirs, added, _ = _sort_out(submitted["cells"], released["cells"])
    given = (cell for cell in released["cells"] if exercises.is_answer(cell))
    names = ((exercises.grade_id(cell), cell) for cell in given)
    return not added and all(name in theirs and _same(theirs[name], cell) for name, cell in names)


def assemble(source: Json, released: Json, submitted: Json) -> Assembled:
    """Put a learner's answers into the exercise.

    Parameters
    ----------
    source : dict
        The exercise as its author wrote it, with every check.
    released : dict
        The version that learners were given.
    submitted : dict
        What `read` gave.

    Returns
    -------
    Assembled
        The notebook to run. Cells that the learner added stay behind the cell they followed.
    """
    given = {exercises.grade_id(cell): cell for cell in released["cells"]}
    checks = {exercises.grade_id(cell) for cell in source["cells"] if exercises.is_check(cell)}
    answers = {exercises.grade_id(cell) for cell in source["cells"] if exercises.is_answer(cell)}
    theirs, added, repeated = _sort_out(submitted["cells"], released["cells"])
    changed = repeated - answers
    cells = added.get("", [])
    for cell in source["cells"]:
        name = exercises.grade_id(cell)
        if not name:
            cells.append(_copy(cell, _text(cell)))
            continue
        found = theirs.get(name)
        if exercises.is_answer(cell):
            cells.append(_copy(cell, _text(found or given[name])))
        else:
            cells.append(_copy(cell, _text(cell)))
        # A further check of an educator's own was never given out.
        if name in given and (
            found is None or not (exercises.is_answer(cell) or _same(found, given[name]))
        ):
            changed.add(name)
        cells += added.get(name, [])
    notes = [
        f"The cell {name} was changed or missing. The original was used."
        for name in sorted(changed - checks)
    ]
    notes += [
        f"The cell {name} was there more than once. The first is the answer. The others were run."
        for name in sorted(repeated & answers)
    ]
    metadata = {"kernelspec": tidy.KERNEL, "improving": source["metadata"].get("improving", {})}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return Assembled(notebook, tuple(sorted(changed & checks)), (*notes, *_kernel_notes(submitted)))


def _sort_out(
    cells: list[Json], released: list[Json]
) -> tuple[dict[str, Json], dict[str, list[Json]], set[str]]:
    """Tell a learner's cells apart: those with a name we gave, those added behind each, repeats."""
    names = {exercises.grade_id(cell) for cell in released}
    instructions = {_text(cell).strip() for cell in released if not exercises.grade_id(cell)}
    named: dict[str, Json] = {}
    added: dict[str, list[Json]] = {}
    repeated, last = set(), ""
    for cell in cells:
        name = exercises.grade_id(cell)
        if name and name in names and name not in named:
            named[name] = cell
            last = name
        elif _text(cell).strip() not in instructions:
            # Its metadata could claim to be a check; without them it is only a cell.
            added.setdefault(last, []).append(_copy(cell | {"metadata": {}}, _text(cell)))
            repeated |= {name} & names
    return named, added, repeated - {""}


def _kernel_notes(submitted: Json) -> list[str]:
    name = _inside(submitted["metadata"], "kernelspec", "name")
    if name == tidy.KERNEL["name"]:
        return []
    asked = f"asked for the kernel {name[:40]!r}" if name else "named no kernel"
    return [f"The notebook {asked}. It was run with Python."]


def _text(cell: Json) -> str:
    return "".join(cell["source"])


def _same(one: Json, other: Json) -> bool:
    """Say whether two cells hold the same lines, apart from spaces at their ends."""
    mine, theirs = (
        [line.rstrip() for line in _text(cell).strip().splitlines()] for cell in (one, other)
    )
    return one["cell_type"] == other["cell_type"] and mine == theirs


def _copy(cell: Json, source: str) -> Json:
    made = {"cell_type": cell["cell_type"], "source": source, "metadata": cell["metadata"]}
    if cell["cell_type"] == "code":
        made |= {"execution_count": None, "outputs": []}
    return made
