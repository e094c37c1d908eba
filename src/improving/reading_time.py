"""How long a lesson takes, measured from its text, explorers and questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from improving import lessons, prose, tidy
from improving.problems import Problem
from improving.questions import read_bank
from improving.yaml_files import YamlError

WORDS_A_MINUTE = 150
"""How fast people read what they mean to use."""

MINUTES = {"explorer": 4, "question": 1, "reflection": 2}
"""What a reader spends on each: an explorer's tasks, an answer with its feedback, a few lines."""

_EXPLORER = re.compile(r"^explore\(", re.MULTILINE)
_TIME = re.compile(r"Time: .*")


def opening(root: Path, slug: str) -> str:
    """Return the line on time that a lesson should open with.

    Parameters
    ----------
    root : Path
        The root of the project.
    slug : str
        The lesson.

    Returns
    -------
    str
        Minutes to read and explore, and minutes for questions, each to the nearest 5.
    """
    paths = lessons.paths(root, slug)
    chapter = paths["chapter"]
    found = prose.sentences(prose.lines(root, chapter))
    words = sum(sentence.words for sentence in found)
    cells = tidy.read(chapter, chapter.name)["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    explorers = sum(len(_EXPLORER.findall(source)) for source in code)
    bank = read_bank(paths["questions"])
    reading = words / WORDS_A_MINUTE + explorers * MINUTES["explorer"]
    answering = (
        len(bank.questions) * MINUTES["question"] + len(bank.reflections) * MINUTES["reflection"]
    )
    return (
        f"Time: about {_rounded(reading)} minutes to read and explore, "
        f"and {_rounded(answering)} for the questions. You need no code."
    )


def _rounded(minutes: float) -> int:
    return max(5, 5 * round(minutes / 5))


def find_faults(root: Path) -> Iterator[Problem]:
    """Find lessons that state another time than they take."""
    for slug in lessons.listed(root):
        paths = lessons.paths(root, slug)
        if not (paths["chapter"].is_file() and paths["questions"].is_file()):
            continue
        try:
            wanted = opening(root, slug)
        except YamlError:
            continue  # the check of the questions says what is wrong with them
        said = [line for line in prose.lines(root, paths["chapter"]) if _TIME.match(line.text)]
        if not said or said[0].text != wanted:
            file = paths["chapter"].relative_to(root).as_posix()
            place = said[0].place if said else "cell 1"
            yield Problem(file, place, "States another time than it takes.", f"Write: {wanted}")
