"""Checks on a model's parameters, so that a bad setting names itself."""

from collections.abc import Sequence


def require_between(name: str, value: float, low: float, high: float) -> None:
    """Raise unless a number lies in a closed range.

    Parameters
    ----------
    name
        The parameter, as the caller knows it.
    value, low, high
        The number and the ends of its range, in the parameter's own unit.

    Raises
    ------
    ValueError
        If the value is outside the range or is not a number.
    """
    if not low <= value <= high:
        raise ValueError(f"{name} must be between {low:g} and {high:g}, not {value!r}")


def require_whole(name: str, value: float, low: int, high: int) -> None:
    """Raise unless a number is whole and lies in a closed range.

    Parameters
    ----------
    name
        The parameter, as the caller knows it.
    value, low, high
        The number and the ends of its range.

    Raises
    ------
    ValueError
        If the value is outside the range or has a fraction.
    """
    require_between(name, value, low, high)
    if value != int(value):
        raise ValueError(f"{name} must be a whole number, not {value!r}")


def require_choice(name: str, value: object, choices: Sequence[object]) -> None:
    """Raise unless a value is one of the choices.

    Parameters
    ----------
    name
        The parameter, as the caller knows it.
    value, choices
        The value and what it may be.

    Raises
    ------
    ValueError
        If the value is not among the choices.
    """
    if value not in choices:
        listed = ", ".join(map(repr, choices))
        raise ValueError(f"{name} must be one of {listed}, not {value!r}")
