"""How much of a question's mark each of its options is worth."""

from __future__ import annotations

from fractions import Fraction

from improving.questions import Question


def shares(question: Question) -> list[Fraction]:
    """Return the share of the mark that each option adds, or takes away.

    Parameters
    ----------
    question : Question
        Of either kind.

    Returns
    -------
    list of fractions.Fraction
        One for each option. The right ones add up to 1. Where several can be ticked, the wrong
        ones add up to -1, so that to tick everything earns nothing.
    """
    right = sum(option.correct for option in question.options)
    wrong = len(question.options) - right
    lost = Fraction(-1, wrong) if question.kind == "many" and wrong else Fraction(0)
    return [Fraction(1, right) if option.correct else lost for option in question.options]
