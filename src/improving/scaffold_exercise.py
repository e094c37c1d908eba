"""The exercise of a new lesson, to be filled in by its author."""

from __future__ import annotations

from typing import Any

from improving import tidy

HINTS = """
<details><summary>Hint 1</summary>

[write] What to look at first.

</details>

<details><summary>Hint 2</summary>

[write] Nearly the answer.

</details>"""

TASK = """\
### Task {name}: [write] what it finds

[write] What to work out, and the name to put it in.
"""

ANSWER = "answer_{name} = ...\n### BEGIN SOLUTION\nanswer_{name} = 0  # [write]\n### END SOLUTION"

CHECK = """\
from improving import checks

# [write] `checks.seal("answer_{name}", VALUE)` gives what to put here.
checks.number("answer_{name}", answer_{name}, sealed="000000000000")
### BEGIN HIDDEN TESTS
checks.number("answer_{name}", answer_{name}, equals=0)  # [write]
### END HIDDEN TESTS"""

MARKING = """\
exercise: {slug}
summary: "[write] What a learner does, in 1 sentence that starts with a verb."
minutes: 45
rubric:
{rubric}misconceptions:
{misconceptions}notes: "[write] How to lead the exercise with a group."
"""

CRITERION = """\
  - criterion: "[write] What is looked for."
    levels:
      - "[write] What earns 0 points."
      - "[write] What earns 1 point."
      - "[write] What earns 2 points."
"""

MISCONCEPTION = """\
  - belief: "[write] A mistaken belief."
    sign: "[write] How it shows."
    feedback: "[write] What to say."
"""


def notebook(slug: str) -> dict[str, Any]:
    """Return the exercise's source notebook: 3 parts, worth 6, 8 and 6 points.

    Parameters
    ----------
    slug : str
        The lesson.
    """
    opening = (
        f"# [write] Title\n\n[write] What you do. See [the lesson](../../chapters/{slug}.ipynb)."
    )
    cells = [
        _text(opening),
        _code("setup", "from improving import checks, data", locked=True),
        _text("## Part 1: [write] real figures"),
        *_task("1a", 3),
        *_task("1b", 3),
        _text("## Part 2: [write] the model"),
        *_task("2a", 4),
        *_task("2b", 4),
        _text("## Part 3: [write] your advice\n\n[write] To whom, about what, in 150 words."),
        _graded("markdown", "part-3", "[write] A model answer.", 6, solution=True),
    ]
    return tidy.tidy({"cells": cells, "metadata": {"improving": {"exercise": slug}}})


def marking(slug: str) -> str:
    """Return the exercise's marking guide, as YAML.

    Parameters
    ----------
    slug : str
        The lesson.
    """
    return MARKING.format(slug=slug, rubric=CRITERION * 3, misconceptions=MISCONCEPTION * 3)


def _task(name: str, points: int) -> list[dict[str, Any]]:
    return [
        _text(TASK.format(name=name) + HINTS),
        _code(f"part-{name}", ANSWER.format(name=name), solution=True),
        _graded("code", f"part-{name}-check", CHECK.format(name=name), points, locked=True),
    ]


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def _code(name: str, source: str, **roles: Any) -> dict[str, Any]:
    none = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}
    metadata = {"nbgrader": none | {"grade_id": name} | roles}
    return {"cell_type": "code", "source": source, "metadata": metadata}


def _graded(kind: str, name: str, source: str, points: int, **roles: Any) -> dict[str, Any]:
    return _code(name, source, grade=True, points=points, **roles) | {"cell_type": kind}
