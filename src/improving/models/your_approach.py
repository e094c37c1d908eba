"""Lesson 15: one improvement approach, set by seven dials, followed in three settings.

The model is ours and illustrative. Each dial stands for one of lessons 8 to 14. Every approach
meets the same random draws of all that is uncertain, so approaches differ by their dials alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from improving.models.card import ModelCard
from improving.models.ranges import require_choice, require_whole

Array = NDArray[np.float64]

YEARS = 10
"""How long the approach is followed; support, rules and named leaders then end."""

AFTER_YEARS = 3
"""How long practice is followed after support has ended."""

SHOCK_YEAR, SHOCK_YEARS = 4, 3
"""When a shock comes, and how long a lost host or lost time stays away."""

STEPS = 4
"""Steps a year."""

RUNS = 80
"""Draws of every uncertain number, unless told otherwise."""

OUTCOMES = ("reach", "ownership", "equity", "survival", "cost")
"""What an approach is judged by. Less is better for cost, more for the others."""

SHOCKS = ("none", "reorganisation", "cost pressure", "leader leaves")
"""What may happen in year 4."""

ALL = "All 3 together"
"""Stands for the three settings judged as one."""


# --- numbers ---------------------------------------------------------------


class Range(NamedTuple):
    """An uncertain number, drawn evenly between two ends."""

    low: float
    high: float
    unit: str
    meaning: str
    source: str


PARAMETERS: Mapping[str, Range] = {
    "start": Range(0.06, 0.12, "share", "staff who own it at year 0", "Illustration"),
    "spread": Range(0.8, 1.3, "a year", "how fast owners win over others",
                    "Lesson 12, illustration"),
    "message": Range(0.02, 0.04, "a year", "what a trusted message adds",
                     "Lesson 13, illustration"),
    "lapse": Range(
        0.10, 0.33, "a year", "ownership lost where there is no capability",
        "Lesson 9; the upper end is the 3 years that the Productive Ward was used on average "
        "[@sarre2019], the rest illustration",
    ),
    "half": Range(1.5, 2.5, "hours a month", "time that gives half of full capability",
                  "Lesson 9, illustration"),
    "delay": Range(1.0, 3.0, "years", "how slowly capability follows time",
                   "Lesson 9, illustration"),
    "obey": Range(0.7, 0.9, "share", "non-owners who comply while required",
                  "Lesson 12, illustration"),
    "crowding": Range(0.15, 0.45, "a year", "how fast pressure wears ownership down",
                      "Lesson 12, illustration"),
    "scar": Range(0.2, 0.4, "share", "trust lost when a stance or a host changes",
                  "Lesson 12, illustration"),
    "mend": Range(0.10, 0.20, "a year", "how fast trust comes back", "Lesson 12, illustration"),
    "pull": Range(0.3, 0.6, "share", "faster spread while visible leaders are there",
                  "Lesson 14, illustration"),
    "fall": Range(0.15, 0.35, "share", "ownership lost when a visible leader leaves",
                  "Lesson 14, illustration"),
    "price": Range(0.8, 1.2, "times", "error in every cost", "Illustration"),
}  # fmt: skip
"""Every uncertain number that the settings share."""


class Setting(NamedTuple):
    """What differs between settings: the two ends of each uncertain number.

    Attributes
    ----------
    room
        Share of staff able to make improvements happen, from Staff Survey question 3f, 2024.
        Well resourced: median to upper quartile of acute trusts. In deficit: lower quartile to
        median. Ambulance or community: from one group's median to the other's.
    strain
        Share of protected time that daily pressure takes.
    difference
        How far the place differs from where templates are made, 0 to 1 (lesson 11).
    tenure
        Years that a leader stays. The median chief executive had 3 years [@anandaciva2018].
    cut
        Share of protected time lost while there is cost pressure.
    centre, peers
        Trust in a message from the centre, and from peers: 1 is ordinary (lesson 13).
    authority
        How far a rule from the centre is followed, 0 to 1.
    """

    room: tuple[float, float]
    strain: tuple[float, float]
    difference: tuple[float, float]
    tenure: tuple[float, float]
    cut: tuple[float, float]
    centre: tuple[float, float]
    peers: tuple[float, float]
    authority: tuple[float, float]


SETTINGS: Mapping[str, Setting] = {
    "Well resourced": Setting(
        room=(0.557, 0.580), strain=(0.0, 0.1), difference=(0.1, 0.4), tenure=(5, 8),
        cut=(0.2, 0.4), centre=(1.2, 1.6), peers=(0.8, 1.0), authority=(0.9, 1.0),
    ),
    "In deficit": Setting(
        room=(0.530, 0.557), strain=(0.2, 0.5), difference=(0.3, 0.6), tenure=(1.5, 3),
        cut=(0.6, 1.0), centre=(0.8, 1.2), peers=(0.8, 1.0), authority=(0.9, 1.0),
    ),
    "Ambulance or community": Setting(
        room=(0.305, 0.582), strain=(0.2, 0.4), difference=(0.6, 0.9), tenure=(3, 5),
        cut=(0.3, 0.7), centre=(0.2, 0.4), peers=(0.7, 0.9), authority=(0.4, 0.7),
    ),
}  # fmt: skip
"""The three settings, in the order of every result."""

ORDINARY_ROOM = 0.557
"""The median acute trust on question 3f in 2024: the room at which spread is ordinary."""

DIFFERENCES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""The steps of local difference at which lesson 11's model gives the fit of each method."""


# --- dials -----------------------------------------------------------------


class Support(NamedTuple):
    """Dial 1, lesson 8: how central support is shared out; the shares add to 3."""

    shares: tuple[float, float, float]


class Circle(NamedTuple):
    """Dial 3, lesson 10: the share of staff that word can reach, and how fast it goes round."""

    cap: float
    pace: float
    hours: float


class Method(NamedTuple):
    """Dial 4, lesson 11: the fit at each step of `DIFFERENCES`, and how far people own it."""

    fit: tuple[float, float, float, float, float]
    owned: float
    hours: float


class Stance(NamedTuple):
    """Dial 5, lesson 12: the year until which it is required; 0 for never."""

    until: float
    hours: float


class Host(NamedTuple):
    """Dial 6, lesson 13: if the centre is host; how far a reorganisation hits; force of rules."""

    central: float
    exposed: float
    force: float
    hours: float


class Hubs(NamedTuple):
    """Dial 7, lesson 14: shares of the visible leaders' pull, and of the fall when one leaves."""

    pull: float
    fall: float
    hours: float


SUPPORT = {"equal": Support((1, 1, 1)), "weighted": Support((0.5, 1.25, 1.25))}
HOURS = (1, 3)
CIRCLE = {"closed": Circle(0.65, 1.25, 0), "open": Circle(0.95, 1.0, 5)}
METHOD = {
    "prescribe": Method((1.00, 0.97, 0.85, 0.66, 0.50), 0.85, 2),
    "adapt": Method((1.00, 0.98, 0.91, 0.87, 0.86), 1.0, 8),
    "local": Method((0.86, 0.86, 0.86, 0.86, 0.86), 1.1, 14),
}
STANCE = {"invite": Stance(0, 0), "keep": Stance(YEARS, 5), "lift": Stance(2, 2)}
HOST = {"centre": Host(1, 1.0, 1.0, 2), "peers": Host(0, 0.25, 0.5, 6)}
HUBS = {"few": Hubs(1.0, 1.0, 0), "deputies": Hubs(0.6, 0.3, 4)}
"""The last number of each level: hours a year for each member of staff, by illustration."""

SUPPORT_HOURS = 4
"""Hours a year for each member of staff that an equal share of central support costs."""

DIALS: Mapping[str, tuple[Any, ...]] = {
    "support": tuple(SUPPORT),
    "hours": HOURS,
    "circle": tuple(CIRCLE),
    "method": tuple(METHOD),
    "stance": tuple(STANCE),
    "host": tuple(HOST),
    "hubs": tuple(HUBS),
}
"""The seven dials and their levels. Dial 2 is protected time, in hours a month (lesson 9)."""

APPROACHES: tuple[dict[str, Any], ...] = tuple(
    dict(zip(DIALS, levels, strict=True)) for levels in itertools.product(*DIALS.values())
)
"""Every approach, the last dial changing fastest."""

_NUMBER = {tuple(a.values()): i for i, a in enumerate(APPROACHES)}

OPTIONS: Mapping[str, dict[str, Any]] = {
    "A": {
        "support": "equal", "hours": 3, "circle": "closed", "method": "prescribe",
        "stance": "keep", "host": "centre", "hubs": "few",
    },
    "B": {
        "support": "weighted", "hours": 3, "circle": "open", "method": "adapt",
        "stance": "invite", "host": "peers", "hubs": "deputies",
    },
    "C": {
        "support": "equal", "hours": 3, "circle": "open", "method": "adapt",
        "stance": "lift", "host": "centre", "hubs": "few",
    },
}  # fmt: skip
"""The lesson's three options."""

MARKS = ("nothing", *(f"{d}: {v}" for d, levels in DIALS.items() if d != "hours" for v in levels))
"""What `trade_off` can mark: every level of every dial but time."""


# --- the public models -----------------------------------------------------


def judge(
    support: str = "equal",
    hours: int = 3,
    circle: str = "closed",
    method: str = "prescribe",
    stance: str = "keep",
    host: str = "centre",
    hubs: str = "few",
    shock: str = "none",
    *,
    crowding: bool = True,
    runs: int = RUNS,
    seed: int = 1,
) -> dict[str, pd.DataFrame]:
    r"""Judge one approach by five outcomes in three settings, beside every other approach.

    With :math:`m` the share who own the approach, :math:`C` capability, :math:`T` trust,
    :math:`L` the presence of visible leaders and :math:`u` whether it is required (0 or 1),

    .. math::
        \dot m &= \Big(p\,\tau + \sigma\,\tfrac{r}{r_0}\, C\, T\, f\, o\, v\,(1 + \pi L)\, m\Big)
            \Big(1 - \frac{m}{c}\Big)_+ - \beta u\, m (1 - m) - \delta (1 - C)\, m, \\
        \dot C &= \Big(\frac{x}{x + x_{1/2}} - C\Big) / \Delta, \qquad
        \dot T = \rho (1 - T), \qquad \dot L = (1 - L) / 2, \\
        \text{using} &= 1 - (1 - m)(1 - \kappa u).

    The dials enter in one place each. Support and time give the usable hours :math:`x`; the
    circle gives its cap :math:`c` and pace :math:`v`; the method gives its fit :math:`f`, read
    from lesson 11's table at the setting's difference, and how far people own it :math:`o`; the
    stance gives :math:`u`, and a change of stance costs trust; the host gives the trust in its
    message :math:`\tau` and the force of its rules :math:`\kappa`; hubs give the pull
    :math:`\pi`, and the share of :math:`m` lost with :math:`L` when a leader leaves. Leaders
    leave by chance, at the setting's rate. Steps are a quarter of a year.

    Parameters
    ----------
    support
        "equal" or "weighted" (half a share for the well resourced, 1.25 for the others).
    hours
        Protected time for each member of staff, in hours a month: 1 or 3.
    circle
        "closed" or "open" (to newcomers and bridges).
    method
        "prescribe" a template, "adapt" one, or "local" search.
    stance
        "invite", "keep" (required for 10 years) or "lift" (required for 2 years).
    host
        "centre" (with executives as messengers) or "peers" (with clinicians).
    hubs
        "few" visible leaders, or the same with "deputies".
    shock
        What happens in year 4, one of `SHOCKS`. A reorganisation suspends the centre's host and
        rules for 3 years and costs trust. Cost pressure takes protected time for 3 years. A
        leader leaves in every setting.
    crowding
        Whether pressure wears ownership down. False removes this key assumption.
    runs
        How many draws of every uncertain number, 10 to 1,000.
    seed
        Where the random numbers start.

    Returns
    -------
    dict of pandas.DataFrame
        ``outcomes``, a row for each outcome and setting: ``outcome``, ``setting``; ``low``,
        ``mid`` and ``high``, the 10th, 50th and 90th percentile over the draws; ``lowest`` and
        ``highest``, the range of ``mid`` over all approaches at this shock. Reach (average
        share using it over 10 years), ownership (share at year 10), equity (reach for each 100
        reached in the best-reached setting) and survival (of those using it at year 10, the
        share still using it 3 years after all support ends) are percent; cost is hours a year
        for each member of staff. All whole numbers.

        ``others``, a row for each setting and `ALL`: ``setting`` and ``better``, how many other
        approaches are at least as good on every ``mid`` and better on one.

    Raises
    ------
    ValueError
        If a dial, the shock or the runs are not among their choices.

    References
    ----------
    Ours, after the models of lessons 8 to 14. Non-dominated sets: Pareto.
    """
    chosen = {
        "support": support, "hours": hours, "circle": circle, "method": method,
        "stance": stance, "host": host, "hubs": hubs,
    }  # fmt: skip
    for dial, level in chosen.items():
        require_choice(dial, level, DIALS[dial])
    require_choice("shock", shock, SHOCKS)
    require_whole("runs", runs, 10, 1000)
    number = _NUMBER[tuple(chosen.values())]
    known = _everything(bool(crowding), int(runs), int(seed))[shock]
    low, mid, high = known.quantiles[:, number]
    return {
        "outcomes": pd.DataFrame(
            {
                "outcome": [outcome for outcome in OUTCOMES for _ in SETTINGS],
                "setting": list(SETTINGS) * len(OUTCOMES),
                "low": low.T.ravel(),
                "mid": mid.T.ravel(),
                "high": high.T.ravel(),
                "lowest": known.lowest.T.ravel(),
                "highest": known.highest.T.ravel(),
            }
        ),
        "others": pd.DataFrame({"setting": [*SETTINGS, ALL], "better": known.better[number]}),
    }


def trade_off(
    setting: str = "In deficit",
    mark: str = "nothing",
    shock: str = "none",
    crowding: bool = True,
    *,
    runs: int = RUNS,
    seed: int = 1,
) -> dict[str, pd.DataFrame]:
    """Set the reach of all 144 approaches with 3 hours a month against their ownership.

    Parameters
    ----------
    setting
        One of `SETTINGS`.
    mark
        Which approaches to mark, one of `MARKS`.
    shock
        What happens in year 4, one of `SHOCKS`.
    crowding
        Whether pressure wears ownership down.
    runs
        How many draws of every uncertain number, 10 to 1,000.
    seed
        Where the random numbers start.

    Returns
    -------
    dict of pandas.DataFrame
        ``approaches``: ``reach`` and ``ownership`` (medians, percent), ``place`` ("beaten" if
        another of the 144 is at least as good on all five outcomes and better on one, else
        "not beaten") and ``marked`` (0 or 1). ``options``: ``option`` ("A", "B", "C"),
        ``reach``, ``ownership``. ``count``: one row, ``approaches``, ``unbeaten``, ``marked``
        and ``marked_unbeaten``.

    Raises
    ------
    ValueError
        If an argument is not among its choices.

    References
    ----------
    As for `judge`.
    """
    require_choice("setting", setting, list(SETTINGS))
    require_choice("mark", mark, MARKS)
    require_choice("shock", shock, SHOCKS)
    require_whole("runs", runs, 10, 1000)
    known = _everything(bool(crowding), int(runs), int(seed))[shock]
    place = list(SETTINGS).index(setting)
    shown = [i for i, a in enumerate(APPROACHES) if a["hours"] == 3]
    values = known.quantiles[1][shown, place]
    unbeaten = better_than(values) == 0
    dial, _, level = mark.partition(": ")
    marked = np.array([APPROACHES[i].get(dial) == level for i in shown])
    options = known.quantiles[1][[APPROACHES.index(o) for o in OPTIONS.values()], place]
    return {
        "approaches": pd.DataFrame(
            {
                "reach": values[:, 0],
                "ownership": values[:, 1],
                "place": np.where(unbeaten, "not beaten", "beaten"),
                "marked": marked.astype(int),
            }
        ),
        "options": pd.DataFrame(
            {"option": list(OPTIONS), "reach": options[:, 0], "ownership": options[:, 1]}
        ),
        "count": pd.DataFrame(
            {
                "approaches": [len(shown)],
                "unbeaten": [int(unbeaten.sum())],
                "marked": [int(marked.sum())],
                "marked_unbeaten": [int((marked & unbeaten).sum())],
            }
        ),
    }


def medians(
    shock: str = "none", *, crowding: bool = True, runs: int = RUNS, seed: int = 1
) -> Array:
    """Give the median outcomes of every approach, for a reader who wants them all.

    Parameters
    ----------
    shock
        What happens in year 4, one of `SHOCKS`.
    crowding
        Whether pressure wears ownership down.
    runs
        How many draws of every uncertain number, 10 to 1,000.
    seed
        Where the random numbers start.

    Returns
    -------
    numpy.ndarray
        A copy, by approach (as in `APPROACHES`), setting and outcome; whole numbers.

    Raises
    ------
    ValueError
        If an argument is not among its choices.

    References
    ----------
    As for `judge`.
    """
    require_choice("shock", shock, SHOCKS)
    require_whole("runs", runs, 10, 1000)
    known = _everything(bool(crowding), int(runs), int(seed))[shock]
    return np.array(known.quantiles[1])


def better_than(values: Array) -> NDArray[np.int64]:
    """Count, for each row, the rows that are at least as good on everything and better on one.

    Parameters
    ----------
    values
        A row for each approach; columns in the order of `OUTCOMES`, once or several times.
        Less is better for cost, more for the others.

    Returns
    -------
    numpy.ndarray
        0 for a row that nothing dominates.

    Raises
    ------
    ValueError
        If the columns are not whole sets of outcomes.

    References
    ----------
    Dominance in Pareto's sense.
    """
    table = np.asarray(values, dtype=float)
    if table.ndim != 2 or table.shape[1] % len(OUTCOMES):
        raise ValueError(f"values must have {len(OUTCOMES)} columns, or a multiple of that")
    signed = table * np.tile([1, 1, 1, 1, -1], table.shape[1] // len(OUTCOMES))
    # A row is beaten by those at least as good everywhere, unless they are its equals.
    at_least = np.ones((len(table), len(table)), dtype=bool)
    for column in signed.T:
        at_least &= column[None, :] >= column[:, None]
    return np.asarray((at_least & ~at_least.T).sum(axis=1), dtype=np.int64)


def follow(
    approach: Mapping[str, Any],
    setting: str = "In deficit",
    shock: str = "none",
    *,
    crowding: bool = True,
    runs: int = RUNS,
    seed: int = 1,
    steps_per_year: int = STEPS,
) -> pd.DataFrame:
    """Follow one approach through 10 years and the 3 after support ends.

    Parameters
    ----------
    approach
        A level for each of `DIALS`.
    setting
        One of `SETTINGS`.
    shock
        What happens in year 4, one of `SHOCKS`.
    crowding
        Whether pressure wears ownership down.
    runs
        How many draws of every uncertain number, 10 to 1,000.
    seed
        Where the random numbers start.
    steps_per_year
        How finely time is cut, 4 to 52. Draws of the numbers stay the same; the quarters in
        which leaders leave do not.

    Returns
    -------
    pandas.DataFrame
        ``year``; ``using_low``, ``using_mid``, ``using_high``, ``owning_low``, ``owning_mid``,
        ``owning_high``: the 10th, 50th and 90th percentile, percent.

    Raises
    ------
    ValueError
        If an argument is not among its choices.

    References
    ----------
    As for `judge`.
    """
    for dial, levels in DIALS.items():
        require_choice(dial, approach.get(dial), levels)
    require_choice("setting", setting, list(SETTINGS))
    require_choice("shock", shock, SHOCKS)
    require_whole("runs", runs, 10, 1000)
    require_whole("steps_per_year", steps_per_year, STEPS, 52)
    draws = _draw(runs, seed, steps_per_year)
    paths = _run([dict(approach)], shock, draws, crowding)
    place = list(SETTINGS).index(setting)
    frame = {"year": np.arange(len(paths.using)) / steps_per_year}
    for name, path in (("using", paths.using), ("owning", paths.owning)):
        spread = 100 * np.quantile(path[:, 0, :, place], (0.1, 0.5, 0.9), axis=1)
        for end, values in zip(("low", "mid", "high"), spread, strict=True):
            frame[f"{name}_{end}"] = values
    return pd.DataFrame(frame)


# --- how it is worked out --------------------------------------------------


class _Draws(NamedTuple):
    """Random numbers that every approach shares; (runs, 1) or (runs, settings)."""

    shared: dict[str, Array]
    local: dict[str, Array]
    leaving: Array
    steps: int


class _Paths(NamedTuple):
    """Shares by (step, approach, run, setting), and cost by (approach, run, setting)."""

    using: Array
    owning: Array
    cost: Array


class _Known(NamedTuple):
    """Percentiles by (which, approach, setting, outcome); how many beat each approach, where."""

    quantiles: Array
    lowest: Array
    highest: Array
    better: NDArray[np.int64]


def _draw(runs: int, seed: int, steps: int) -> _Draws:
    rng = np.random.default_rng(seed)
    shared = {n: rng.uniform(r.low, r.high, (runs, 1)) for n, r in PARAMETERS.items()}
    local = {}
    for name in Setting._fields:
        low, high = np.transpose([getattr(s, name) for s in SETTINGS.values()])
        local[name] = rng.uniform(low, high, (runs, len(SETTINGS)))
    leaving = rng.random((YEARS * steps, runs, len(SETTINGS)))
    return _Draws(shared, local, leaving, steps)


def _column(levels: Sequence[Any], field: str) -> Array:
    """One number for each approach, ready to meet runs and settings."""
    return np.array([getattr(level, field) for level in levels], dtype=float)[:, None, None]


def _run(
    approaches: Sequence[Mapping[str, Any]], shock: str, draws: _Draws, crowding: bool
) -> _Paths:
    p, here, dt = draws.shared, draws.local, 1 / draws.steps
    support = [SUPPORT[a["support"]] for a in approaches]
    circle = [CIRCLE[a["circle"]] for a in approaches]
    method = [METHOD[a["method"]] for a in approaches]
    stance = [STANCE[a["stance"]] for a in approaches]
    host = [HOST[a["host"]] for a in approaches]
    hubs = [HUBS[a["hubs"]] for a in approaches]
    hours = np.array([a["hours"] for a in approaches], dtype=float)[:, None, None]

    # What each dial does, one line each.
    share = np.array([s.shares for s in support], dtype=float)[:, None, :]  # 1, lesson 8
    usable = hours * share * (1 - here["strain"])  # 2, lesson 9
    cap, pace = _column(circle, "cap"), _column(circle, "pace")  # 3, lesson 10
    fits = {m.fit: np.interp(here["difference"], DIFFERENCES, m.fit) for m in METHOD.values()}
    fit = np.stack([m.owned * fits[m.fit] for m in method])  # 4, lesson 11
    until = _column(stance, "until")  # 5, lesson 12
    central, exposed = _column(host, "central"), _column(host, "exposed")
    trusted = central * here["centre"] + (1 - central) * here["peers"]  # 6, lesson 13
    obeyed = p["obey"] * here["authority"] * _column(host, "force")
    pull, fall = _column(hubs, "pull") * p["pull"], _column(hubs, "fall") * p["fall"]  # 7, 14

    growth = p["spread"] * here["room"] / ORDINARY_ROOM * fit * pace
    wear = p["crowding"] * float(crowding)
    shape = growth.shape
    owning = np.broadcast_to(p["start"], shape)
    capability = np.broadcast_to(0.5 / (0.5 + p["half"]), shape)  # as from half an hour a month
    trust, leading = np.ones(shape), np.ones(shape)
    rule = (until > 0).astype(float)
    owned, used = [owning], [1 - (1 - owning) * (1 - obeyed * rule)]

    for step in range((YEARS + AFTER_YEARS) * draws.steps):
        year = step * dt
        supported = float(year < YEARS)
        struck = float(SHOCK_YEAR <= year < SHOCK_YEAR + SHOCK_YEARS)
        starts = step == SHOCK_YEAR * draws.steps
        lost = exposed * struck * float(shock == "reorganisation")
        time = usable * (1 - here["cut"] * struck * float(shock == "cost pressure")) * supported
        rule = (until > year) * (1 - lost)

        if supported:
            gone = draws.leaving[step] < dt / here["tenure"]
            gone = gone | (starts and shock == "leader leaves")
            owning = owning * (1 - fall * gone)
            leading = np.where(gone, 0, leading + dt * (1 - leading) / 2)
        else:
            leading = np.zeros(shape)
        reversed_now = (until > 0) & (until < YEARS) & (until == year)
        trust = trust * (1 - p["scar"] * reversed_now)
        trust = trust * (1 - p["scar"] * lost * starts)
        trust = trust + dt * p["mend"] * (1 - trust)
        capability = capability + dt * (time / (time + p["half"]) - capability) / p["delay"]

        told = p["message"] * trusted * (1 - lost) * supported
        won = growth * capability * trust * (1 + pull * leading) * owning
        owning = owning + dt * (
            (told + won) * np.maximum(1 - owning / cap, 0)
            - wear * rule * owning * (1 - owning)
            - p["lapse"] * (1 - capability) * owning
        )
        owned.append(owning)
        # What is in use at the next step follows the rule in force then.
        after = (until > year + dt) * (1 - lost)
        used.append(1 - (1 - owning) * (1 - obeyed * after))

    away = SHOCK_YEARS / YEARS * here["cut"] * float(shock == "cost pressure")
    dials = (circle, method, stance, host, hubs)
    fixed = SUPPORT_HOURS * share + sum(_column(levels, "hours") for levels in dials)
    cost = np.broadcast_to((12 * hours * (1 - away) + fixed) * p["price"], shape)
    return _Paths(np.stack(used), np.stack(owned), cost)


def _outcomes(paths: _Paths, steps: int) -> Array:
    """Outcomes by (approach, run, setting, outcome)."""
    end = YEARS * steps
    reach = paths.using[:end].mean(axis=0)
    # At the very end of year 10 a rule still holds; what comes after is without it.
    last = paths.using[end - 1]
    return np.stack(
        [
            100 * reach,
            100 * paths.owning[end],
            100 * reach / reach.max(axis=-1, keepdims=True),
            100 * np.minimum(paths.using[-1] / last, 1),
            paths.cost,
        ],
        axis=-1,
    )


@cache
def _everything(crowding: bool, runs: int, seed: int) -> dict[str, _Known]:
    """Run every approach under every shock once; the results are read only."""
    draws = _draw(runs, seed, STEPS)
    known = {}
    for shock in SHOCKS:
        outcomes = _outcomes(_run(APPROACHES, shock, draws, crowding), STEPS)
        quantiles = np.round(np.quantile(outcomes, (0.1, 0.5, 0.9), axis=1))
        mid = quantiles[1]
        tables = [*np.moveaxis(mid, 1, 0), mid.reshape(len(mid), -1)]
        better = np.stack([better_than(table) for table in tables], axis=1)
        quantiles.flags.writeable = better.flags.writeable = False
        known[shock] = _Known(quantiles, mid.min(axis=0), mid.max(axis=0), better)
    return known


def _named(name: str) -> str:
    """Say one parameter's range and where it comes from."""
    p = PARAMETERS[name]
    return f"{p.source}: {p.meaning}, {p.low:g} to {p.high:g} ({p.unit})."


CARD = ModelCard(
    title="One approach, 7 dials, 3 settings",
    assumes=(
        "Ownership spreads from people who have it, and from messages they trust.",
        "Protected time builds capability slowly. Capability speeds the spread and stops losses.",
        "Equal support gives each setting 1 share. Weighted gives 0.5, 1.25 and 1.25.",
        "The same people go faster, at 1.25 times, but word reaches 65% of staff, not 95%.",
        "A template loses fit as places differ. A way of your own costs most, and is owned most.",
        "A rule makes most people comply at once. It wears ownership down: the key assumption.",
        "Lifting a rule, or losing the host, costs trust. Peers can enforce half as much.",
        "Visible leaders speed the spread, and take some ownership with them when they go.",
        "Every choice has a price, so that no approach can win on everything. We built that in.",
    ),
    leaves_out=(
        "Patients, and whether the approach is a good one.",
        "Money saved, or time won back.",
        "Differences between wards and between staff groups.",
        "Leaders who notice trouble and change course. You can; the model cannot.",
        "Mental health trusts and primary care.",
    ),
    numbers=(
        "Evidence: room to act, from Staff Survey question 3f in 2024 [@nss_results]. Our choice: "
        "which part of the acute group stands for which hospital.",
        "Evidence: the median chief executive had 3 years in post [@anandaciva2018]. Ours: 5 to 8 "
        "years where well resourced, 1.5 to 3 in deficit, 3 to 5 elsewhere.",
        "Fit of each method: the values of lesson 11's model, which is itself an illustration.",
        *(_named(name) for name in PARAMETERS),
        "Illustration: all that the dials do, all hours, and every other difference of setting.",
        "Bands hold the middle 8 in 10 of the draws. Every approach meets the same draws.",
    ),
    cannot_tell=(
        "Which approach to choose: that depends on what you value.",
        "How many of your staff will own it, or when.",
        "Whether a difference of a few points would be there in another 80 draws.",
    ),
)
