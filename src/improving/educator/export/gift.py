"""The question bank in GIFT, the plain-text format that Moodle reads.

Each lesson is a category, and a question's id is its name. Moodle adds questions and never
replaces them: an educator who imports a second time deletes the first copy.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path

from improving.educator.export.shares import shares
from improving.files import write_bytes
from improving.problems import CourseError
from improving.questions import Bank, Option, Question

COURSE = "Improving at Scale"
# Moodle accepts a grade of 1/n only for these n.
MOST_SHARING = 10

_SPECIAL = re.compile(r"[~=#{}:\\]")
# At the start of a text these announce a weight or a format.
_ANNOUNCING = re.compile(r"^[%\[]")


def text(banks: Iterable[Bank]) -> str:
    """Return question banks in GIFT.

    Parameters
    ----------
    banks : iterable of Bank
        One for each lesson.

    Returns
    -------
    str
        A category for each lesson, then its questions, with a blank line after each.

    Raises
    ------
    CourseError
        If a question has more right or wrong options than Moodle can share a mark between.
    """
    return "".join(f"{part}\n\n" for bank in banks for part in _bank(bank))


def write(banks: Iterable[Bank], to: Path) -> Path:
    """Write question banks to a GIFT file.

    Parameters
    ----------
    banks : iterable of Bank
        One for each lesson.
    to : Path
        The file.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    CourseError
        If a question does not fit Moodle's grades, or the file cannot be written.
    """
    return write_bytes(to, text(banks).encode())


def _bank(bank: Bank) -> list[str]:
    # A slash divides a category from the one inside it.
    return [f"$CATEGORY: {COURSE}/{bank.lesson}", *map(_question, bank.questions)]


def _question(question: Question) -> str:
    weights = [_percent(share.numerator, share.denominator) for share in shares(question)]
    _check_grades(question)
    lines = [
        f"\t{_sign(question, option, weight)}{_text(option.text)}#{_text(option.feedback)}"
        for option, weight in zip(question.options, weights, strict=True)
    ]
    name = _SPECIAL.sub(r"\\\g<0>", question.id)
    return "\n".join([f"::{name}::[html]{_text(question.stem)}{{", *lines, "}"])


def _sign(question: Question, option: Option, weight: str) -> str:
    if question.kind == "many":
        return f"~%{weight}%"
    return "=" if option.correct else "~"


def _percent(numerator: int, denominator: int) -> str:
    """Return a percentage with the 5 decimals of Moodle's list, such as 33.33333, or fewer."""
    return f"{100 * numerator / denominator:.5f}".rstrip("0").rstrip(".")


def _check_grades(question: Question) -> None:
    right = sum(option.correct for option in question.options)
    for name, count in (("right", right), ("wrong", len(question.options) - right)):
        if question.kind == "many" and count > MOST_SHARING:
            raise CourseError(
                f"{question.id}: Moodle cannot share a mark between {count} {name} options.\n"
                f"    Mend: give the question at most {MOST_SHARING} {name} options."
            )


def _text(words: str) -> str:
    """Return plain words as HTML on one line, with all that means something to GIFT escaped."""
    markup = "<br>".join(html.escape(line, quote=False) for line in words.splitlines())
    markup = _ANNOUNCING.sub(lambda found: f"&#{ord(found[0])};", markup)
    return _SPECIAL.sub(r"\\\g<0>", markup)
