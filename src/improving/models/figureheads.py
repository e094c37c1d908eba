"""Lesson 14: what well-known people carry in a network, and what is left when they go.

The networks and the removal of hubs are published models. The handover to deputies, the
campaign and the door that lets criticism pass are ours and illustrative.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from improving.models.card import ModelCard
from improving.models.ranges import require_between, require_choice, require_whole

Yes = NDArray[np.bool_]

KINDS = ("hubs", "even")
"""Networks: newcomers tie to whoever is already well connected, or ties fall anywhere."""

RULES = ("ranked once", "ranked again", "random")
"""Who leaves: most connected at the start, most connected by now, or anybody."""

SENDERS = (1, 2, 3, 5, 8, 12, 16, 20)
"""How many figureheads `campaign` sends a message from."""

LEAVERS = ("one", "half", "all")
"""How many of the figureheads leave before the next message."""


class Left(NamedTuple):
    """Many networks, side by side, after the same number of people have left."""

    ties: Yes
    """Who is tied to whom: networks, people, people."""
    here: Yes
    """Who has not left: networks, people."""
    degree: NDArray[np.int64]
    """How many ties each person has: networks, people."""
    deputies: NDArray[np.int64]
    """Who has been deputy to a leaver, in order: networks, deputies."""


def what_remains(
    kind: str = "hubs",
    handover: float = 0,
    deputies: int = 1,
    rank_again: bool = False,
    *,
    people: int = 200,
    most: float = 20,
    step: float = 2,
    runs: int = 40,
    seed: int = 4,
) -> pd.DataFrame:
    r"""Follow the largest connected group as the best-connected people leave one by one.

    The network with hubs grows by preferential attachment: each newcomer makes 2 ties, to
    person :math:`i` with probability

    .. math:: \Pi_i = k_i / \textstyle\sum_j k_j,

    where :math:`k_i` counts the ties of :math:`i`. The even network has as many people and
    ties, :math:`2 (n - 2)`, laid at random. What remains is the largest group joined by ties,
    as a share of everyone at the start, so after a share :math:`q` has left it is at most
    :math:`1 - q`.

    Before people leave, each of their ties passes with a given probability to a deputy,
    picked at random; with several deputies, to any one of them. A deputy follows one leaver
    only. In a list ranked once, deputies are people who are not on it.

    Parameters
    ----------
    kind
        "hubs" or "even".
    handover
        Chance that each tie is passed on, in percent, 0 to 100.
    deputies
        Deputies of each leaver, 1 to 3.
    rank_again
        Whether people are ranked again after each departure. If not, the most connected on
        the intact network leave in turn.
    people
        People at the start, 20 to 300.
    most, step
        The largest share that leaves, 1 to 25, and the distance between rows, in percent. Each is
        rounded to whole people, and shares that come to the same number of people are one row.
    runs
        How many networks to draw, 1 to 400.
    seed
        The first network's seed; the others follow it.

    Returns
    -------
    pandas.DataFrame
        ``left_pct``; ``hubs_pct``, the mean over networks when the best connected leave, with
        its 10th (``low``) and 90th (``high``) percentile; ``random_pct``, the mean when people
        picked at random leave and hand nothing over; ``ceiling_pct``, everyone who has not
        left; ``most_ties``, the mean number of ties of the best-connected person left.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Barabasi and Albert (1999), Emergence of scaling in random networks,
    doi:10.1126/science.286.5439.509. Albert, Jeong and Barabasi (2000), Error and attack
    tolerance of complex networks, doi:10.1038/35019019. The handover is our addition.
    """
    require_between("handover", handover, 0, 100)
    require_whole("deputies", deputies, 1, 3)
    require_whole("people", people, 20, 300)
    require_between("most", most, 1, 25)
    require_between("step", step, 0.5, most)
    shares = np.arange(0, most + step / 2, step)
    marks = tuple(np.unique(np.round(shares * people / 100).astype(int)).tolist())
    rule = RULES[1] if rank_again else RULES[0]
    only = deputies if handover else 1
    hubs, best = _largest(kind, rule, handover, only, people, marks, runs, seed)
    anybody, _ = _largest(kind, RULES[2], 0, 1, people, marks, runs, seed)
    low, high = np.quantile(hubs, [0.1, 0.9], axis=1)
    left = 100 * np.array(marks) / people
    return pd.DataFrame(
        {
            "left_pct": left,
            "hubs_pct": hubs.mean(axis=1),
            "low": low,
            "high": high,
            "random_pct": anybody.mean(axis=1),
            "ceiling_pct": 100 - left,
            "most_ties": best.mean(axis=1),
        }
    )


def one_network(
    leavers: int = 0,
    rule: str = "ranked once",
    handover: float = 0,
    *,
    people: int = 60,
    most: int = 12,
    seed: int = 1,
) -> dict[str, pd.DataFrame]:
    """Draw one small network with hubs after some people have left.

    The rules are those of `what_remains`, with one deputy for each leaver.

    Parameters
    ----------
    leavers
        How many people have left, 0 to ``most``.
    rule
        "ranked once", "ranked again" or "random".
    handover
        Chance that each tie is passed on, in percent, 0 to 100.
    people
        People at the start, 20 to 300.
    most
        The length of the list of leavers, 1 to a quarter of ``people``.
    seed
        Where the random numbers start.

    Returns
    -------
    dict of pandas.DataFrame
        ``people``: place ``x``, ``y`` in -1 to 1 and ``state`` ("in the largest group",
        "cut off", "has left"). ``ties``: the two ends ``x``, ``y``, ``x2``, ``y2`` and
        ``handed_over`` (0 or 1).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    As for `what_remains`.
    """
    import networkx as nx

    require_choice("rule", rule, RULES)
    require_between("handover", handover, 0, 100)
    require_whole("people", people, 20, 300)
    require_whole("most", most, 1, people // 4)
    require_whole("leavers", leavers, 0, most)
    start = _networks("hubs", people, 1, seed)
    left = next(islice(_departures(start, rule, most, handover, 1, seed), leavers, None))
    ties, here = left.ties[0], left.here[0]
    x, y = _places(people, seed).T
    group = max(nx.connected_components(nx.from_numpy_array(ties)), key=len)
    inside = np.isin(np.arange(people), list(group))
    one, other = np.nonzero(np.triu(ties))
    return {
        "people": pd.DataFrame(
            {
                "x": x,
                "y": y,
                "state": np.select(
                    [~here, inside], ["has left", "in the largest group"], "cut off"
                ),
            }
        ),
        "ties": pd.DataFrame(
            {
                "x": x[one],
                "y": y[one],
                "x2": x[other],
                "y2": y[other],
                "handed_over": (~start[0][one, other]).astype(np.int64),
            }
        ),
    }


def campaign(
    kind: str = "hubs",
    leave: str = "all",
    handover: float = 0,
    open_door: float = 25,
    *,
    people: int = 200,
    steps: int = 2,
    runs: int = 40,
    seed: int = 4,
) -> pd.DataFrame:
    r"""Compare what figureheads carry now with what is carried after they leave.

    The figureheads are the best-connected people. A message reaches their contacts in one step
    and the contacts of those in two. Then some figureheads leave, the best connected first.
    Each is followed by one deputy, picked at random among the others, to whom each tie has
    passed with a given probability. Those now in post send the next message.

    An unwelcome message goes from one ordinary person to another, directly or through one
    person between. A figurehead in between passes it on with probability :math:`o`, anyone
    else always does. With :math:`c` ordinary people and :math:`h` figureheads between two
    people who are not tied, it arrives with probability

    .. math:: 1 \text{ if } c > 0, \text{ else } 1 - (1 - o)^h.

    Parameters
    ----------
    kind
        "hubs" or "even"; see `what_remains`.
    leave
        "one", "half" (rounded up) or "all" of the figureheads.
    handover
        Chance that each tie is passed on, in percent, 0 to 100.
    open_door
        :math:`o`, the chance that a figurehead passes an unwelcome message on, in percent,
        0 to 100.
    people
        People at the start, 50 to 300.
    steps
        How many steps a message travels from the figureheads, 1 to 4.
    runs
        How many networks to draw, 1 to 400.
    seed
        The first network's seed; the others follow it.

    Returns
    -------
    pandas.DataFrame
        A row for each number in `SENDERS`: ``figureheads``; ``now_pct``, people who hear a
        message; ``next_pct``, people who hear the next one, with the 10th (``low``) and 90th
        (``high``) percentile over networks, both as shares of everyone at the start;
        ``heard_pct``, unwelcome messages that arrive, as a share of those that would arrive
        if every figurehead passed them on. Means over networks.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    The networks are those of `what_remains`; the campaign and the door are ours.
    """
    require_choice("leave", leave, LEAVERS)
    require_between("handover", handover, 0, 100)
    require_between("open_door", open_door, 0, 100)
    require_whole("people", people, 50, 300)
    require_whole("steps", steps, 1, 4)
    now = _reach_now(kind, people, steps, runs, seed)
    later = _reach_next(kind, leave, handover, people, steps, runs, seed)
    low, high = np.quantile(later, [0.1, 0.9], axis=1)
    return pd.DataFrame(
        {
            "figureheads": SENDERS,
            "now_pct": now.mean(axis=1),
            "next_pct": later.mean(axis=1),
            "low": low,
            "high": high,
            "heard_pct": _heard(kind, open_door, people, runs, seed).mean(axis=1),
        }
    )


@lru_cache(maxsize=8)
def _networks(kind: str, people: int, runs: int, seed: int) -> Yes:
    """Draw networks: who is tied to whom, as tables of yes and no that nobody may change."""
    import networkx as nx

    require_choice("kind", kind, KINDS)
    require_whole("runs", runs, 1, 400)
    ties = np.zeros((runs, people, people), dtype=bool)
    for i in range(runs):
        if kind == "hubs":
            graph = nx.barabasi_albert_graph(people, 2, seed=seed + i)
        else:
            graph = nx.gnm_random_graph(people, 2 * (people - 2), seed=seed + i)
        one, other = np.array(graph.edges).T
        ties[i, one, other] = ties[i, other, one] = True
    ties.flags.writeable = False
    return ties


@lru_cache(maxsize=4)
def _places(people: int, seed: int) -> NDArray[np.float64]:
    """Lay a network with hubs out in the plane, once for all its drawings."""
    import networkx as nx

    graph = nx.from_numpy_array(_networks("hubs", people, 1, seed)[0])
    layout = nx.spring_layout(graph, k=2.2 / people**0.5, iterations=200, seed=seed)
    place = np.array([layout[i] for i in range(people)])
    place -= (place.max(axis=0) + place.min(axis=0)) / 2
    return np.asarray(np.round(place / np.abs(place).max(axis=0), 2))


def _degree(ties: Yes) -> NDArray[np.int64]:
    """Count everyone's ties; counting bits is far faster than adding up yes and no."""
    return np.asarray(np.bitwise_count(np.packbits(ties, axis=2)).sum(axis=2, dtype=np.int64))


def _ranked(ties: Yes) -> NDArray[np.int64]:
    """People from the most to the least connected, the oldest first among equals."""
    return np.argsort(-_degree(ties), axis=1, kind="stable")


def _departures(
    start: Yes,
    rule: str,
    leavers: int,
    handover: float,
    deputies: int,
    seed: int,
    may_deputise: Yes | None = None,
) -> Iterator[Left]:
    """Let people leave one by one, handing ties to deputies; yields what is left each time.

    The same tables are changed in place, so use each before asking for the next.
    """
    rng = np.random.default_rng(seed)
    ties = start.copy()
    runs, people = ties.shape[:2]
    run = np.arange(runs)
    here = np.ones((runs, people), dtype=bool)
    degree = _degree(ties)
    order = _ranked(start)
    if rule == "random":
        order = rng.permuted(np.tile(np.arange(people), (runs, 1)), axis=1)
    free = np.ones((runs, people), dtype=bool) if may_deputise is None else may_deputise.copy()
    if rule != "ranked again":
        np.put_along_axis(free, order[:, :leavers], False, axis=1)
    chosen = np.zeros((runs, 0), dtype=np.int64)
    yield Left(ties, here, degree, chosen)
    for turn in range(leavers):
        leaver = order[:, turn]
        if rule == "ranked again":
            leaver = np.where(here, degree, -1).argmax(axis=1)
        contacts = ties[run, leaver]
        ties[run, leaver] = ties[run, :, leaver] = here[run, leaver] = False
        degree -= contacts
        degree[run, leaver] = 0
        draw = rng.random((2, runs, people))
        lots = np.where(free & here, draw[0], 2)
        picked = np.argpartition(lots, deputies - 1, axis=1)[:, :deputies]
        passed = contacts & (draw[1] < handover / 100)
        to = rng.integers(deputies, size=(runs, people))
        for which, deputy in enumerate(picked.T):
            gained = passed & (to == which) & ~ties[run, deputy]
            gained[run, deputy] = False
            ties[run, deputy] |= gained
            ties[run, :, deputy] |= gained
            degree += gained
            degree[run, deputy] += gained.sum(axis=1)
            free[run, deputy] = False
        chosen = np.append(chosen, picked, axis=1)
        yield Left(ties, here, degree, chosen)


@lru_cache(maxsize=64)
def _largest(
    kind: str,
    rule: str,
    handover: float,
    deputies: int,
    people: int,
    marks: tuple[int, ...],
    runs: int,
    seed: int,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Largest group (percent) and most ties, after each number of leavers, in each network."""
    start = _networks(kind, people, runs, seed)
    size, best = [], []
    for gone, left in enumerate(_departures(start, rule, marks[-1], handover, deputies, seed)):
        if gone in marks:
            size.append(100 * _group_sizes(left) / people)
            best.append(left.degree.max(axis=1))
    return np.array(size), np.array(best)


def _side_by_side(ties: Yes, degree: NDArray[np.int64]) -> Any:
    """Put all networks into one sparse table, each in a block of its own."""
    from scipy.sparse import csr_array

    runs, people = degree.shape
    place = np.flatnonzero(ties)
    other = place // people**2 * people + place % people
    starts = np.append(0, np.cumsum(degree))
    return csr_array((np.ones(len(place)), other, starts), shape=(runs * people, runs * people))


def _group_sizes(left: Left) -> NDArray[np.int64]:
    """People in the largest connected group of each network, all found in one pass."""
    from scipy.sparse.csgraph import connected_components

    _, group = connected_components(_side_by_side(left.ties, left.degree), directed=False)
    return np.asarray(np.bincount(group)[group].reshape(left.here.shape).max(axis=1))


def _reached(ties: Yes, senders: NDArray[np.int64], steps: int) -> NDArray[np.int64]:
    """Count the people within some steps of any sender, in each network."""
    run = np.arange(len(ties))[:, None]
    reached: Yes = np.asarray(ties[run, senders].any(axis=1))
    reached[run, senders] = True
    for _ in range(steps - 1):
        reached |= (reached[:, :, None] & ties).any(axis=1)
    return np.asarray(reached.sum(axis=1))


@lru_cache(maxsize=16)
def _reach_now(kind: str, people: int, steps: int, runs: int, seed: int) -> NDArray[np.float64]:
    """Percent who hear a message, for each number of figureheads, in each network."""
    ties = _networks(kind, people, runs, seed)
    ranked = _ranked(ties)
    return np.array([100 * _reached(ties, ranked[:, :k], steps) / people for k in SENDERS])


@lru_cache(maxsize=64)
def _reach_next(
    kind: str, leave: str, handover: float, people: int, steps: int, runs: int, seed: int
) -> NDArray[np.float64]:
    """Percent who hear the next message, for each number of figureheads, in each network."""
    start = _networks(kind, people, runs, seed)
    ranked = _ranked(start)
    rows = []
    for k in SENDERS:
        leavers = {"one": 1, "half": (k + 1) // 2, "all": k}[leave]
        others = np.ones(start.shape[:2], dtype=bool)
        np.put_along_axis(others, ranked[:, :k], False, axis=1)
        *_, left = _departures(start, RULES[0], leavers, handover, 1, seed, others)
        in_post = np.append(ranked[:, leavers:k], left.deputies, axis=1)
        rows.append(100 * _reached(left.ties, in_post, steps) / people)
    return np.array(rows)


@lru_cache(maxsize=4)
def _between(kind: str, people: int, runs: int, seed: int) -> NDArray[np.int64]:
    """Count pairs of ordinary people by how many figureheads their messages depend on.

    Entry ``[i, r, h]`` is for `SENDERS` ``[i]`` and network r. At h = 0 stand the pairs who need
    no figurehead: they are tied, or an ordinary person is between them.
    """
    ties = _networks(kind, people, runs, seed)
    graph = _side_by_side(ties, _degree(ties))
    own = np.arange(runs)[:, None] * people + _ranked(ties)
    most = SENDERS[-1]
    counts = np.zeros((len(SENDERS), runs, most + 1), dtype=np.int64)
    for i, k in enumerate(SENDERS):
        fronts = np.zeros(runs * people, dtype=bool)
        fronts[own[:, :k]] = True
        past_fronts = graph[:, fronts] @ graph[fronts]
        past_others = graph + graph[:, ~fronts] @ graph[~fronts]
        past_others.data[:] = most + 1
        pair = (past_fronts + past_others).tocoo()
        one, other = pair.coords
        ordinary = (one != other) & ~fronts[one] & ~fronts[other]
        needs = np.where(pair.data > most, 0, pair.data).astype(np.int64)
        place = (one // people * (most + 1) + needs)[ordinary]
        counts[i] = np.bincount(place, minlength=counts[i].size).reshape(counts[i].shape)
    return counts


def _heard(kind: str, open_door: float, people: int, runs: int, seed: int) -> NDArray[np.float64]:
    """Percent of unwelcome messages that arrive, against those that would if all passed on."""
    counts = _between(kind, people, runs, seed)
    closed = (1 - open_door / 100) ** np.arange(counts.shape[2])
    arrive = np.where(np.arange(counts.shape[2]) == 0, 1, 1 - closed)
    return np.asarray(100 * (counts * arrive).sum(axis=2) / counts.sum(axis=2))


CARD = ModelCard(
    title="Hubs that leave",
    assumes=(
        "In the network with hubs, newcomers tie to people who already have many ties.",
        "In the even network, the same number of ties falls anywhere.",
        "The best connected leave first. This is a worst case, not a forecast.",
        "A leaver's tie passes to a deputy with a set chance. If not, it is lost.",
        "Deputies are picked at random. Each follows one leaver only.",
        "Nobody makes new ties after someone leaves.",
    ),
    leaves_out=(
        "How strong a tie is, and whether people trust each other.",
        "Rank, pay, and what the leaver knew or could decide.",
        "New people who arrive, and new ties that staff make by themselves.",
        "Teams and professions: anyone may be tied to anyone.",
    ),
    numbers=(
        "The network is a published model [@barabasi1999], and so is the removal [@albert2000].",
        "Illustration: 200 people with 2 ties each on joining, 60 in the drawing.",
        "Illustration: how many ties a leaver hands over, and to how many deputies.",
        "Evidence against: social networks are of this kind weakly at best [@broido2019].",
        "Each number is a mean of 40 random networks. Bands hold the middle 80% of them.",
    ),
    cannot_tell=(
        "Who the hubs are in your organisation. You have to ask.",
        "How many people will leave, or when.",
        "Whether people who lose contact also lose interest.",
    ),
)

CAMPAIGN_CARD = ModelCard(
    title="A campaign, and criticism of it",
    assumes=(
        "The best-connected people front the campaign.",
        "A message travels 2 steps: to their contacts, and to the contacts of those.",
        "Everyone passes a welcome message on.",
        "A figurehead passes an unwelcome message on with a set chance. Others always do.",
        "Each figurehead who leaves is followed by a deputy picked at random.",
    ),
    leaves_out=(
        "Whether people believe the message, or act on it.",
        "Email, newsletters and meetings, which reach staff without any tie.",
        "The fear of speaking up, which can stop a message before it starts.",
        "What a figurehead does with criticism that arrives.",
    ),
    numbers=(
        "Illustration: 2 steps, and every chance that you set here.",
        "Evidence for reach: trials of local opinion leaders [@flodgren2011].",
        "Evidence for loss: collaborators publish less after a star dies [@azoulay2010].",
        "Evidence on speaking up: leaders who invite others' views [@nembhard2006].",
        "Each number is a mean of 40 random networks. Bands hold the middle 80% of them.",
    ),
    cannot_tell=(
        "How many figureheads your programme should have.",
        "Whether a message changes what staff do.",
        "How open a real person is to criticism.",
    ),
)
