"""The controls a reader turns: each names its settings in order and how each one reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

Setting = bool | int | float | str | None


class Control(Protocol):
    """What the sweep, the page and the browser need to know of a control."""

    label: str

    @property
    def kind(self) -> str:
        """Native input: ``range``, ``select`` or ``checkbox``."""

    @property
    def settings(self) -> tuple[Any, ...]:
        """Values the model is called with, in order."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Each setting as a reader reads it, with its unit."""

    @property
    def start(self) -> int:
        """Position of the setting shown first."""


def with_unit(value: float, unit: str) -> str:
    """Write a number with its unit: ``1 year``, ``3 years``, ``40%``, ``£8,000``."""
    number = f"{value:,}"
    if unit == "£":
        return unit + number
    if not unit:
        return number
    if unit in "%‰":
        return number + unit
    if value == 1 and unit.endswith("s"):
        unit = unit[:-1]
    return f"{number} {unit}"


@dataclass(frozen=True)
class Slider:
    """A number chosen along a scale.

    Parameters
    ----------
    label : str
        What the number is, as the reader sees it.
    low, high : float
        Ends of the scale, both included.
    step : float
        Distance between settings. ``(high - low) / step`` must be whole.
    unit : str
        Plural unit ("years"), "%" or "£".
    default : float, optional
        Setting shown first; `low` unless given.
    """

    label: str
    low: float
    high: float
    step: float = 1
    unit: str = ""
    default: float | None = None

    def __post_init__(self) -> None:
        span = Decimal(str(self.high)) - Decimal(str(self.low))
        if self.step <= 0 or span < Decimal(str(self.step)) or span % Decimal(str(self.step)):
            raise ValueError(
                f"Slider {self.label!r}: {self.low} to {self.high} is not a whole number of "
                f"steps of {self.step}. Change low, high or step."
            )
        if self.default is not None and self.default not in self.settings:
            raise ValueError(
                f"Slider {self.label!r}: default {self.default} is not one of its settings "
                f"{self.settings}. Pick one of them."
            )

    @property
    def kind(self) -> str:
        """Native input."""
        return "range"

    @property
    def settings(self) -> tuple[float, ...]:
        """Values from `low` to `high`, exact decimals."""
        low, step = Decimal(str(self.low)), Decimal(str(self.step))
        count = int((Decimal(str(self.high)) - low) / step) + 1
        whole = all(d == d.to_integral_value() for d in (low, step))
        values = (low + i * step for i in range(count))
        return tuple(int(v) if whole else float(v) for v in values)

    @property
    def texts(self) -> tuple[str, ...]:
        """Each setting with its unit."""
        return tuple(with_unit(v, self.unit) for v in self.settings)

    @property
    def start(self) -> int:
        """Position of the default."""
        return 0 if self.default is None else self.settings.index(self.default)


@dataclass(frozen=True)
class Choice:
    """One of a few named settings.

    Parameters
    ----------
    label : str
        What is chosen.
    options : sequence of str, or mapping of str to value
        What the reader sees, mapped to what the model gets.
    default : value, optional
        The first option unless given.
    follows_my_trust : bool
        The control starts at the reader's own trust where one is kept on the device.
    """

    label: str
    options: Sequence[str] | Mapping[str, Setting]
    default: Setting = None
    follows_my_trust: bool = False

    def __post_init__(self) -> None:
        if len(self.settings) < 2:
            raise ValueError(f"Choice {self.label!r}: give at least two options.")
        if self.default is not None and self.default not in self.settings:
            raise ValueError(
                f"Choice {self.label!r}: default {self.default!r} is not one of its options."
            )

    @property
    def kind(self) -> str:
        """Native input."""
        return "select"

    @property
    def settings(self) -> tuple[Any, ...]:
        """Values the model gets."""
        if isinstance(self.options, Mapping):
            return tuple(self.options.values())
        return tuple(self.options)

    @property
    def texts(self) -> tuple[str, ...]:
        """Names the reader sees."""
        return tuple(self.options)

    @property
    def start(self) -> int:
        """Position of the default."""
        return 0 if self.default is None else self.settings.index(self.default)


@dataclass(frozen=True)
class Switch:
    """Something that is on or off."""

    label: str
    default: bool = False

    @property
    def kind(self) -> str:
        """Native input."""
        return "checkbox"

    @property
    def settings(self) -> tuple[bool, ...]:
        """Off, then on."""
        return (False, True)

    @property
    def texts(self) -> tuple[str, ...]:
        """Off, then on."""
        return ("off", "on")

    @property
    def start(self) -> int:
        """Position of the default."""
        return int(self.default)


def describe(control: Control) -> dict[str, Any]:
    """Give the browser what it needs to read and set a control."""
    return {
        "kind": control.kind,
        "label": control.label,
        "values": [json.loads(json.dumps(v)) for v in control.settings],
        "texts": list(control.texts),
        "start": control.start,
        "followsMyTrust": getattr(control, "follows_my_trust", False),
    }
