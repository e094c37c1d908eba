"""Lesson 05: how a few long ties shrink a world of neighbours (small-world networks)."""

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from improving.models.card import ModelCard
from improving.models.ranges import require_between, require_whole

Ties = NDArray[np.bool_]


def small_world(
    people: int = 60, neighbours: int = 4, rewired: float = 0.1, seed: int = 1
) -> dict[str, pd.DataFrame]:
    """Draw a small-world network: a ring of neighbours with some ties moved elsewhere.

    Everyone starts tied to their nearest neighbours on a ring. Each tie then moves, with a given
    probability, to somebody picked at random. A network that falls into parts is drawn again.

    Parameters
    ----------
    people
        How many people, 10 to 500.
    neighbours
        Ties each person starts with, an even number from 4 to 20 and below ``people``.
    rewired
        The probability that a tie moves, 0 to 1.
    seed
        Where the random numbers start.

    Returns
    -------
    dict of pandas.DataFrame
        ``people``: ``person`` from 0, place ``x`` and ``y`` on a circle of radius 1, ``degree``
        (ties) and ``distance`` (steps from person 0). ``ties``: the two ends ``x``, ``y``,
        ``x2``, ``y2``, and ``shortcut`` (1 where the ends are not neighbours on the ring).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Watts and Strogatz (1998), Collective dynamics of 'small-world' networks,
    doi:10.1038/30918.
    """
    ties = _network(people, neighbours, rewired, seed)
    person = np.arange(people)
    angle = 2 * np.pi * person / people
    x, y = np.sin(angle), np.cos(angle)
    one, other = np.nonzero(np.triu(ties))
    apart = np.minimum(other - one, people - (other - one))
    return {
        "people": pd.DataFrame(
            {
                "person": person,
                "x": x,
                "y": y,
                "degree": ties.sum(axis=1),
                "distance": _steps(ties, person[:1])[0],
            }
        ),
        "ties": pd.DataFrame(
            {
                "x": x[one],
                "y": y[one],
                "x2": x[other],
                "y2": y[other],
                "shortcut": (apart > neighbours // 2).astype(np.int64),
            }
        ),
    }


def measures(
    people: int = 60, neighbours: int = 4, rewired: float = 0.1, seed: int = 1, runs: int = 20
) -> pd.DataFrame:
    r"""Compare a small world with the ring it came from.

    Path length is the mean number of steps between two people. Clustering is the mean, over
    people, of the share of pairs of a person's contacts who are tied to each other. On the ring
    with :math:`k` neighbours, exactly,

    .. math::
        C = \frac{3(k - 2)}{4(k - 1)}, \qquad
        L = \text{mean of } \lceil 2 d / k \rceil \text{ over ring distances } d.

    Parameters
    ----------
    people, neighbours, rewired
        As in `small_world`. The formula for :math:`C` needs ``people`` at least 1.5 times
        ``neighbours``, rounded up.
    seed
        The first network's seed; the others follow it.
    runs
        How many networks to draw, 1 to 200.

    Returns
    -------
    pandas.DataFrame
        Rows "path length" (steps) and "clustering" (0 to 1): ``measure``, ``ring``, the mean
        ``value`` over networks with its 10th (``low``) and 90th (``high``) percentile, and
        ``relative``, the mean divided by the ring's.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Watts and Strogatz (1998), doi:10.1038/30918.
    """
    require_whole("runs", runs, 1, 200)
    drawn = np.array(
        [_measure(_network(people, neighbours, rewired, seed + i)) for i in range(runs)]
    )
    ring = np.array(_measure(_network(people, neighbours, 0, 0)))
    value = drawn.mean(axis=0)
    low, high = np.quantile(drawn, [0.1, 0.9], axis=0)
    return pd.DataFrame(
        {
            "measure": ["path length", "clustering"],
            "ring": ring,
            "value": value,
            "low": low,
            "high": high,
            "relative": value / ring,
        }
    )


def _network(people: int, neighbours: int, rewired: float, seed: int) -> Ties:
    """Who is tied to whom, as a symmetric table of yes and no."""
    require_whole("people", people, 10, 500)
    require_whole("neighbours", neighbours, 4, min(20, people - 2))
    if neighbours % 2:
        raise ValueError(f"neighbours must be an even number, not {neighbours!r}")
    require_between("rewired", rewired, 0, 1)
    graph = nx.connected_watts_strogatz_graph(people, neighbours, rewired, tries=1000, seed=seed)
    ends = np.array(graph.edges)
    ties = np.zeros((people, people), dtype=bool)
    ties[ends[:, 0], ends[:, 1]] = ties[ends[:, 1], ends[:, 0]] = True
    return ties


def _steps(ties: Ties, start: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count steps from each starting person to everyone, over a connected network."""
    # Whole numbers this small are exact as floats, whose matrix product is far faster.
    weight = ties.astype(np.float32)
    reached = np.zeros((len(start), len(ties)), dtype=bool)
    reached[np.arange(len(start)), start] = True
    steps = np.zeros(reached.shape, dtype=np.int64)
    while not reached.all():
        steps += ~reached
        reached |= (reached.astype(np.float32) @ weight) > 0
    return steps


def _measure(ties: Ties) -> tuple[float, float]:
    """Mean path length and mean clustering."""
    people = len(ties)
    path = _steps(ties, np.arange(people)).sum() / (people * (people - 1))
    weight = ties.astype(np.float32)
    degree = ties.sum(axis=1)
    closed = ((weight @ weight) * weight).sum(axis=1)
    pairs = degree * (degree - 1)
    return float(path), float((closed / np.maximum(pairs, 1)).mean())


CARD = ModelCard(
    title="A small world",
    assumes=(
        "Everyone starts tied to the people next to them.",
        "A few ties move to somebody picked at random.",
        "Every tie is equal, works both ways and lasts.",
    ),
    leaves_out=(
        "Rank, profession and how well people know each other.",
        "Whether what passes along a tie is believed or used.",
        "The work it takes to keep a long tie alive.",
    ),
    numbers=(
        "The network is a published model [@watts1998].",
        "Illustration: 60 people, 4 ties each and 1 tie in 10 moved.",
        "Bands: the middle 80% of networks drawn at random.",
    ),
    cannot_tell=(
        "What the network in your organisation looks like.",
        "Whether a new practice spreads: many people need to hear of it more than once.",
    ),
)
