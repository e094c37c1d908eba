"""Start a lesson: every file it needs, each saying what its author has to write."""

from pathlib import Path
from typing import Any

from improving import lessons, scaffold_exercise, tidy
from improving.check import ANATOMY
from improving.problems import CourseError

NEXT = """
What to do next:
  1. Add `- file: chapters/{slug}` to _toc.yml, in the part it belongs to,
     `- file: exercises/{slug}/{slug}` below book/exercises, and an entry to
     book/course-map.yml.
  2. Replace every [write] in the files above. `python course.py check` lists what is left.
  3. Run `python course.py book`, then `python course.py serve`."""

OPENING = """\
# [write] Title

**[write] The lesson's message, in 1 sentence.**

Time: [write] `python course.py check` measures it and says what to write.

When you finish, you can:

- [write] a first thing that a reader can check
- [write] a second
- [write] a third
"""

GUIDES = {
    "A decision": "[write] A short scene at an invented trust. What would the reader do?",
    "Predict": "[write] What the explorer shows, and what to guess before it answers.",
    "Explore": """\
[write] Three tasks. Each has a setting to find and something to notice.

1. **Find a setting where** [write]
2. **Find a setting where** [write]
3. **Find a setting where** [write]""",
    "What the evaluation found": "[write] What the authors say, each statement with its citation.",
    "Evidence": "[write] Real figures, where they come from, and their limits.",
    "The other side": "[write] The best case against the lesson.",
    "Possibilities": """\
**On Monday.** [write]

**Next quarter.** [write]

**Next year.** [write]

**In a 30-minute team meeting.** [write]""",
    "Reflect": ("Your answers stay on this device and join [My workbook](../book/workbook.md)."),
    "Exercise": """\
[[write] Title](../exercises/{slug}/{slug}.ipynb) takes about 45 minutes, in a notebook with real \
figures.

1. [write] Part 1
2. [write] Part 2
3. [write] Part 3""",
    "Sources": "```{footbibliography}\n```",
}

EXPLORER = """\
from improving import Guess, Slider, explore
from improving.models import {module}
from improving.views import {module} as view

explore(
    {module}.simulate,
    name="{slug}/first",
    title="[write] What the picture shows",
    share=Slider("[write] What the dial is", 0, 1, step=0.1, default=0.5),
    chart=view.chart,
    summary=view.summary,
    predict=Guess("[write] What will the last value be?"),
    answer=view.last,
)"""

CODE = {
    "Predict": EXPLORER,
    "Check yourself": 'from improving import check_yourself\n\ncheck_yourself("{slug}")',
    "Reflect": 'from improving import reflect\n\nreflect("{slug}")',
    "About this model": "from improving import about\n\nabout({module}.CARD)",
}

MODEL = '''\
"""Lesson {number}: [write] what the model is about."""

import pandas as pd

from improving.models.card import ModelCard
from improving.models.ranges import require_between

YEARS = 10


def simulate(share: float = 0.5) -> pd.DataFrame:
    """[write] Say what is computed, with its equation and the original reference.

    Parameters
    ----------
    share
        [write] What it is, from 0 to 1.

    Returns
    -------
    pandas.DataFrame
        One row a year: `year`, and `share_pct` in percent.

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    """
    require_between("share", share, 0, 1)
    years = range(YEARS + 1)
    return pd.DataFrame({{"year": years, "share_pct": [100 * share for _ in years]}})


CARD = ModelCard(
    title="[write]",
    assumes=("[write]",),
    leaves_out=("[write]",),
    numbers=("[write] Evidence with its citation, or illustration.",),
    cannot_tell=("[write]",),
)
'''

VIEW = '''\
"""Lesson {number}: how its model is shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.models.{module} import YEARS
from improving.quick_altair import alt


def chart(frame: pd.DataFrame) -> Any:
    """Draw the share over time."""
    years = alt.X("year:Q", title="Years", scale=alt.Scale(domain=[0, YEARS], nice=False))
    return charts.series(frame, years, {{"share_pct": "Share"}}, "Share (%)", (0, 100)).properties(
        description="[write] At most 125 characters: what the picture shows."
    )


def last(frame: pd.DataFrame) -> float:
    """Return the share in the last year, percent."""
    return float(frame["share_pct"].iloc[-1])


def summary(frame: pd.DataFrame) -> str:
    """[write] Say what the picture shows in 1 sentence."""
    return f"After {{YEARS}} years the share is {{last(frame):.0f}}%."
'''

TESTS = '''\
"""[write] Hold the model of {slug} against a known result: a closed form, a published value."""

import pytest

from improving.models import {module}


def test_a_known_result():
    known = None  # [write] The value, and where it is published.
    assert {module}.simulate(share=0.5)["share_pct"].iloc[-1] == pytest.approx(known)
'''

FINDINGS = '''\
"""[write] What lesson {number} asks a reader to find is there, at the settings it names."""

from improving.models import {module}
from improving.views import {module} as view


def test_the_first_task_can_be_done():
    wanted = None  # [write] What the first task asks the reader to find.
    assert view.last({module}.simulate(share=0.5)) == wanted


def test_the_sentence_says_what_the_frame_holds():
    run = {module}.simulate(share=0.5)
    assert f"{{view.last(run):.0f}}%" in view.summary(run)
'''

QUESTION = """\
  - id: {slug}/q{n}
    stem: "[write] A question about a decision."
    kind: one
    options:
      - text: "[write] The right answer."
        correct: true
        feedback: "[write] Why it is right."
      - text: "[write] A wrong answer that people give."
        correct: false
        feedback: "[write] Why it is wrong."
        misconception: "[write] The belief behind it."
"""

REFLECTION = """\
  - id: {slug}/r{n}
    prompt: "[write] A prompt that has no right answer."
"""


def new_lesson(root: Path, slug: str) -> list[Path]:
    """Write the files of a new lesson.

    Parameters
    ----------
    root : Path
        The root of the project.
    slug : str
        Two digits, then words of small letters and digits, joined by hyphens: "16-my-lesson".

    Returns
    -------
    list of Path
        The files written. Each says `[write]` wherever its author has something to write.

    Raises
    ------
    CourseError
        If the slug is not a lesson's name, its number is taken, or one of its files exists.
        Nothing is written then.
    """
    files = _files(root, _checked(root, slug))
    if taken := [path for path in files if path.exists()]:
        names = ", ".join(path.relative_to(root).as_posix() for path in taken)
        raise CourseError(f"{names}: exists already.\n    Mend: choose another name.")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)


def _checked(root: Path, slug: str) -> str:
    if not lessons.SLUG.fullmatch(slug):
        raise CourseError(
            f"{slug!r} is not a lesson's name.\n"
            "    Mend: write 2 digits, then words of small letters, such as 16-my-lesson."
        )
    if taken := sorted((root / "chapters").glob(f"{slug[:2]}-*.ipynb")):
        raise CourseError(
            f"{taken[0].relative_to(root).as_posix()} has the number {slug[:2]}.\n"
            "    Mend: choose another number."
        )
    return slug


def _files(root: Path, slug: str) -> dict[Path, str]:
    names = {"slug": slug, "module": lessons.module_name(slug), "number": slug[:2]}
    paths = lessons.paths(root, slug)
    return {
        paths["chapter"]: tidy.dumps(_chapter(names)),
        paths["questions"]: _bank(slug),
        paths["model"]: MODEL.format(**names),
        root / "src" / "improving" / "views" / f"{names['module']}.py": VIEW.format(**names),
        paths["tests"]: TESTS.format(**names),
        paths["findings"]: FINDINGS.format(**names),
        paths["exercise"]: tidy.dumps(scaffold_exercise.notebook(slug)),
        paths["marking guide"]: scaffold_exercise.marking(slug),
    }


def _chapter(names: dict[str, str]) -> dict[str, Any]:
    cells = [_cell("markdown", OPENING)]
    for part in ANATOMY:
        cells.append(
            _cell(
                "markdown",
                f"## {part}\n\n{GUIDES.get(part, '').replace('{slug}', names['slug'])}".strip(),
            )
        )
        if part in CODE:
            cells.append(_cell("code", CODE[part].format(**names), tags=["hide-input"]))
    return tidy.tidy({"cells": cells})


def _cell(kind: str, source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": kind, "source": source, "metadata": metadata}


def _bank(slug: str) -> str:
    questions = "".join(QUESTION.format(slug=slug, n=n) for n in range(1, 5))
    reflections = "".join(REFLECTION.format(slug=slug, n=n) for n in (1, 2))
    return f"lesson: {slug}\nquestions:\n{questions}reflections:\n{reflections}"
