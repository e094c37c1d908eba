"""Lesson 10: how a network closes by itself, and what opening it gives and costs.

Two models. The first grows a network in which people mildly prefer their own group and meet
through people they know; it is ours, after studies of real networks. The second is a simple
version of March's (1991) mutual learning, in which only some people are heard.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from improving.models.card import ModelCard
from improving.models.ranges import require_between, require_choice, require_whole

Numbers = NDArray[np.float32]
Wholes = NDArray[np.int64]

GROUPS = {"Leads": 8, "Improvement team": 12, "Front-line staff": 18, "Patient partners": 10}
"""The groups in the growing network, and how many people are in each."""

INSIDE = 20
"""The first people, leads and improvement team: who runs the network."""

PEOPLE = sum(GROUPS.values())
GROUP = np.repeat(np.arange(len(GROUPS)), list(GROUPS.values()))
OWN_GROUP = GROUP[:, None] == GROUP[None, :]

TIES = 96
"""Ties in the network at all times: 4 for each person, on average."""

CHANGES = 64
"""Ties that lapse and are replaced in a year."""

STRETCH = 2
"""Years between two looks at the network, and the year in which it is opened."""

COMPARED = 3
"""Ties drawn at random, of which the one with the fewest shared contacts lapses."""

OPENINGS = {
    "nothing": (0, 0.0),
    "bridges": (12, 0.0),
    "newcomers": (0, 0.2),
    "both": (12, 0.2),
}
"""What may be added from year 2: lasting bridges, and the share of people replaced a year."""

BROKERS = 5
"""People marked as brokers: those whom most shortest paths run through."""

INSIDERS, LEARNERS, BELIEFS = 10, 50, 30
"""In the learning model: people inside, people in all, and beliefs."""

MONTHS = 60


class _State(NamedTuple):
    tied: Numbers
    ends: Wholes
    kept: int


def grow(
    years: int = 6,
    own_group: float = 2,
    introductions: float = 0.8,
    time_inside: float = 3,
    opening: str = "nothing",
    *,
    runs: int = 20,
    seed: int = 1,
) -> dict[str, pd.DataFrame]:
    r"""Grow a network of 48 people who mildly prefer their own group.

    It starts as 96 ties at random. At each of 64 changes a year, one tie lapses and one forms.

    With probability ``introductions`` the tie that lapses is, of 3 drawn at random, the one
    whose ends share fewest contacts; otherwise any tie is as likely. Then a person forms a tie:
    anybody inside (leads, improvement team) is ``time_inside`` times as likely to as anybody
    outside (front-line staff, patient partners). With probability ``introductions`` they ask
    one contact and choose among that person's contacts; otherwise they choose among everybody.
    In each choice somebody of their own group is ``own_group`` times as likely as anybody else.

    From year 2 a network may be opened. 12 bridges join somebody inside to somebody outside,
    take the place of other ties and never lapse. Newcomers take the place of random people,
    and their first ties are random.

    Parameters
    ----------
    years
        Years that have passed: 0, 2, 4 or 6.
    own_group
        How many times as likely people are to choose somebody of their own group, 1 (no
        preference) to 5.
    introductions
        The share of changes that go by shared contacts, 0 to 1.
    time_inside
        How many times as many ties people inside start, 1 to 10.
    opening
        One of `OPENINGS`: what is added from year 2.
    runs
        How many networks to grow, 1 to 200.
    seed
        Where the random numbers start.

    Returns
    -------
    dict of pandas.DataFrame
        ``people``, of the first network: ``person``, place ``x`` and ``y``, ``group``,
        ``role`` ("Core", "Broker", "Core and broker", "Other"). ``ties``, of the first
        network: the ends ``one`` and ``other``, and ``kind`` ("within", "across", "bridge").
        ``measures``, over all networks: ``measure`` and its ``mean``, ``low`` and ``high``
        (10th and 90th percentile). The measures are "E-I index" (-1 to 1), "heard"
        (percent of people outside with a tie to somebody inside), "core" (people) and
        "core inside" (percent of the core who are inside).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Ours, after Kossinets and Watts (2009), doi:10.1086/599247, and Asikainen and others (2020),
    doi:10.1126/sciadv.aax7310. The E-I index is that of Krackhardt and Stern (1988),
    doi:10.2307/2786835.
    """
    require_choice("years", years, (0, STRETCH, 2 * STRETCH, 3 * STRETCH))
    require_between("own_group", own_group, 1, 5)
    require_between("introductions", introductions, 0, 1)
    require_between("time_inside", time_inside, 1, 10)
    require_choice("opening", opening, tuple(OPENINGS))
    require_whole("runs", runs, 1, 200)
    if years <= STRETCH:
        opening = "nothing"
    if years == 0:
        own_group, introductions, time_inside = 1, 0, 1
    look = _look(years, (own_group, introductions, time_inside), opening, runs, seed)
    return {name: frame.copy() for name, frame in look.items()}


def ei_index(graph: nx.Graph[int], attribute: str = "group") -> float:
    r"""Compare ties between groups with ties within them.

    .. math:: \text{E-I} = \frac{E - I}{E + I}

    with :math:`E` the ties whose ends differ in the attribute and :math:`I` the others.

    Parameters
    ----------
    graph
        A network with at least one tie, and the attribute on every person.
    attribute
        What names a person's group.

    Returns
    -------
    float
        -1 (closed: every tie within a group) to 1 (every tie across groups).

    Raises
    ------
    ValueError
        If the network has no tie.

    References
    ----------
    Krackhardt and Stern (1988), doi:10.2307/2786835.
    """
    if not graph.number_of_edges():
        raise ValueError("the E-I index needs at least one tie")
    return float(1 - 2 * np.trace(nx.attribute_mixing_matrix(graph, attribute)))


def core(graph: nx.Graph[int]) -> set[int]:
    """Find the tightest group: everyone has at least k ties inside it, with k as large as can be.

    Parameters
    ----------
    graph
        A network of at least one person.

    Returns
    -------
    set
        The people in the innermost k-core.

    References
    ----------
    A simple stand-in for the core of Borgatti and Everett (2000),
    doi:10.1016/S0378-8733(99)00019-2. The algorithm is that of `networkx.core_number`.
    """
    number = nx.core_number(graph)
    deepest = max(number.values())
    return {person for person, k in number.items() if k == deepest}


def brokers(graph: nx.Graph[int], count: int = BROKERS) -> set[int]:
    """Find the people whom most shortest paths between others run through.

    Parameters
    ----------
    graph
        A network of at least ``count`` people.
    count
        How many brokers to name, 1 to 20.

    Returns
    -------
    set
        The people with the highest betweenness.

    Raises
    ------
    ValueError
        If ``count`` is outside its range.

    References
    ----------
    Freeman's betweenness, as `networkx.betweenness_centrality`; for brokerage see Burt (2004),
    doi:10.1086/421787.
    """
    require_whole("count", count, 1, 20)
    between = nx.betweenness_centrality(graph)
    return set(sorted(between, key=between.__getitem__, reverse=True)[:count])


def roles(graph: nx.Graph[int]) -> list[str]:
    """Name each person's place in a network: core, broker, both or neither.

    Parameters
    ----------
    graph
        A network whose people are numbered from 0.

    Returns
    -------
    list of str
        "Core", "Broker", "Core and broker" or "Other", in the order of the numbers.

    References
    ----------
    As for `core` and `brokers`.
    """
    names = {(1, 1): "Core and broker", (1, 0): "Core", (0, 1): "Broker", (0, 0): "Other"}
    inner, between = core(graph), brokers(graph)
    return [names[(p in inner, p in between)] for p in sorted(graph)]


def karate_club() -> dict[str, pd.DataFrame]:
    """Lay out a real club: the karate club that Zachary watched split in two.

    Returns
    -------
    dict of pandas.DataFrame
        ``people``: ``person`` (numbered from 1, as published), ``x``, ``y``, ``side``
        ("instructor" or "officers", whom the member followed) and ``role`` (as in `roles`).
        ``ties``: the ends ``one`` and ``other``, and ``kind`` ("within" or "across" the sides).
        ``measures``: ``ei_index``, ``ties``, ``across`` and ``core`` (people in it), 1 row.

    References
    ----------
    Zachary (1977), doi:10.1086/jar.33.4.3629752; the data come with networkx.
    """
    graph = nx.karate_club_graph()
    laid = nx.spring_layout(graph, weight=None, iterations=300, seed=7)
    place = np.array([laid[p] for p in graph])
    place = 2 * (place - place.min(axis=0)) / np.ptp(place, axis=0) - 1
    clubs = {"Mr. Hi": "instructor", "Officer": "officers"}
    side = {p: clubs[club] for p, club in graph.nodes(data="club")}
    ends = [(a, b, "within" if side[a] == side[b] else "across") for a, b in graph.edges]
    return {
        "people": pd.DataFrame(
            {
                "person": [p + 1 for p in graph],
                "x": place[:, 0],
                "y": place[:, 1],
                "side": [side[p] for p in graph],
                "role": roles(graph),
            }
        ),
        "ties": pd.DataFrame(
            [(a + 1, b + 1, kind) for a, b, kind in ends], columns=["one", "other", "kind"]
        ),
        "measures": pd.DataFrame(
            {
                "ei_index": [ei_index(graph, "club")],
                "ties": [len(ends)],
                "across": [sum(kind == "across" for *_, kind in ends)],
                "core": [len(core(graph))],
            }
        ),
    }


def forum(
    outside: int = 0,
    newcomers: float = 0,
    opens: int = 0,
    slows: float = 0.5,
    alike: bool = False,
    *,
    runs: int = 30,
    seed: int = 1,
) -> pd.DataFrame:
    """Follow a shared approach for 5 years, by who is heard when it is improved.

    The rule is that of `diverse_interpretations.simulate`, with 10 people inside, 40 outside
    and half of what can be learned taken up in a round, and only some people are heard. A round
    with nobody from outside takes a month.

    Parameters
    ----------
    outside
        How many of the 40 people outside are heard in each round, 0 to 40, drawn afresh.
    newcomers
        The share of all 50 people replaced in a year, 0 to 0.9.
    opens
        The month from which people outside are heard, 0 to 60.
    slows
        How much longer a round takes for every 10 people from outside, in months, 0 to 2.
    alike
        Whether people outside start with the beliefs of those inside and learn as fast. If not,
        they start with beliefs of their own and learn at a fifth of the speed.
    runs
        How many forums to follow, 1 to 200.
    seed
        Where the random numbers start.

    Returns
    -------
    pandas.DataFrame
        ``year``, every second month; ``right_pct``, the share of the shared approach's beliefs
        that are right (mean over forums), with its 10th and 90th percentile (``low_pct``,
        ``high_pct``); and ``agree_pct``, the share of beliefs on which people inside hold the
        shared view (mean over forums).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    March (1991), doi:10.1287/orsc.2.1.71. People who are heard, the length of a round and
    people outside are our addition.
    """
    require_whole("outside", outside, 0, LEARNERS - INSIDERS)
    require_between("newcomers", newcomers, 0, 0.9)
    require_whole("opens", opens, 0, MONTHS)
    require_between("slows", slows, 0, 2)
    alone, alike = (opens, alike) if outside else (MONTHS, False)
    length = 1 + slows * outside / 10
    rounds = alone + int((MONTHS - alone) / length)
    # A round that has not ended by a month has changed nothing yet.
    ends = np.concatenate([np.arange(alone + 1), alone + length * np.arange(1, rounds - alone + 1)])
    right, agree = _forum(
        outside, alone, rounds, newcomers, length if newcomers else 1, alike, runs, seed
    )
    month = np.arange(0, MONTHS + 1, 2)
    now = np.searchsorted(ends, month + 1e-9, side="right") - 1
    low, high = np.quantile(100 * right[now], [0.1, 0.9], axis=1)
    return pd.DataFrame(
        {
            "year": month / 12,
            "right_pct": 100 * right[now].mean(axis=1),
            "low_pct": low,
            "high_pct": high,
            "agree_pct": 100 * agree[now].mean(axis=1),
        }
    )


# --- the growing network


@cache
def _look(
    years: int, habits: tuple[float, float, float], opening: str, runs: int, seed: int
) -> dict[str, pd.DataFrame]:
    """Describe the networks once, however many settings lead to them."""
    state = _grown(years, habits, opening, runs, seed)
    graphs = [nx.empty_graph(PEOPLE) for _ in state.ends]
    for graph, ends in zip(graphs, state.ends, strict=True):
        graph.add_edges_from(ends.tolist())
    cores = [core(graph) for graph in graphs]
    within = OWN_GROUP[state.ends[..., 0], state.ends[..., 1]]
    values = {
        "E-I index": 1 - 2 * within.mean(axis=1),
        "heard": 100 * (state.tied[:, INSIDE:, :INSIDE] > 0).any(axis=2).mean(axis=1),
        "core": np.array([len(inner) for inner in cores]),
        "core inside": np.array([100 * np.mean([p < INSIDE for p in inner]) for inner in cores]),
    }
    spread = np.array(list(values.values()))
    low, high = np.quantile(spread, [0.1, 0.9], axis=1)
    one, other = np.sort(state.ends[0], axis=1).T
    bridge = np.arange(TIES) < state.kept
    kind = np.where(bridge, "bridge", np.where(within[0], "within", "across"))
    order = np.lexsort((other, one))
    place = _places()
    return {
        "people": pd.DataFrame(
            {
                "person": np.arange(PEOPLE),
                "x": place[:, 0],
                "y": place[:, 1],
                "group": np.array(list(GROUPS))[GROUP],
                "role": roles(graphs[0]),
            }
        ),
        "ties": pd.DataFrame({"one": one[order], "other": other[order], "kind": kind[order]}),
        "measures": pd.DataFrame(
            {"measure": list(values), "mean": spread.mean(axis=1), "low": low, "high": high}
        ),
    }


@cache
def _grown(
    years: int, habits: tuple[float, float, float], opening: str, runs: int, seed: int
) -> _State:
    """Grow `runs` networks; settings that share a past share its random numbers."""
    if years == 0:
        graphs = [nx.gnm_random_graph(PEOPLE, TIES, seed=seed + 1000 * r) for r in range(runs)]
        ends = np.array([graph.edges for graph in graphs])
        state = _State(np.zeros((runs, PEOPLE, PEOPLE), dtype=np.float32), ends, 0)
        run, slot = np.indices((runs, TIES)).astype(np.int64)
        _tie(state, run, slot, ends[..., 0], ends[..., 1])
        return state
    earlier = opening if years > 2 * STRETCH else "nothing"
    before = _grown(years - STRETCH, habits, earlier, runs, seed)
    bridges, replaced = OPENINGS[opening]
    state = _State(before.tied.copy(), before.ends.copy(), before.kept)
    rng = np.random.default_rng([seed, years])
    if bridges > state.kept:
        state = _bridge(state, bridges, np.random.default_rng([seed, bridges]))
    arrivals = np.random.default_rng([seed, years, 1])
    own_group, introductions, time_inside = habits
    liking = np.where(OWN_GROUP, np.float32(own_group), np.float32(1))
    starts = np.where(np.arange(PEOPLE) < INSIDE, time_inside, 1.0).cumsum()
    for _ in range(STRETCH * CHANGES):
        if replaced and arrivals.random() < replaced * PEOPLE / CHANGES:
            _arrive(state, arrivals)
        _change(state, liking, introductions, starts / starts[-1], rng)
    return state


def _change(
    state: _State,
    liking: Numbers,
    introductions: float,
    starts: NDArray[np.float64],
    rng: np.random.Generator,
) -> None:
    """Let one tie lapse and one form, in every network."""
    tied, ends, kept = state
    run = np.arange(len(tied))
    # Always the same number of draws, so that settings share them.
    drawn = kept + (rng.random((len(tied), COMPARED)) * (TIES - kept)).astype(np.int64)
    chance = rng.random((4, len(tied)), dtype=np.float32)
    who = np.searchsorted(starts, rng.random(len(tied)))

    one, other = ends[run[:, None], drawn].transpose(2, 0, 1)
    shared = (tied[run[:, None], one] * tied[run[:, None], other]).sum(axis=2)
    slot = drawn[run, np.where(chance[0] < introductions, shared.argmin(axis=1), 0)]
    _lapse(state, run, slot)

    mine = tied[run, who]
    open_to = 1 - mine
    open_to[run, who] = 0
    asked = _pick(mine * liking[who], chance[1])
    near = tied[run, asked] * open_to
    by_contact = (chance[2] < introductions) & mine.any(axis=1) & near.any(axis=1)
    found = _pick(np.where(by_contact[:, None], near, open_to) * liking[who], chance[3])
    _tie(state, run, slot, who, found)


def _pick(weight: Numbers, chance: Numbers) -> Wholes:
    """Pick a column of each row, with probability in proportion to its weight."""
    total = weight.cumsum(axis=1)
    picked: Wholes = (total > (chance * total[:, -1])[:, None]).argmax(axis=1)
    return picked


def _lapse(state: _State, run: Wholes, slot: Wholes) -> None:
    one, other = state.ends[run, slot].T
    state.tied[run, one, other] = state.tied[run, other, one] = 0


def _tie(state: _State, run: Wholes, slot: Wholes, one: Wholes, other: Wholes) -> None:
    state.ends[run, slot, 0], state.ends[run, slot, 1] = one, other
    state.tied[run, one, other] = state.tied[run, other, one] = 1


def _arrive(state: _State, rng: np.random.Generator) -> None:
    """Replace one person in every network; a newcomer's ties go to random people."""
    runs = len(state.tied)
    who = rng.integers(0, PEOPLE, runs)
    theirs = (state.ends[:, state.kept :] == who[:, None, None]).any(axis=2)
    for turn in range(int(theirs.sum(axis=1).max())):
        run = np.flatnonzero(theirs.sum(axis=1) > turn)
        slot = state.kept + (theirs[run].cumsum(axis=1) > turn).argmax(axis=1)
        _lapse(state, run, slot)
        open_to = 1 - state.tied[run, who[run]]
        open_to[np.arange(len(run)), who[run]] = 0
        found = _pick(open_to, rng.random(len(run), dtype=np.float32))
        _tie(state, run, slot, who[run], found)


def _bridge(state: _State, bridges: int, rng: np.random.Generator) -> _State:
    """Put lasting ties from inside to outside in the first places, instead of other ties."""
    tied, ends, _ = state
    for run, (matrix, pairs) in enumerate(zip(tied, ends, strict=True)):
        inner = rng.permutation(INSIDE)[:bridges]
        outer = INSIDE + rng.permutation(PEOPLE - INSIDE)[:bridges]
        for slot, pair in enumerate(zip(inner, outer, strict=True)):
            if matrix[pair]:
                there = np.flatnonzero((np.sort(pairs, axis=1) == pair).all(axis=1))[0]
                pairs[[slot, there]] = pairs[[there, slot]]
                continue
            where = np.array([run]), np.array([slot])
            _lapse(state, *where)
            _tie(state, *where, *(np.array([end]) for end in pair))
    return _State(tied, ends, bridges)


def _places() -> NDArray[np.float64]:
    """Give each group a ring of its own, so that drawings can be compared by eye."""
    rings = {
        0: (-0.55, 0.58, 0.3),
        1: (0.5, 0.55, 0.36),
        2: (-0.5, -0.46, 0.43),
        3: (0.55, -0.54, 0.34),
    }
    place = np.empty((PEOPLE, 2))
    for group, (x, y, radius) in rings.items():
        members = np.flatnonzero(group == GROUP)
        angle = 2 * np.pi * np.arange(len(members)) / len(members)
        place[members] = np.c_[x + radius * np.sin(angle), y + radius * np.cos(angle)]
    return place.round(3)


# --- mutual learning


class _Draws:
    """Random numbers for each purpose from a stream of its own, so that settings share them."""

    def __init__(self, seed: int) -> None:
        self.start, self.heard, self.code, self.people, self.gone = (
            np.random.default_rng([seed, purpose]) for purpose in range(5)
        )

    def beliefs(self, runs: int, people: int) -> NDArray[np.int8]:
        return self.start.integers(-1, 2, (runs, people, BELIEFS), dtype=np.int8)


def _round(
    beliefs: NDArray[np.int8],
    code: NDArray[np.int8],
    heard: NDArray[np.bool_],
    pace: NDArray[np.float64],
    learns: float,
    replaced: float,
    draw: _Draws,
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Everybody learns from the last round at once, then some are replaced.

    As in `diverse_interpretations.simulate`, but the code hears only some people, and each
    person has a pace of their own. Every right answer is 1.
    """
    runs, people, _ = beliefs.shape
    better = heard & (beliefs.sum(axis=2) > code.sum(axis=1)[:, None])
    lean = np.einsum("rp,rpb->rb", better.astype(np.int16), beliefs.astype(np.int16))
    moves = draw.code.random(code.shape) < 1 - (1 - learns) ** np.abs(lean)
    learned = np.where(moves & (lean != 0), np.sign(lean), code).astype(np.int8)

    taken = draw.people.random(beliefs.shape, dtype=np.float32) < pace[None, :, None]
    beliefs = np.where(taken & (code != 0)[:, None, :], code[:, None, :], beliefs)
    if replaced:
        gone = draw.gone.random((runs, people)) < replaced
        fresh = draw.gone.integers(-1, 2, beliefs.shape, dtype=np.int8)
        beliefs = np.where(gone[:, :, None], fresh, beliefs)
    return beliefs, learned


@cache
def _forum(
    outside: int,
    alone: int,
    rounds: int,
    newcomers: float,
    length: float,
    alike: bool,
    runs: int,
    seed: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares that are right, and on which people inside agree: rounds by forums."""
    draw = _Draws(seed)
    beliefs = draw.beliefs(runs, LEARNERS)
    pace = np.full(LEARNERS, 0.5)
    if alike:
        beliefs = beliefs[:, np.arange(LEARNERS) % INSIDERS]
    else:
        pace[INSIDERS:] /= 5
    code = np.zeros((runs, BELIEFS), dtype=np.int8)
    right, agree = np.empty((rounds + 1, runs)), np.empty((rounds + 1, runs))
    for now in range(rounds + 1):
        right[now] = (code == 1).mean(axis=1)
        agree[now] = (beliefs[:, :INSIDERS] == code[:, None]).mean(axis=(1, 2))
        opened = now >= alone
        heard = np.zeros((runs, LEARNERS), dtype=bool)
        heard[:, :INSIDERS] = True
        turn = draw.heard.random((runs, LEARNERS - INSIDERS)).argsort(axis=1)
        heard[:, INSIDERS:] = (turn < outside) & opened
        replaced = 1 - (1 - newcomers) ** ((length if opened else 1) / 12)
        beliefs, code = _round(beliefs, code, heard, pace, 0.5, replaced, draw)
    return right, agree


CARD = ModelCard(
    title="A network that closes by itself",
    assumes=(
        "People mildly prefer their own group whenever they choose a contact.",
        "People meet through contacts. Ties with few shared contacts lapse first.",
        "Leads and the improvement team have more time for it, so they start more ties.",
        "The number of ties stays the same, so a new tie replaces an old one.",
        "A bridge is a tie that somebody keeps up, so it does not lapse.",
        "A newcomer's first ties go to people drawn at random from all groups.",
    ),
    leaves_out=(
        "Power: people inside have more time, but nobody decides who is in.",
        "Intent: nobody in this model wants to keep anyone out.",
        "What people say to each other, and whether they are believed.",
        "The time it takes to keep a bridge, and the strain on the person who is one.",
    ),
    numbers=(
        "Evidence: modest preference and introductions through contacts build on each other "
        "[@kossinets2009] [@asikainen2020].",
        "Evidence: bridges lapse sooner than other ties [@burt2002].",
        "The E-I index is a published measure [@krackhardt1988].",
        "Core: everyone in it has at least k ties inside it, with k as large as can be. It stands "
        "in for a published idea [@borgatti2000].",
        "Brokers: the 5 people whom most shortest paths run through [@burt2004].",
        "Illustration: 48 people, 96 ties, and 64 ties replaced in a year.",
        "Illustration: the preference, the time, and how much goes by shared contacts.",
        "Spread: the middle 80% of 20 networks. The drawing shows one of them.",
    ),
    cannot_tell=(
        "What the network in your organisation looks like.",
        "Whether those with a tie are listened to, or only present.",
        "Who is in the core for good reason.",
    ),
)

FORUM_CARD = ModelCard(
    title="Who is heard when an approach is improved",
    assumes=(
        "There is a right answer on each of 30 questions, and people differ in what they know.",
        "The shared approach learns from those heard who score better than it does.",
        "Everybody takes up the shared approach. People outside do so at a fifth of the speed.",
        "People outside start with other beliefs. This is the key assumption: a tick ends it.",
        "Hearing more people makes a round longer.",
        "Newcomers hold beliefs at random.",
    ),
    leaves_out=(
        "Power, status and the cost of speaking up.",
        "Skill: newcomers and patient partners know neither more nor less than others.",
        "Questions without a right answer, and a world that changes.",
        "Money, meetings that nobody attends and people who leave because nobody listens.",
    ),
    numbers=(
        "The learning rule is a simple version of a published model [@march1991].",
        "Illustration: 10 people inside, 40 outside and half of what is shared taken up a month.",
        "Illustration: 10 more voices make a round half a month longer.",
        "Bands: the middle 80% of 30 forums.",
    ),
    cannot_tell=(
        "How many people your network should hear.",
        "How much longer your meetings would take.",
        "Whether those you invite will find it worth their while.",
    ),
)
