"""Lesson 04: how a group comes to use one word, and how a committed few can change it.

Two models. The naming game (Baronchelli and others, 2006), in which pairs of people who talk
end with one word and nobody in charge. And a committed minority, who never change their word,
either in the naming game (Xie and others, 2011) or among people who go by a memory of what
they last heard.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from improving.models.card import ModelCard
from improving.models.ranges import require_between, require_choice, require_whole

Numbers = NDArray[np.float64]

CONTACTS = 4
"""How many people each person knows, in every network but "anyone"."""

LONG_TIES: dict[str, float | None] = {
    "neighbours": 0.0,
    "a few long ties": 0.1,
    "all ties long": 1.0,
    "anyone": None,
}
"""Networks: the probability that each of a person's ties leads far away; None is no network."""

COMMITTED_SHARES = tuple(range(2, 31, 2))
"""Committed people, percent of all, that `tipping` sets side by side."""

CHECKED_AT = (50, 100, 200)
"""Conversations for each person after which `tipping` counts the games that have changed."""


class Way(NamedTuple):
    """How people meet, where the committed sit, and how the others change their word."""

    network: str = "anyone"
    together: bool = False
    waver: bool = False
    memory: int | None = None


WAYS = {
    "anyone": Way(),
    "neighbours, spread out": Way("a few long ties"),
    "neighbours, together": Way("a few long ties", together=True),
    "wavering": Way(waver=True),
    "last 5": Way(memory=5),
    "last 12": Way(memory=12),
}
"""The first is the naming game with no network. Each of the others changes one thing."""


class _Games(NamedTuple):
    """What was seen of many naming games; rows are games, columns the moments of looking."""

    talks: Numbers
    settled_pct: Numbers
    understood_pct: Numbers
    words: Numbers
    agreed_at: Numbers


# --- the naming game -------------------------------------------------------


def agreement(
    network: str = "anyone",
    people: int = 50,
    drop: float = 1.0,
    *,
    longest: int = 250,
    runs: int = 50,
    seed: int = 1,
) -> dict[str, pd.DataFrame]:
    r"""Follow a group that starts with no word until everyone uses the same one.

    In each conversation one person, picked at random, says a word to one of their contacts.
    A person with no word invents one; a person with several picks one at random.

    - The hearer knows the word: both drop all other words, with probability :math:`\beta`.
    - The hearer does not know it: the hearer adds it to the words they know.

    The standard game has :math:`\beta = 1`. With two words left, :math:`a` and :math:`b` the
    shares who know only one of them and :math:`c` the share who know both, an endless group
    with no network follows

    .. math:: \frac{d(a - b)}{dt} = \frac{3\beta - 1}{2}\, c\, (a - b),

    so that any lead grows when :math:`\beta > 1/3` and shrinks when it is below.

    Parameters
    ----------
    network
        Who talks with whom: "neighbours" (the 4 nearest on a ring), "a few long ties" (1 tie
        in 10 moved to somebody at random), "all ties long" (all moved) or "anyone".
    people
        How many people, 10 to 200.
    drop
        :math:`\beta`, the probability that a success makes both drop their other words,
        0 to 1.
    longest
        When to stop, in conversations for each person, 100 to 20,000. Each conversation
        counts for both who take part.
    runs
        How many games to play, 2 to 2,000, each with a network of its own.
    seed
        Where the random numbers start. Every setting uses the same ones.

    Returns
    -------
    dict of pandas.DataFrame
        ``path``: ``talks`` (conversations for each person so far); ``low``, ``mid``,
        ``high``, the 10th, 50th and 90th percentile over games of the share of people (%)
        who use the commonest word and no other; ``understood_pct``, the share of
        conversations since the row before in which the hearer knew the word.
        ``games``, one row: ``agreed_pct``, the share of games that end with one word;
        ``low``, ``mid``, ``high``, conversations for each person until then, over all games
        (missing where too few end); ``most_words`` and ``words_left``, the largest and the
        last number of different words, on average.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Baronchelli and others (2006), doi:10.1088/1742-5468/2006/06/P06014. For :math:`\beta`,
    Baronchelli and others (2007), doi:10.1103/PhysRevE.76.051102.
    """
    games = _play(network, people, drop, longest, runs, seed)
    low, mid, high = np.quantile(games.settled_pct, [0.1, 0.5, 0.9], axis=0)
    when = np.quantile(games.agreed_at, [0.1, 0.5, 0.9], method="higher")
    when[np.isinf(when)] = np.nan
    return {
        "path": pd.DataFrame(
            {
                "talks": games.talks,
                "low": low,
                "mid": mid,
                "high": high,
                "understood_pct": games.understood_pct.mean(axis=0),
            }
        ),
        "games": pd.DataFrame(
            {
                "agreed_pct": [100 * np.isfinite(games.agreed_at).mean()],
                "low": when[:1],
                "mid": when[1:2],
                "high": when[2:],
                "most_words": [games.words.max(axis=1).mean()],
                "words_left": [games.words[:, -1].mean()],
            }
        ),
    }


def agreement_times(
    network: str = "anyone",
    people: int = 50,
    drop: float = 1.0,
    *,
    longest: int = 250,
    runs: int = 50,
    seed: int = 1,
) -> Numbers:
    """Conversations for each person until everyone uses one word, game by game.

    Parameters
    ----------
    network, people, drop, longest, runs, seed
        As in `agreement`.

    Returns
    -------
    numpy.ndarray
        One number for each game; infinite where ``longest`` was not enough.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Baronchelli and others (2006), doi:10.1088/1742-5468/2006/06/P06014.
    """
    return _play(network, people, drop, longest, runs, seed).agreed_at


def _play(network: str, people: int, drop: float, longest: int, runs: int, seed: int) -> _Games:
    require_choice("network", network, tuple(LONG_TIES))
    require_whole("people", people, 10, 200)
    require_between("drop", drop, 0, 1)
    require_whole("longest", longest, 100, 20_000)
    require_whole("runs", runs, 2, 2000)
    marks = np.rint(np.geomspace(1, longest, 28) * people / 2).astype(np.int64)
    seen = np.empty((3, runs, len(marks)))
    agreed_at = np.empty(runs)
    for run in range(runs):
        rng = np.random.default_rng([seed, run])
        contacts = _contacts(network, people, run)
        seen[:, run], agreed_at[run] = _one_game(people, contacts, rng, marks.tolist(), drop)
    settled, understood, words = seen
    return _Games(2 * marks / people, settled, understood, words, agreed_at)


def _one_game(
    people: int,
    contacts: NDArray[np.int64] | None,
    rng: np.random.Generator,
    marks: list[int],
    drop: float,
) -> tuple[Numbers, float]:
    """Play one game; give what is seen at each mark, and when all agreed."""
    # Plain lists: each conversation needs the one before it, so arrays would be slower here.
    known: list[list[int]] = [[] for _ in range(people)]
    seen = np.empty((3, len(marks)))
    invented = changed = start = 0
    for column, mark in enumerate(marks):
        understood = 0
        draws = rng.random((4, mark - start))
        pairs = _pairs(contacts, people, draws[0], draws[1])
        talks = zip(*(part.tolist() for part in (*pairs, *draws[2:])), strict=True)
        for now, (speaker, hearer, pick, drawn) in enumerate(talks, start=start + 1):
            mine, theirs = known[speaker], known[hearer]
            if not mine:
                mine.append(invented)
                invented += 1
            word = mine[int(pick * len(mine))]
            if word not in theirs:
                theirs.append(word)
                changed = now
                continue
            understood += 1
            if drawn < drop and (len(mine) > 1 or len(theirs) > 1):
                known[speaker], known[hearer] = [word], [word]
                changed = now
        alone = Counter(words[0] for words in known if len(words) == 1)
        settled = max(alone.values(), default=0)
        seen[:, column] = (
            100 * settled / people,
            100 * understood / (mark - start),
            len(set().union(*known)),
        )
        if settled == people:
            seen[:, column + 1 :] = np.array([[100], [100], [1]])
            return seen, 2 * changed / people
        start = mark
    return seen, np.inf


def _pairs(
    contacts: NDArray[np.int64] | None,
    people: int,
    first: Numbers,
    second: Numbers,
    row: NDArray[np.int64] | int = 0,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Turn random numbers from 0 to 1 into speakers, and a contact of each.

    ``row`` is where the contacts of a game begin, if ``contacts`` holds those of many.
    """
    speakers = (first * people).astype(np.int64)
    if contacts is None:
        return speakers, (speakers + 1 + (second * (people - 1)).astype(np.int64)) % people
    has = (contacts >= 0).sum(axis=1)[speakers + row]
    return speakers, contacts[speakers + row, (second * has).astype(np.int64)]


@cache
def _contacts(network: str, people: int, seed: int) -> NDArray[np.int64] | None:
    """Each person's contacts, a row for each, filled up with -1; None if anyone meets anyone."""
    long_ties = LONG_TIES[network]
    if long_ties is None:
        return None
    import networkx as nx

    graph = nx.connected_watts_strogatz_graph(people, CONTACTS, long_ties, tries=1000, seed=seed)
    rows = [sorted(graph[person]) for person in range(people)]
    most = max(map(len, rows))
    return np.array([row + [-1] * (most - len(row)) for row in rows])


def _all_contacts(network: str, people: int, games: int) -> NDArray[np.int64] | None:
    """Put the contacts of many games below each other."""
    tables = [t for game in range(games) if (t := _contacts(network, people, game)) is not None]
    most = max((t.shape[1] for t in tables), default=0)
    padded = [np.pad(t, [(0, 0), (0, most - t.shape[1])], constant_values=-1) for t in tables]
    return np.concatenate(padded) if padded else None


# --- a committed minority --------------------------------------------------


def tipping(
    way: str = "anyone",
    people: int = 100,
    *,
    shares: Sequence[float] = COMMITTED_SHARES,
    most: float = 1.0,
    games: int = 100,
    seed: int = 1,
) -> dict[str, pd.DataFrame]:
    r"""Count the games in which a committed few change the word that everyone else uses.

    At the start the committed use the new word and never change. All others use the old one.
    In the naming game a person knows the old word, the new one or both, and the rules are
    those of `agreement` with :math:`\beta = 1`. In the games with a memory, everyone meets a
    random partner in each round; each says the word that most of their last :math:`M`
    partners said (a tie is split by chance), and hears the other's.

    Parameters
    ----------
    way
        One of `WAYS`: "anyone" (naming game, no network); "neighbours, spread out" and
        "neighbours, together" (a ring with 1 tie in 10 long, the committed placed at random
        or next to each other); "wavering" (the first, but the committed may change their word
        as everyone else does); "last 5" and "last 12" (memory, no network).
    people
        How many people, an even number from 10 to 200.
    shares
        Committed people, percent of all, 0 to 50 each; rounded to whole people.
    most
        The share of all other people who must use the new word and no other for the game to
        count as changed, above 0.5 to 1.
    games
        How many games to play for each share, 2 to 5,000.
    seed
        Where the random numbers start. All shares use the same ones.

    Returns
    -------
    dict of pandas.DataFrame
        ``tips``: ``share_pct`` committed, and ``after_50``, ``after_100``, ``after_200``: the
        share of games (%) that had changed within so many conversations for each person.
        ``theory``, one row: ``critical_pct``, from `critical_share` (missing with neighbours
        and wavering).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Xie and others (2011), doi:10.1103/PhysRevE.84.011130. The memory rule is ours, after the
    experiment of Centola and others (2018), doi:10.1126/science.aas8827.
    """
    require_choice("way", way, tuple(WAYS))
    require_whole("people", people, 10, 200)
    if people % 2:
        raise ValueError(f"people must be an even number, not {people!r}")
    for share in shares:
        require_between("each share", share, 0, 50)
    require_between("most", most, 0.501, 1)
    require_whole("games", games, 2, 5000)

    rule = WAYS[way]
    rng = np.random.default_rng(seed)
    place = np.tile(np.arange(people), (games, 1))
    if not rule.together:
        place = rng.permuted(place, axis=1)
    count = np.rint(np.array(shares) * people / 100)
    committed = place.T[:, :, None] < count
    play = _naming if rule.memory is None else _remembering
    changed_at = play(rule, committed, most, rng)
    known = rule.network == "anyone" and not rule.waver
    return {
        "tips": pd.DataFrame(
            {
                "share_pct": np.array(shares, dtype=float),
                **{f"after_{t}": 100 * (changed_at <= t).mean(axis=0) for t in CHECKED_AT},
            }
        ),
        "theory": pd.DataFrame(
            {"critical_pct": [100 * critical_share(rule.memory) if known else np.nan]}
        ),
    }


def _naming(
    rule: Way, committed: NDArray[np.bool_], most: float, rng: np.random.Generator
) -> Numbers:
    """Play the naming game with two words, all games and shares at once.

    ``committed`` has a place for each person, game and share. Returns, for each game and
    share, the conversations for each person until the word has changed.
    """
    people, games, shares = committed.shape
    game = np.arange(games)
    others = np.maximum(1, (~committed).sum(axis=0))
    # A row for each person in each game; 1 knows the old word, 2 the new one, 3 both.
    state = np.where(committed, 2, 1).astype(np.int8).reshape(-1, shares)
    fixed = (committed & (not rule.waver)).reshape(-1, shares)
    changed_at = np.full((games, shares), np.inf)
    contacts = _all_contacts(rule.network, people, games)
    open_shares = np.arange(shares)
    # Looked at after every second conversation for each person.
    for talks in range(2, max(CHECKED_AT) + 1, 2):
        draws = rng.random((2, games, people))
        said_by_chance = rng.integers(1, 3, size=(people, games, 1)).astype(np.int8)
        pairs = _pairs(contacts, people, draws[0].T, draws[1].T, people * game)
        rows = [games * who + game for who in pairs]
        for speaker, hearer, chance in zip(*rows, said_by_chance, strict=True):
            mine, theirs = state[speaker], state[hearer]
            word = np.where(mine == 3, chance, mine)
            success = (theirs & word) > 0
            mine = np.where(success, word, mine)
            theirs = np.where(success, word, theirs | word)
            mine[fixed[speaker]] = 2
            theirs[fixed[hearer]] = 2
            state[speaker], state[hearer] = mine, theirs
        by_person = state.reshape(people, games, -1)
        new = ((by_person == 2) & ~committed[:, :, open_shares]).sum(axis=0)
        done = new >= most * others[:, open_shares]
        now = changed_at[:, open_shares]
        changed_at[:, open_shares] = np.where(done & np.isinf(now), talks, now)
        still = ~(done | (by_person == 1).all(axis=0)).all(axis=0)
        if not still.all():
            open_shares, state, fixed = open_shares[still], state[:, still], fixed[:, still]
        if not len(open_shares):
            break
    return changed_at


def _remembering(
    rule: Way, committed: NDArray[np.bool_], most: float, rng: np.random.Generator
) -> Numbers:
    """Play the game with a memory; arguments and result as in `_naming`."""
    people, games, shares = committed.shape
    memory = rule.memory or 1
    others = np.maximum(1, (~committed).sum(axis=0))
    fixed = committed & (not rule.waver)
    heard = np.repeat(committed[None].astype(np.int8), memory, axis=0)
    news = heard.sum(axis=0, dtype=np.int16)
    changed_at = np.full((games, shares), np.inf)
    game = np.arange(games)
    for talks in range(max(CHECKED_AT) + 1):
        tie = rng.random((people, games, 1)) < 0.5
        says = fixed | (2 * news > memory) | ((2 * news == memory) & tie)
        done = (says & ~committed).sum(axis=0) >= most * others
        changed_at[done & np.isinf(changed_at)] = talks
        order = rng.permuted(np.tile(np.arange(people), (games, 1)), axis=1).T
        partner = np.empty_like(order)
        partner[order[0::2], game] = order[1::2]
        partner[order[1::2], game] = order[0::2]
        hears = says[partner, game].astype(np.int8)
        news += hears - heard[talks % memory]
        heard[talks % memory] = hears
    return changed_at


def critical_share(memory: int | None = None) -> float:
    r"""Share that must be committed to change the word of an endless group with no network.

    In the naming game, with :math:`p` committed, :math:`a` and :math:`b` the shares of others
    who know only the old and only the new word, and :math:`c = 1 - a - b - p`,

    .. math::
        \dot a &= -ab + c^2 + ca - pa, \\
        \dot b &= -ab + c^2 + cb + \tfrac{3}{2} pc.

    The old word holds on while these have a point of rest with :math:`a > 0`. With a memory
    of :math:`M`, and :math:`b(q)` the chance that most of :math:`M` words heard are new when a
    share :math:`q` is spoken, it holds on while :math:`p` is below

    .. math:: p_c = \max_{q < 1/2} \frac{q - b(q)}{1 - b(q)}.

    Parameters
    ----------
    memory
        :math:`M`, how many partners people remember, 1 to 100; None for the naming game.

    Returns
    -------
    float
        The critical share, 0 to 1.

    Raises
    ------
    ValueError
        If ``memory`` is outside its range.

    References
    ----------
    Xie and others (2011), doi:10.1103/PhysRevE.84.011130, for the naming game.
    """
    if memory is None:
        from scipy.optimize import brentq

        return float(brentq(_room_for_the_old_word, 0.01, 0.2))
    from scipy.special import bdtr

    require_whole("memory", memory, 1, 100)
    spoken = np.linspace(0, 0.5, 20_001)
    most_new = 1 - (bdtr(memory // 2, memory, spoken) + bdtr((memory - 1) // 2, memory, spoken)) / 2
    return float(((spoken - most_new) / (1 - most_new)).max())


def _room_for_the_old_word(p: float) -> float:
    """Positive while the naming game with ``p`` committed has a point of rest with the old word."""
    # Both rates are zero: a(c - p) = c(b + 3p/2) and a(b - c + p) = c^2. The first gives b for
    # each c; what is left of the second changes sign at a point of rest.
    c = np.linspace(p, 1 - p, 20_001)[1:-1]
    b = ((1 - p - c) * (c - p) - 1.5 * p * c) / (2 * c - p)
    a = 1 - p - b - c
    left = a * (b - c + p) - c**2
    return float(left[(a > 0) & (b > 0)].max(initial=-1.0))


CARD = ModelCard(
    title="The naming game",
    assumes=(
        "People talk in pairs, and say one word each time.",
        "When the other person knows the word, both drop every other word. This is the key "
        "assumption: lower it to see agreement disappear.",
        "When the other person does not know it, they add it to the words they know.",
        "Nobody sees more than their own conversations.",
    ),
    leaves_out=(
        "What the words mean: people can share a word and mean different things.",
        "Power, rank and profession: every person's word counts the same.",
        "Glossaries, forms, training and anything else that is written down.",
        "Newcomers, and people who forget.",
    ),
    numbers=(
        "The game is a published model [@baronchelli2006].",
        "So is the chance of dropping other words [@baronchelli2007].",
        "Illustration: 10 to 50 people, 4 contacts each, and at most 250 conversations each.",
        "Each setting is played 50 times. Bands: the middle 80% of games.",
        "People in a laboratory did agree with nobody in charge, most often when mixing was free "
        "[@centola2015].",
    ),
    cannot_tell=(
        "How long your organisation would take: no conversation here has a length.",
        "Whether the word that wins is a good one.",
        "Whether people who share a word do the same thing.",
    ),
)

TIPPING_CARD = ModelCard(
    title="A committed few",
    assumes=(
        "At the start everyone but the committed uses the old word.",
        "The committed use the new word every time and never change. This is the key assumption: "
        "one choice switches it off.",
        "The others change in a naming game, or go by what most of their last partners said.",
        "The new word is as good as the old one, and as easy to say.",
    ),
    leaves_out=(
        "Anyone committed to the old word.",
        "Reasons, costs and power.",
        "Leaving: nobody gives up or moves on.",
    ),
    numbers=(
        "The naming game with a committed minority, and its tipping point near 10%, are published "
        "[@xie2011].",
        "The game with a memory is ours. With 12 partners remembered it tips near 24%.",
        "Evidence: about 25% in a laboratory, where volunteers were paid to match [@centola2018].",
        "Illustration: 50 or 100 people, and 200 conversations each.",
        "Each setting is played 100 times, so a share of games can be wrong by 10 points.",
    ),
    cannot_tell=(
        "How many champions your organisation needs.",
        "Whether staff change a word as these rules say: nobody has measured it.",
        "Whether the new word is worth the trouble.",
    ),
)
