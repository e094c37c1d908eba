"""Checks: right, wrong and not answered each get their sentence, and odd objects get no points."""

import decimal
import fractions
import math
import re

import ipywidgets
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from improving import checks
from improving.checks import NotAnswered, NotYet, seal


class EqualToAll:
    """Says that it is whatever it is compared with."""

    __hash__ = object.__hash__

    def __eq__(self, other):
        return True

    __le__ = __lt__ = __ge__ = __gt__ = __contains__ = __eq__

    def __ne__(self, other):
        return False

    def __sub__(self, other):
        return 0

    __rsub__ = __abs__ = __len__ = lambda self, *_: 0

    def __float__(self):
        return 42.0

    def __iter__(self):
        return iter([self])

    def __getattr__(self, name):
        return self

    def __call__(self, **_):
        return self


def subclass(kind):
    """A class that passes for another and answers every comparison with yes."""
    return type("Trick", (kind,), {"__eq__": lambda *_: True, "__hash__": kind.__hash__})


ODD = [
    *(True, False, np.True_, math.nan, math.inf, -math.inf, np.float64("nan"), 10**400, -(10**400)),
    *(
        1j,
        "forty-two",
        b"42",
        [42],
        (42,),
        {42: 42},
        {42},
        range(42),
        object(),
        EqualToAll(),
        EqualToAll,
    ),
    *(subclass(int)(42), subclass(float)(42), subclass(np.float64)(42), subclass(str)("42")),
    *(np.array([42.0]), np.array(42.0), pd.Series([42.0]), pd.DataFrame({"a": [42.0]})),
    *(pd.NA, pd.NaT, np.timedelta64(42), np.datetime64("2042"), pd.Timestamp(42)),
    *(decimal.Decimal(42), fractions.Fraction(42), lambda: 42, print, NotYet),
]
ODD_TYPES = [f"{type(value).__name__} {n}" for n, value in enumerate(ODD)]
odd = pytest.mark.parametrize("value", ODD, ids=ODD_TYPES)


def columns(**values):
    return pd.DataFrame(values)


CALLS = {
    "number": lambda value: checks.number("x", value, equals=42),
    "sealed number": lambda value: checks.number("x", value, sealed=seal("x", 42)),
    "choice": lambda value: checks.choice("x", value, among=["42", "43"], equals="42"),
    "sealed choice": lambda v: checks.choice("x", v, among=["42", "43"], sealed=seal("x", "42")),
    "order": lambda value: checks.order("x", value, among=["a", "b"], equals=["b", "a"]),
    "sealed order": lambda v: checks.order("x", v, among=["a", "b"], sealed=seal("x", "b > a")),
    "table": lambda value: checks.table("x", value, columns=["a", "b"], rows=1),
    "control": lambda value: checks.control("x", value, low=0, high=42),
    "function": lambda value: checks.function("x", value, [({"a": 6}, 42)]),
    "result of a function": lambda v: checks.function("x", lambda a: v, [({"a": 6}, 42)]),
}
RIGHT = {
    "number": [42, 42.0, np.int64(42), np.float32(42), np.uint8(42), np.longdouble(42)],
    "sealed number": [42, 42.0, 42.4, 41.6, np.int8(42), np.float16(42)],
    "choice": ["42", " 42 ", np.str_("42")],
    "sealed choice": ["42", "42\n"],
    "order": [["b", "a"], ("B", " a "), [np.str_("b"), "a"]],
    "sealed order": [["b", "a"], ("b", "A")],
    "table": [columns(a=[1], b=[2]), columns(b=[None], c=[1], a=[1])],
    "control": [
        ipywidgets.IntSlider(0, 0, 42, description="Size"),
        ipywidgets.FloatSlider(1, min=0, max=42, description="Size"),
    ],
    "function": [lambda a: 7 * a, lambda a, b=7: np.float64(a * b)],
    "result of a function": [42, 42.0, np.int64(42)],
}
WRONG = {
    "number": [41, 42.001, -41, 0, 1e300],
    "sealed number": [41, 43, 0.42],
    "choice": ["43", "44", "", "4 2"],
    "sealed choice": ["43", "B"],
    "order": [["a", "b"], ["b"], ["b", "a", "a"], [], "ba", {"b": 1, "a": 2}, ["b", 1], {"b", "a"}],
    "sealed order": [["a", "b"], ["b", "b"]],
    "table": [
        columns(a=[1]),
        columns(a=[1, 2], b=[1, 2]),
        columns(),
        columns(a=[1], b=[1]).head(0),
    ],
    "control": [
        ipywidgets.IntSlider(0, 0, 41, description="Size"),
        ipywidgets.IntSlider(0, 0, 42),
        ipywidgets.IntSlider(0, 0, 42, description="  "),
        ipywidgets.FloatText(42, description="Size"),
        ipywidgets.IntRangeSlider(min=0, max=42, description="Size"),
    ],
    "function": [lambda a: a, lambda a: "42", lambda a: math.nan, lambda a: True],
    "result of a function": [41, "42", [42]],
}
pairs = [(name, value) for name, values in RIGHT.items() for value in values]
wrong_pairs = [(name, value) for name, values in WRONG.items() for value in values]


@pytest.mark.parametrize(("name", "value"), pairs)
def test_a_right_answer_is_said_to_be_right(name, value, capsys):
    CALLS[name](value)
    assert capsys.readouterr().out == "Right: x.\n"


@pytest.mark.parametrize(("name", "value"), wrong_pairs)
def test_a_wrong_answer_gets_one_plain_sentence_or_two(name, value, capsys):
    with pytest.raises(NotYet) as told:
        CALLS[name](value)
    assert type(told.value) is NotYet
    assert re.fullmatch(r"`x.*`.*\.", str(told.value))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("value", [..., None])
def test_what_is_not_filled_in_is_not_called_wrong(name, value):
    with pytest.raises(NotAnswered, match=r"`x.*` has no value yet\. Fill in the cell above"):
        CALLS[name](value)


@odd
@pytest.mark.parametrize("name", [name for name in CALLS if name != "function"])
def test_no_odd_object_earns_a_point_or_breaks_a_check(name, value):
    with pytest.raises(NotYet) as told:
        CALLS[name](value)
    assert type(told.value) is NotYet
    assert len(str(told.value)) < 200


@odd
def test_no_odd_object_passes_for_a_function(value):
    """What can be called is called, and what it returns is looked at; an error is the learner's."""
    if callable(value) and not isinstance(value, EqualToAll):
        with pytest.raises((NotYet, TypeError)):
            CALLS["function"](value)
    else:
        with pytest.raises(NotYet, match=r"should (be a function|return a number)"):
            CALLS["function"](value)


def test_a_slider_that_only_passes_for_one_earns_nothing():
    class Trick(ipywidgets.FloatSlider):
        min = max = EqualToAll()
        description = "Size"

    for kind in (Trick, type("Plain", (ipywidgets.IntSlider,), {})):
        with pytest.raises(NotYet, match="should be an IntSlider or a FloatSlider"):
            CALLS["control"](kind())


def test_a_table_that_only_passes_for_one_earns_nothing():
    class Trick(pd.DataFrame):
        columns = EqualToAll()

    with pytest.raises(NotYet, match="should be a table"):
        CALLS["table"](Trick())


def test_what_a_function_raises_is_the_learners_own_error():
    with pytest.raises(ZeroDivisionError):
        CALLS["function"](lambda a: 1 / 0)
    with pytest.raises(TypeError):
        CALLS["function"](lambda: 42)


def test_a_function_is_called_for_every_case_and_the_failing_call_is_named():
    cases = [({"a": 1}, 2), ({"a": 2, "b": "c"}, 4)]
    with pytest.raises(
        NotYet, match=re.escape("`f(a=2, b='c')` returns 3. That is not right yet.")
    ):
        checks.function("f", lambda a, b="": a + 1, cases)
    with pytest.raises(NotAnswered, match=re.escape("`f(a=1)` has no value yet")):
        checks.function("f", lambda a, b="": None, cases)
    checks.function("f", lambda a, b="": 2 * a, cases)
    checks.function("f", lambda: None)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: CALLS["number"](-42), "`x` has the right size and the wrong sign."),
        (lambda: CALLS["sealed number"](-42.0), "`x` has the right size and the wrong sign."),
        (lambda: CALLS["number"]("42"), "`x` should be a number. It is text."),
        (lambda: CALLS["number"](True), "`x` should be a number. It is True or False."),
        (lambda: CALLS["number"](math.nan), "`x` is nan, which is not a usable number."),
        (lambda: CALLS["number"](10**400), "`x` is inf, which is not a usable number."),
        (lambda: CALLS["number"](-(10**400)), "`x` is -inf, which is not a usable number."),
        (lambda: CALLS["number"](print), "`x` should be a number. It is a function."),
        (lambda: CALLS["number"](pd.Series([1])), "It is a column (a pandas Series)."),
        (lambda: CALLS["number"](pd.NA), "`x` should be a number. It is of type NAType."),
        (lambda: CALLS["choice"]("44"), "`x` should be one of: '42', '43'."),
        (lambda: CALLS["order"](["a"]), "`x` should be a list with each of these once: a, b."),
        (lambda: CALLS["order"](["a", "b"]), "`x` has the right names, in an order that is not"),
        (lambda: CALLS["table"](columns(c=[1])), "`x` has no column called 'a' or 'b'."),
        (lambda: CALLS["table"](columns(a=[1, 2], b=[1, 2])), "`x` has 2 rows. It should have 1."),
        (lambda: CALLS["table"]([1]), "`x` should be a table (a pandas DataFrame). It is a list."),
        (lambda: CALLS["control"](ipywidgets.IntSlider(1, 1, 9)), "runs from 1 to 9. It should"),
        (lambda: CALLS["control"](ipywidgets.IntSlider(1, 0, 42)), "`x` has no description."),
        (lambda: CALLS["function"](42), "`x` should be a function. It is of type int."),
        (lambda: CALLS["result of a function"]((1, 2)), "It returns a tuple."),
    ],
)  # fmt: skip
def test_the_sentence_says_what_is_wrong(call, words):
    with pytest.raises(NotYet) as told:
        call()
    assert words in str(told.value)


def test_a_mistake_that_was_expected_gets_its_own_words():
    said = {84: "That counts each twice.", 0.5: "That is a share."}
    for given_, words in ((84.3, "twice"), (np.float64(84), "twice"), (0.4, "share")):
        with pytest.raises(NotYet, match=words):
            checks.number("x", given_, sealed=seal("x", 42), mistaken=said)
    with pytest.raises(NotYet, match="Too early"):
        checks.choice("x", " a ", among=["A", "B"], equals="B", mistaken={"A": "Too early."})


def test_a_learner_sees_the_sentence_alone():
    for error in (NotYet("Say this."), NotAnswered("Say this.")):
        assert error._render_traceback_() == ["Say this."]


# How near is right


@pytest.mark.parametrize("value", [41.9, 42.1, 42 + 0.1 + 1e-12])
def test_within_includes_its_ends(value):
    checks.number("x", value, equals=42, within=0.1)
    checks.function("f", lambda: value, [({}, 42)], within=0.1)


@pytest.mark.parametrize("value", [41.89, 42.11])
def test_within_ends_at_its_ends(value):
    with pytest.raises(NotYet):
        checks.number("x", value, equals=42, within=0.1)
    with pytest.raises(NotYet):
        checks.function("f", lambda: value, [({}, 42)], within=0.1)


# Seals


@pytest.mark.parametrize(
    ("name", "value", "places", "digest"),
    [
        ("reading", "B", 0, "667ba3fc5f19"),
        ("gains_most", "Flipping ", 0, "129ad5752a3b"),
        ("extra_fall", 3.5712, 1, "6445dd7d2001"),
    ],
)
def test_a_seal_is_what_it_was_in_notebooks_that_were_given_out(name, value, places, digest):
    assert seal(name, value, places) == digest


@pytest.mark.parametrize(
    ("one", "other", "places"),
    [
        (0.0, -0.0, 0),
        (-0.04, 0.04, 1),
        (-0.4, 0, 0),
        (2, 2.0, 0),
        (2, 2.4999, 0),
        (0.1 + 0.2, 0.3, 1),
        (1.005, 1.0, 1),
        (np.float64(2.5), 2.5, 0),
        (10**15, 1e15, 0),
    ],
)
def test_numbers_that_round_to_one_have_one_seal(one, other, places):
    assert seal("x", float(one), places) == seal("x", float(other), places)


@pytest.mark.parametrize(
    ("one", "other", "places"),
    [(2.04, 2.06, 1), (2.4, 2.6, 0), (0.4, 0.6, 0), (-1, 1, 0), (2, 20, 0)],
)
def test_numbers_that_round_apart_have_two(one, other, places):
    assert seal("x", one, places) != seal("x", other, places)


def test_a_seal_of_text_minds_neither_capitals_nor_spaces_and_of_another_name_is_another():
    assert seal("x", " Flipping\tNow ") == seal("x", "flipping now")
    assert seal("x", "b") != seal("y", "b")
    assert re.fullmatch("[0-9a-f]{12}", seal("x", 1.5, 1))


numbers = st.floats(-1e6, 1e6, allow_nan=False)


@given(numbers, st.integers(0, 3))
def test_a_sealed_number_is_right_for_itself_in_every_type(value, places):
    sealed = seal("x", value, places)
    checks.number("x", value, sealed=sealed, places=places)
    checks.number("x", np.float64(value), sealed=sealed, places=places)
    rounded = round(value, places)
    checks.number("x", rounded, sealed=sealed, places=places)


@given(numbers, numbers, st.integers(0, 3))
def test_no_sentence_about_a_sealed_number_says_the_right_one(right, tried, places):
    assume(round(right, places) != round(tried, places))
    with pytest.raises(NotYet) as told:
        checks.number("x", tried, sealed=seal("x", right, places), places=places)
    said = {float(text) for text in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?", str(told.value))}
    assert said <= {float(f"{tried:g}")}
    assert len(said) == (0 if "wrong sign" in str(told.value) else 1)


words = st.text(st.characters(categories=["Ll"], max_codepoint=0x7F), min_size=3, max_size=8)


@given(st.lists(words, min_size=3, max_size=5, unique=True), st.randoms(use_true_random=False))
def test_no_sentence_about_a_sealed_choice_or_order_tells_right_from_wrong(among, random):
    """It may list what can be chosen, always in the same order; it singles out none."""
    right = random.choice(among)
    tried = [one for one in among if one != right]
    said = set()
    for value in tried:
        with pytest.raises(NotYet) as told:
            checks.choice("x", value, among=among, sealed=seal("x", right))
        said.add(str(told.value))
    (sentence,) = said
    assert not [one for one in among if one in re.findall(r"[a-z]+", sentence.partition(".")[0])]
    ordered = random.sample(among, len(among))
    other = ordered[::-1]
    with pytest.raises(NotYet) as told:
        checks.order("x", other, among=among, sealed=seal("x", " > ".join(ordered)))
    (sentence, *_) = str(told.value).split(". ")
    assert sentence == "`x` has the right names, in an order that is not right yet"
    checks.order("x", ordered, among=among, sealed=seal("x", " > ".join(ordered)))
