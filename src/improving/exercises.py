"""Exercises: what an author writes, and the version a learner gets.

An exercise is a folder, `exercises/<slug>/`:

- `<slug>.ipynb`, an nbgrader source notebook. Answers stand between `### BEGIN SOLUTION` and
  `### END SOLUTION`, further checks between `### BEGIN HIDDEN TESTS` and `### END HIDDEN TESTS`.
  The written part's cell holds the model answer.
- `marking.yml`, the rubric of the written part, the mistaken beliefs to expect, and notes.

The learner's version is made, never kept: its answers and further checks are taken out by
nbgrader's own rules.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from improving import lessons, quick_jsonschema, tidy
from improving.problems import Problem
from improving.yaml_files import Part, Text, YamlError, parse, read_text

Json = dict[str, Any]

POINTS = {1: 6, 2: 8, 3: 6}
"""What each part of every exercise is worth."""

CODE_STUB = "# Write your answer here."
TEXT_STUB = "Write your answer here."
HIDDEN = "### BEGIN HIDDEN TESTS"

_GRADE_ID = re.compile(r"part-([12])[a-z](-check)?|part-3")
_HINTS = re.compile(r"<summary>Hint ([12])</summary>")


class Criterion(Part):
    """One thing the written part is marked for: what earns 0, 1 and 2 points."""

    criterion: Text
    levels: Annotated[list[Text], Field(min_length=3, max_length=3)]


class Misconception(Part):
    """A mistaken belief to expect: how it shows, and what to say."""

    belief: Text
    sign: Text
    feedback: Text


class Marking(Part):
    """What a marker needs beside the notebook."""

    exercise: Text
    summary: Text
    minutes: Annotated[int, Field(ge=30, le=60)]
    rubric: list[Criterion]
    misconceptions: Annotated[list[Misconception], Field(min_length=3)]
    notes: Text

    @model_validator(mode="after")
    def _rubric_gives_the_points(self) -> Marking:
        if 2 * len(self.rubric) != POINTS[3]:
            raise ValueError(f"the rubric has {len(self.rubric)} criteria. Write {POINTS[3] // 2}.")
        return self


def folder() -> Path:
    """Return the folder of exercises: the repository's, or where IMPROVING_EXERCISES points."""
    chosen = os.environ.get("IMPROVING_EXERCISES")
    return Path(chosen) if chosen else Path(__file__).resolve().parents[2] / "exercises"


def notebook_path(slug: str) -> Path:
    """Return the path of an exercise's source notebook."""
    return folder() / slug / f"{slug}.ipynb"


def marking_path(slug: str) -> Path:
    """Return the path of an exercise's marking guide."""
    return folder() / slug / "marking.yml"


def listed() -> list[str]:
    """Return the slugs of the exercises, in order."""
    found = folder().glob("*/*.ipynb")
    return sorted(path.stem for path in found if path.stem == path.parent.name)


def source(slug: str) -> Json:
    """Return an exercise as its author wrote it, with every answer.

    Raises
    ------
    CourseError
        If the notebook cannot be read.
    """
    return tidy.read(notebook_path(slug), f"exercises/{slug}/{slug}.ipynb")


def marking(slug: str) -> Marking:
    """Return an exercise's marking guide.

    Raises
    ------
    YamlError
        If the file is missing or has a fault. The message gives every fault.
    """
    path = marking_path(slug)
    found = parse(read_text(path), path, Marking)
    if found.exercise != slug:
        raise YamlError(f"{path.name}, exercise: it says {found.exercise!r}. Write {slug!r}.")
    return found


def title(notebook: Json) -> str:
    """Return the title of an exercise: its first heading."""
    first = "".join(notebook["cells"][0]["source"])
    return first.partition("\n")[0].removeprefix("# ").strip()


def grading(cell: Json) -> Json:
    """Return what nbgrader's metadata say of a cell; empty for a cell of no role."""
    found = cell.get("metadata", {}).get("nbgrader", {})
    return found if isinstance(found, dict) else {}


def grade_id(cell: Json) -> str:
    """Return a cell's name for nbgrader, or "" for a cell without one."""
    return str(grading(cell).get("grade_id", ""))


def is_check(cell: Json) -> bool:
    """Say whether a cell is a check that earns points by running."""
    return bool(grading(cell).get("grade")) and not grading(cell).get("solution")


def is_written(cell: Json) -> bool:
    """Say whether a cell is an answer that a person marks."""
    return bool(grading(cell).get("grade")) and bool(grading(cell).get("solution"))


def is_answer(cell: Json) -> bool:
    """Say whether a learner writes in a cell."""
    return bool(grading(cell).get("solution"))


def part(cell: Json) -> int:
    """Return which part of the exercise a cell with a name belongs to, from 1 to 3; else 0."""
    found = re.match(r"part-([123])", grade_id(cell))
    return int(found[1]) if found else 0


def learner_version(notebook: Json) -> Json:
    """Return the notebook that a learner gets: no answers and no further checks.

    Parameters
    ----------
    notebook : dict
        The source notebook; it is left unchanged.

    Returns
    -------
    dict
        A tidy notebook, the same for the same source. Answers and checks cannot be deleted.
    """
    import json

    quick_jsonschema.load()
    import nbformat
    from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions, LockCells
    from traitlets.config import Config

    settings = Config()
    settings.ClearSolutions.code_stub = {"python": CODE_STUB}
    settings.ClearSolutions.text_stub = TEXT_STUB
    text = json.dumps(tidy.tidy(notebook))
    made = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    for step in (LockCells, ClearSolutions, ClearHiddenTests):
        made, _ = step(config=settings).preprocess(made, {})
    tidied = tidy.tidy(made)
    for cell, locked in zip(tidied["cells"], made["cells"], strict=True):
        # Tidying takes this for an editor's. Here it keeps a check from being lost by accident.
        if locked["metadata"].get("deletable") is False:
            cell["metadata"]["deletable"] = False
    return tidied


# What keeps an exercise from being in order


def find_faults(root: Path, slug: str) -> Iterator[Problem]:
    """Find what keeps an exercise from being assigned and marked.

    Parameters
    ----------
    root : Path
        The root of the project.
    slug : str
        The exercise.

    Yields
    ------
    Problem
        One for each fault.
    """
    path = root / "exercises" / slug / f"{slug}.ipynb"
    guide = path.with_name("marking.yml")
    if guide.is_file():
        try:
            parse(read_text(guide), guide, Marking)
        except YamlError as error:
            for line in str(error).splitlines():
                what, _, mend = line.partition(": ")[2].partition(". ")
                place = line.partition(": ")[0].partition(", ")[2]
                yield Problem(f"exercises/{slug}/marking.yml", place, f"{what}.", mend)
    if path.is_file():
        file = f"exercises/{slug}/{slug}.ipynb"
        for place, what, mend in _faults(slug, tidy.read(path, file)):
            yield Problem(file, place, what, mend)


def _faults(slug: str, notebook: Json) -> Iterator[tuple[str, str, str]]:
    if notebook["metadata"].get("improving") != {"exercise": slug}:
        mend = f'Write `"improving": {{"exercise": "{slug}"}}` in its metadata.'
        yield "metadata", "The notebook does not say which exercise it is.", mend
    cells = notebook["cells"]
    for number, cell in enumerate(cells, start=1):
        yield from ((f"cell {number}", *fault) for fault in _cell_faults(cell))
    names = [grade_id(cell) for cell in cells if grading(cell)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield "", f"Two cells are called {name!r}.", "Give each its own `grade_id`."
    for number, points in POINTS.items():
        found = sum(
            int(grading(cell).get("points", 0))
            for cell in cells
            if part(cell) == number and grading(cell).get("grade")
        )
        if found != points:
            mend = f"Make its checks add up to {points}."
            yield f"part {number}", f"It is worth {found} points.", mend
    if not any(part(cell) == 2 and HIDDEN in "".join(cell["source"]) for cell in cells):
        mend = f"Put some between `{HIDDEN}` and `### END HIDDEN TESTS`."
        yield "part 2", "No further checks at marking.", mend
    text = "".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    hints = _HINTS.findall(text)
    tasks = sum(bool(re.fullmatch(r"part-[12][a-z]", name)) for name in names)
    if hints != ["1", "2"] * tasks:
        mend = "Give each task of parts 1 and 2 `Hint 1` and `Hint 2`, in that order."
        yield "", f"There are {tasks} tasks and {len(hints)} hints.", mend


def _cell_faults(cell: Json) -> Iterator[tuple[str, str]]:
    if not grading(cell):
        return
    name, text = grade_id(cell), "".join(cell["source"])
    if (is_check(cell) or is_answer(cell)) and not _GRADE_ID.fullmatch(name):
        mend = "Call it part-1a, part-1a-check and so on; the written part is part-3."
        yield f"{name!r} is not the name of a part.", mend
    if is_check(cell) and not text.startswith("from improving import checks\n"):
        mend = "Begin it with `from improving import checks`, so that it stands alone."
        yield "A check that does not import its checks.", mend
    if is_answer(cell) and cell["cell_type"] == "code" and "### BEGIN SOLUTION" not in text:
        yield "An answer with no solution.", "Put one between BEGIN SOLUTION and END SOLUTION."


def check_all(root: Path) -> Iterator[Problem]:
    """Find what keeps any lesson's exercise from being in order."""
    for slug in lessons.listed(root):
        yield from find_faults(root, slug)
