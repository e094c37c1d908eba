"""A very small exercise, and cohorts that hand it in: every kind of good and bad submission."""

import json
from dataclasses import dataclass
from pathlib import Path

from improving import tidy
from improving.educator.desk import Desk, Learner

SLUG = "99-tiny"

GUIDE = """\
exercise: 99-tiny
summary: Do a sum, write a function, and say what it was for.
minutes: 30
rubric:
  - criterion: Says what
    levels: [Not said, Partly, Fully]
  - criterion: Says why
    levels: [Not said, Partly, Fully]
  - criterion: Says how
    levels: [Not said, Partly, Fully]
misconceptions:
  - {belief: One is none, sign: Writes 0, feedback: One is one.}
  - {belief: Two is one, sign: Writes 1, feedback: Two is two.}
  - {belief: Three is two, sign: Writes 2, feedback: Three is three.}
notes: For the facilitator.
"""

HINT = "<details><summary>Hint {}</summary>\n\nTry.\n\n</details>"
HINTS = "\n\n".join(HINT.format(number) for number in (1, 2))


def nbgrader(name, **roles):
    base = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}
    return {"nbgrader": base | {"grade_id": name} | roles}


def cell(kind, source, metadata=None):
    return {"cell_type": kind, "source": source, "metadata": metadata or {}}


def exercise():
    """The exercise as an author writes it."""
    check = {"grade": True, "locked": True}
    cells = [
        cell("markdown", "# A sum and a function\n\nYou do a sum."),
        cell("code", "import math", nbgrader("setup", locked=True)),
        cell(
            "markdown", f"## Part 1: a sum\n\n### Task 1a\n\nPut 6 times 7 in `answer`.\n\n{HINTS}"
        ),
        cell(
            "code",
            "answer = ...\n### BEGIN SOLUTION\nanswer = 6 * 7\n### END SOLUTION",
            nbgrader("part-1a", solution=True),
        ),
        cell(
            "code",
            'from improving import checks\n\nchecks.number("answer", answer, equals=42)',
            nbgrader("part-1a-check", points=6, **check),
        ),
        cell("markdown", f"## Part 2: a function\n\n### Task 2a\n\nWrite `double(x)`.\n\n{HINTS}"),
        cell(
            "code",
            "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION",
            nbgrader("part-2a", solution=True),
        ),
        cell(
            "code",
            "from improving import checks\n\n"
            'checks.function("double", double, [({"x": 2}, 4)])\n'
            "### BEGIN HIDDEN TESTS\n"
            'checks.function("double", double, [({"x": 1234}, 2468)])\n'
            "### END HIDDEN TESTS",
            nbgrader("part-2a-check", points=8, **check),
        ),
        cell("markdown", "## Part 3: in your words\n\nSay what it was for."),
        cell(
            "markdown",
            "A model answer of mine.",
            nbgrader("part-3", grade=True, solution=True, points=6),
        ),
    ]
    return tidy.tidy({"cells": cells, "metadata": {"improving": {"exercise": SLUG}}})


def write_exercise(folder: Path) -> Path:
    """Write the exercise into a folder of exercises, and return that folder."""
    place = folder / SLUG
    place.mkdir(parents=True)
    (place / f"{SLUG}.ipynb").write_text(tidy.dumps(exercise()), encoding="utf-8")
    (place / "marking.yml").write_text(GUIDE, encoding="utf-8")
    return folder


RIGHT_1 = "answer = 6 * 7"
RIGHT_2 = "def double(x):\n    return 2 * x"
WORDS = "It was to see how marking works."


def filled_in(released, first=RIGHT_1, second=RIGHT_2, words=WORDS):
    """The learner's version with answers in it."""
    answers = {"part-1a": first, "part-2a": second, "part-3": words}
    made = json.loads(json.dumps(released))
    for one in made["cells"]:
        name = one["metadata"].get("nbgrader", {}).get("grade_id")
        if name in answers:
            one["source"] = answers[name].splitlines(keepends=True)
    return made


@dataclass(frozen=True)
class Case:
    """What somebody hands in, and what must come of it."""

    learner: str
    content: bytes | None
    status: str
    part_1: float | None
    part_2: float | None
    file: str = f"{SLUG}.ipynb"


def hand_in(desk: Desk, case: Case) -> None:
    """Put a submission where `collect` would."""
    desk.add_learners([Learner(case.learner)])
    if case.content is not None:
        path = desk.submitted(SLUG, case.learner)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(case.content)


def as_bytes(notebook) -> bytes:
    return tidy.dumps(notebook).encode()
