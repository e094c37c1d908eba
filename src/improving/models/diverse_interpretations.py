"""Lesson 07: what a shared approach learns from people who differ from it.

March's (1991) model of mutual learning, in a simplified variant. People and a shared approach
(March's code) teach each other, and neither sees the right answers directly.
"""

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from improving.models.card import ModelCard
from improving.models.ranges import require_between, require_whole

Beliefs = NDArray[np.int8]

SLOW = 10
"""Take-up, in percent a round, of the slow organisation that every run is set beside."""

GRAIN = 65536
"""Chances are compared with random whole numbers below this."""


def simulate(
    take_up: float = 90,
    turnover: float = 0,
    approach_learns: float = 50,
    change: float = 0,
    *,
    slow_share: float = 0,
    people: int = 50,
    beliefs: int = 30,
    rounds: int = 80,
    every: int = 2,
    runs: int = 80,
    seed: int = 1,
) -> pd.DataFrame:
    r"""Follow what people and their shared approach get right, averaged over many runs.

    Each of :math:`m` questions has a right answer, 1 or -1. Person :math:`i` starts with a
    belief :math:`b_{ij}` of -1, 0 (none) or 1, all equally likely. The approach starts with no
    belief, :math:`c_j = 0`. In each round, from the values at its start:

    - Those whose right beliefs outnumber their wrong ones by more than the approach's do form
      the superior group :math:`S`. With :math:`d_j = \sum_{i \in S} b_{ij}`, the approach
      moves to the sign of :math:`d_j` with chance :math:`1 - (1 - p_2)^{|d_j|}`.
    - Where :math:`c_j` is not 0, each person takes it over with chance :math:`p_1`.

    Then each person is replaced by a newcomer with random beliefs with chance :math:`p_3`, and
    each right answer reverses with chance :math:`p_4`.

    This is a simplified variant. In March's own program a person with no belief acts by the
    toss of a coin and is judged by the act, and a belief moves one step at a time. Random
    numbers are shared between settings, so that settings can be compared.

    Parameters
    ----------
    take_up
        :math:`p_1`, the chance in percent that a person takes over a point of the approach in
        a round, 0 to 100.
    turnover
        :math:`p_3`, the chance in percent that a person is replaced in a round, 0 to 50.
    approach_learns
        :math:`p_2`, how fast the approach learns from the superior group, in percent, 0 to 100.
    change
        :math:`p_4`, the chance in percent that a right answer reverses in a round, 0 to 20.
    slow_share
        Share of people, in percent, whose take-up is 10% a round whatever `take_up` says.
    people
        How many people, 1 to 120.
    beliefs
        :math:`m`, how many questions, 1 to 120.
    rounds
        How many rounds to follow, 1 to 200.
    every
        Rounds between the rows that are returned.
    runs
        How many random runs, 1 to 200.
    seed
        Where the random numbers start.

    Returns
    -------
    pandas.DataFrame
        ``round``; ``people_pct``, the mean over runs of the share of people's beliefs that are
        right; ``low`` and ``high``, its 10th and 90th percentile across runs;
        ``approach_pct``, the same mean for the approach; ``differ_pct``, the mean share of
        people's beliefs that differ from the approach; ``slow_pct``, ``people_pct`` of an
        organisation with a take-up of 10% and no turnover, in the same world.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    March (1991), Exploration and exploitation in organizational learning,
    doi:10.1287/orsc.2.1.71. What the article leaves out is told in Workiewicz (2019),
    https://github.com/Mac13kW/March_1991_Original.
    """
    require_between("take_up", take_up, 0, 100)
    require_between("turnover", turnover, 0, 50)
    require_between("approach_learns", approach_learns, 0, 100)
    require_between("change", change, 0, 20)
    require_between("slow_share", slow_share, 0, 100)
    require_whole("people", people, 1, 120)
    require_whole("beliefs", beliefs, 1, 120)
    require_whole("rounds", rounds, 1, 200)
    require_whole("every", every, 1, rounds)
    require_whole("runs", runs, 1, 200)

    world = (approach_learns, change, people, beliefs, rounds, every, runs, seed)
    right, approach, differ = _follow(take_up, turnover, slow_share, *world)
    slow, _, _ = _follow(SLOW, 0, 0, *world)
    low, high = np.quantile(right, [0.1, 0.9], axis=1)
    return pd.DataFrame(
        {
            "round": np.arange(0, rounds + 1, every),
            "people_pct": right.mean(axis=1),
            "low": low,
            "high": high,
            "approach_pct": approach,
            "differ_pct": differ,
            "slow_pct": slow.mean(axis=1),
        }
    )


@lru_cache(maxsize=16)
def _follow(
    take_up: float,
    turnover: float,
    slow_share: float,
    approach_learns: float,
    change: float,
    people: int,
    beliefs: int,
    rounds: int,
    every: int,
    runs: int,
    seed: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Share right (a row for each time, a column for each run), approach right, differing.

    Every right answer counts as 1: when the world changes, the signs of all beliefs about it
    change instead. Masks are 0 or -1, all bits clear or set, which is far faster than `where`.
    """
    held, draws, learning, flips = _draws(people, beliefs, rounds, runs, seed)
    held, approach = held.copy(), np.zeros((beliefs, runs), dtype=np.int8)
    takes = np.full((people, 1, 1), round(take_up / 100 * GRAIN))
    takes[: round(people * slow_share / 100)] = round(SLOW / 100 * GRAIN)
    moves = 1 - (1 - approach_learns / 100) ** np.arange(people + 1)

    right, approach_right, differ = [], [], []
    for now in range(rounds + 1):
        if now % every == 0:
            right.append(100 * np.mean(held > 0, axis=(0, 1)))
            approach_right.append(100 * np.mean(approach > 0))
            differ.append(100 * np.mean(held != approach))
        if now == rounds:
            break
        net = np.add.reduce(held, axis=1, dtype=np.int8)
        superior = net > np.add.reduce(approach, axis=0, dtype=np.int8)
        views = np.add.reduce(held & _mask(superior)[:, None, :], axis=0, dtype=np.int8)
        taken = _mask(draws[now] < takes) & _mask(approach != 0)
        held ^= (held ^ approach) & taken
        approach = np.where(learning[now] < moves[np.abs(views)], np.sign(views), approach)
        if turnover:
            leaving, newcomers = _newcomers(people, beliefs, rounds, runs, seed)
            replaced = _mask(leaving[now] < round(turnover / 100 * GRAIN))[:, None, :]
            held ^= (held ^ newcomers[now]) & replaced
        if change:
            turned = np.where(flips[now] < change / 100, -1, 1).astype(np.int8)
            held, approach = held * turned, approach * turned
    return np.array(right), np.array(approach_right), np.array(differ)


def _mask(true: NDArray[np.bool_]) -> Beliefs:
    return -true.view(np.int8)


@lru_cache(maxsize=1)
def _draws(
    people: int, beliefs: int, rounds: int, runs: int, seed: int
) -> tuple[Beliefs, NDArray[np.uint16], NDArray[np.float32], NDArray[np.float32]]:
    """First beliefs, and the random numbers for take-up, the approach and the world."""
    random = np.random.default_rng([seed, 0])
    shape = (people, beliefs, runs)
    return (
        random.integers(-1, 2, shape, dtype=np.int8),
        random.integers(0, GRAIN, (rounds, *shape), dtype=np.uint16),
        random.random((rounds, beliefs, runs), dtype=np.float32),
        random.random((rounds, beliefs, runs), dtype=np.float32),
    )


@lru_cache(maxsize=1)
def _newcomers(
    people: int, beliefs: int, rounds: int, runs: int, seed: int
) -> tuple[NDArray[np.uint16], Beliefs]:
    """Random numbers for who leaves, and the beliefs of whoever takes the place."""
    random = np.random.default_rng([seed, 1])
    return (
        random.integers(0, GRAIN, (rounds, people, runs), dtype=np.uint16),
        random.integers(-1, 2, (rounds, people, beliefs, runs), dtype=np.int8),
    )


CARD = ModelCard(
    title="Learning from people who differ",
    assumes=(
        "Each question has a right answer, which nobody sees directly.",
        "The approach learns from the people who know more than it does. It can tell who they are.",
        "People learn only from the approach, not from each other or from results.",
        "Newcomers arrive with views of their own, and without the approach.",
        "At first the right answers stay the same. One control lets them change.",
    ),
    leaves_out=(
        "Power, status and politeness: who is heard, and who dares to differ.",
        "The cost of disagreement, and of training a newcomer.",
        "Questions on which 2 different answers both work.",
        "Groups: everyone is equally close to the approach.",
    ),
    numbers=(
        "The rule follows a published model of learning in organisations [@march1991].",
        "We use a simplified variant: the article alone does not give its own figures "
        "[@workiewicz2019].",
        "From the article: 50 people and 30 questions.",
        "Illustration: every speed, the share replaced, and 80 rounds. A round is not a month.",
        "Lines are means of 80 random runs. The band holds 8 runs in 10.",
    ),
    cannot_tell=(
        "How fast to train your staff, or how many should be new.",
        "Whose different view is right.",
        "How long a round lasts where you work.",
    ),
)
