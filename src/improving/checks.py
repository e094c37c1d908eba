"""Checks a learner sees in an exercise: right, not yet, or not answered, in one plain sentence.

    from improving import checks

    checks.number("share_owning", share_owning, sealed="3f0c…", mistaken={84: "That is ..."})

A sealed answer is a digest, so that the check says whether an answer is right and the notebook
does not say what it is. It keeps an answer from being read by accident; it is no secret.

Types are compared exactly. An object that calls itself equal to everything is not a number.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

_TEXT = (str, np.str_)
_NUMPY = {kind for kind in np.sctypeDict.values() if issubclass(kind, (np.integer, np.floating))}
# A span of time calls itself a whole number.
_NUMBERS = {int, float, *_NUMPY} - {np.timedelta64}


class NotYet(AssertionError):
    """An answer that is not right yet. The message says what is wrong."""

    def _render_traceback_(self) -> list[str]:
        """Show a learner the sentence alone, not the path through our code."""
        return [str(self)]


class NotAnswered(NotYet):
    """A part that the learner has not filled in."""


def number(
    name: str,
    value: Any,
    *,
    equals: float | None = None,
    sealed: str | None = None,
    within: float = 0.0,
    places: int = 0,
    mistaken: Mapping[float, str] | None = None,
) -> None:
    """Check a number.

    Parameters
    ----------
    name : str
        What the learner called it. Also the salt of a sealed answer.
    value : object
        The learner's answer. Only a whole or decimal number can be right.
    equals : float, optional
        The right answer, in a check that learners do not see.
    sealed : str, optional
        What `seal` gave for the right answer. Give this or `equals`.
    within : float
        How far from `equals` is still right, 0 or more.
    places : int
        The decimal places that a sealed answer is rounded to first, 0 or more.
    mistaken : mapping of float to str, optional
        Wrong answers that tell something, and what to say to each. Rounded to `places`.

    Raises
    ------
    NotAnswered
        If the value is still `...` or None.
    NotYet
        If it is not a number, or not the right one.
    """
    answered(name, value)
    if type(value) not in _NUMBERS:
        raise NotYet(f"`{name}` should be a number. It is {_kind(value)}.")
    given = _decimal(value)
    if not math.isfinite(given):
        raise NotYet(f"`{name}` is {given}, which is not a usable number.")

    def is_right(tried: float) -> bool:
        if equals is None:
            return seal(name, tried, places) == sealed
        return abs(tried - equals) <= within + 1e-9

    if not is_right(given):
        if is_right(-given):
            raise NotYet(f"`{name}` has the right size and the wrong sign.")
        for wrong, feedback in (mistaken or {}).items():
            if round(given, places) == round(wrong, places):
                raise NotYet(f"`{name}` is not right yet. {feedback}")
        raise NotYet(f"`{name}` is {given:g}. That is not right yet. {_AGAIN}")
    _right(name)


def choice(
    name: str,
    value: Any,
    *,
    among: Sequence[str],
    equals: str | None = None,
    sealed: str | None = None,
    mistaken: Mapping[str, str] | None = None,
) -> None:
    """Check one word or phrase chosen from a list.

    Parameters
    ----------
    name : str
        What the learner called it. Also the salt of a sealed answer.
    value : object
        The learner's answer. Only text can be right; capitals and spaces round it do not count.
    among : sequence of str
        What can be chosen.
    equals, sealed : str, optional
        The right answer, plain or as `seal` gave it. Give one.
    mistaken : mapping of str to str, optional
        Wrong answers that tell something, and what to say to each.

    Raises
    ------
    NotAnswered
        If the value is still `...` or None.
    NotYet
        If it is not text, not in the list, or not the right one.
    """
    answered(name, value)
    offered = {_folded(one): one for one in among}
    if type(value) not in _TEXT or _folded(value) not in offered:
        raise NotYet(f"`{name}` should be one of: {', '.join(map(repr, among))}.")
    given = _folded(value)
    right = given == _folded(equals) if equals is not None else seal(name, given) == sealed
    if not right:
        said = {_folded(wrong): feedback for wrong, feedback in (mistaken or {}).items()}
        raise NotYet(f"`{name}` is not right yet. {said.get(given, _AGAIN)}")
    _right(name)


def order(
    name: str,
    value: Any,
    *,
    among: Sequence[str],
    equals: Sequence[str] | None = None,
    sealed: str | None = None,
) -> None:
    """Check a list that puts every name in order.

    Parameters
    ----------
    name : str
        What the learner called it. Also the salt of a sealed answer.
    value : object
        The learner's answer: a list or tuple with each name once.
    among : sequence of str
        The names to be put in order.
    equals : sequence of str, optional
        The right order, in a check that learners do not see.
    sealed : str, optional
        What `seal` gave for the right order. Give this or `equals`.

    Raises
    ------
    NotAnswered
        If the value is still `...` or None.
    NotYet
        If it is not such a list, or not in the right order.
    """
    answered(name, value)
    whole = type(value) in (list, tuple) and all(type(one) in _TEXT for one in value)
    given = [_folded(one) for one in value] if whole else []
    if sorted(given) != sorted(map(_folded, among)):
        raise NotYet(f"`{name}` should be a list with each of these once: {', '.join(among)}.")
    right = (
        given == [_folded(one) for one in equals]
        if equals is not None
        else seal(name, " > ".join(given)) == sealed
    )
    if not right:
        raise NotYet(f"`{name}` has the right names, in an order that is not right yet. {_AGAIN}")
    _right(name)


def table(name: str, value: Any, *, columns: Sequence[str], rows: int | None = None) -> None:
    """Check the shape of a table; check what is in it with `number`.

    Parameters
    ----------
    name : str
        What the learner called it.
    value : object
        The learner's answer. Only a `pandas.DataFrame` can be right.
    columns : sequence of str
        Columns it must have. More are allowed.
    rows : int, optional
        How many rows it must have.

    Raises
    ------
    NotAnswered
        If the value is still `...` or None.
    NotYet
        If it is not a table, or lacks a column, or has another number of rows.
    """
    answered(name, value)
    if type(value) is not pd.DataFrame:
        raise NotYet(f"`{name}` should be a table (a pandas DataFrame). It is {_kind(value)}.")
    missing = [column for column in columns if column not in value.columns]
    if missing:
        raise NotYet(f"`{name}` has no column called {' or '.join(map(repr, missing))}.")
    if rows is not None and len(value) != rows:
        raise NotYet(f"`{name}` has {len(value)} rows. It should have {rows}.")
    _right(name)


def function(
    name: str,
    value: Any,
    cases: Sequence[tuple[Mapping[str, Any], float]] = (),
    *,
    within: float = 0.0,
) -> None:
    """Check a function by calling it.

    Parameters
    ----------
    name : str
        What the learner called it.
    value : object
        The learner's function.
    cases : sequence of (mapping, float)
        The arguments of each call, by name, and the number it should return.
    within : float
        How far from that number is still right, 0 or more.

    Raises
    ------
    NotAnswered
        If it is still `...` or None, or a call returns `...` or None.
    NotYet
        If it is not a function, or a call returns another number.
    """
    answered(name, value)
    if not callable(value):
        raise NotYet(f"`{name}` should be a function. It is {_kind(value)}.")
    for arguments, expected in cases:
        called = f"{name}({', '.join(f'{key}={one!r}' for key, one in arguments.items())})"
        given = value(**arguments)
        answered(called, given)
        if type(given) not in _NUMBERS:
            raise NotYet(f"`{called}` should return a number. It returns {_kind(given)}.")
        returned = _decimal(given)
        if not abs(returned - expected) <= within + 1e-9:
            raise NotYet(f"`{called}` returns {returned:g}. That is not right yet. {_AGAIN}")
    _right(name)


def control(name: str, value: Any, *, low: float, high: float) -> None:
    """Check a slider that the learner built with ipywidgets.

    Parameters
    ----------
    name : str
        What the learner called it.
    value : object
        The learner's control.
    low, high : float
        The ends that its range must have.

    Raises
    ------
    NotAnswered
        If the value is still `...` or None.
    NotYet
        If it is not a slider, has other ends, or has no words beside it.
    """
    from ipywidgets import FloatSlider, IntSlider

    answered(name, value)
    if type(value) not in (IntSlider, FloatSlider):
        raise NotYet(f"`{name}` should be an IntSlider or a FloatSlider. It is {_kind(value)}.")
    if (value.min, value.max) != (low, high):
        raise NotYet(
            f"`{name}` runs from {value.min:g} to {value.max:g}. "
            f"It should run from {low:g} to {high:g}."
        )
    if not value.description.strip():
        raise NotYet(f"`{name}` has no description. Say in words what it changes.")
    _right(name)


def answered(name: str, value: Any) -> None:
    """Stop kindly at a part that is still to be filled in.

    Parameters
    ----------
    name : str
        What the learner called it.
    value : object
        The learner's answer.

    Raises
    ------
    NotAnswered
        If the value is still `...` or None.
    """
    if value is ... or value is None:
        raise NotAnswered(
            f"`{name}` has no value yet. Fill in the cell above and run it. Then run this one."
        )


def seal(name: str, value: float | str, places: int = 0) -> str:
    """Return the digest of an answer, to be written in a check that learners see.

    Parameters
    ----------
    name : str
        What the learner calls the answer.
    value : float or str
        The right answer. An order is written as names joined by `" > "`.
    places : int
        The decimal places a number is rounded to.

    Returns
    -------
    str
        12 hexadecimal digits.
    """
    text = _folded(value) if isinstance(value, str) else f"{round(value, places) + 0.0:.{places}f}"
    return hashlib.sha256(f"{name}={text}".encode()).hexdigest()[:12]


_AGAIN = "Read the task once more, then try the first hint."


def _decimal(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _kind(value: Any) -> str:
    if callable(value) and not isinstance(value, type):
        return "a function"
    return {
        bool: "True or False",
        str: "text",
        list: "a list",
        tuple: "a tuple",
        dict: "a dictionary",
        pd.Series: "a column (a pandas Series)",
        pd.DataFrame: "a table (a pandas DataFrame)",
    }.get(type(value), f"of type {type(value).__name__}")


def _right(name: str) -> None:
    print(f"Right: {name}.")
