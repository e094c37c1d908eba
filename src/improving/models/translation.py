"""Lesson 06: what is left of a practice after it has been retold from site to site.

The model is ours and illustrative. A practice has a core of parts that must stay the same and
an edge of parts that may be fitted to each site. Every function is a closed form.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from improving.models.card import ModelCard
from improving.models.ranges import require_between, require_whole

Shares = NDArray[np.float64]

CORE_PARTS = 5
"""How many core parts a practice has."""

CORE_ALONE = 0.5
"""The share of the full effect that a right core brings where no part of the edge fits."""

SUPPORTS = ("nothing", "toolkit", "coach", "both")
"""What `supports` sets side by side, in order."""

LEVELS = {"chain": 1, "tree": 5, "hub": None}
"""Shapes of spread: how many sites each site teaches; None when one site teaches all."""


def core_right(
    retellings: ArrayLike,
    miscopy: float,
    coach: float = 0.0,
    freedom: float = 0.0,
    marking: float = 1.0,
) -> Shares:
    r"""Chance that one core part is still right after a number of retellings.

    At each retelling a right part is miscopied with chance :math:`\mu`. Adapting, with
    freedom :math:`a`, also changes it with chance :math:`a(1 - l)`, where :math:`l` says how
    clearly the core is marked. A coach then restores a wrong part with chance
    :math:`\kappa`. From :math:`x_0 = 1`,

    .. math::
        x_n = x^* + (1 - x^*) \rho^n, \qquad
        \rho = (1 - \kappa)(1 - \mu)(1 - a(1 - l)), \qquad
        x^* = \frac{\kappa}{1 - \rho}.

    Parameters
    ----------
    retellings
        :math:`n`, whole numbers from 0, one or many.
    miscopy
        :math:`\mu`, above 0 and at most 1.
    coach
        :math:`\kappa`, 0 (no coach) to 1.
    freedom
        :math:`a`, the chance that a site adapts a part which does not fit, 0 to 1.
    marking
        :math:`l`, the share of core parts that people know to leave alone, 0 to 1.

    Returns
    -------
    numpy.ndarray
        Chances, 0 to 1, one for each number of retellings.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Ours, after experiments in which a message passes down a chain of people (Moussaïd and
    others 2015, doi:10.1073/pnas.1421883112).
    """
    require_between("miscopy", miscopy, 1e-6, 1)
    require_between("coach", coach, 0, 1)
    require_between("freedom", freedom, 0, 1)
    require_between("marking", marking, 0, 1)
    keeps = (1 - coach) * (1 - miscopy) * (1 - freedom * (1 - marking))
    return _after(retellings, keeps, coach)


def edge_fits(
    retellings: ArrayLike, miscopy: float, freedom: float = 0.0, differ: float = 0.0
) -> Shares:
    r"""Chance that one edge part fits the site after a number of retellings.

    A fitting part is miscopied with chance :math:`\mu`. The new site differs, so that it fits
    no longer, with chance :math:`h`. A part that does not fit is adapted with chance
    :math:`a`. From :math:`f_0 = 1`,

    .. math::
        f_n = f^* + (1 - f^*) \varphi^n, \qquad
        \varphi = (1 - a)(1 - \mu)(1 - h), \qquad
        f^* = \frac{a}{1 - \varphi}.

    Parameters
    ----------
    retellings, miscopy, freedom
        As in `core_right`.
    differ
        :math:`h`, the chance that an edge part suits the old site and not the new, 0 to 1.

    Returns
    -------
    numpy.ndarray
        Chances, 0 to 1, one for each number of retellings.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    As for `core_right`.
    """
    require_between("miscopy", miscopy, 1e-6, 1)
    require_between("freedom", freedom, 0, 1)
    require_between("differ", differ, 0, 1)
    return _after(retellings, (1 - freedom) * (1 - miscopy) * (1 - differ), freedom)


def effect(
    retellings: ArrayLike,
    miscopy: float,
    coach: float = 0.0,
    freedom: float = 0.0,
    marking: float = 1.0,
    differ: float = 0.0,
    each_counts: bool = False,
) -> Shares:
    r"""Share of a practice's full effect that the average site gets.

    With :math:`x_n` from `core_right` and :math:`f_n` from `edge_fits`,

    .. math:: E_n = x_n^c \,\bigl(b + (1 - b) f_n\bigr), \qquad c = 5,\ b = 0.5.

    The power says that all :math:`c` core parts must be right. Where each part counts on its
    own, :math:`x_n` stands in its place.

    Parameters
    ----------
    retellings, miscopy, coach, freedom, marking
        As in `core_right`.
    differ
        As in `edge_fits`.
    each_counts
        Whether each right core part counts on its own.

    Returns
    -------
    numpy.ndarray
        Shares, 0 to 1, one for each number of retellings.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    As for `core_right`.
    """
    core = core_right(retellings, miscopy, coach, freedom, marking)
    fit = edge_fits(retellings, miscopy, freedom, differ)
    return _counted(core, each_counts) * (CORE_ALONE + (1 - CORE_ALONE) * fit)


def supports(
    miscopy_pct: float = 5,
    toolkit_pct: float = 50,
    coach_pct: float = 25,
    each_counts: bool = False,
    *,
    retellings: int = 20,
) -> pd.DataFrame:
    """Set 4 ways to keep the core side by side: nothing, a toolkit, a coach, and both.

    A toolkit lowers the chance of a copying error at each retelling. A coach puts wrong parts
    right at each retelling. The equation is that of `core_right`, with nobody adapting.

    Parameters
    ----------
    miscopy_pct
        Chance that one retelling changes a part, with no toolkit, percent, 0.1 to 60.
    toolkit_pct
        Share of copying errors that the toolkit prevents, percent, 0 to 99.
    coach_pct
        Share of wrong parts that the coach puts right at each retelling, percent, 0 to 100.
    each_counts
        Whether to report the chance that one part is right, rather than all 5.
    retellings
        How many retellings to follow, 1 to 200.

    Returns
    -------
    pandas.DataFrame
        ``retelling`` from 0; ``nothing_pct``, ``toolkit_pct``, ``coach_pct`` and ``both_pct``,
        the share of sites where the whole core is right (or, where each part counts, the share
        of core parts that are right); ``each_counts`` (0 or 1).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    As for `core_right`.
    """
    require_between("miscopy_pct", miscopy_pct, 0.1, 60)
    require_between("toolkit_pct", toolkit_pct, 0, 99)
    require_between("coach_pct", coach_pct, 0, 100)
    require_whole("retellings", retellings, 1, 200)
    step = np.arange(retellings + 1)
    plain, coach = miscopy_pct / 100, coach_pct / 100
    helped = plain * (1 - toolkit_pct / 100)
    kept = {
        "nothing": core_right(step, plain),
        "toolkit": core_right(step, helped),
        "coach": core_right(step, plain, coach),
        "both": core_right(step, helped, coach),
    }
    return pd.DataFrame(
        {"retelling": step}
        | {f"{name}_pct": 100 * _counted(kept[name], each_counts) for name in SUPPORTS}
        | {"each_counts": int(each_counts)}
    )


def freedom_to_adapt(
    marking_pct: float = 50,
    differ_pct: float = 30,
    coach_pct: float = 25,
    retellings: int = 10,
    each_counts: bool = False,
    *,
    miscopy_pct: float = 5,
    points: int = 21,
) -> pd.DataFrame:
    """Follow core, fit and effect from copying exactly to adapting whatever does not fit.

    The equations are those of `core_right`, `edge_fits` and `effect`.

    Parameters
    ----------
    marking_pct
        Core parts that people know to leave alone, percent, 0 to 100.
    differ_pct
        Chance that an edge part suits the last site and not the next, percent, 0 to 100.
    coach_pct
        Share of wrong core parts that a coach puts right at each retelling, percent, 0 to 100.
    retellings
        How many retellings lie between the author and the site, 1 to 200.
    each_counts
        Whether each right core part counts on its own.
    miscopy_pct
        Chance that one retelling changes a part, percent, 0.1 to 60.
    points
        How many degrees of freedom to try, 2 to 2,001.

    Returns
    -------
    pandas.DataFrame
        ``freedom_pct`` from 0 to 100; ``core_pct``, the core kept, counted as in `effect`;
        ``fit_pct``, the share of edge parts that fit; ``effect_pct``, the share of the full
        effect at the average site; ``best`` (1 in the first row with the most effect);
        ``each_counts`` (0 or 1).

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    As for `core_right`.
    """
    require_between("marking_pct", marking_pct, 0, 100)
    require_between("differ_pct", differ_pct, 0, 100)
    require_between("coach_pct", coach_pct, 0, 100)
    require_whole("retellings", retellings, 1, 200)
    require_between("miscopy_pct", miscopy_pct, 0.1, 60)
    require_whole("points", points, 2, 2001)
    miscopy, coach, marking, differ = (
        percent / 100 for percent in (miscopy_pct, coach_pct, marking_pct, differ_pct)
    )
    freedom_pct = np.linspace(0, 100, points)
    tried = freedom_pct / 100
    core = np.array([core_right(retellings, miscopy, coach, a, marking) for a in tried])
    fit = np.array([edge_fits(retellings, miscopy, a, differ) for a in tried])
    worth = np.array(
        [effect(retellings, miscopy, coach, a, marking, differ, each_counts) for a in tried]
    )
    return pd.DataFrame(
        {
            "freedom_pct": freedom_pct,
            "core_pct": 100 * _counted(core, each_counts),
            "fit_pct": 100 * fit,
            "effect_pct": 100 * worth,
            "best": (np.arange(points) == worth.argmax()).astype(int),
            "each_counts": int(each_counts),
        }
    )


def shapes(miscopy_pct: float = 5, coach_pct: float = 0, *, sites: int = 124) -> pd.DataFrame:
    """Spread one practice to many sites along a chain, down a tree and from a hub.

    In a chain each site teaches the next. In a tree each site teaches 5 others. In a hub the
    author teaches every site. A site's core depends on how many retellings lie before it, as
    in `core_right`, with nobody adapting.

    Parameters
    ----------
    miscopy_pct
        Chance that one retelling changes a part, percent, 0.1 to 60.
    coach_pct
        Share of wrong parts that a coach puts right at each retelling, percent, 0 to 100.
    sites
        How many sites besides the author's, 1 to 10,000.

    Returns
    -------
    pandas.DataFrame
        For each of `LEVELS`: ``shape``; ``longest``, the most retellings before a site;
        ``whole_pct``, the share of sites where the whole core is right.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    As for `core_right`.
    """
    require_between("miscopy_pct", miscopy_pct, 0.1, 60)
    require_between("coach_pct", coach_pct, 0, 100)
    require_whole("sites", sites, 1, 10_000)
    rows = []
    for shape, teaches in LEVELS.items():
        reached = _sites_by_retelling(sites, teaches or sites)
        step = np.arange(1, len(reached) + 1)
        whole = _counted(core_right(step, miscopy_pct / 100, coach_pct / 100), False)
        rows.append((shape, len(reached), 100 * float(np.average(whole, weights=reached))))
    return pd.DataFrame(rows, columns=["shape", "longest", "whole_pct"])


def loss_per_step(kept_pct: float, steps: int) -> float:
    """Turn what is left after some steps into the loss at each, if each loses alike.

    Parameters
    ----------
    kept_pct
        What is left after all steps, percent, 0 to 100.
    steps
        How many steps, 1 to 200.

    Returns
    -------
    float
        Percent lost at each step.

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    """
    require_between("kept_pct", kept_pct, 0, 100)
    require_whole("steps", steps, 1, 200)
    return float(100 * (1 - (kept_pct / 100) ** (1 / steps)))


def _after(retellings: ArrayLike, keeps: float, restores: float) -> Shares:
    """Follow ``x -> restores + keeps * x`` from 1 for a number of steps; ``keeps`` is below 1."""
    step = np.asarray(retellings)
    if np.any(step < 0) or np.any(step != np.floor(step)):
        raise ValueError(f"retellings must be whole numbers from 0, not {retellings!r}")
    rest = restores / (1 - keeps)
    return np.asarray(rest + (1 - rest) * keeps ** step.astype(float))


def _counted(part: Shares, each_counts: bool) -> Shares:
    """Turn the chance that one core part is right into the core kept."""
    return part if each_counts else part**CORE_PARTS


def _sites_by_retelling(sites: int, teaches: int) -> list[int]:
    """Count the sites at each number of retellings when every site teaches as many others."""
    reached: list[int] = []
    wave = 1
    while sum(reached) < sites:
        wave = min(wave * teaches, sites - sum(reached))
        reached.append(wave)
    return reached


CARD = ModelCard(
    title="A practice retold",
    assumes=(
        "A practice has a core of 5 parts. A site gains from it only if all 5 are right.",
        "The rest is an edge, which works better where it fits the site.",
        "Each retelling may change any part by mistake, each part on its own.",
        "A toolkit prevents some of those mistakes. A coach puts some wrong parts right.",
        "People who adapt cannot always tell a core part from an edge part.",
        "The all-or-nothing core is the key assumption. Tick the last box to remove it.",
    ),
    leaves_out=(
        "Sites that improve the core, and authors who had it wrong.",
        "What templates, toolkits and coaches cost, and how many sites a coach can serve.",
        "Leaders, staffing and whether anybody wants the practice.",
        "Errors that come together, such as a ward that drops 3 parts in one bad month.",
    ),
    numbers=(
        "The idea of a chain is from experiments that pass a message on [@moussaid2015].",
        "Evidence for a range: in one experiment, 0.2% to 52% of facts about patients were lost "
        "at each handover [@bhabra2007].",
        "Illustration: a retelling changes a part with a chance of 5%.",
        "Illustration: a toolkit prevents 50% of mistakes, and a coach mends 25% of wrong parts.",
        "Illustration: half of the effect needs an edge that fits.",
        "Evidence against all or nothing: a single safety step, done reliably, went with fewer "
        "line infections [@furuya2016].",
    ),
    cannot_tell=(
        "Which parts of your practice are its core.",
        "How often retelling changes a practice in your organisation.",
        "Whether patients are better off.",
    ),
)
