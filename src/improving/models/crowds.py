"""Crowds in which each person waits for enough others: Granovetter's threshold model (1978).

Lesson 03 asks who should start such a crowd. Lesson 12 lets a mandate push on one.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from improving.models.ranges import require_between, require_choice, require_whole

PEOPLE = 100
"""How many people a random crowd has. Thresholds and counts are in people out of 100."""

WHOM = ("random", "keenest", "reluctant")
"""Whom to ask to join first: anybody, the lowest thresholds, or the highest."""


def share_in(number_in: float, spread: float, mean: float) -> float:
    r"""Share of an endless crowd whose thresholds are met.

    .. math:: 100\, \Phi\!\left(\frac{r - \mu}{s}\right)

    Parameters
    ----------
    number_in
        :math:`r`, how many people out of 100 are seen to be in.
    spread, mean
        :math:`s` and :math:`\mu`, standard deviation and average of thresholds, in people
        out of 100.

    Returns
    -------
    float
        Percent.
    """
    return 50 * math.erfc((mean - number_in) / (spread * math.sqrt(2)))


def check(spread: float, mean: float) -> None:
    """Raise unless a crowd's spread is 1 to 40 and its average 0 to 100.

    Parameters
    ----------
    spread, mean
        Standard deviation and average of thresholds, in people out of 100.

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    """
    require_between("spread", spread, 1, 40)
    require_between("mean", mean, 0, 100)


def update(
    spread: float, mean: float = 25, seeds: float = 0, visible: float = 100
) -> Callable[[float], float]:
    r"""Give the rule that takes an endless crowd from one round to the next.

    .. math:: r \leftarrow k + (100 - k)\, \Phi\!\left(\frac{c\, r - \mu}{s}\right)

    Parameters
    ----------
    spread, mean
        :math:`s` and :math:`\mu`, standard deviation (1 to 40) and average (0 to 100) of
        thresholds, in people out of 100.
    seeds
        :math:`k`, people out of 100, drawn at random, who join first and stay, 0 to 99.
    visible
        :math:`100\,c`, the share of the joining that people can see, percent, 0 to 100.

    Returns
    -------
    callable
        From people in, out of 100, to people in one round later.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Granovetter (1978), doi:10.1086/226707. Seeds and visibility are our addition.
    """
    check(spread, mean)
    require_between("seeds", seeds, 0, PEOPLE - 1)
    require_between("visible", visible, 0, 100)

    def one_round(number_in: float) -> float:
        return seeds + (1 - seeds / PEOPLE) * share_in(visible / 100 * number_in, spread, mean)

    return one_round


def final_crowd(
    spread: float, mean: float = 25, *, seeds: float = 0, visible: float = 100
) -> float:
    r"""Share of an endless crowd that has joined when nothing moves any more.

    The lowest solution of :math:`r = k + (100 - k)\,\Phi((c\,r - \mu)/s)`, reached from
    nobody in.

    Parameters
    ----------
    spread, mean, seeds, visible
        As for `update`.

    Returns
    -------
    float
        Percent who have joined.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Granovetter (1978), doi:10.1086/226707.
    """
    one_round = update(spread, mean, seeds, visible)
    share, last = 0.0, -1.0
    # The share only ever rises, so the walk ends; near the critical spread it is slow.
    while share - last > 1e-12:
        share, last = one_round(share), share
    return share


def draw(spread: float, mean: float, crowds: int, seed: int) -> NDArray[np.float64]:
    """Draw thresholds: 100 rows of people by a column for each crowd.

    Parameters
    ----------
    spread, mean
        Standard deviation (1 to 40) and average (0 to 100) of thresholds, in people.
    crowds
        How many random crowds to draw, 1 to 5,000.
    seed
        Where the random numbers start.

    Returns
    -------
    numpy.ndarray
        Thresholds, in people.

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    """
    check(spread, mean)
    require_whole("crowds", crowds, 1, 5000)
    return mean + spread * np.random.default_rng(seed).standard_normal((PEOPLE, crowds))


def waiting(thresholds: NDArray[np.float64], seeds: int, whom: str) -> NDArray[np.float64]:
    """Take out those asked first, and put the others in order of threshold.

    Parameters
    ----------
    thresholds
        One row for each person, one column for each crowd.
    seeds
        How many people are asked first, 0 to one fewer than the people there are.
    whom
        One of `WHOM`. Rows are in random order, so the first are a random choice.

    Returns
    -------
    numpy.ndarray
        Thresholds of those not asked, each column ascending.

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    """
    people = len(thresholds)
    require_whole("seeds", seeds, 0, people - 1)
    require_choice("whom", whom, WHOM)
    if whom == "random":
        return np.sort(thresholds[seeds:], axis=0)
    ordered = np.sort(thresholds, axis=0)
    return ordered[seeds:] if whom == "keenest" else ordered[: people - seeds]


def walk(ordered: NDArray[np.float64], seeds: int = 0, visible: float = 100) -> NDArray[np.int64]:
    """Count who is in when nothing moves any more.

    In order of threshold, a person joins if those asked first and all before them are enough.
    The first for whom they are not enough stops the crowd.

    Parameters
    ----------
    ordered
        Thresholds of those not asked first, each column (a crowd) ascending.
    seeds
        How many were asked first: they are in and stay.
    visible
        Share of the joining that people can see, percent, 0 to 100.

    Returns
    -------
    numpy.ndarray
        People in, seeds included, one value for each crowd.
    """
    others = len(ordered)
    seen = visible / 100 * (seeds + np.arange(others))
    stopped = ordered > seen[:, None]
    joined = np.where(stopped.any(axis=0), stopped.argmax(axis=0), others)
    return np.asarray(seeds + joined, dtype=np.int64)


def final_crowds(
    spread: float,
    mean: float = 25,
    *,
    seeds: int = 0,
    whom: str = "random",
    crowds: int = 1000,
    seed: int = 1,
) -> NDArray[np.int64]:
    """Where random crowds of 100 people end, each person waiting for enough others.

    Parameters
    ----------
    spread, mean
        Standard deviation (1 to 40) and average (0 to 100) of thresholds, in people.
    seeds
        How many people are asked first and stay, 0 to 99.
    whom
        Who they are: one of `WHOM`.
    crowds
        How many random crowds to draw, 1 to 5,000.
    seed
        Where the random numbers start.

    Returns
    -------
    numpy.ndarray
        People in, out of 100, one value for each crowd.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Granovetter (1978), doi:10.1086/226707.
    """
    return walk(waiting(draw(spread, mean, crowds, seed), seeds, whom), seeds)
