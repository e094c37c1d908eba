"""Lesson 02: how to tell better from noise.

Three ways to read variation: the XmR chart for one series over time, the funnel plot for many
organisations at one time, and the league table, which shows what chance alone can do.
"""

import math

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from improving.models.card import ModelCard
from improving.models.ranges import require_between, require_choice, require_whole

Floats = NDArray[np.float64]

TO_LIMITS = 2.66
"""Mean moving range to three-sigma limits: 3 / 1.128, for ranges of two points."""

TO_RANGE_LIMIT = 3.268
"""Mean moving range to the upper limit of moving ranges, as Wheeler rounds it."""

SERIES = (
    "t1_pct_within_4h",
    "all_pct_within_4h",
    "t1_attendances",
    "em_admissions_via_ae",
    "dta_wait_over_12h",
)
"""The monthly series for England that an XmR chart can show."""

BASELINES = ("one for the whole series", "broken where the flags say")
"""How many sets of limits an XmR chart has."""

METHODS = ("binomial", "phi", "random effects")
"""How a funnel allows for differences between trusts beyond chance."""

TRUE_PERCENT = 55.0
"""The share that the league table's trusts have in truth, on average."""


# XmR charts


def xmr(
    values: ArrayLike,
    baseline: ArrayLike | None = None,
    *,
    run: int = 7,
    trend: int = 7,
    fewest: int = 6,
) -> pd.DataFrame:
    r"""Draw an XmR chart's lines and mark the points that chance does not explain.

    Within each baseline, with :math:`\overline{mR}` the mean of the moving ranges
    :math:`|x_t - x_{t-1}|`,

    .. math::
        \text{limits} = \bar x \pm 2.66\, \overline{mR}, \qquad
        \text{upper limit of ranges} = 3.268\, \overline{mR}.

    The rules are those of NHS England's Making Data Count programme, as in the R package
    NHSRplotthedots 0.2.2: a point outside the limits; 7 in a row on one side of the mean; 7 in
    a row each higher (or each lower) than the last; and 3 in a row on one side of the mean
    with at least 2 of them in the outer third of the limits. Every point of a run is marked.
    A point that breaks several rules carries the first of these. Unlike that package, very
    large moving ranges are not screened out.

    Parameters
    ----------
    values
        The series in time order, in any unit. A missing value is not a number, and breaks runs.
    baseline
        A number for each value; limits start again where it changes. Left out: one baseline.
    run
        Points on one side of the mean that make a signal, 2 to 20.
    trend
        Points rising or falling that make a signal, 3 to 20.
    fewest
        Values a baseline needs before it has limits, 2 to 50.

    Returns
    -------
    pandas.DataFrame
        ``index`` from 0; ``value``; ``centre``, ``lower`` and ``upper`` (not clipped); ``mr``,
        the moving range; ``mr_upper``; ``rule``, the signal in words or "". Limits are not a
        number where a baseline has too few values.

    Raises
    ------
    ValueError
        If the series is empty, the baseline has another length, or a parameter is
        outside its range.

    References
    ----------
    Shewhart (1931); Wheeler (1993), Understanding variation. NHSRplotthedots,
    doi:10.32614/CRAN.package.NHSRplotthedots.
    """
    series = np.asarray(values, dtype=float)
    if series.ndim != 1 or not len(series):
        raise ValueError("values must be a list of at least one number")
    groups = np.zeros(len(series)) if baseline is None else np.asarray(baseline)
    if groups.shape != series.shape:
        raise ValueError(
            f"baseline must have one number for each of the {len(series)} values, not {groups.size}"
        )
    require_whole("run", run, 2, 20)
    require_whole("trend", trend, 3, 20)
    require_whole("fewest", fewest, 2, 50)

    edges = np.flatnonzero(groups[1:] != groups[:-1]) + 1
    parts = [_xmr_part(part, run, trend, fewest) for part in np.split(series, edges)]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return pd.DataFrame({"index": np.arange(len(series)), **columns})


def xmr_chart_frame(frame: pd.DataFrame, series: str, baseline: str) -> pd.DataFrame:
    """Draw the XmR chart of one series of a monthly table.

    Parameters
    ----------
    frame
        One row a month, in order: ``month`` (a date), ``baseline`` (a number that changes where
        the way of counting changed) and the columns of `SERIES`. Months before every series
        begins are left out, so that all the charts share their months.
    series
        One of `SERIES`.
    baseline
        One of `BASELINES`.

    Returns
    -------
    pandas.DataFrame
        ``month`` (text, such as "2024-03-01"), ``value``, ``centre``, ``lower``, ``upper``,
        ``rule`` and ``baseline``, as in `xmr`.

    Raises
    ------
    ValueError
        If the series or the baseline is not one of the choices.
    """
    require_choice("series", series, SERIES)
    require_choice("baseline", baseline, BASELINES)
    shown = frame[frame[list(SERIES)].notna().all(axis=1)]
    broken = baseline == BASELINES[1]
    groups = shown["baseline"].to_numpy() if broken else np.ones(len(shown), dtype=np.int64)
    return dated_xmr(shown["month"], shown[series].to_numpy(dtype=float), groups)


def dated_xmr(
    month: "pd.Series[pd.Timestamp]", values: ArrayLike, baseline: ArrayLike
) -> pd.DataFrame:
    """Draw an XmR chart whose points are months.

    Parameters
    ----------
    month
        Dates, in order.
    values, baseline
        As in `xmr`, one for each month.

    Returns
    -------
    pandas.DataFrame
        ``month`` (text, such as "2024-03-01"), ``value``, ``centre``, ``lower``, ``upper``,
        ``rule`` and ``baseline``.

    Raises
    ------
    ValueError
        As `xmr`.
    """
    chart = xmr(values, baseline)[["value", "centre", "lower", "upper", "rule"]]
    chart.insert(0, "month", month.to_numpy(dtype="datetime64[D]").astype(str))
    return chart.assign(baseline=np.asarray(baseline))


def _xmr_part(x: Floats, run: int, trend: int, fewest: int) -> dict[str, NDArray[np.generic]]:
    """Lines and signals of one baseline."""
    moving = np.abs(np.diff(x, prepend=np.nan))
    nothing = np.full(len(x), np.nan)
    centre = np.full(len(x), _mean(x))
    if np.isfinite(x).sum() < fewest or not np.isfinite(moving).any():
        lines = {"lower": nothing, "upper": nothing, "mr": moving, "mr_upper": nothing}
        return {"value": x, "centre": centre, **lines, "rule": np.full(len(x), "", dtype=object)}
    mean_range = _mean(moving)
    reach = TO_LIMITS * mean_range

    distance = x - centre
    outside = np.abs(distance) > reach
    close = ~outside & (np.abs(distance) > reach * 2 / 3)
    side = np.nan_to_num(np.sign(distance))
    step = np.nan_to_num(np.sign(np.diff(x)))
    long_run = _in_window(_same(side, run), run, len(x))
    # A trend of 7 points is 6 steps the same way.
    long_trend = _in_window(_same(step, trend - 1), trend, len(x))
    two_of_three = np.zeros(len(x), dtype=bool)
    if len(x) >= 3:
        enough = sliding_window_view(close, 3).sum(axis=1) >= 2
        two_of_three = close & _in_window(enough & _same(side, 3), 3, len(x))
    rule = np.select(
        [outside, long_run, long_trend, two_of_three],
        [
            "Outside the limits",
            f"{run} or more in a row on one side of the mean",
            f"{trend} or more in a row rising or falling",
            "2 of 3 in a row near the same limit",
        ],
        "",
    )
    return {
        "value": x,
        "centre": centre,
        "lower": centre - reach,
        "upper": centre + reach,
        "mr": moving,
        "mr_upper": np.full(len(x), TO_RANGE_LIMIT * mean_range),
        "rule": rule.astype(object),
    }


def _mean(x: Floats) -> float:
    present = x[np.isfinite(x)]
    return float(present.mean()) if len(present) else math.nan


def _same(signs: Floats, width: int) -> NDArray[np.bool_]:
    """Whether all the signs in each window agree, and none is zero."""
    if len(signs) < width:
        return np.zeros(0, dtype=bool)
    agree: NDArray[np.bool_] = np.abs(sliding_window_view(signs, width).sum(axis=1)) == width
    return agree


def _in_window(starts: NDArray[np.bool_], width: int, length: int) -> NDArray[np.bool_]:
    """Mark every point of every window that qualifies."""
    marked = np.zeros(length, dtype=bool)
    for start in np.flatnonzero(starts):
        marked[start : start + width] = True
    return marked


# Funnel plots


def binomial_limits(p0: float, n: ArrayLike, sigma: float = 3) -> tuple[Floats, Floats]:
    r"""Give the limits that chance alone would keep a proportion within.

    .. math:: p_0 \pm \sigma \sqrt{p_0 (1 - p_0) / n}

    Parameters
    ----------
    p0
        The proportion expected everywhere, above 0 and below 1.
    n
        Number of cases, above 0; one number or many.
    sigma
        How many standard errors the limits stand off, above 0 to 6.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits as proportions. They are not clipped to 0 and 1.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Spiegelhalter (2005), Funnel plots for comparing institutional performance,
    doi:10.1002/sim.1970.
    """
    require_between("p0", p0, 1e-9, 1 - 1e-9)
    require_between("sigma", sigma, 1e-9, 6)
    reach = sigma * _standard_error(p0, n)
    return p0 - reach, p0 + reach


def overdispersion(z: ArrayLike, winsorise: float = 0) -> float:
    r"""Measure how much more trusts vary than chance alone would make them.

    .. math:: \hat\phi = \frac{1}{I} \sum_{i=1}^{I} z_i^2

    It is about 1 when chance explains everything.

    Parameters
    ----------
    z
        Standardised distances from what is expected, one for each trust.
    winsorise
        The share of trusts at each end whose distance is pulled in to the next, 0 (none) to
        0.4. Spiegelhalter uses 0.1, so that a few outliers do not widen the limits.

    Returns
    -------
    float
        :math:`\hat\phi`.

    Raises
    ------
    ValueError
        If there is no trust, or the share is outside its range.

    References
    ----------
    Spiegelhalter (2005), Handling over-dispersion of performance indicators,
    doi:10.1136/qshc.2005.013755.
    """
    require_between("winsorise", winsorise, 0, 0.4)
    scores = np.asarray(z, dtype=float)
    if not scores.size:
        raise ValueError("z must hold at least one trust")
    if winsorise:
        low, high = np.quantile(scores, [winsorise, 1 - winsorise])
        scores = np.clip(scores, low, high)
    return float(np.mean(scores**2))


def tau2(z: ArrayLike, se: ArrayLike, winsorise: float = 0) -> float:
    r"""Estimate the variance between trusts that remains after chance.

    With :math:`w_i = 1 / s_i^2` and :math:`\hat\phi` from `overdispersion`,

    .. math::
        \hat\tau^2 = \max\left(0,
            \frac{I \hat\phi - (I - 1)}{\sum w_i - \sum w_i^2 / \sum w_i} \right).

    Parameters
    ----------
    z
        Standardised distances from what is expected, one for each trust.
    se
        Standard error of each trust's figure if chance were all, above 0.
    winsorise
        As in `overdispersion`.

    Returns
    -------
    float
        :math:`\hat\tau^2`, in the square of the unit of ``se``.

    Raises
    ------
    ValueError
        If there are fewer than 2 trusts, or the lengths differ, or a parameter is outside its
        range.

    References
    ----------
    DerSimonian and Laird (1986), doi:10.1016/0197-2456(86)90046-2, as used by Spiegelhalter
    (2005), doi:10.1136/qshc.2005.013755.
    """
    scores, errors = np.asarray(z, dtype=float), np.asarray(se, dtype=float)
    if scores.shape != errors.shape or scores.size < 2:
        raise ValueError("z and se must have one number each for the same 2 trusts or more")
    if not (errors > 0).all():
        raise ValueError("se must be above 0 for every trust")
    weight = 1 / errors**2
    excess = scores.size * overdispersion(scores, winsorise) - (scores.size - 1)
    return max(0.0, float(excess / (weight.sum() - (weight**2).sum() / weight.sum())))


def funnel(
    events: ArrayLike,
    cases: ArrayLike,
    sigma: float = 3,
    method: str = "binomial",
    winsorise: float = 0,
) -> dict[str, pd.DataFrame]:
    r"""Draw a funnel plot of proportions.

    What is expected everywhere is the pooled proportion :math:`p_0`, and
    :math:`s_i = \sqrt{p_0 (1 - p_0) / n_i}`. A trust's distance is

    .. math::
        z_i = \frac{p_i - p_0}{s_i} \ \text{(binomial)}, \qquad
        \frac{p_i - p_0}{s_i \sqrt{\hat\phi}} \ \text{(phi)}, \qquad
        \frac{p_i - p_0}{\sqrt{s_i^2 + \hat\tau^2}} \ \text{(random effects)}.

    A :math:`\hat\phi` below 1 counts as 1.

    Parameters
    ----------
    events
        Cases with the outcome, one for each trust.
    cases
        All cases, above 0, one for each trust.
    sigma
        How many standard errors the limits stand off, above 0 to 6.
    method
        One of `METHODS`.
    winsorise
        As in `overdispersion`.

    Returns
    -------
    dict of pandas.DataFrame
        ``trusts``: ``cases``, ``pct``, ``z``, ``outside`` ("inside" or "outside"), in the order
        given. ``limits``: ``cases`` over 50 even steps, ``lower``, ``upper``, ``centre`` (percent,
        not clipped). ``spread``: one row, ``centre`` (percent), ``phi``, ``tau_pct``
        (percentage points) and ``outside``, how many trusts are.

    Raises
    ------
    ValueError
        If the counts do not match or do not vary, or a parameter is outside its range.

    References
    ----------
    Spiegelhalter (2005), doi:10.1002/sim.1970 and doi:10.1136/qshc.2005.013755.
    """
    require_choice("method", method, METHODS)
    require_between("sigma", sigma, 1e-9, 6)
    hits, n = np.asarray(events, dtype=float), np.asarray(cases, dtype=float)
    if hits.shape != n.shape or n.size < 2:
        raise ValueError("events and cases must have one number each for the same 2 trusts or more")
    if not ((n > 0) & (hits >= 0) & (hits <= n)).all():
        raise ValueError("cases must be above 0, and events between 0 and cases, for every trust")
    p0 = hits.sum() / n.sum()
    if not 0 < p0 < 1:
        raise ValueError("events must be neither 0 nor all of the cases at every trust")

    error = _standard_error(p0, n)
    z = (hits / n - p0) / error
    phi, between = overdispersion(z, winsorise), tau2(z, error, winsorise)
    widen = max(1.0, phi) if method == "phi" else 1.0
    add = between if method == "random effects" else 0.0

    z = (hits / n - p0) / np.sqrt(widen * error**2 + add)
    outside = np.abs(z) > sigma
    grid = np.linspace(n.min(), n.max(), 50)
    reach = sigma * np.sqrt(widen * _standard_error(p0, grid) ** 2 + add)
    return {
        "trusts": pd.DataFrame(
            {
                "cases": n,
                "pct": 100 * hits / n,
                "z": z,
                "outside": np.where(outside, "outside", "inside"),
            }
        ),
        "limits": pd.DataFrame(
            {
                "cases": grid,
                "lower": 100 * (p0 - reach),
                "upper": 100 * (p0 + reach),
                "centre": 100 * p0,
            }
        ),
        "spread": pd.DataFrame(
            {
                "centre": [100 * p0],
                "phi": [phi],
                "tau_pct": [100 * math.sqrt(between)],
                "outside": [int(outside.sum())],
            }
        ),
    }


def _standard_error(p0: float, n: ArrayLike) -> Floats:
    cases = np.asarray(n, dtype=float)
    if not (cases > 0).all():
        raise ValueError("n must be above 0")
    error: Floats = np.sqrt(p0 * (1 - p0) / cases)
    return error


# League tables


def league_table(
    trusts: int = 122, size: int = 100, true_spread: float = 0, seed: int = 1, runs: int = 400
) -> dict[str, pd.DataFrame]:
    r"""Rank trusts on two years of figures, when nothing changed between them.

    Each trust has its own true share, :math:`p_i \sim N(0.55, \sigma^2)` (all equal when the
    spread is 0), and each year shows :math:`X_i / n` with
    :math:`X_i \sim \text{Binomial}(n, p_i)`. The second year's mean moves back towards the
    average by regression to the mean: for trusts picked on year 1,

    .. math:: E[Y_2] = \mu + r\,(Y_1 - \mu).

    Parameters
    ----------
    trusts
        How many trusts, 10 to 500.
    size
        Answers at each trust in each year, 10 to 100,000.
    true_spread
        Standard deviation of the true shares, in percentage points, 0 to 15.
    seed
        Where the random numbers start.
    runs
        How many times to draw the two years, 1 to 20,000.

    Returns
    -------
    dict of pandas.DataFrame
        ``table``: one run, best first: ``rank``, ``year1_pct``, ``year2_pct``. ``summary``: one
        row of means over runs, each with the 10th and 90th percentile (``_low``, ``_high``):
        ``gap``, best minus worst in year 1 (points); ``rebound``, how far the bottom tenth of
        year 1 rises by year 2 (points); ``rise_pct``, the share of that tenth that rises;
        ``r``, the correlation between the years.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    References
    ----------
    Goldstein and Spiegelhalter (1996), doi:10.2307/2983325. Barnett, van der Pols and Dobson
    (2005), doi:10.1093/ije/dyh299.
    """
    require_whole("trusts", trusts, 10, 500)
    require_whole("size", size, 10, 100_000)
    require_between("true_spread", true_spread, 0, 15)
    require_whole("runs", runs, 1, 20_000)
    rng = np.random.default_rng(seed)
    truth: float | Floats = TRUE_PERCENT / 100
    if true_spread:
        noise = rng.standard_normal((runs, trusts))
        truth = np.clip((TRUE_PERCENT + true_spread * noise) / 100, 0.01, 0.99)
    year1, year2 = 100 * rng.binomial(size, truth, (2, runs, trusts)) / size

    tenth = trusts // 10
    bottom = np.argpartition(year1, tenth - 1, axis=1)[:, :tenth]
    change = np.take_along_axis(year2 - year1, bottom, axis=1)
    measures = {
        "gap": year1.max(axis=1) - year1.min(axis=1),
        "rebound": change.mean(axis=1),
        "rise_pct": 100 * (change > 0).mean(axis=1),
        "r": _correlation(year1, year2),
    }
    summary = {
        f"{name}{suffix}": [float(number)]
        for name, values in measures.items()
        for suffix, number in zip(
            ("", "_low", "_high"), (values.mean(), *np.quantile(values, [0.1, 0.9])), strict=True
        )
    }
    order = np.argsort(-year1[0], kind="stable")
    table = {
        "rank": np.arange(1, trusts + 1),
        "year1_pct": year1[0][order],
        "year2_pct": year2[0][order],
    }
    return {"table": pd.DataFrame(table), "summary": pd.DataFrame(summary)}


def _correlation(a: Floats, b: Floats) -> Floats:
    """Correlate two tables row by row; a row that does not vary correlates 0."""
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    scale = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    together: Floats = (a * b).sum(axis=1)
    result: Floats = np.divide(together, scale, out=np.zeros_like(together), where=scale > 0)
    return result


CARD = ModelCard(
    title="Reading variation",
    assumes=(
        "XmR chart: while nothing special happens, points vary around a steady mean.",
        "Funnel plot: chance varies less where there are more cases.",
        "Funnel plot: the average of all trusts is a fair thing to expect of each.",
        "League table: nothing about any trust changes from one year to the next.",
    ),
    leaves_out=(
        "Seasons. A series with winters needs care, because the same months move together.",
        "Differences between the people that trusts serve.",
        "Changes in how things are counted, unless you start a new baseline.",
        "Gaming, and records that are late or missing.",
    ),
    numbers=(
        "Evidence: the A&E and Staff Survey figures are published [@nss_results].",
        "The limits of the XmR chart are a standard [@wheeler1993].",
        "The signals are those of the NHS tool for these charts [@nhsrplotthedots].",
        "Our choice: no limits for a baseline of fewer than 6 points.",
        "The funnel and its wider limits follow published methods [@spiegelhalter2005od].",
        "Illustration: the league table's trusts have a true share of 55% on average.",
        "Evidence: in 2024 a typical acute trust had about 3,600 answers [@nss_results].",
    ),
    cannot_tell=(
        "Why a point is special, or who should act.",
        "Whether a trust inside the funnel is good enough.",
        "Which trust is best: more data shrinks chance, but not unfair comparison.",
    ),
)
