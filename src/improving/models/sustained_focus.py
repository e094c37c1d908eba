"""Lesson 09: what sustained focus builds, and what is left when it stops.

Two models. The capability trap is a small form of Repenning and Sterman's idea, ours: time spent
on improvement lowers output now and raises it later. The uptake model is Bass's (1969) with
users who stop, beside 2 further counts: who ever adopted, and where the skill is still found.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from improving.models.card import ModelCard
from improving.models.ranges import require_between, require_choice, require_whole

Series = NDArray[np.float64]
Number = TypeVar("Number", float, NDArray[np.float64])

MONTHS = 60
"""How far the capability model looks ahead."""

YEARS = 15
"""How far the uptake model looks ahead."""

START_PCT = 20
"""The share of time that goes on improvement before any change, percent."""

JUST_BEFORE = 1e-9
"""Months: how far before a change its earlier row lies."""

REVIEWS = (0, 6, 12, 18, 24)
"""Months at which `protect` can be reviewed; 0 is no review."""


def output(
    months: ArrayLike,
    changes: Sequence[tuple[float, float]],
    tau: float = 24,
    builds_pct: float = 100,
    *,
    start_pct: float = START_PCT,
) -> pd.DataFrame:
    r"""Follow output and skill while the time given to improvement changes.

    A share :math:`i` of time goes on improvement and the rest on the work itself. Skill
    :math:`C` grows with improvement and fades; output is time on the work times skill:

    .. math::
        \dot C = e\, i_b - C / \tau, \qquad P = (1 - i)\, C, \qquad
        i_b = i_0 + b\, (i - i_0).

    Everything begins at rest with share :math:`i_0`, so :math:`e` cancels and each is given in
    percent of its start. The solution is exact: between changes skill moves towards
    :math:`i_b / i_0` as :math:`e^{-t/\tau}`.

    Parameters
    ----------
    months
        Months at which to report, in rising order; below 0 is before any change.
    changes
        Pairs (month, share of time on improvement from then on, percent 0 to 100), in rising
        order of month, from month 0.
    tau
        :math:`\tau`, how long skill lasts without practice, in months, 1 to 120: after that
        time about 37% of it is left.
    builds_pct
        :math:`b`, the share of the changed time that builds skill (or, after a cut, did build
        it), percent, 0 to 100.
    start_pct
        :math:`i_0`, the share of time on improvement before any change, percent, 1 to 99.

    Returns
    -------
    pandas.DataFrame
        ``month``; ``output_pct`` and ``skill_pct``, where the start is 100; ``total_months``,
        the output gained or lost since month 0, in months of output at the start. At a change,
        the row holds the values just after it.

    Raises
    ------
    ValueError
        If a parameter is outside its range, or changes are not in order.

    References
    ----------
    Ours, after Repenning and Sterman (2002), doi:10.2307/3094806, and (2001),
    doi:10.2307/41166101.
    """
    require_between("tau", tau, 1, 120)
    require_between("builds_pct", builds_pct, 0, 100)
    require_between("start_pct", start_pct, 1, 99)
    for month, share in changes:
        require_between("share", share, 0, 100)
        require_between("month of a change", month, 0, 1200)
    if any(later[0] <= earlier[0] for earlier, later in pairwise(changes)):
        raise ValueError(f"changes must be in rising order of month, not {list(changes)!r}")
    when = np.asarray(months, dtype=float)
    made, skill, total = _walk(when, changes, tau, builds_pct, start_pct)
    return pd.DataFrame(
        {
            "month": when,
            "output_pct": 100 * made,
            "skill_pct": 100 * skill,
            "total_months": total,
        }
    )


def turning_points(
    share_pct: float, tau: float = 24, builds_pct: float = 100, *, start_pct: float = START_PCT
) -> tuple[float, float]:
    r"""When output is level with its start again, and when the loss or gain is used up.

    With :math:`a = (1-i)/(1-i_0)` and :math:`c = i_b/i_0`,

    .. math::
        t_{level} = \tau \ln \frac{c - 1}{c - 1/a}, \qquad
        t_{repaid} = \tau \left( k + W_0(-k e^{-k}) \right), \quad k = \frac{a(c-1)}{ac-1},

    where :math:`W_0` is Lambert's function.

    Parameters
    ----------
    share_pct
        The share of time on improvement after the change, percent, 0 to 99.
    tau, builds_pct, start_pct
        As in `output`.

    Returns
    -------
    tuple of float
        Months to level, and months until the change in total output is back to 0. Both are NaN
        where there is no such month.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    As for `output`.
    """
    from scipy.special import lambertw

    require_between("share_pct", share_pct, 0, 99)
    require_between("tau", tau, 1, 120)
    require_between("builds_pct", builds_pct, 0, 100)
    require_between("start_pct", start_pct, 1, 99)
    work = (100 - share_pct) / (100 - start_pct)
    goal = 1 + builds_pct / 100 * (share_pct - start_pct) / start_pct
    # Level only if the end lies on the other side of the start from the first step.
    if (work - 1) * (work * goal - 1) >= 0:
        return math.nan, math.nan
    k = work * (goal - 1) / (work * goal - 1)
    repaid = k + lambertw(-k * math.exp(-k)).real
    return tau * math.log((goal - 1) / (goal - 1 / work)), tau * float(repaid)


def protect(
    share_pct: float = 40, tau: float = 24, review: int = 0, builds_pct: float = 100
) -> dict[str, pd.DataFrame]:
    """Change the time for improvement once, and perhaps review it once.

    At the review, the change stays if output is at least where it began. If output is lower,
    the time goes back to what it was. The equations are those of `output`.

    Parameters
    ----------
    share_pct
        Share of time on improvement from month 0, percent, 5 to 50; before, it is 20.
    tau
        How long skill lasts without practice, in months, 12 to 36.
    review
        The month of the review: 6, 12, 18 or 24, or 0 for none.
    builds_pct
        Share of the changed time that builds skill, percent, 0 to 100.

    Returns
    -------
    dict of pandas.DataFrame
        ``path``: ``month`` from -6 to 60, ``output_pct`` and ``skill_pct`` (start 100). A month
        with a change has 2 rows: just before it and just after. ``facts``, 1 row:
        ``at_once_pct`` and ``end_pct`` (output just after month 0 and at month 60, start 100),
        ``level_month`` and ``repaid_month`` (missing if not within 60 months, or if the change is
        undone), ``review_month``, ``at_review_pct`` (output just before the review's verdict),
        ``verdict`` ("no review", "kept" or "undone") and ``total_pct`` (all output over 60
        months, where no change is 100).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    As for `output`; the review is our addition.
    """
    require_between("share_pct", share_pct, 5, 50)
    require_between("tau", tau, 12, 36)
    require_choice("review", review, REVIEWS)

    require_between("builds_pct", builds_pct, 0, 100)

    changes = [(0.0, share_pct)]
    verdict, at_review = "no review", math.nan
    if review:
        seen, _, _ = _walk(np.array([float(review)]), changes, tau, builds_pct)
        at_review = 100 * float(seen[0])
        verdict = "kept" if at_review >= 100 - 1e-9 else "undone"
    if verdict == "undone":
        changes.append((float(review), START_PCT))
    jumps = np.array([month for month, _ in changes])
    month = np.sort(np.concatenate([[-6], np.arange(0, MONTHS + 1, 2), jumps - JUST_BEFORE]))
    made, skill, total = _walk(month, changes, tau, builds_pct)
    points = [math.nan, math.nan]
    if verdict != "undone":
        found = turning_points(share_pct, tau, builds_pct)
        points = [point if point <= MONTHS else math.nan for point in found]
    return {
        "path": pd.DataFrame(
            {"month": np.rint(month) + 0.0, "output_pct": 100 * made, "skill_pct": 100 * skill}
        ),
        "facts": pd.DataFrame(
            {
                "at_once_pct": [100 * (100 - share_pct) / (100 - START_PCT)],
                "level_month": points[0],
                "repaid_month": points[1],
                "review_month": review if review else math.nan,
                "at_review_pct": at_review,
                "verdict": verdict,
                "end_pct": 100 * made[-1],
                "total_pct": 100 * (1 + total[-1] / MONTHS),
            }
        ),
    }


def uptake(
    cut_year: float = 5,
    lasts: float = 3,
    talk_kept_pct: float = 50,
    skill_years: float = 10,
    *,
    p: float = 0.03,
    q: float = 0.38,
    delta: float = 0.05,
    learn: float = 0.3,
    points_per_year: int = 2,
) -> dict[str, pd.DataFrame]:
    r"""Follow who ever adopted, who still uses it, and where the skill is found, for 15 years.

    With :math:`A` the share that uses it, :math:`E` the share that ever adopted it and
    :math:`L` the share where the skill is found,

    .. math::
        \dot A &= (p + qA)(1 - A) - \delta A, \\
        \dot E &= (p + qA)(1 - E), \\
        \dot L &= gA(1 - L) - L/\tau_L .

    All start at 0. When support is cut, :math:`p` becomes 0, :math:`q` shrinks and
    :math:`1/\delta` becomes ``lasts``.

    Parameters
    ----------
    cut_year
        The year in which support is cut, 0 (never) or 1 to 15.
    lasts
        How long a user goes on once support is cut, on average, in years, 0.5 to 20.
    talk_kept_pct
        Word of mouth once support is cut, percent of what it was, 0 to 100.
    skill_years
        How long skill lasts without use, in years, 1 to 50: after that time about 37% is left.
    p
        Share of non-users who start in a year because of central support, 0 to 1.
    q
        How many non-users each user brings in a year while nearly all are non-users, 0 to 2.
    delta
        Share of users who stop in a year while support lasts, 0 to 1.
    learn
        :math:`g`, share of users without the skill who gain it in a year, 0 to 2.
    points_per_year
        Rows for each year, 1 to 52.

    Returns
    -------
    dict of pandas.DataFrame
        ``path``: ``year``, ``ever_pct``, ``use_pct``, ``legacy_pct``, percent of trusts.
        ``facts``, 1 row: ``cut_year``, ``use_at_cut_pct``, ``each_brings`` (how many others
        each user brings in before stopping, once support is cut and while users are few) and
        ``use_settles_pct`` (where use ends if nothing more changes). The first 3 are missing
        if support is never cut.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Bass (1969), A new product growth for model consumer durables,
    doi:10.1287/mnsc.15.5.215. Stopping, the cut and the 2 further counts are our addition.
    """
    from scipy.integrate import odeint

    if cut_year != 0:
        require_between("cut_year (when not 0)", cut_year, 1, YEARS)
    require_between("lasts", lasts, 0.5, 20)
    require_between("talk_kept_pct", talk_kept_pct, 0, 100)
    require_between("skill_years", skill_years, 1, 50)
    require_between("p", p, 0, 1)
    require_between("q", q, 0, 2)
    require_between("delta", delta, 0, 1)
    require_between("learn", learn, 0, 2)
    require_whole("points_per_year", points_per_year, 1, 52)

    def slope(state: NDArray[np.float64], _: float, p: float, q: float, d: float) -> list[float]:
        use, ever, skill = state
        pull = p + q * use
        return [
            pull * (1 - use) - d * use,
            pull * (1 - ever),
            learn * use * (1 - skill) - skill / skill_years,
        ]

    year = np.arange(YEARS * points_per_year + 1) / points_per_year
    cut = cut_year if cut_year else YEARS
    talk = q * talk_kept_pct / 100
    before, after = year[year < cut], year[year >= cut]
    with_support = odeint(slope, [0, 0, 0], [*before, cut], args=(p, q, delta), rtol=1e-8)
    without = odeint(
        slope,
        with_support[-1],
        [cut, *after],
        args=(0.0, talk, 1 / lasts),
        rtol=1e-8,
    )
    use, ever, skill = 100 * np.vstack([with_support[:-1], without[1:]]).T
    settles = plateau(0, talk, 1 / lasts) if cut_year else plateau(p, q, delta)
    return {
        "path": pd.DataFrame({"year": year, "ever_pct": ever, "use_pct": use, "legacy_pct": skill}),
        "facts": pd.DataFrame(
            {
                "cut_year": [cut_year if cut_year else math.nan],
                "use_at_cut_pct": 100 * with_support[-1, 0] if cut_year else math.nan,
                "each_brings": talk * lasts if cut_year else math.nan,
                "use_settles_pct": settles,
            }
        ),
    }


def plateau(p: float = 0.03, q: float = 0.38, delta: float = 0.05) -> float:
    r"""Share of trusts that uses a programme in the end, if nothing changes.

    The larger solution of :math:`qA^2 - (q - p - \delta)A - p = 0`. With no support
    (:math:`p = 0`) it is :math:`1 - \delta/q`, or 0 if :math:`q \le \delta`: use lasts only
    if each user brings in more than 1 other before stopping.

    Parameters
    ----------
    p, q, delta
        As in `uptake`.

    Returns
    -------
    float
        Percent of trusts.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    As for `uptake`.
    """
    require_between("p", p, 0, 1)
    require_between("q", q, 0, 2)
    require_between("delta", delta, 0, 2)
    half = (q - p - delta) / 2
    root = math.sqrt(half**2 + p * q)
    # 2 forms of the same root: the second still holds when nobody talks (q = 0).
    return 100 * (half + root) / q if half > 0 else 100 * p / max(root - half, 1e-300)


def _walk(
    months: NDArray[np.floating[Any] | np.integer[Any]],
    changes: Sequence[tuple[float, float]],
    tau: float,
    builds_pct: float,
    start_pct: float = START_PCT,
) -> tuple[Series, Series, Series]:
    """Give output and skill (start 1), and output gained since month 0, at some months."""
    start = start_pct / 100
    starts = np.array([-np.inf, *(month for month, _ in changes)])
    shares = np.array([start, *(share / 100 for _, share in changes)])
    work = (1 - shares) / (1 - start)
    goal = 1 + builds_pct / 100 * (shares - start) / start
    skill, total = np.ones(len(starts)), np.zeros(len(starts))
    for k in range(2, len(starts)):
        skill[k], gained = _fade(skill[k - 1], goal[k - 1], starts[k] - starts[k - 1], tau)
        total[k] = total[k - 1] + work[k - 1] * gained - (starts[k] - starts[k - 1])

    now = np.searchsorted(starts, months, side="right") - 1
    since = np.where(now > 0, months - np.maximum(starts[now], 0), 0)
    skill_now, gained_now = _fade(skill[now], goal[now], since, tau)
    return work[now] * skill_now, skill_now, total[now] + work[now] * gained_now - since


def _fade(begins: Number, goal: Number, time: Number, tau: float) -> tuple[Number, Number]:
    """Give skill some months after it set off for a goal, and its sum over those months."""
    left = np.exp(-time / tau)
    return goal + (begins - goal) * left, goal * time + (begins - goal) * tau * (1 - left)


CARD = ModelCard(
    title="Time for improvement, and output",
    assumes=(
        "Time is split between the work and improving how the work is done.",
        "Skill grows with time spent on improvement, and fades at a steady rate.",
        "Output is time on the work, multiplied by skill.",
        "Time on improvement builds skill. This is the key assumption: lower the last slider "
        "to weaken it.",
        "A review looks only at output in that month, compared with the start.",
    ),
    leaves_out=(
        "Demand, seasons, sickness and staff who leave and take skill with them.",
        "Improvements that last without practice, such as a better store room.",
        "Diminishing returns: here a second day builds as much as the first.",
        "The quality of care, and what staff feel when time is given and taken away.",
        "Money.",
    ),
    numbers=(
        "The idea comes from studies of a car maker and a university [@repenning2002] "
        "[@lyneis2016]. This small form of it is ours.",
        "Illustration: a team starts with 20% of its time on improvement.",
        "Illustration: without practice, 37% of skill is left after 24 months (or 12 to 36).",
        "Because gains are in proportion to time, the percentages are larger than any you "
        "should expect.",
        "Evidence for a short clock: national funding was typically for 2 years [@robert2020].",
    ),
    cannot_tell=(
        "How deep the dip will be for your team, or how long it will last.",
        "Whether your improvement time builds any skill: you have to look.",
        "Whether patients are better off.",
    ),
)

UPTAKE_CARD = ModelCard(
    title="Ever adopted, in use, and legacy",
    assumes=(
        "Trusts start because of central support, or because users tell them.",
        "Users stop at a steady rate. They stop sooner, and talk less, once support is cut.",
        "A trust counts as having adopted for ever after it first starts.",
        "Users gain skill. Skill fades slowly, whether or not the programme's name is still used.",
    ),
    leaves_out=(
        "How well the programme is used, and on how many wards.",
        "Why users stop: cost, a new approach, or no benefit seen.",
        "Differences between trusts, and who is in touch with whom.",
        "Whether the programme helps patients.",
    ),
    numbers=(
        "The rule for starting is a published model of new products [@bass1969].",
        "Illustration: support moves 3% of non-users a year, word of mouth up to 38%.",
        "Illustration: 5% of users stop each year while support lasts.",
        "Evidence: average use was 3 years, from under 1 to 7 [@sarre2019]. The model uses 3 "
        "years only after the cut, so it is not fitted to that study.",
        "Illustration: word of mouth halves after the cut.",
        "Illustration: 30% of users without the skill gain it each year. Without use, 37% "
        "of it is left after 10 years. Some legacies lasted up to a decade [@robert2020].",
    ),
    cannot_tell=(
        "How the Productive Ward spread: its published counts do not make one curve.",
        "When to cut support for a programme.",
        "Whether what is left is worth what was spent.",
    ),
)
