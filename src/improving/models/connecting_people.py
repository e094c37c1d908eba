"""Lesson 05: what a few long ties carry, and what they do not.

Small-world networks, news and practices that spread over them, and the bridge between 2 teams.
"""

import math
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from improving.models.card import ModelCard
from improving.models.ranges import require_between, require_whole

Ties = NDArray[np.bool_]

SHARES = (0, 0.01, 0.03, 0.1, 0.3, 1)
"""Shares of ties moved at which small worlds are compared."""


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


def by_rewiring(people: int = 60, neighbours: int = 6, runs: int = 20) -> pd.DataFrame:
    """Compare small worlds with the ring as more ties move.

    Parameters
    ----------
    people, neighbours
        As in `small_world`.
    runs
        How many networks to draw at each share, 1 to 200.

    Returns
    -------
    pandas.DataFrame
        For each of `SHARES` and each measure of `measures`: ``moved_pct``, ``measure``, and the
        mean as a share of the ring's with its 10th and 90th percentile over networks, in
        percent: ``relative_pct``, ``low_pct``, ``high_pct``.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Watts and Strogatz (1998), doi:10.1038/30918.
    """
    parts = []
    for share in SHARES:
        found = measures(people, neighbours, share, seed=1, runs=runs)
        percent = {
            f"{name}_pct": 100 * found[column] / found["ring"]
            for name, column in (("relative", "value"), ("low", "low"), ("high", "high"))
        }
        parts.append(
            pd.DataFrame({"moved_pct": 100 * share, "measure": found["measure"], **percent})
        )
    return pd.concat(parts, ignore_index=True)


def news(
    rewired: float = 0.03,
    steps: int = 2,
    draw: int = 1,
    *,
    people: int = 60,
    neighbours: int = 6,
    runs: int = 20,
) -> dict[str, pd.DataFrame]:
    r"""Draw a small world, and who has heard a piece of news after some steps.

    Person 0 knows the news. At each step, everyone who knows it tells all their contacts. On
    the ring with :math:`k` neighbours, all :math:`n` people know it after exactly
    :math:`\lceil 2 \lfloor n/2 \rfloor / k \rceil` steps.

    Parameters
    ----------
    rewired, people, neighbours
        As in `small_world`.
    steps
        How many steps have passed, 0 to 500.
    draw
        Which random network to draw, 1 to ``runs``.
    runs
        How many networks to draw for the spread, 1 to 200.

    Returns
    -------
    dict of pandas.DataFrame
        ``people``: ``person`` from 0, place ``x`` and ``y``, ``distance`` (the step at which
        they hear) and ``heard`` (0 or 1). ``ties``: as in `small_world`. ``all``: for the
        ``network`` "this draw", "typical draw" and "ring", the ``steps`` until everyone has
        heard, with the 10th (``low``) and 90th (``high``) percentile of the draws.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Watts and Strogatz (1998), doi:10.1038/30918.
    """
    require_whole("runs", runs, 1, 200)
    require_whole("draw", draw, 1, runs)
    require_whole("steps", steps, 0, 500)
    frames = small_world(people, neighbours, rewired, draw)
    person = frames["people"].drop(columns="degree")
    until = _until_all(people, neighbours, rewired, runs)
    ring = _until_all(people, neighbours, 0, 1)[0]
    low, typical, high = np.quantile(until, [0.1, 0.5, 0.9])
    return {
        "people": person.assign(heard=(person["distance"] <= steps).astype(np.int64)),
        "ties": frames["ties"],
        "all": pd.DataFrame(
            {
                "network": ["this draw", "typical draw", "ring"],
                "steps": [until[draw - 1], typical, ring],
                "low": [until[draw - 1], low, ring],
                "high": [until[draw - 1], high, ring],
            }
        ),
    }


def spread(
    rewired: float = 0.03,
    needed: int = 3,
    alone: float = 0,
    *,
    people: int = 60,
    neighbours: int = 6,
    steps: int = 30,
    runs: int = 100,
    seed: int = 1,
) -> dict[str, pd.DataFrame]:
    r"""Follow news, and a practice that people must see more than once, on the same networks.

    One random person and all their contacts start. At each step everyone with at least
    :math:`\theta` adopting contacts adopts, and nobody stops. News has :math:`\theta = 1`
    (simple contagion). A practice has :math:`\theta` = ``needed`` (complex contagion); those
    with some adopting contacts, but too few, still adopt with probability ``alone`` a step. On
    the ring with :math:`k` neighbours, :math:`k + 1 + (k + 2 - 2\theta)\,t` people have adopted
    after :math:`t` steps, until all have.

    Parameters
    ----------
    rewired, people, neighbours
        As in `small_world`.
    needed
        :math:`\theta`, adopting contacts a person must see before taking up the practice,
        1 to ``neighbours``.
    alone
        The probability, a step, of taking it up on fewer, 0 to 1.
    steps
        How many steps to follow, 1 to 500.
    runs
        How many networks to draw, 1 to 1,000.
    seed
        Where the random numbers for starts and early adopters start. The networks have
        seeds from 1.

    Returns
    -------
    dict of pandas.DataFrame
        ``share``: ``kind`` ("News", "Practice"), ``step``, and the 10th, 50th and 90th
        percentile over networks of the share who have adopted, in percent: ``low``, ``mid``,
        ``high``. ``reach``: for each kind, ``networks_pct``, the share of networks in which
        90% of people adopt in time; ``step``, the first step at which 90% of people have
        adopted in the middle network (missing if never); and ``ring_step``, the same on the
        ring.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Centola and Macy (2007), Complex contagions and the weakness of long ties,
    doi:10.1086/521848. For ``alone``: Eckles and others (2024), Long ties accelerate noisy
    threshold-based contagions, doi:10.1038/s41562-024-01865-0.
    """
    shares, reach = [], []
    for kind, theta, early in (("News", 1, 0.0), ("Practice", needed, alone)):
        adopted = _adopters(rewired, theta, early, people, neighbours, steps, runs, seed)
        on_ring = _adopters(0, theta, early, people, neighbours, steps, runs, seed)
        low, mid, high = np.quantile(100 * adopted / people, [0.1, 0.5, 0.9], axis=1)
        step = np.arange(steps + 1)
        shares.append(
            pd.DataFrame({"kind": kind, "step": step, "low": low, "mid": mid, "high": high})
        )
        times = _first(adopted, people)
        reach.append(
            {
                "kind": kind,
                "networks_pct": 100 * float(np.isfinite(times).mean()),
                "step": _middle(times),
                "ring_step": _middle(_first(on_ring, people)),
            }
        )
    return {"share": pd.concat(shares, ignore_index=True), "reach": pd.DataFrame(reach)}


def reach_times(
    rewired: float,
    needed: int,
    alone: float = 0,
    *,
    people: int = 200,
    neighbours: int = 6,
    steps: int = 200,
    runs: int = 100,
    seed: int = 1,
) -> NDArray[np.float64]:
    """When each network first has 90% of its people adopting, as in `spread`.

    Parameters
    ----------
    rewired, needed, alone, people, neighbours, steps, runs, seed
        As in `spread`.

    Returns
    -------
    numpy.ndarray
        Steps, one value for each network; infinite where it does not happen in time.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Centola and Macy (2007), doi:10.1086/521848.
    """
    return _first(_adopters(rewired, needed, alone, people, neighbours, steps, runs, seed), people)


def crossing(ties: int, members: int = 25) -> float:
    r"""Chance that a practice crosses from one team to another over a bridge.

    Everyone in the first team has the practice. Different people in it each have one tie to a
    random person in the second. Both teams are fully linked inside, and a person needs to see
    2 others. So someone must have 2 of the :math:`w` ties, and somebody else at least one:

    .. math:: P = 1 - \frac{m!}{(m - w)!\, m^w} - m^{1 - w} \quad (w \ge 3), \qquad
        P = 0 \quad (w \le 2).

    News crosses on one tie.

    Parameters
    ----------
    ties
        :math:`w`, the ties between the 2 teams, 0 to ``members``.
    members
        :math:`m`, people in each team, 2 to 200.

    Returns
    -------
    float
        The probability, 0 to 1.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Ours, by counting; the idea of a wide bridge is from Centola and Macy (2007),
    doi:10.1086/521848.
    """
    require_whole("members", members, 2, 200)
    require_whole("ties", ties, 0, members)
    if ties < 3:
        return 0.0
    all_differ = math.perm(members, ties) / members**ties
    return float(1 - all_differ - members ** (1 - ties))


def bridges(ties: int = 24, members: int = 25) -> pd.DataFrame:
    """Share a fixed number of ties among teams: from one tie each to all with one team.

    Parameters
    ----------
    ties
        How many ties there are to give, 1 to ``members``.
    members
        People in each team, 2 to 200.

    Returns
    -------
    pandas.DataFrame
        For each whole way to share them: ``each`` (ties to a team), ``teams``,
        ``news_teams`` (teams that hear) and ``practice_teams`` (the expected number that take
        the practice up, where people need to see 2 others).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    As for `crossing`.
    """
    require_whole("ties", ties, 1, members)
    each = np.array([w for w in range(1, ties + 1) if ties % w == 0])
    chance = np.array([crossing(int(w), members) for w in each])
    teams = ties // each
    return pd.DataFrame(
        {"each": each, "teams": teams, "news_teams": teams, "practice_teams": teams * chance}
    )


def _network(people: int, neighbours: int, rewired: float, seed: int) -> Ties:
    """Who is tied to whom, as a symmetric table of yes and no."""
    import networkx as nx

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


@cache
def _networks(people: int, neighbours: int, rewired: float, runs: int) -> NDArray[np.float32]:
    """Draw the networks that every setting with this rewiring shares; seeds from 1."""
    drawn = [_network(people, neighbours, rewired, seed) for seed in range(1, runs + 1)]
    together = np.array(drawn, dtype=np.float32)
    together.setflags(write=False)
    return together


@cache
def _until_all(people: int, neighbours: int, rewired: float, runs: int) -> NDArray[np.int64]:
    """Count the steps until news from person 0 has reached everyone, in each network."""
    first = np.zeros(1, dtype=np.int64)
    networks = _networks(people, neighbours, rewired, runs)
    until = np.array([_steps(ties, first).max() for ties in networks])
    until.setflags(write=False)
    return until


def _adopters(
    rewired: float,
    needed: int,
    alone: float,
    people: int,
    neighbours: int,
    steps: int,
    runs: int,
    seed: int,
) -> NDArray[np.int64]:
    """Count who has adopted: a row for each step from 0, a column for each network."""
    require_whole("needed", needed, 1, neighbours)
    require_between("alone", alone, 0, 1)
    require_whole("steps", steps, 1, 500)
    require_whole("runs", runs, 1, 1000)
    ties = _networks(people, neighbours, rewired, runs)
    random = np.random.default_rng(seed)
    first, network = random.integers(people, size=runs), np.arange(runs)
    adopts = ties[network, first] > 0
    adopts[network, first] = True
    counts = np.empty((steps + 1, runs), dtype=np.int64)
    counts[0] = adopts.sum(axis=1)
    for step in range(1, steps + 1):
        seen = np.matmul(adopts[:, None, :].astype(np.float32), ties)[:, 0]
        adopts |= seen >= needed
        if alone > 0:
            adopts |= (seen >= 1) & (random.random(adopts.shape) < alone)
        counts[step] = adopts.sum(axis=1)
        at_rest = alone == 0 and (counts[step] == counts[step - 1]).all()
        if at_rest or (counts[step] == people).all():
            counts[step:] = counts[step]
            break
    return counts


def _first(adopted: NDArray[np.int64], people: int) -> NDArray[np.float64]:
    """Find the first step at which 90% have adopted, in each network."""
    enough = 10 * adopted >= 9 * people
    return np.where(enough.any(axis=0), enough.argmax(axis=0), np.inf)


def _middle(times: NDArray[np.float64]) -> float:
    """Give the step by which half of the networks are there, missing if they never are."""
    middle = float(np.sort(times)[(len(times) - 1) // 2])
    return middle if math.isfinite(middle) else math.nan


def _steps(ties: NDArray[np.bool_ | np.float32], start: NDArray[np.int64]) -> NDArray[np.int64]:
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
        "Illustration: 60 people with 6 ties each, and the shares of ties that move.",
        "Bands: the middle 80% of networks drawn at random.",
    ),
    cannot_tell=(
        "What the network in your organisation looks like.",
        "Whether a new practice spreads: many people need to see it more than once.",
    ),
)

SPREAD_CARD = ModelCard(
    title="News, practice and bridges",
    assumes=(
        "News needs 1 contact. A practice needs several, and that number is the same for all.",
        "It matters how many contacts people see, not who they are or how often.",
        "Everyone who takes it up keeps it, and anyone can see that they have.",
        "One person and all their contacts start.",
        "For bridges: all in a team know each other, and each needs to see 2 others.",
    ),
    leaves_out=(
        "Whether the practice is a good one, and whether it works.",
        "Training, leaders, rules and anything else that moves people besides their contacts.",
        "People who stop, or who persuade others not to start.",
        "What a visit costs the ward that gives it and the ward that gets it.",
    ),
    numbers=(
        "The rule is a published model of complex contagion [@centola2007].",
        "Some starting on fewer contacts is a published addition [@eckles2024].",
        "Illustration: 6 to 10 contacts, needing 2 or 3, and the chance of starting on fewer.",
        "Illustration: teams of 25 people and 24 ties to share.",
        "Evidence that several contacts matter: a controlled experiment online [@centola2010].",
        "Bands: the middle 80% of 100 networks drawn at random.",
    ),
    cannot_tell=(
        "How many colleagues your staff need to see before they change what they do.",
        "How long a step is: a day, a week or a month.",
        "How many visits to give each ward.",
    ),
)
