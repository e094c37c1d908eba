"""Exercises in the book: the learner's version as a page and as a notebook to download.

The source of an exercise holds its answers. It is turned into the learner's version before Sphinx
reads a word of it, so that no answer reaches a page, the search index or any other file. The
educators' edition shows the source instead, with what a marker needs.
"""

from __future__ import annotations

import html
import json
import os
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from improving import exercises, tidy
from improving.tidy import Json

DOWNLOADS = "_exercises"
HOW_TO_OPEN = "../../book/how-to-use.html#do-an-exercise"

WARNING = (
    "**Educators' edition.** This page shows answers, further checks and a model answer. "
    "Do not publish it."
)


def show(app: Sphinx, docname: str, source: list[str]) -> None:
    """Replace an exercise's text by what this edition shows of it."""
    slug = slug_of(docname)
    if slug:
        made = page(slug, json.loads(source[0]), edition())
        source[0] = tidy.dumps(made)


def slug_of(docname: str) -> str:
    """Return the exercise that a page shows, or "" for any other page."""
    parts = docname.split("/")
    return parts[1] if parts[0] == "exercises" and len(parts) == 3 else ""


def edition() -> str:
    """Return which edition is being built: "learner" or "educator"."""
    return os.environ.get("IMPROVING_EDITION", "learner")


def page(slug: str, source: Json, edition: str) -> Json:
    """Return the notebook that becomes an exercise's page.

    Parameters
    ----------
    slug : str
        The exercise.
    source : dict
        Its notebook as its author wrote it.
    edition : str
        "learner" or "educator".

    Returns
    -------
    dict
        A notebook that is not run, with what a reader needs before and after it.
    """
    guide = exercises.marking(slug)
    answers = edition == "educator"
    notebook = source if answers else exercises.learner_version(source)
    first, *rest = (_folded(cell) for cell in notebook["cells"])
    cells = [first, _text(_start(slug, guide.minutes))]
    cells += [_text(WARNING)] if answers else []
    cells += [*rest, _text(_rubric(guide))]
    cells += [_text(_for_the_marker(guide))] if answers else []
    metadata = {**notebook["metadata"], "mystnb": {"execution_mode": "off"}}
    return tidy.tidy({"cells": cells, "metadata": metadata})


def _folded(cell: Json) -> Json:
    """Fold what a reader need not see: the code of checks."""
    if not exercises.is_check(cell):
        return cell
    words = {"code_prompt_show": "The check", "code_prompt_hide": "The check"}
    return cell | {"metadata": {**cell["metadata"], "tags": ["hide-input"], "mystnb": words}}


def _text(source: str) -> Json:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _start(slug: str, minutes: int) -> str:
    return (
        '<p class="exercise-start">'
        f"About {minutes} minutes. {sum(exercises.POINTS.values())} points. "
        f'<a href="../../{DOWNLOADS}/{slug}.ipynb" download>Download the notebook</a>. '
        f'<a href="{HOW_TO_OPEN}">How to open it</a>.</p>'
    )


def _rubric(guide: exercises.Marking) -> str:
    rows = [f"| {one.criterion} | {' | '.join(one.levels)} |" for one in guide.rubric]
    head = "| What is looked for | 0 points | 1 point | 2 points |\n|---|---|---|---|\n"
    return "## How part 3 is marked\n\n" + head + "\n".join(rows)


def _for_the_marker(guide: exercises.Marking) -> str:
    expected = "\n".join(
        f"- **{one.belief}** How it shows: {one.sign} What to say: {one.feedback}"
        for one in guide.misconceptions
    )
    return (
        f"## For the marker\n\n### Mistaken beliefs to expect\n\n{expected}\n\n"
        f"### Notes for the facilitator\n\n{guide.notes}"
    )


class ExerciseList(Directive):
    """``{exercise-list}``: every exercise, what a learner does in it, and its notebook."""

    def run(self) -> list[nodes.Node]:
        """Return the list."""
        items = "".join(_item(slug) for slug in exercises.listed())
        text = f'<ol class="exercise-list">{items}</ol>'
        return [nodes.raw(text=text, format="html")]


def _item(slug: str) -> str:
    guide, name = exercises.marking(slug), html.escape(exercises.title(exercises.source(slug)))
    return (
        f'<li value="{int(slug[:2])}"><a href="../exercises/{slug}/{slug}.html">{name}</a>. '
        f"{html.escape(guide.summary)} About {guide.minutes} minutes. "
        f'<a href="../{DOWNLOADS}/{slug}.ipynb" download aria-label="Download {name}">'
        "Download the notebook</a>.</li>"
    )


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the notebooks that learners download."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / DOWNLOADS
    folder.mkdir(exist_ok=True)
    for slug in exercises.listed():
        released = exercises.learner_version(exercises.source(slug))
        (folder / f"{slug}.ipynb").write_text(tidy.dumps(released), encoding="utf-8")


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""

    def connect(event: str, act: Any) -> None:
        app.connect(event, act)

    app.add_directive("exercise-list", ExerciseList)
    connect("source-read", show)
    connect("build-finished", write)
