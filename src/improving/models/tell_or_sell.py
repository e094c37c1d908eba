"""Lesson 11: when a shared template beats local search, and what building it again costs.

Two models. The first is the NK landscape (Kauffman and Levin 1987; Levinthal 1997), with a
common part that all trusts share and a part of each trust's own. The second, a closed form for
the cost of duplication, is ours and illustrative.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from improving.models.card import ModelCard
from improving.models.ranges import require_between, require_choice, require_whole

Values = NDArray[np.float32]
Approaches = NDArray[np.int64]

CHOICES = 10
"""How many yes-or-no choices make up an approach."""

DIFFERENCES = (0, 25, 50, 75, 100)
"""How much of a trust's setting is its own, percent."""

WAYS = ("copy", "search", "adapt")
"""Copy the template exactly; search alone; start from the template, then adapt it."""

TEMPLATES = ("common", "performer", "random")
"""The best of what is common; the best performer of 10 trusts; one trust picked at random."""

PILOTS = 10
"""How many other trusts a template can come from."""

AS_MANY_AS_HELP = 50
"""More changes than any search makes before nothing helps any more."""

_ALL = 1 << CHOICES
_ONE_CHANGE = 1 << np.arange(CHOICES)


class _Drawn(NamedTuple):
    """Random landscapes: the common part and the own part, and where searches start."""

    common: Values
    own: Values
    starts: Approaches
    pilot_starts: Approaches


def ways(
    linked: int = 5,
    template: str = "common",
    changes: int = AS_MANY_AS_HELP,
    *,
    runs: int = 400,
    searches: int = 2,
    seed: int = 1,
) -> pd.DataFrame:
    r"""Compare 3 ways to find a good approach, against how much trusts differ.

    An approach is a string :math:`x` of 10 choices, each 0 or 1. Choice :math:`i` contributes
    :math:`f_i`, a random number from 0 to 1 that depends on itself and on :math:`K` others
    picked at random. With a common landscape :math:`S` and a trust's own :math:`O`,

    .. math::
        S(x) = \frac{1}{10} \sum_{i=1}^{10} f_i(x_i; x_{i_1}, \dots, x_{i_K}), \qquad
        F(x) = (1 - h)\, S(x) + h\, O(x),

    and a result is where :math:`F` lies between its lowest and its highest value over all
    1,024 approaches. A search makes the best single change, again and again, until none helps
    or the time is up.

    Parameters
    ----------
    linked
        :math:`K`, how many others each choice depends on, 0 to 9.
    template
        Where the template comes from, one of `TEMPLATES`. "common" is the best approach for
        :math:`S`. The others come from trusts that share :math:`S` and have searched alone:
        of 10 of them the one with the highest :math:`F`, or a random one.
    changes
        How many single changes a trust has time for, 0 to 50; 50 is as many as help.
    runs
        How many pairs of landscapes to draw, 20 to 10,000. The same are used at every setting.
    searches
        How many searches start at random in each pair, 1 to 50.
    seed
        Where the random numbers start.

    Returns
    -------
    pandas.DataFrame
        For each of `WAYS` and `DIFFERENCES`: ``way``, ``difference_pct`` (:math:`h`),
        ``mean_pct`` (mean result), ``low_pct`` and ``high_pct`` (10th and 90th percentile
        across trusts), percent of the way from a trust's worst approach to its best.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Kauffman and Levin (1987), doi:10.1016/S0022-5193(87)80029-2; Levinthal (1997), Adaptation
    on rugged landscapes, doi:10.1287/mnsc.43.7.934. The mixture of a common and an own
    landscape is ours.
    """
    require_choice("template", template, TEMPLATES)
    require_whole("changes", changes, 0, AS_MANY_AS_HELP)
    drawn = _drawn(linked, runs, searches, seed)

    rows = []
    for difference in DIFFERENCES:
        value = _mixed(drawn, difference)
        start = _template(drawn, template, difference)
        found = {
            "copy": start,
            "search": _climb(value, drawn.starts, changes),
            "adapt": _climb(value, start, changes),
        }
        low, high = _range_of(drawn, difference)
        for way in WAYS:
            result = _percent(value(found[way]), low, high)
            rows.append((way, difference, result.mean(), *np.quantile(result, [0.1, 0.9])))
    columns = ["way", "difference_pct", "mean_pct", "low_pct", "high_pct"]
    return pd.DataFrame(rows, columns=columns).sort_values(
        "way", key=lambda way: way.map(WAYS.index), kind="stable", ignore_index=True
    )


def home_and_away(
    linked: int = 5, difference: int = 50, *, runs: int = 400, searches: int = 2, seed: int = 1
) -> pd.DataFrame:
    """Compare what the best performer of 10 trusts gets with what its copy gets elsewhere.

    The model is that of `ways`. The best performer is the trust with the highest result of the
    10, each having searched alone.

    Parameters
    ----------
    linked
        How many others each choice depends on, 0 to 9.
    difference
        How much of each trust's setting is its own, percent, 0 to 100.
    runs, searches, seed
        As in `ways`.

    Returns
    -------
    pandas.DataFrame
        Rows "home" and "away": ``place``, ``mean_pct``, ``low_pct`` and ``high_pct`` (10th and
        90th percentile), percent of the way from that trust's worst approach to its best.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Levinthal (1997), doi:10.1287/mnsc.43.7.934.
    """
    require_between("difference", difference, 0, 100)
    drawn = _drawn(linked, runs, searches, seed)
    approach, trust = _best_performer(drawn, difference)
    rows = []
    for place, own in (("home", drawn.own[trust]), ("away", drawn.own)):
        there = drawn._replace(own=own)
        low, high = _range_of(there, difference)
        result = _percent(_mixed(there, difference)(approach), low, high)
        rows.append((place, result.mean(), *np.quantile(result, [0.1, 0.9])))
    return pd.DataFrame(rows, columns=["place", "mean_pct", "low_pct", "high_pct"])


def peaks(linked: int = 5, *, runs: int = 400, seed: int = 1) -> pd.DataFrame:
    """Count the approaches that no single change improves.

    Parameters
    ----------
    linked
        How many others each choice depends on, 0 to 9.
    runs
        How many landscapes to draw, 20 to 10,000.
    seed
        Where the random numbers start.

    Returns
    -------
    pandas.DataFrame
        One row: ``mean``, ``low`` and ``high`` (10th and 90th percentile), out of 1,024.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Kauffman and Levin (1987), doi:10.1016/S0022-5193(87)80029-2.
    """
    value = _drawn(linked, runs, 1, seed).common
    near = np.arange(_ALL)[:, None] ^ _ONE_CHANGE
    count = np.ones(value.shape, dtype=bool)
    for neighbour in near.T:
        count &= value > value[:, neighbour]
    found = count.sum(axis=1)
    low, high = np.quantile(found, [0.1, 0.9])
    return pd.DataFrame({"mean": [found.mean()], "low": [low], "high": [high]})


def duplication(
    trusts: int = 10,
    version_cost: float = 20_000,
    misfit: float = 25_000,
    joining: float = 2_000,
) -> dict[str, pd.DataFrame]:
    r"""Work out what 3 ways to make the same material cost each trust.

    A share :math:`s` of the material is the same everywhere. With :math:`k` trusts, :math:`c`
    for a whole version, :math:`m` for living with a local part that is all wrong, and
    :math:`j` for taking on something made elsewhere, each trust pays

    .. math::
        \text{own} &= c, \\
        \text{one for all} &= c/k + j + (1 - s)\, m, \\
        \text{shared core} &= s\,c/k + (1 - s)\, c + j.

    With :math:`\ell = c (1 - 1/k)`, one version for all costs less than a shared core exactly
    when :math:`m < \ell`, whatever is common. A shared core costs less than own versions from
    :math:`s = j/\ell`, and one version for all does from :math:`s = 1 - (\ell - j)/m`.

    Parameters
    ----------
    trusts
        :math:`k`, how many trusts need the material, 2 to 200.
    version_cost
        :math:`c`, what one whole version costs, pounds, 100 to 1,000,000.
    misfit
        :math:`m`, what a trust loses if the whole local part does not fit, pounds, 0 to
        1,000,000.
    joining
        :math:`j`, what it costs a trust to agree, learn and take on shared material, pounds,
        0 to 1,000,000.

    Returns
    -------
    dict of pandas.DataFrame
        ``costs``: ``common_pct`` (:math:`s`), ``own``, ``one``, ``shared`` (pounds for each
        trust). ``break_even``, one row: ``limit`` (:math:`\ell`), ``misfit``,
        ``common_pct`` (the share from which the cheaper way to share beats own versions; not
        available if it never does) and ``best`` ("one", "shared" or "either").

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Ours. The trade-off follows what the evaluation's authors report (Burgess and Downham 2025).
    """
    require_whole("trusts", trusts, 2, 200)
    require_between("version_cost", version_cost, 100, 1_000_000)
    require_between("misfit", misfit, 0, 1_000_000)
    require_between("joining", joining, 0, 1_000_000)

    limit = version_cost * (1 - 1 / trusts)
    shared_from = joining / limit
    one_from = 0.0 if misfit == 0 else max(0.0, 1 - (limit - joining) / misfit)
    best = "either" if misfit == limit else "one" if misfit < limit else "shared"
    start = shared_from if best == "shared" else one_from
    common = np.linspace(0, 1, 11)
    return {
        "costs": pd.DataFrame(
            {
                "common_pct": 100 * common,
                "own": np.full(len(common), float(version_cost)),
                "one": version_cost / trusts + joining + (1 - common) * misfit,
                "shared": common * version_cost / trusts + (1 - common) * version_cost + joining,
            }
        ),
        "break_even": pd.DataFrame(
            {
                "limit": [limit],
                "misfit": [float(misfit)],
                "common_pct": [100 * start if joining < limit else np.nan],
                "best": [best],
            }
        ),
    }


@lru_cache(maxsize=CHOICES)
def _drawn(linked: int, runs: int, searches: int, seed: int) -> _Drawn:
    """Draw landscapes once for all settings that share them."""
    require_whole("linked", linked, 0, CHOICES - 1)
    require_whole("runs", runs, 20, 10_000)
    require_whole("searches", searches, 1, 50)
    rng = np.random.default_rng(seed)
    drawn = _Drawn(
        _landscapes(linked, runs, rng),
        _landscapes(linked, runs, rng),
        rng.integers(0, _ALL, (runs, searches)),
        rng.integers(0, _ALL, (runs, PILOTS)),
    )
    for array in drawn:
        array.flags.writeable = False
    return drawn


def _landscapes(linked: int, runs: int, rng: np.random.Generator) -> Values:
    """Value of all 1,024 approaches, a row for each landscape, each wired at random."""
    bits = ((np.arange(_ALL) >> np.arange(CHOICES)[:, None]) & 1).astype(np.float32)
    cases = 2 ** (linked + 1)
    parts = []
    # In parts, so that the largest table stays small.
    for size in [min(500, runs - done) for done in range(0, runs, 500)]:
        order = rng.random((size, CHOICES, CHOICES))
        order[:, np.arange(CHOICES), np.arange(CHOICES)] = -1
        wired = order.argsort(axis=2)[:, :, : linked + 1]
        weight = np.zeros((size, CHOICES, CHOICES), dtype=np.float32)
        powers = 2.0 ** np.arange(linked + 1, dtype=np.float32)
        np.put_along_axis(weight, wired, np.broadcast_to(powers, wired.shape), axis=2)
        # Which case of its table each choice is in, for every approach: at most 1,023, so exact.
        case = (weight.reshape(-1, CHOICES) @ bits).astype(np.int32)
        case += np.arange(size * CHOICES, dtype=np.int32)[:, None] * cases
        table = rng.random(size * CHOICES * cases, dtype=np.float32)
        parts.append(table[case].reshape(size, CHOICES, _ALL).mean(axis=1))
    return np.concatenate(parts)


def _mixed(drawn: _Drawn, difference: float) -> Callable[[Approaches], Values]:
    """Value of approaches in each trust, a row for each."""
    own = np.float32(difference / 100)

    def value(approaches: Approaches) -> Values:
        trust = np.arange(len(approaches)).reshape(-1, *[1] * (approaches.ndim - 1))
        common = drawn.common[trust, approaches]
        return np.asarray((1 - own) * common + own * drawn.own[trust, approaches])

    return value


def _range_of(drawn: _Drawn, difference: float) -> tuple[Values, Values]:
    """Lowest and highest value over all approaches, a row for each trust."""
    own = np.float32(difference / 100)
    every = (1 - own) * drawn.common + own * drawn.own
    return every.min(axis=1, keepdims=True), every.max(axis=1, keepdims=True)


def _percent(value: Values, low: Values, high: Values) -> NDArray[np.float64]:
    return 100 * ((value - low) / (high - low)).astype(np.float64)


def _climb(value: Callable[[Approaches], Values], start: Approaches, changes: int) -> Approaches:
    """Make the best single change, again and again, while it helps and there is time."""
    at, now = start, value(start)
    for _ in range(changes):
        near = at[..., None] ^ _ONE_CHANGE
        there = value(near)
        best = there.argmax(axis=-1)[..., None]
        top = np.take_along_axis(there, best, axis=-1)[..., 0]
        better = top > now
        if not better.any():
            break
        at = np.where(better, np.take_along_axis(near, best, axis=-1)[..., 0], at)
        now = np.where(better, top, now)
    return at


def _template(drawn: _Drawn, template: str, difference: float) -> Approaches:
    """Give each trust the approach it is offered."""
    if template == "common":
        return np.asarray(drawn.common.argmax(axis=1)[:, None])
    if template == "performer":
        return _best_performer(drawn, difference)[0]
    return _pilots(drawn, difference, 1)[0]


def _pilots(drawn: _Drawn, difference: float, trusts: int) -> tuple[Approaches, Values]:
    """Give what other trusts with the same common part find alone, and its value to them."""
    own, trust = np.float32(difference / 100), np.arange(len(drawn.common))[:, None]
    others = _others(drawn)[:, :trusts]

    def value(approaches: Approaches) -> Values:
        extra = (1,) * (approaches.ndim - 2)
        row, other = trust.reshape(-1, 1, *extra), others.reshape(-1, trusts, *extra)
        common = drawn.common[row, approaches]
        return np.asarray((1 - own) * common + own * drawn.own[other, approaches])

    found = _climb(value, drawn.pilot_starts[:, :trusts], AS_MANY_AS_HELP)
    return found, value(found)


def _best_performer(drawn: _Drawn, difference: float) -> tuple[Approaches, NDArray[np.int64]]:
    """Give the approach of the best of 10 other trusts, and whose own part that trust has."""
    found, results = _pilots(drawn, difference, PILOTS)
    best = results.argmax(axis=1)[:, None]
    approach = np.take_along_axis(found, best, axis=1)
    return approach, np.take_along_axis(_others(drawn), best, axis=1)[:, 0]


def _others(drawn: _Drawn) -> NDArray[np.int64]:
    """Whose own parts the other trusts have: those of the next 10 rows."""
    runs = len(drawn.common)
    return (np.arange(runs)[:, None] + 1 + np.arange(PILOTS)) % runs


CARD = ModelCard(
    title="Copy, search or adapt",
    assumes=(
        "An approach is 10 yes-or-no choices. How well each works depends on some of the others.",
        "Part of what decides a result is common to all trusts. The rest is a trust's own.",
        "A trust changes one choice at a time. It tries all 10, keeps the best and never errs.",
        "The template is the best there is for the common part. This is the key assumption: "
        "choose another source to remove it.",
        "A trust that starts from a template may change any part of it.",
    ),
    leaves_out=(
        "What trying costs, in money, time and goodwill.",
        "Whether staff own an approach that somebody else chose.",
        "Learning between trusts after the start, and any better template found later.",
        "Choices that matter more than others, such as the core of a safety bundle.",
        "Circumstances that change while a trust searches.",
    ),
    numbers=(
        "The landscape is a published model [@kauffman1987], here as used for organisations "
        "[@levinthal1997].",
        "Illustration: 10 choices, each depending on 5 others.",
        "Illustration: a common and an own part that add up.",
        "Ranges: the middle 80% of trusts in 400 pairs of random landscapes.",
        "Evidence for the order, not the sizes: programmes that were adapted did better than "
        "programmes copied as they were [@olsson2023].",
    ),
    cannot_tell=(
        "How different your trust is, or which of its differences matter.",
        "Whether a particular template is good.",
        "What happens to patients.",
    ),
)

DUPLICATION_CARD = ModelCard(
    title="What duplication costs",
    assumes=(
        "Some of the work is the same for every trust. A version costs the same to make anywhere.",
        "A part that does not fit costs a trust in proportion to its size.",
        "Taking on something made elsewhere has a cost of its own.",
        "The cost of making shared material is split equally.",
    ),
    leaves_out=(
        "What staff learn by building something themselves.",
        "Who pays first, who owns the material and who keeps it up to date.",
        "Whether the material is any good.",
    ),
    numbers=(
        "Illustration: every cost. None comes from a trust's accounts.",
        "The worry about duplicated training material comes from the evaluation "
        "[@burgess2025challenges].",
    ),
    cannot_tell=(
        "What your training costs, or what a poor fit loses you. Put in your own figures.",
        "Whether trusts will agree on what is common.",
    ),
)
