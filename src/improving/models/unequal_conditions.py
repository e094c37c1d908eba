"""Lesson 08: the same programme in unequal conditions.

Two models of the same invented trusts. The first shares a fixed budget of support between them
in 3 ways. The second asks which trusts a league table, a funnel plot and a comparison that
allows for conditions would pick out, when we know what each trust added by its own work.
"""

import math

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from improving.models import reading_variation
from improving.models.card import ModelCard
from improving.models.ranges import require_between, require_choice, require_whole

Floats = NDArray[np.float64]

TRUSTS = 40
"""How many invented trusts, hardest conditions first. A quarter of them is 10."""

QUARTER = TRUSTS // 4

WORTHS = ("less", "same", "more")
"""What support that is moved buys in hard conditions, compared with easy ones."""

RULES = ("equal", "equitable", "targeted")
"""How the budget is shared: alike, weighted to harder conditions, or the hardest quarter first."""

VIEWS = ("table", "funnel", "adjusted")
"""How trusts are compared: a league table, a funnel plot, or allowing for conditions."""

SIGMA = 2.0
"""How many standard errors the funnel's limits stand off."""

LINKED = 0.7
"""Correlation of own work with conditions, where the two are linked."""


# Sharing support


def conditions(hardest: float = 40) -> Floats:
    """Give each trust's conditions: the share of a programme's effect that they let through.

    Parameters
    ----------
    hardest
        The share in the hardest conditions, percent, 20 to 100. The easiest let through all,
        and the others lie evenly between.

    Returns
    -------
    numpy.ndarray
        `TRUSTS` shares from ``hardest / 100`` to 1, hardest first.

    Raises
    ------
    ValueError
        If the share is outside its range.
    """
    require_between("hardest", hardest, 20, 100)
    return np.linspace(hardest / 100, 1, TRUSTS)


def support(rule: str, moved: float, let_through: ArrayLike) -> Floats:
    r"""Share a fixed budget between trusts.

    Part of the budget, :math:`m`, is shared by need; the rest is shared equally:

    .. math:: s_i = (1 - m) + m\, w_i, \qquad \bar w = 1, \qquad \bar s = 1.

    Under "equal", :math:`w_i = 1`. Under "equitable", :math:`w_i \propto 1 - c_i`, how far
    conditions fall short. Under "targeted", the quarter of trusts in the hardest conditions
    has all of it, in equal parts.

    Parameters
    ----------
    rule
        One of `RULES`.
    moved
        :math:`m`, the share of the budget that is shared by need, percent, 0 to 50.
    let_through
        :math:`c_i`, conditions, 0 to 1, hardest first; at least 4 trusts.

    Returns
    -------
    numpy.ndarray
        Support at each trust, in equal shares: 1 is what an equal split would give.

    Raises
    ------
    ValueError
        If an argument is outside its range.
    """
    require_choice("rule", rule, RULES)
    require_between("moved", moved, 0, 50)
    c = np.asarray(let_through, dtype=float)
    if c.size < 4 or not ((c >= 0) & (c <= 1)).all() or (np.diff(c) < 0).any():
        raise ValueError("let_through must hold 4 shares or more from 0 to 1, hardest first")
    need = np.ones_like(c)
    if rule == "equitable" and c.mean() < 1:
        need = (1 - c) / (1 - c).mean()
    if rule == "targeted":
        quarter = c.size // 4
        need = np.where(np.arange(c.size) < quarter, c.size / quarter, 0.0)
    return 1 + moved / 100 * (need - 1)


def gains(
    let_through: ArrayLike, shares: ArrayLike, effect: float = 10, worth: str = "less"
) -> Floats:
    r"""Work out what a programme brings at each trust.

    .. math::
        g_i = E\,\bigl(c_i + k_i (s_i - 1)\bigr), \qquad
        k_i = c_i \ \text{(less)}, \quad \bar c \ \text{(same)}, \quad
        2 \bar c - c_i \ \text{(more)}.

    With equal support, :math:`g_i = E c_i` whatever moved support is worth. Under "less",
    support works through conditions: :math:`g_i = E c_i s_i`. Since support adds up to the same
    budget, moving it changes the average gain by :math:`E \operatorname{cov}(k, s)`.

    Parameters
    ----------
    let_through
        :math:`c_i`, conditions, 0 to 1.
    shares
        :math:`s_i`, support, in equal shares, 0 or more; one for each trust.
    effect
        :math:`E`, gain with an equal share of support in conditions that let all through, in
        percentage points, 0 to 50.
    worth
        One of `WORTHS`: what moved support buys in hard conditions, compared with easy ones.

    Returns
    -------
    numpy.ndarray
        Gain at each trust, percentage points.

    Raises
    ------
    ValueError
        If an argument is outside its range, or the lengths differ.
    """
    require_between("effect", effect, 0, 50)
    require_choice("worth", worth, WORTHS)
    c, s = np.asarray(let_through, dtype=float), np.asarray(shares, dtype=float)
    if c.shape != s.shape or c.size == 0:
        raise ValueError("let_through and shares must have one number each for the same trusts")
    if not ((c >= 0) & (c <= 1)).all() or not (s >= 0).all():
        raise ValueError("let_through must be from 0 to 1, and shares 0 or more, at every trust")
    middle = c.mean()
    worth_of_more = {"less": c, "same": np.full_like(c, middle), "more": 2 * middle - c}[worth]
    return np.asarray(effect * (c + worth_of_more * (s - 1)))


def share_support(
    moved: float = 40, hardest: float = 40, worth: str = "less", *, effect: float = 10
) -> dict[str, pd.DataFrame]:
    """Set equal, equitable and targeted support side by side, on one budget.

    Nothing here is random: every trust runs the programme equally well.

    Parameters
    ----------
    moved
        The share of the budget that is shared by need, percent, 0 to 50.
    hardest
        The share of the effect that the hardest conditions let through, percent, 20 to 100.
    worth
        One of `WORTHS`: what moved support buys in hard conditions, compared with easy ones.
    effect
        Gain with an equal share of support in the easiest conditions, percentage points,
        0 to 50.

    Returns
    -------
    dict of pandas.DataFrame
        ``trusts``, hardest conditions first: ``trust`` from 1, and the gain under each rule,
        ``equal``, ``equitable`` and ``targeted`` (percentage points). ``totals``, one row for
        each rule: ``rule``, ``average`` gain, ``gap`` from the lowest trust to the highest
        (points), ``lost_pct``, how much of the total gain under equal support is lost (below 0:
        added), and ``last``, the trust that comes last in a league table of gains.

    Raises
    ------
    ValueError
        If an argument is outside its range.
    """
    c = conditions(hardest)
    by_rule = {rule: gains(c, support(rule, moved, c), effect, worth) for rule in RULES}
    average = {rule: gain.mean() for rule, gain in by_rule.items()}
    totals = [
        {
            "rule": rule,
            "average": average[rule],
            "gap": np.ptp(gain),
            "lost_pct": 100 * (1 - average[rule] / average["equal"]) if effect else 0.0,
            "last": 1 + int(gain.argmin()),
        }
        for rule, gain in by_rule.items()
    ]
    trusts = pd.DataFrame({"trust": np.arange(1, TRUSTS + 1), **by_rule})
    return {"trusts": trusts, "totals": pd.DataFrame(totals)}


# Comparing trusts


def pick_out(
    view: str = "table",
    measured: float = 100,
    own_work: float = 1,
    linked: bool = False,
    seed: int = 1,
    runs: int = 200,
    *,
    hardest: float = 40,
    effect: float = 10,
) -> dict[str, pd.DataFrame]:
    r"""Pick out the trusts that seem to do least, and count how often that is right.

    Every trust had the same programme and equal support. Its true score is

    .. math:: t_i = 50 + E c_i + v_i,

    where :math:`v_i` is what it added by its own work. Staff answer a survey, so that its
    measured score is :math:`y_i = X_i / n_i` with :math:`X_i \sim \text{Binomial}(n_i, t_i)`.
    Conditions are known only through a measure whose correlation with :math:`c_i` is
    :math:`\sqrt{\rho}`. The question is who lies in the lowest quarter on :math:`v_i`.

    Three views answer it. The league table takes the quarter with the lowest :math:`y_i`. The
    funnel takes those below limits that allow for chance and for real differences
    (`reading_variation.tau2`), at 2 standard errors. The adjusted view fits a straight line of
    :math:`y_i` on the measure and takes the quarter furthest below it.

    Parameters
    ----------
    view
        One of `VIEWS`.
    measured
        :math:`\rho`, how much of the variation in the measure of conditions is real, percent,
        0 (none) to 100 (all).
    own_work
        Standard deviation of own work, percentage points, 0.5 to 5.
    linked
        Whether trusts in harder conditions also add less by their own work: the correlation is
        then `LINKED`, otherwise 0.
    seed
        Where the random numbers start.
    runs
        How many times to draw the trusts, 1 to 5,000.
    hardest
        The share of the effect that the hardest conditions let through, percent, 20 to 100.
    effect
        Gain with an equal share of support in the easiest conditions, percentage points,
        0 to 40.

    Returns
    -------
    dict of pandas.DataFrame
        ``trusts``, one draw: ``measure`` of conditions (in standard deviations, higher is
        easier), ``score`` (percent), ``outcome`` ("picked, did least", "picked in error",
        "missed" or "other"). ``line``, for that draw: ``measure`` at both ends, ``expected``
        and ``cut``, below which a trust is picked (percent; for the funnel, at a typical
        size). ``summary``: one row over all draws: ``picked``, ``found`` and ``hard``, the
        mean number of trusts picked, picked rightly, and picked from the quarter in the hardest
        conditions; ``found_low`` and ``found_high``, the 10th and 90th percentile.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    References
    ----------
    Spiegelhalter (2005), doi:10.1002/sim.1970 and doi:10.1136/qshc.2005.013755. Goldstein and
    Spiegelhalter (1996), doi:10.2307/2983325.
    """
    require_choice("view", view, VIEWS)
    require_between("measured", measured, 0, 100)
    require_between("own_work", own_work, 0.5, 5)
    require_whole("runs", runs, 1, 5000)
    require_between("effect", effect, 0, 40)
    c = conditions(hardest)
    # Conditions on a scale of standard deviations; where all are alike, their order is kept.
    place = np.linspace(-1, 1, TRUSTS) / np.linspace(-1, 1, TRUSTS).std()

    rng = np.random.default_rng(seed)
    work, blur = rng.standard_normal((2, runs, TRUSTS))
    sizes = rng.permuted(np.tile(np.geomspace(1000, 12000, TRUSTS), (runs, 1)), axis=1).round()
    if linked:
        work = LINKED * place + math.sqrt(1 - LINKED**2) * work
    real = measured / 100
    measure = math.sqrt(real) * place + math.sqrt(1 - real) * blur
    true = np.clip((50 + effect * c + own_work * work) / 100, 0.01, 0.99)
    score = rng.binomial(sizes.astype(np.int64), true) / sizes

    expected, picked, cut = _compare(view, score, sizes, measure)
    least = _lowest(work)
    found = (picked & least).sum(axis=1)
    outcome = np.select(
        [picked[0] & least[0], picked[0], least[0]],
        ["picked, did least", "picked in error", "missed"],
        "other",
    )
    ends = [int(measure[0].argmin()), int(measure[0].argmax())]
    low, high = np.quantile(found, [0.1, 0.9])
    return {
        "trusts": pd.DataFrame(
            {"measure": measure[0], "score": 100 * score[0], "outcome": outcome}
        ),
        "line": pd.DataFrame(
            {
                "measure": measure[0][ends],
                "expected": 100 * expected[0][ends],
                "cut": 100 * (expected[0][ends] + cut),
            }
        ),
        "summary": pd.DataFrame(
            {
                "view": [view],
                "picked": [picked.sum(axis=1).mean()],
                "found": [found.mean()],
                "found_low": [low],
                "found_high": [high],
                "hard": [picked[:, :QUARTER].sum(axis=1).mean()],
            }
        ),
    }


def _compare(
    view: str, score: Floats, sizes: Floats, measure: Floats
) -> tuple[Floats, NDArray[np.bool_], float]:
    """Give what is expected of each trust, whom the view picks, and how far down draw 0 cuts."""
    expected = np.broadcast_to(score.mean(axis=1, keepdims=True), score.shape)
    if view == "funnel":
        pooled = (score * sizes).sum(axis=1, keepdims=True) / sizes.sum(axis=1, keepdims=True)
        expected = np.broadcast_to(pooled, score.shape)
        error = np.sqrt(expected * (1 - expected) / sizes)
        distance = score - expected
        real = [reading_variation.tau2(d / e, e) for d, e in zip(distance, error, strict=True)]
        reach = SIGMA * np.sqrt(error**2 + np.array(real)[:, None])
        return expected, distance < -reach, -float(np.median(reach[0]))
    if view == "adjusted":
        x = measure - measure.mean(axis=1, keepdims=True)
        slope = (x * score).sum(axis=1, keepdims=True) / (x**2).sum(axis=1, keepdims=True)
        expected = expected + slope * x
    distance = score - expected
    cut = np.sort(distance[0])[QUARTER - 1 : QUARTER + 1].mean()
    return expected, _lowest(distance), float(cut)


def _lowest(values: Floats) -> NDArray[np.bool_]:
    """Mark the lowest quarter of each row."""
    chosen = np.zeros(values.shape, dtype=bool)
    lowest = np.argpartition(values, QUARTER - 1, axis=1)[:, :QUARTER]
    np.put_along_axis(chosen, lowest, True, axis=1)
    return chosen


CARD = ModelCard(
    title="Sharing support",
    assumes=(
        "Every trust runs the same programme equally well. Only conditions differ.",
        "With equal support, a trust gains the share of the effect that its conditions allow.",
        "The budget is fixed: what one trust gets, another does not.",
        "Half the extra support brings half the extra gain. There is no upper limit.",
        "What moved support buys in hard conditions is the key assumption. You set it.",
    ),
    leaves_out=(
        "Time. Support may change conditions for good, or a trust may need it every year.",
        "How hard a trust works, and who leads it.",
        "The cost of finding out whose conditions are hard.",
        "What a trust feels when others get more, and any gain from looking worse.",
    ),
    numbers=(
        "Illustration: the full effect is 10 points, and the hardest conditions let 40% through.",
        "Illustration: 40 trusts, with conditions spread evenly.",
        "Evidence that one method can give unequal results: 5 NHS trusts [@burgess_sixlessons].",
        "Evidence that support can buy more in deprived places: one area study [@barr2014].",
        "Which of the 3 answers fits improvement work is not known.",
    ),
    cannot_tell=(
        "How hard the conditions of a real trust are.",
        "What a coach or a pound would bring in your trust.",
        "What is fair. It shows what each choice would cost.",
    ),
)

COMPARE_CARD = ModelCard(
    title="Three ways to compare",
    assumes=(
        "All trusts have the same programme and equal support.",
        "A score is the start, the gain that conditions allow, own work and chance.",
        "Own work has nothing to do with conditions, unless you tick the box.",
        "Conditions act on scores in a straight line.",
    ),
    leaves_out=(
        "That trusts started at different levels.",
        "That own work may change conditions over time.",
        "Non-response, gaming and mistakes in the figures.",
    ),
    numbers=(
        "Illustration: every trust starts at 50%. Own work has a standard deviation of 1 point.",
        "Illustration: 1,000 to 12,000 answers, about as in acute trusts in 2024 [@nss_results].",
        "Funnel limits allow for real differences, as its author advises [@spiegelhalter2005od].",
        "Our choice: limits at 2 standard errors, and a quarter of trusts picked.",
        "Spread: the range that holds 8 in 10 of 200 draws.",
    ),
    cannot_tell=(
        "Which real trusts add least: nobody can see own work apart from conditions.",
        "Whether a difference in conditions is an excuse or a reason.",
        "Whether your measure of conditions is a good one.",
    ),
)
