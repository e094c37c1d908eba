"""Lesson 12: what a mandate does to compliance, ownership and trust.

Two models. The ownership-and-pressure model is ours and illustrative. The threshold model
is Granovetter's (1978), with a mandate that lowers thresholds and a reversal that raises them.
"""

import math
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from improving.models.card import ModelCard
from improving.models.crowds import draw, final_crowds, share_in
from improving.models.crowds import final_crowd as final_crowd
from improving.models.ranges import require_between, require_whole

Number = TypeVar("Number", float, NDArray[np.float64])

YEARS = 10
"""How far the ownership-and-pressure model looks ahead."""

STANCES = {
    "never": {"starts": 0, "lasts": 0, "flip_every": 0},
    "always": {"starts": 0, "lasts": YEARS, "flip_every": 0},
    "withdrawn": {"starts": 1, "lasts": 2, "flip_every": 0},
    "flipping": {"starts": 1, "lasts": YEARS - 1, "flip_every": 1},
}
"""The four stances that `compare` sets side by side: name to `simulate` arguments."""


def simulate(
    starts: float = 1,
    lasts: float = 2,
    flip_every: float = 0,
    crowding_out: float = 0.5,
    trust_lost: float = 0.3,
    penalty_at_start: bool = False,
    *,
    alpha: float = 0.5,
    kappa: float = 0.8,
    rho: float = 0.15,
    m0: float = 0.15,
    points_per_year: int = 4,
) -> pd.DataFrame:
    r"""Follow compliance, ownership and trust for 10 years under one stance.

    With :math:`m` the share who own the change, :math:`u` the mandate (0 or 1) and
    :math:`T` trust,

    .. math::
        \dot m &= (\alpha T - \beta u)\, m (1 - m), \\
        \dot T &= \rho (1 - T), \qquad T \leftarrow (1 - \lambda) T
            \text{ at each announced change}, \\
        \text{compliance} &= 1 - (1 - m)(1 - \kappa u).

    The solution is exact. At a time :math:`s` after a change that left trust at
    :math:`T_k`,

    .. math::
        T = 1 - (1 - T_k) e^{-\rho s}, \qquad
        \operatorname{logit} m = \operatorname{logit} m_k
            + \alpha \left( s - (1 - T_k) \frac{1 - e^{-\rho s}}{\rho} \right) - \beta u s.

    Parameters
    ----------
    starts
        When the mandate starts, in years from now, 0 to 5.
    lasts
        How long the mandate lasts, in years, 0 (no mandate) to 10. A mandate that reaches
        year 10 is not withdrawn.
    flip_every
        While it lasts, switch the mandate off or on again after this many years: 0 (never)
        or 0.25 to 5.
    crowding_out
        :math:`\beta`, how fast pressure wears ownership down, per year, 0 (not at all) to 1.
    trust_lost
        :math:`\lambda`, the share of trust lost at each announced change, 0 to 0.6.
    penalty_at_start
        Whether a mandate that is there from year 0 counts as an announced change.
    alpha
        How fast ownership grows by word of mouth at full trust, per year, 0 to 2.
    kappa
        The share of those who do not own the change who comply while mandated, 0 to 1.
    rho
        How fast trust recovers, per year, 0 to 2.
    m0
        The share who own the change at year 0, above 0 and below 1.
    points_per_year
        Rows for each year, 1 to 52.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``compliance_pct``, ``ownership_pct``, ``trust_pct`` (percent) and
        ``mandate_on`` (0 or 1). At a change, the row holds the values just after it.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Ours, after crowding theory (Frey and Jegen 2001, doi:10.1111/1467-6419.00150) and
    self-determination theory (Ryan and Deci 2000, doi:10.1037/0003-066X.55.1.68).
    """
    require_between("starts", starts, 0, 5)
    require_between("lasts", lasts, 0, YEARS)
    if flip_every != 0:
        require_between("flip_every (when not 0)", flip_every, 0.25, 5)
    require_between("crowding_out", crowding_out, 0, 1)
    require_between("trust_lost", trust_lost, 0, 0.6)
    require_between("alpha", alpha, 0, 2)
    require_between("kappa", kappa, 0, 1)
    require_between("rho", rho, 0, 2)
    require_between("m0", m0, 1e-6, 1 - 1e-6)
    require_whole("points_per_year", points_per_year, 1, 52)

    times, mandated = _segments(starts, lasts, flip_every)
    trust, logit = np.empty(len(times)), np.empty(len(times))
    trust[0] = 1 - trust_lost if penalty_at_start and mandated[0] else 1.0
    logit[0] = math.log(m0 / (1 - m0))
    for k in range(1, len(times)):
        gap = times[k] - times[k - 1]
        before, gained = _recover(trust[k - 1], gap, rho)
        trust[k] = before * (1 - trust_lost)
        logit[k] = logit[k - 1] + alpha * gained - crowding_out * mandated[k - 1] * gap

    year = np.arange(YEARS * points_per_year + 1) / points_per_year
    now = np.searchsorted(times, year, side="right") - 1
    since, on = year - times[now], mandated[now]
    trust_now, gained_now = _recover(trust[now], since, rho)
    ownership = 1 / (1 + np.exp(-(logit[now] + alpha * gained_now - crowding_out * on * since)))
    return pd.DataFrame(
        {
            "year": year,
            "compliance_pct": 100 * (1 - (1 - ownership) * (1 - kappa * on)),
            "ownership_pct": 100 * ownership,
            "trust_pct": 100 * trust_now,
            "mandate_on": on,
        }
    )


def compare(
    crowding_out: float = 0.5, trust_lost: float = 0.3, penalty_at_start: bool = False
) -> pd.DataFrame:
    """Set four stances side by side: never, always, withdrawn and flipping.

    ``withdrawn`` is on from year 1 to year 3. ``flipping`` changes at every whole year from 1
    to 9, starting off. The equations are those of `simulate`.

    Parameters
    ----------
    crowding_out
        How fast pressure wears ownership down, per year, 0 to 1.
    trust_lost
        The share of trust lost at each announced change, 0 to 0.6.
    penalty_at_start
        Whether a mandate that is there from year 0 counts as an announced change.

    Returns
    -------
    pandas.DataFrame
        ``stance``, ``year``, ``compliance_pct``, ``ownership_pct``, ``trust_pct``; long, in
        the order of `STANCES`.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    As for `simulate`.
    """
    runs = [
        simulate(
            **stance,
            crowding_out=crowding_out,
            trust_lost=trust_lost,
            penalty_at_start=penalty_at_start,
        )
        for stance in STANCES.values()
    ]
    columns = ["year", "compliance_pct", "ownership_pct", "trust_pct"]
    values = {name: np.concatenate([run[name].to_numpy() for run in runs]) for name in columns}
    return pd.DataFrame({"stance": np.repeat(list(STANCES), len(runs[0])), **values})


def thresholds(
    spread: float = 12,
    mandate_pull: float = 0,
    reversal_push: float = 0,
    mandate_lasts: int = 10,
    *,
    mandate_starts: int = 10,
    steps: int = 40,
    mean: float = 25,
    crowds: int = 200,
    seed: int = 1,
) -> pd.DataFrame:
    r"""Follow the share who join when each person waits for enough others.

    A person joins, or stays, while the number already in is at least their threshold. With
    thresholds spread normally among 100 people, the share in follows

    .. math:: r_{t+1} = 100\, \Phi\!\left(\frac{r_t - \mu + d_t}{s}\right), \qquad r_0 = 0,

    where :math:`d_t` is 0 before the mandate, ``mandate_pull`` during it and
    ``-reversal_push`` ever after. Thresholds below zero are kept: those people start it.
    The bands come from random crowds of 100 people who follow the same rule.

    Parameters
    ----------
    spread
        :math:`s`, the standard deviation of thresholds, in people out of 100, 1 to 40.
    mandate_pull
        How far the mandate lowers every threshold, in people out of 100, 0 to 100.
    reversal_push
        How far withdrawing it raises every threshold above where it began, in people
        out of 100, 0 to 100.
    mandate_lasts
        Steps with the mandate, 0 (no mandate and no reversal) to ``steps``.
    mandate_starts
        The step at which the mandate starts, 0 to ``steps``.
    steps
        How many steps to follow, 1 to 500.
    mean
        :math:`\mu`, the average threshold, in people out of 100, 0 to 100.
    crowds
        How many random crowds to draw, 1 to 5,000.
    seed
        Where the random numbers start.

    Returns
    -------
    pandas.DataFrame
        ``step``; ``joined_pct``, the share in for an endless crowd; ``low``, ``mid`` and
        ``high``, the 10th, 50th and 90th percentile of the share in across random crowds;
        ``phase``: "before", "mandate" or "after" (the phase that led to this row).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Granovetter (1978), Threshold models of collective behavior, doi:10.1086/226707. The
    mandate and the reversal are our addition.
    """
    require_between("mandate_pull", mandate_pull, 0, 100)
    require_between("reversal_push", reversal_push, 0, 100)
    require_whole("steps", steps, 1, 500)
    require_whole("mandate_starts", mandate_starts, 0, steps)
    require_whole("mandate_lasts", mandate_lasts, 0, steps)
    people = draw(spread, mean, crowds, seed)

    move = np.arange(steps)
    during = (move >= mandate_starts) & (move < mandate_starts + mandate_lasts)
    after = (move >= mandate_starts + mandate_lasts) & (mandate_lasts > 0)
    shift = mandate_pull * during - reversal_push * after

    joined, counts = np.zeros(steps + 1), np.zeros((steps + 1, crowds))
    for t in move:
        joined[t + 1] = share_in(joined[t] + shift[t], spread, mean)
        counts[t + 1] = (people <= counts[t] + shift[t]).sum(axis=0)
    low, mid, high = np.quantile(counts, [0.1, 0.5, 0.9], axis=1)
    phase = np.select([during, after], ["mandate", "after"], "before")
    return pd.DataFrame(
        {
            "step": np.arange(steps + 1),
            "joined_pct": joined,
            "low": low,
            "mid": mid,
            "high": high,
            "phase": np.concatenate([["before"], phase]),
        }
    )


def crowd_sizes(spread: float = 12, *, crowds: int = 1000, seed: int = 1) -> pd.DataFrame:
    """Count where random crowds of 100 people end, in tenths.

    Parameters
    ----------
    spread
        Standard deviation of thresholds, in people out of 100, 1 to 40; their mean is 25.
    crowds
        How many random crowds to draw, 1 to 5,000.
    seed
        Where the random numbers start.

    Returns
    -------
    pandas.DataFrame
        ``joined`` (text: "0 to 9" up to "90 to 100" people) and ``crowds_pct``, the share of
        crowds that end there.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Granovetter (1978), doi:10.1086/226707.
    """
    tenth = np.minimum(final_crowds(spread, crowds=crowds, seed=seed) // 10, 9)
    share = 100 * np.bincount(tenth, minlength=10) / crowds
    names = [f"{10 * k} to {10 * k + 9 + (k == 9)}" for k in range(10)]
    return pd.DataFrame({"joined": names, "crowds_pct": share})


def _segments(
    starts: float, lasts: float, flip_every: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """List the times when the stance changes, year 0 first, and if each begins a mandate."""
    end = min(starts + lasts, YEARS)
    if lasts == 0:
        return np.zeros(1), np.zeros(1, dtype=np.int64)
    switches = np.arange(starts, end, flip_every) if flip_every else np.array([starts])
    mandated = 1 - np.arange(len(switches)) % 2
    if starts > 0:
        switches, mandated = np.append(0, switches), np.append(0, mandated)
    if end < YEARS and mandated[-1]:
        switches, mandated = np.append(switches, end), np.append(mandated, 0)
    return switches.astype(float), mandated


def _recover(trust: Number, time: Number, rho: float) -> tuple[Number, Number]:
    """Give trust after some time with no change, and its integral over that time."""
    if rho == 0:
        return trust, trust * time
    left = np.exp(-rho * time)
    return 1 - (1 - trust) * left, time - (1 - trust) * (1 - left) / rho


CARD = ModelCard(
    title="Ownership and pressure",
    assumes=(
        "Ownership spreads from people who have it to people who do not.",
        "Trust speeds that spread. Every announced change of stance costs some trust.",
        "A mandate makes most people comply at once, whether or not they own the change.",
        "A mandate wears ownership down. This is the key assumption: set it to 0 to remove it.",
        "Trust comes back slowly when nothing changes.",
    ),
    leaves_out=(
        "Whether the change is a good one.",
        "What the mandate pays for, such as staff, money or equipment.",
        "Differences between people, teams and trusts.",
        "Gaming and weak recording, which make compliance look better than it is.",
        "What leaders say when they change their minds.",
    ),
    numbers=(
        "Illustration: ownership starts at 15% and spreads at up to 0.5 a year.",
        "Illustration: 80% of those who do not own the change comply while it is mandated.",
        "Illustration: each announced change costs 30% of trust, which recovers at 0.15 a year.",
        "Illustration: pressure wears ownership down at 0.5 a year, exactly matching its growth.",
        "Because the two rates match, 'always' and 'withdrawn' change a lot with small changes.",
        "The direction, not the size, of crowding out follows theory [@frey2001] [@ryan2000].",
        "Evidence for a scar: removing a fine did not undo its effect [@gneezy2000].",
        "Evidence the other way: targets with sanctions cut long waits [@propper2008].",
    ),
    cannot_tell=(
        "Whether to mandate a particular change.",
        "How fast ownership or trust will move in your organisation.",
        "Whether patients are better off.",
    ),
)

THRESHOLDS_CARD = ModelCard(
    title="Waiting for others",
    assumes=(
        "Each person joins when enough others have joined. That number is their threshold.",
        "People leave again when the number falls below their threshold.",
        "Everyone can see how many have joined.",
        "A mandate lowers every threshold by the same amount while it lasts.",
        "Withdrawing a mandate raises every threshold by the same amount, for good.",
    ),
    leaves_out=(
        "Who knows whom: everyone counts equally.",
        "Reasons: the merit of the change plays no part.",
        "People who work against the change.",
    ),
    numbers=(
        "The rule is a published model of crowds [@granovetter1978].",
        "Illustration: 100 people, with an average threshold of 25 people.",
        "Illustration: the spread, the pull of a mandate and the push of a reversal.",
        "Bands: the middle 80% of random crowds.",
    ),
    cannot_tell=(
        "What your colleagues' thresholds are: nobody can observe them.",
        "How many people a mandate would move in your organisation.",
        "Whether those who joined believe in the change.",
    ),
)
