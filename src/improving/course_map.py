"""How the lessons lean on each other, and what to read after each: `book/course-map.yml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from improving import lessons
from improving.problems import CourseError, Problem

FILE = "book/course-map.yml"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Entry(BaseModel):
    """One lesson on the map.

    Parameters
    ----------
    short : str
        Its name in the drawing.
    idea : str
        What a reader leaves with, in a sentence or two.
    leans_on : list of str
        Slugs of the lessons whose idea it uses.
    next : dict of str to str
        Slug of a lesson to read after it, and why.
    """

    model_config = ConfigDict(extra="forbid")

    short: Text
    idea: Text
    leans_on: list[str]
    next: dict[str, Text]


def load_map(root: Path) -> dict[str, Entry]:
    """Read the map.

    Parameters
    ----------
    root : Path
        The root of the project.

    Returns
    -------
    dict of str to Entry
        Each lesson of the table of contents, in its order. Empty for a book without a map.

    Raises
    ------
    CourseError
        If the file cannot be read, leaves out a lesson or names one that does not exist.
    """
    found, problems = _read(root)
    if problems:
        raise CourseError(problems)
    return {slug: found[slug] for slug in lessons.listed(root) if slug in found}


def find_faults(root: Path) -> list[Problem]:
    """Return what is wrong with the map."""
    return _read(root)[1]


def _read(root: Path) -> tuple[dict[str, Entry], list[Problem]]:
    if not (root / FILE).is_file():
        return {}, []
    try:
        content = yaml.safe_load((root / FILE).read_text(encoding="utf-8"))
        found = TypeAdapter(dict[str, Entry]).validate_python(content)
    except yaml.YAMLError as error:
        mend = "Mend the file; a lesson is a slug, then short, idea, leans_on and next."
        return {}, [Problem(FILE, "", str(error), mend)]
    except ValidationError as error:
        return {}, [
            Problem(FILE, ".".join(map(str, one["loc"])), one["msg"], "Correct this entry.")
            for one in error.errors()
        ]
    return found, _astray(found, lessons.listed(root))


def _astray(found: dict[str, Entry], slugs: list[str]) -> list[Problem]:
    problems = [
        Problem(FILE, slug, "This lesson is not on the map.", "Add an entry for it.")
        for slug in slugs
        if slug not in found
    ]
    for slug, entry in found.items():
        for named in (slug, *entry.leans_on, *entry.next):
            if named not in slugs:
                mend = "Name a lesson of _toc.yml."
                problems.append(Problem(FILE, slug, f"There is no lesson {named}.", mend))
    return problems
