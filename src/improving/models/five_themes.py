"""Lesson 07: how the five themes could lean on each other.

An illustration of our own. Nothing in it is fitted to data.
"""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from improving.models.card import ModelCard
from improving.models.ranges import require_between, require_whole

MONTHS = 120
"""How far the model looks ahead."""

START = {"joined": 0.02, "words": 0.2, "core": 0.9, "right": 0.33, "known": 0.4, "differ": 0.95}
"""Where each state begins, as a share."""

IN_PLACE: Mapping[str, float] = {
    "sponsor": 0.12,
    "words": 0.06,
    "connections": 0.8,
    "coach": 0.10,
    "take_up": 0.05,
}
MISSING: Mapping[str, float] = {
    "sponsor": 0.0,
    "words": 0.0,
    "connections": 0.4,
    "coach": 0.0,
    "take_up": 0.50,
}
"""Each theme's dial when the theme is in place, and when it is not."""

DIALS = {
    "legitimacy": "sponsor",
    "shared_language": "words",
    "connecting_people": "connections",
    "translation": "coach",
    "diverse_interpretations": "take_up",
}
"""The dial that stands for each theme."""


def simulate(
    legitimacy: bool = True,
    shared_language: bool = True,
    connecting_people: bool = True,
    translation: bool = True,
    diverse_interpretations: bool = True,
    turnover: float = 1,
    stand_in: bool = False,
) -> pd.DataFrame:
    """Follow an approach for 10 years with each theme in place, or not.

    Parameters
    ----------
    legitimacy
        A sponsor speaks for the approach in the first 24 months.
    shared_language
        Common words are taught.
    connecting_people
        People see and hear most of what others do.
    translation
        Coaches repair the core of the approach.
    diverse_interpretations
        Take-up is slow, so that differences last.
    turnover
        Staff replaced each month, in percent, 0 to 20.
    stand_in
        Let right beliefs and an intact core stand in for each other: see `follow`.

    Returns
    -------
    pandas.DataFrame
        `follow`'s columns, a row for every 3 months; ``all_five_pct``, the benefit with all
        five in place; and ``missing``, how many themes are not.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    The model is ours. See `follow`.
    """
    chosen = {
        "legitimacy": legitimacy,
        "shared_language": shared_language,
        "connecting_people": connecting_people,
        "translation": translation,
        "diverse_interpretations": diverse_interpretations,
    }
    sponsor, words, connections, coach, take_up = (
        (IN_PLACE if chosen[theme] else MISSING)[dial] for theme, dial in DIALS.items()
    )
    frame = follow(sponsor, words, connections, coach, take_up, turnover, stand_in)
    best = follow(turnover=turnover, stand_in=stand_in)
    return frame.assign(
        all_five_pct=best["benefit_pct"], missing=sum(not on for on in chosen.values())
    )


def follow(
    sponsor: float = IN_PLACE["sponsor"],
    words: float = IN_PLACE["words"],
    connections: float = IN_PLACE["connections"],
    coach: float = IN_PLACE["coach"],
    take_up: float = IN_PLACE["take_up"],
    turnover: float = 1,
    stand_in: bool = False,
    *,
    sponsor_months: float = 24,
    results: float = 0.8,
    err: float = 0.06,
    learn: float = 0.20,
    every: int = 3,
) -> pd.DataFrame:
    r"""Follow the share who practise, and what they practise, for 10 years.

    Shares, in months: :math:`A` practising, :math:`W` sharing words, :math:`C` core intact,
    :math:`P` right beliefs in practice, :math:`Q` right beliefs in the common approach,
    :math:`D` differences alive.

    .. math::
        \dot A &= 0.25\,[\Phi((c A + \text{sponsor}(t) + g (P C - 0.3) - 0.25) / 0.1) - A] \\
        \dot W &= (\text{words} + 0.03\, c A)(1 - W) - u W \\
        \dot C &= \text{coach}\,(1 - C) - \text{err}\,(1 - W)\, C \\
        \dot P &= \text{take}\,(Q - P) - u (P - 0.33) \\
        \dot Q &= \text{learn}\, c W A D (1 - Q) - 0.005\, Q \\
        \dot D &= u (1 - D) - \text{take}\, D

    The benefit is :math:`A P C`, or :math:`A (P + C) / 2` if `stand_in`.

    Parameters
    ----------
    sponsor
        How far a sponsor lowers the number of others that people wait for, 0 to 0.2.
    words
        How fast common words are taught, 0 to 0.1 a month.
    connections
        :math:`c`, the share of what others do and say that a person meets, 0.2 to 1.
    coach
        How fast coaches repair the core, 0 to 0.2 a month.
    take_up
        How fast practice takes over the common approach, 0 to 0.5 a month.
    turnover
        :math:`u`, staff replaced each month, in percent, 0 to 20.
    stand_in
        Average right beliefs and the intact core, instead of multiplying them.
    sponsor_months
        When the sponsor leaves, 0 to 120 months.
    results
        :math:`g`, how far visible results draw people in, 0 to 2.
    err
        How fast copying wears the core where words are not shared, 0 to 0.5 a month.
    learn
        How fast the common approach learns, 0 to 1 a month.
    every
        Months between the rows that are returned, 1 to 12.

    Returns
    -------
    pandas.DataFrame
        ``year``, and in percent: ``benefit_pct``, ``practising_pct`` (:math:`A`),
        ``core_pct`` (:math:`C`) and ``right_pct`` (:math:`P`).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    The model is ours. Its parts echo Granovetter (1978), doi:10.1086/226707, and March
    (1991), doi:10.1287/orsc.2.1.71.
    """
    require_between("sponsor", sponsor, 0, 0.2)
    require_between("words", words, 0, 0.1)
    require_between("connections", connections, 0.2, 1)
    require_between("coach", coach, 0, 0.2)
    require_between("take_up", take_up, 0, 0.5)
    require_between("turnover", turnover, 0, 20)
    require_between("sponsor_months", sponsor_months, 0, MONTHS)
    require_between("results", results, 0, 2)
    require_between("err", err, 0, 0.5)
    require_between("learn", learn, 0, 1)
    require_whole("every", every, 1, 12)
    u = turnover / 100

    def slope(state: NDArray[np.float64], month: float, sponsored: float) -> tuple[float, ...]:
        a, w, c, p, q, d = state.tolist()
        seen = connections * a + sponsored + results * (p * c - 0.3)
        return (
            0.25 * (0.5 * math.erfc((0.25 - seen) / (0.1 * math.sqrt(2))) - a),
            (words + 0.03 * connections * a) * (1 - w) - u * w,
            coach * (1 - c) - err * (1 - w) * c,
            take_up * (q - p) - u * (p - START["right"]),
            learn * connections * w * a * d * (1 - q) - 0.005 * q,
            u * (1 - d) - take_up * d,
        )

    from scipy.integrate import odeint

    months = np.arange(0, MONTHS + 1, every, dtype=float)
    before, after = months[months < sponsor_months], months[months >= sponsor_months]
    # The sponsor's leaving is a jump, so the time before it and the time after are solved apart.
    first = odeint(slope, list(START.values()), [*before, sponsor_months], args=(sponsor,))
    last = odeint(slope, first[-1], [sponsor_months, *after], args=(0.0,))
    a, _, c, p, _, _ = np.vstack([first[:-1], last[1:]]).T
    return pd.DataFrame(
        {
            "year": months / 12,
            "benefit_pct": 100 * a * ((p + c) / 2 if stand_in else p * c),
            "practising_pct": 100 * a,
            "core_pct": 100 * c,
            "right_pct": 100 * p,
        }
    )


CARD = ModelCard(
    title="How the five themes lean on each other",
    assumes=(
        "Benefit is a product: people practising, times right beliefs, times an intact core.",
        "So no theme can stand in for another. One control relaxes this.",
        "People join when enough others seem to have joined, and stay because others stay.",
        "Common words reduce copying errors, and let the approach learn from differences.",
        "Take-up uses differences up, and newcomers renew them.",
    ),
    leaves_out=(
        "Money, politics, power and the size of the system.",
        "Groups: there is one system, in which everyone is alike.",
        "Common words that narrow thought: here they never do.",
        "Patients, and what a benefit is worth to them.",
    ),
    numbers=(
        "All numbers are illustrations. Nothing is fitted to data.",
        "The evaluation says that the themes are interconnected [@burgess2025challenges]. "
        "How, is our idea.",
        "Joining follows a threshold model [@granovetter1978]; learning follows March "
        "[@march1991].",
        "Conditions for learning from difference echo a study of Dutch teams [@hofhuis2018].",
        "Illustration: the sponsor speaks for 24 months, and 1% of staff are replaced a month.",
    ),
    cannot_tell=(
        "Which theme your organisation should work on first.",
        "How large any benefit will be, or when it will come.",
        "Whether the 5 themes are the right list.",
    ),
)
