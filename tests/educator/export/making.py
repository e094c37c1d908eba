"""Questions to export: of any words and of any shape."""

import re

from hypothesis import strategies as st

from improving.questions import Bank, Option, Question, Reflection

# Whatever means something to GIFT, to XML, to HTML or to a line.
SPECIAL = st.sampled_from("~=#{}:\\%[]<>&\"'/-$n \n\u2028")
WORDS = st.text(
    SPECIAL | st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40
).filter(lambda text: re.search(r"[^\s\ufeff]", text))


def question(kind="one", right=1, wrong=3, words=()):
    """Make a question; `words` are its stem, then each option and its feedback by turns."""
    told = iter(words)
    stem = next(told, "What is asked?")
    options = [
        Option(
            text=next(told, f"Option {number}"),
            correct=number <= right,
            feedback=next(told, f"Feedback {number}"),
            misconception=None if number <= right else "A belief.",
        )
        for number in range(1, right + wrong + 1)
    ]
    return Question(id="01-one/q1", stem=stem, kind=kind, options=options)


def bank(*questions):
    """Make a bank, with as many copies of the last question as a bank must have."""
    questions = [*questions, *[questions[-1]] * (4 - len(questions))]
    named = [
        one.model_copy(update={"id": f"01-one/q{number}"})
        for number, one in enumerate(questions, 1)
    ]
    thoughts = [Reflection(id=f"01-one/r{number}", prompt="Think.") for number in (1, 2)]
    return Bank(lesson="01-one", questions=named, reflections=thoughts)


@st.composite
def hostile(draw):
    """Make a question of either kind whose words do their worst."""
    kind = draw(st.sampled_from(["one", "many"]))
    right = 1 if kind == "one" else draw(st.integers(1, 3))
    wrong = draw(st.integers(1, 3))
    words = draw(st.lists(WORDS, min_size=13, max_size=13, unique_by=str.strip))
    return question(kind, right, wrong, words)
