"""A lesson opens with the time it takes: its words, its explorers and its questions."""

import pytest
import yaml

from improving import lessons
from improving.reading_time import find_faults, opening
from improving.tidy import dumps, tidy

SLUG = "16-x"
OPTIONS = [
    {"text": "Right.", "correct": True, "feedback": "Yes."},
    {"text": "Wrong.", "correct": False, "feedback": "No.", "misconception": "A belief."},
]
QUESTIONS = [
    {"id": f"{SLUG}/q{n}", "stem": "What?", "kind": "one", "options": OPTIONS} for n in range(1, 5)
]
REFLECTIONS = [{"id": f"{SLUG}/r{n}", "prompt": "Think."} for n in (1, 2)]
BANK = yaml.safe_dump({"lesson": SLUG, "questions": QUESTIONS, "reflections": REFLECTIONS})


def write(root, words, explorers, time="Time: soon."):
    paths = lessons.paths(root, SLUG)
    for name in ("chapter", "questions"):
        paths[name].parent.mkdir(parents=True, exist_ok=True)
    text = " ".join(["word"] * words)
    cells = [{"cell_type": "markdown", "source": f"# X\n\n{time}\n\n{text}.", "metadata": {}}]
    cells += [{"cell_type": "code", "source": "explore(\n    f,\n)", "metadata": {}}] * explorers
    paths["chapter"].write_text(dumps(tidy({"cells": cells})))
    paths["questions"].write_text(BANK)
    (root / "_toc.yml").write_text(
        f"format: jb-book\nroot: book/welcome\nchapters:\n- file: chapters/{SLUG}\n"
    )


@pytest.mark.parametrize(
    ("words", "explorers", "minutes"), [(10, 0, 5), (2250, 0, 15), (2250, 3, 25), (3000, 2, 30)]
)
def test_the_time_follows_the_words_and_the_explorers(tmp_path, words, explorers, minutes):
    write(tmp_path, words, explorers)
    assert opening(tmp_path, SLUG).startswith(f"Time: about {minutes} minutes to read and explore")


def test_another_time_is_a_fault_whose_mend_is_the_right_line(tmp_path):
    write(tmp_path, 2250, 0)
    (fault,) = find_faults(tmp_path)
    assert fault.mend == f"Write: {opening(tmp_path, SLUG)}"
    write(tmp_path, 2250, 0, fault.mend.removeprefix("Write: "))
    assert list(find_faults(tmp_path)) == []
