"""Lesson 03: who joins when each person waits for enough others, and whom to ask first.

Granovetter's threshold model (1978). People asked first, endorsement and visibility are our
additions.
"""

import math
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from improving.models.card import ModelCard
from improving.models.crowds import (
    PEOPLE,
    WHOM,
    check,
    draw,
    final_crowd,
    share_in,
    update,
    waiting,
    walk,
)
from improving.models.ranges import require_between, require_whole

BINS = np.arange(-5, 76, 5)
"""Edges between groups of thresholds; the first and last group hold all beyond them."""


def two_sites(
    spread: float = 13, visible: float = 100, *, compared_with: float = 10, mean: float = 25
) -> dict[str, pd.DataFrame]:
    r"""Set two large sites side by side: same average threshold, another spread.

    A person joins when the share of colleagues they see to be in reaches their threshold. With
    thresholds spread normally, the share in follows

    .. math:: r \leftarrow 100\, \Phi\!\left(\frac{c\, r - \mu}{s}\right), \qquad r = 0
              \text{ at the start},

    until it rests. Thresholds below zero are kept: those people start alone.

    Parameters
    ----------
    spread
        :math:`s` at South, the standard deviation of thresholds, in people of 100, 1 to 40.
    visible
        :math:`100\,c`, the share of the joining that people can see, percent, 0 to 100.
    compared_with
        :math:`s` at North, 1 to 40.
    mean
        :math:`\mu`, the average threshold at both, in people of 100, 0 to 100.

    Returns
    -------
    dict of pandas.DataFrame
        ``groups``: for each ``site`` and each group of thresholds (above ``above``, up to
        ``up_to``), ``joined_pct`` and ``waiting_pct``, shares of all staff. The first group
        holds everyone at 0 or below, the last everyone above 70. ``sites``: for each ``site``
        its ``joined_pct``; ``alone_pct``, who would join if nobody else did; and
        ``carry_pct``, the share that must be in for the rest to follow (not a number where
        none would do, or where none is needed).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Granovetter (1978), Threshold models of collective behavior, doi:10.1086/226707.
    """
    spreads = {"North": compared_with, "South": spread}
    joined = {site: final_crowd(s, mean, visible=visible) for site, s in spreads.items()}
    joined_by, everyone_by = [], []
    for site, s in spreads.items():
        everyone = [0, *(share_in(edge, s, mean) for edge in BINS[1:-1]), 100]
        everyone_by.append(np.diff(everyone))
        # Whoever needs fewer joins sooner, so those in are the first of the order.
        joined_by.append(np.diff([min(share, joined[site]) for share in everyone]))
    groups = {
        "site": np.repeat(list(spreads), len(BINS) - 1),
        "above": np.tile(BINS[:-1], 2),
        "up_to": np.tile(BINS[1:], 2),
        "joined_pct": np.concatenate(joined_by),
        "waiting_pct": np.concatenate(everyone_by) - np.concatenate(joined_by),
    }
    sites = {
        "site": list(spreads),
        "joined_pct": list(joined.values()),
        "alone_pct": [share_in(0, s, mean) for s in spreads.values()],
        "carry_pct": [_tipping(resting_points(s, mean, visible=visible)) for s in spreads.values()],
    }
    return {"groups": pd.DataFrame(groups), "sites": pd.DataFrame(sites)}


def resting_points(
    spread: float, mean: float = 25, *, seeds: float = 0, visible: float = 100
) -> NDArray[np.float64]:
    r"""Find every share at which an endless crowd would stay where it is.

    The solutions of :math:`r = k + (100 - k)\,\Phi((c\,r - \mu)/s)`. Between them the crowd
    moves away from the middle one, the tipping point, and towards the other two.

    Parameters
    ----------
    spread, mean, seeds, visible
        As for `improving.models.crowds.update`.

    Returns
    -------
    numpy.ndarray
        One or three shares, percent, ascending. With three the middle one is the tipping point.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Granovetter (1978), doi:10.1086/226707.
    """
    from scipy.optimize import brentq

    one_round = update(spread, mean, seeds, visible)

    def gain(number_in: float) -> float:
        return one_round(number_in) - number_in

    # The gain turns where its slope is 0: at most twice, the same distance either side.
    turns = []
    steepest = (PEOPLE - seeds) * visible / 100 / (spread * math.sqrt(2 * math.pi))
    if steepest > 1:
        z = math.sqrt(2 * math.log(steepest))
        turns = [100 / visible * (mean + side * spread * z) for side in (-1, 1)]
    ends = [0.0, *(turn for turn in turns if 0 < turn < PEOPLE), float(PEOPLE)]
    found = [
        brentq(gain, low, high, xtol=1e-12)
        for low, high in pairwise(ends)
        if gain(low) * gain(high) <= 0
    ]
    return np.array(found)


def critical_mean(spread: float, seeds: float = 0) -> float:
    r"""Give the highest average threshold at which an endless crowd joins all the same.

    .. math:: \mu^* = k + (N - k)\, \Phi(z) - s z, \qquad
              z = -\sqrt{-2 \ln \frac{s \sqrt{2 \pi}}{N - k}}.

    Endorsement that lowers every threshold by :math:`\mu - \mu^*` is just enough.

    Parameters
    ----------
    spread
        :math:`s`, standard deviation of thresholds, in people of 100, 1 to 40.
    seeds
        :math:`k`, people of 100, drawn at random, who join first and stay, 0 to 99.

    Returns
    -------
    float
        Average threshold, in people of 100.

    Raises
    ------
    ValueError
        If a parameter is outside its range, or thresholds differ so much that there is no
        sudden change.

    References
    ----------
    Granovetter (1978), doi:10.1086/226707. The tangency is worked out here.
    """
    check(spread, 0)
    require_between("seeds", seeds, 0, PEOPLE - 1)
    flat = spread * math.sqrt(2 * math.pi) / (PEOPLE - seeds)
    if flat >= 1:
        raise ValueError(
            f"spread {spread!r} with seeds {seeds!r}: the crowd has no sudden change; "
            "use a smaller spread"
        )
    z = -math.sqrt(-2 * math.log(flat))
    return seeds + (1 - seeds / PEOPLE) * share_in(z, 1, 0) - spread * z


def critical_seeds(spread: float, mean: float = 25) -> float:
    """Give how many of 100, asked at random, are just enough to carry an endless crowd.

    Parameters
    ----------
    spread, mean
        Standard deviation (1 to 40) and average (0 to 100) of thresholds, in people of 100.

    Returns
    -------
    float
        People of 100; 0 if none are needed.

    Raises
    ------
    ValueError
        If a parameter is outside its range, or there is no sudden change.

    References
    ----------
    Granovetter (1978), doi:10.1086/226707.
    """
    from scipy.optimize import brentq

    check(spread, mean)
    if critical_mean(spread) >= mean:
        return 0.0
    most = PEOPLE - spread * math.sqrt(2 * math.pi) - 1e-9
    return float(brentq(lambda seeds: critical_mean(spread, seeds) - mean, 0, min(most, 99)))


def whom_to_ask(
    spread: float = 10,
    endorsement: float = 0,
    visible: float = 100,
    *,
    mean: float = 25,
    most: int = 20,
    crowds: int = 400,
    seed: int = 1,
) -> pd.DataFrame:
    r"""Ask some people to join first, and count the crowds of 100 in which over half end in.

    Those asked join and stay, whatever others do. Everyone else waits for enough others, as in
    `two_sites`. Random crowds of 100 people differ by chance, so the result is a share of
    crowds. The same crowds are used at every setting.

    Parameters
    ----------
    spread
        Standard deviation of thresholds, in people, 1 to 40.
    endorsement
        How far an endorsement lowers every threshold, in people, 0 to 25.
    visible
        The share of the joining that people can see, percent, 0 to 100.
    mean
        Average threshold before any endorsement, in people, 0 to 100.
    most
        The most people to ask, 0 to 50.
    crowds
        How many random crowds to draw, 1 to 5,000.
    seed
        Where the random numbers start.

    Returns
    -------
    pandas.DataFrame
        ``asked``, from 0 to ``most``; ``random_pct``, ``keenest_pct`` and ``reluctant_pct``,
        the share of crowds in which over half end in, by whom you asked: people drawn at
        random, those with the lowest thresholds, or those with the highest. One standard
        error is at most 2.5 points with 400 crowds.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Granovetter (1978), doi:10.1086/226707. Asking people first is our addition.
    """
    check(spread, mean)
    require_between("endorsement", endorsement, 0, 25)
    require_between("visible", visible, 0, 100)
    require_whole("most", most, 0, 50)
    asked = np.arange(most + 1)
    columns = {
        f"{whom}_pct": [
            100
            * np.mean(
                walk(
                    mean - endorsement + spread * _standard(whom, int(k), crowds, seed),
                    int(k),
                    visible,
                )
                > PEOPLE / 2
            )
            for k in asked
        ]
        for whom in WHOM
    }
    return pd.DataFrame({"asked": asked, **columns})


@lru_cache(maxsize=256)
def _standard(whom: str, asked: int, crowds: int, seed: int) -> NDArray[np.float64]:
    """Thresholds of those not asked, in order, for an average of 0 and a spread of 1."""
    return waiting(draw(1, 0, crowds, seed), asked, whom)


def _tipping(points: NDArray[np.float64]) -> float:
    return float(points[1]) if len(points) == 3 else math.nan


CARD = ModelCard(
    title="Waiting for others: 2 sites",
    assumes=(
        "Each person joins when enough colleagues have joined. That share is their threshold.",
        "Thresholds follow a bell curve. Both sites have the same average.",
        "Some thresholds are at or below 0: those people start alone.",
        "Everyone sees the same share of the joining. This is the key assumption: set it to 0.",
    ),
    leaves_out=(
        "Whether the change is any good, and what it costs a person to join.",
        "Who knows whom: everyone counts equally.",
        "People who work against the change.",
        "Chance: each site is treated as endless.",
    ),
    numbers=(
        "The rule is a published model of crowds [@granovetter1978].",
        "Illustration: an average threshold of 25 in 100, and both spreads.",
        "Illustration: how much of the joining people can see. We added that dial.",
    ),
    cannot_tell=(
        "What your colleagues' thresholds are: nobody can observe them.",
        "Which of your sites will take a change up.",
        "Whether those who joined believe in the change.",
    ),
)

ASKED_CARD = ModelCard(
    title="Waiting for others: whom to ask first",
    assumes=(
        "As above, in random crowds of 100 people with an average threshold of 25.",
        "Everyone you ask agrees, joins at once and stays. This favours asking the reluctant.",
        "An endorsement lowers every threshold by the same amount.",
        "Someone who joins counts for the same, whoever they are.",
    ),
    leaves_out=(
        "The time and goodwill that it takes to win over a reluctant colleague.",
        "People who are put off by an endorsement.",
        "What a doubter's example is worth beyond 1 more person in.",
        "Anyone who joins and then leaves.",
    ),
    numbers=(
        "The rule is a published model of crowds [@granovetter1978].",
        "Illustration: the spread, the number asked and the size of the endorsement.",
        "Each share is of 400 random crowds: 1 standard error is at most 2.5 points.",
    ),
    cannot_tell=(
        "How many people you need to ask.",
        "Who is keen and who is reluctant where you work.",
        "How far a named sponsor would move anybody.",
    ),
)
