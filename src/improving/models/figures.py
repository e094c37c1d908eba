"""The models applied to the published tables: charts of real figures that controls can steer.

Every function takes controls only, and reads its table through `improving.data`. Each returns
what its model returns, with the columns named for the figures.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from improving import data
from improving.models import reading_variation
from improving.models.ranges import require_choice

ACUTE = "Acute / acute & community"
"""The benchmark group of most hospital trusts in the NHS Staff Survey."""

ALL_TRUSTS = ""
"""Stands for no trust in particular, before a reader has named their own."""

Q3F = "q3f_improvements_pct"

CONTEXT = {
    "deprivation": "catchment_imd2019_score",
    "bed occupancy": "ga_occupancy_pct_2021_22",
    "enough staff": "q3i_enough_staff_pct_2024",
}
"""Measures of a trust's conditions: name to column of `trust_context`."""

CONTEXT_YEAR = 2024
"""The survey that `trust_context` belongs to."""

AGAINST = ("all of its kind", "trusts in like conditions")
"""What a trust's answer to question 3f is held against."""

OWN_FOUND = ("none chosen", "marked", "no figure on this measure", "not in the survey")
"""What became of the chosen trust."""

FEWEST = 10
"""Trusts with a figure that a benchmark group needs before it is compared on conditions."""


def england_xmr(
    series: str = "t1_pct_within_4h", baseline: str = "one for the whole series"
) -> pd.DataFrame:
    """Draw an XmR chart of a monthly A&E series for England, from November 2010.

    Parameters
    ----------
    series
        One of `reading_variation.SERIES`: percent for the two that end in ``_within_4h``,
        otherwise a count for the month.
    baseline
        One of `reading_variation.BASELINES`. The flags break the series where counting changed
        and around the first wave of covid; a stretch of fewer than 6 months has no limits.

    Returns
    -------
    pandas.DataFrame
        ``month`` (text, such as "2024-03-01"), ``value``, ``centre``, ``lower``, ``upper``,
        ``rule`` and ``baseline``.

    Raises
    ------
    ValueError
        If a control is not one of its choices.

    References
    ----------
    Wheeler (1993), Understanding variation.
    """
    return reading_variation.xmr_chart_frame(data.load("ae_england_month"), series, baseline)


def ae_funnel(
    fy: str = "2025/26", sigma: float = 3, method: str = "binomial", winsorise: bool = False
) -> dict[str, pd.DataFrame]:
    """Draw a funnel plot of type 1 A&E attendances within 4 hours, one year, general trusts.

    Children's and single-specialty trusts, and trusts without all 12 months, are left out.

    Parameters
    ----------
    fy
        Financial year, "2016/17" to "2025/26".
    sigma
        How many standard errors the limits stand off, usually 2 or 3.
    method
        One of `reading_variation.METHODS`.
    winsorise
        Whether to pull in the outermost 10% at each end before measuring overdispersion.

    Returns
    -------
    dict of pandas.DataFrame
        ``trusts``: ``ods_code``, ``attendances``, ``pct``, ``z``, ``outside``. ``limits``:
        ``attendances``, ``lower``, ``upper``, ``centre`` (percent). ``spread``: one row,
        ``centre``, ``phi``, ``tau_pct`` (percentage points), ``outside`` (number of trusts).

    Raises
    ------
    ValueError
        If a control is outside its choices.

    References
    ----------
    Spiegelhalter (2005), doi:10.1002/sim.1970 and doi:10.1136/qshc.2005.013755.
    """
    table = data.load("ae_trust_year")
    require_choice("fy", fy, sorted(table["fy"].unique()))
    year = table[
        (table["fy"] == fy) & (table["months_with_4h"] == 12) & (table["children_specialist"] == 0)
    ]
    attendances = year["t1_attendances_4h"].to_numpy(dtype=float)
    within = attendances - year["t1_over_4h"].to_numpy(dtype=float)
    frames = reading_variation.funnel(
        within, attendances, sigma, method, winsorise=0.1 if winsorise else 0
    )
    trusts, limits = (
        frames[name].rename(columns={"cases": "attendances"}) for name in ("trusts", "limits")
    )
    trusts.insert(0, "ods_code", year["ods_code"].to_numpy())
    return {"trusts": trusts, "limits": limits, "spread": frames["spread"]}


def trust_xmr(trust: str = ALL_TRUSTS) -> pd.DataFrame:
    """Draw a trust's XmR chart of type 1 A&E attendances within 4 hours, from April 2021.

    Months without 4-hour figures are left out, and a new baseline starts after any such gap. The
    14 trusts that tested other standards therefore start in June 2023.

    Parameters
    ----------
    trust
        Organisation code of a trust with a type 1 department, such as "RGT"; `ALL_TRUSTS` for
        all that reported, together.

    Returns
    -------
    pandas.DataFrame
        ``month`` (text, such as "2024-03-01"), ``value``, ``centre``, ``lower``, ``upper``
        (percent, not clipped), ``rule`` and ``baseline``.

    Raises
    ------
    ValueError
        If the table has no 4-hour figures for the trust.

    References
    ----------
    Wheeler (1993), Understanding variation.
    """
    table = data.load("ae_trust_month")
    known = table[table["t1_over_4h"].notna() & (table["t1_attendances"] > 0)]
    months = known[known["ods_code"] == trust]
    if trust == ALL_TRUSTS:
        months = known.groupby("month", as_index=False)[["t1_attendances", "t1_over_4h"]].sum()
    if months.empty:
        raise ValueError(
            f"no 4-hour figures for trust {trust!r}: use a code from data/ae_trust_month.csv"
        )
    number = months["month"].to_numpy(dtype="datetime64[M]").astype(int)
    baseline = 1 + np.cumsum(np.diff(number, prepend=number[0]) > 1)
    pct = 100 * (1 - months["t1_over_4h"] / months["t1_attendances"])
    return reading_variation.dated_xmr(months["month"], pct.to_numpy(), baseline)


def trust_place(trust: str = ALL_TRUSTS) -> pd.DataFrame:
    """Place a trust among trusts of its kind on Staff Survey question 3f, in its latest year.

    Question 3f: the share who agree that they are able to make improvements happen in their area
    of work. Trusts are compared within their benchmark group only.

    Parameters
    ----------
    trust
        Organisation code, such as "RGT"; `ALL_TRUSTS` for acute trusts with none marked.

    Returns
    -------
    pandas.DataFrame
        One row for each trust of the group, highest first: ``rank`` (1 is highest, ties share
        the better rank), ``pct``, ``is_trust`` (0 or 1); and, the same in every row,
        ``trusts`` (how many), ``lower_quartile``, ``median``, ``upper_quartile`` (percent),
        ``year`` and ``benchmark_group``.

    Raises
    ------
    ValueError
        If the table has no answers for the trust.
    """
    table = data.load("staff_survey_trust_year")
    own = table[table["benchmark_group"] == ACUTE] if trust == ALL_TRUSTS else _answers_of(trust)
    latest = own.sort_values("year").iloc[-1]
    group = table[
        (table["year"] == latest["year"]) & (table["benchmark_group"] == latest["benchmark_group"])
    ].sort_values([Q3F, "ods_code"], ascending=[False, True])
    low, mid, high = np.quantile(group[Q3F], [0.25, 0.5, 0.75])
    return pd.DataFrame(
        {
            "rank": _rank(group[Q3F]),
            "pct": group[Q3F].to_numpy(),
            "is_trust": (group["ods_code"] == trust).to_numpy(dtype=np.int64),
            "trusts": len(group),
            "lower_quartile": low,
            "median": mid,
            "upper_quartile": high,
            "year": latest["year"],
            "benchmark_group": latest["benchmark_group"],
        }
    )


def trust_reach(trust: str = ALL_TRUSTS) -> pd.DataFrame:
    """Follow a trust on Staff Survey question 3f, beside trusts of its kind.

    Question 3f: the share who agree that they are able to make improvements happen in their area
    of work. The kind is the trust's latest benchmark group.

    Parameters
    ----------
    trust
        Organisation code, such as "RGT"; `ALL_TRUSTS` for acute trusts with none marked.

    Returns
    -------
    pandas.DataFrame
        One row for each year from 2021: ``year`` (text), ``pct`` (percent; missing where the
        trust has none), ``lower_quartile``, ``median`` and ``upper_quartile`` (percent) and
        ``trusts`` (how many) of the group, and ``benchmark_group``, the trust's latest.

    Raises
    ------
    ValueError
        If the table has no answers for the trust.
    """
    own = _answers_of(trust).set_index("year").sort_index()
    kind = ACUTE if own.empty else str(own["benchmark_group"].iloc[-1])
    spread = _spread_of(kind)
    return pd.DataFrame(
        {
            "year": [str(year) for year in spread.index],
            "pct": own[Q3F].reindex(spread.index).to_numpy(dtype=float),
            "lower_quartile": spread[0.25].to_numpy(),
            "median": spread[0.5].to_numpy(),
            "upper_quartile": spread[0.75].to_numpy(),
            "trusts": spread["trusts"].to_numpy(),
            "benchmark_group": kind,
        }
    )


def _answers_of(trust: str) -> pd.DataFrame:
    """Find a trust's rows of the Staff Survey; none where no trust is named."""
    table = data.load("staff_survey_trust_year")
    own = table[table["ods_code"] == trust]
    if own.empty and trust != ALL_TRUSTS:
        raise ValueError(
            f"no Staff Survey figures for trust {trust!r}: "
            "use a code from data/staff_survey_trust_year.csv"
        )
    return own


@cache
def _spread_of(kind: str) -> pd.DataFrame:
    """Quartiles of question 3f in a benchmark group, and how many trusts, one row a year."""
    table = data.load("staff_survey_trust_year")
    group = table[table["benchmark_group"] == kind].groupby("year")[Q3F]
    return group.quantile(np.array([0.25, 0.5, 0.75])).unstack().assign(trusts=group.size())


def q3f_churn(
    from_year: int = 2021, to_year: int = 2024, benchmark_group: str = ACUTE
) -> pd.DataFrame:
    """Follow trusts' places on Staff Survey question 3f from one year to another.

    Parameters
    ----------
    from_year, to_year
        Two different years, 2021 to 2024, the earlier first.
    benchmark_group
        Which kind of trust, as the survey groups them.

    Returns
    -------
    pandas.DataFrame
        One row for each trust present in both years, highest of the first year first:
        ``ods_code``, ``pct_from``, ``pct_to``, ``rank_from``, ``rank_to`` (1 is highest) and
        ``decile`` of the first year (1 is highest; the outer tenths are equal in size).

    Raises
    ------
    ValueError
        If a control is not one of its choices, or the years are not in order.
    """
    table = data.load("staff_survey_trust_year")
    years = sorted(map(int, table["year"].unique()))
    require_choice("from_year", from_year, years)
    require_choice("to_year", to_year, years)
    require_choice("benchmark_group", benchmark_group, sorted(table["benchmark_group"].unique()))
    if from_year >= to_year:
        raise ValueError(f"to_year must be after from_year, not {to_year!r} after {from_year!r}")
    group = table[table["benchmark_group"] == benchmark_group].set_index("ods_code")
    before, after = (group.loc[group["year"] == year, Q3F] for year in (from_year, to_year))
    both = pd.concat({"pct_from": before, "pct_to": after}, axis=1, join="inner").sort_index()
    both["rank_from"], both["rank_to"] = _rank(both["pct_from"]), _rank(both["pct_to"])
    both = both.sort_values("rank_from", kind="stable")
    both["decile"] = _deciles(len(both))
    return both.reset_index()


def q3f_context(
    measure: str = "enough staff", against: str = AGAINST[0], trust: str = ALL_TRUSTS
) -> dict[str, pd.DataFrame]:
    r"""Set Staff Survey question 3f against a measure of conditions, in one benchmark group.

    Held against trusts in like conditions, a trust's expected answer lies on a straight line
    through the group (least squares); held against all of its kind, it is the group's mean.
    Limits are :math:`2 \sqrt{s_i^2 + \hat\tau^2}` either side: :math:`s_i` is chance, and
    :math:`\hat\tau` (`reading_variation.tau2`) the real spread that is left. Limits take what is
    expected as known. No trust is named, and only the chosen one is told apart.

    Parameters
    ----------
    measure
        One of `CONTEXT`.
    against
        One of `AGAINST`.
    trust
        Organisation code, such as "RGT", whose group is shown; `ALL_TRUSTS` for acute trusts.
        A group with fewer than `FEWEST` figures gives way to acute trusts.

    Returns
    -------
    dict of pandas.DataFrame
        ``trusts``, by context: ``context`` (score or percent), ``pct`` (percent who agree) and
        ``outside`` ("inside" or "outside"). ``lines``: ``context`` at both ends, ``centre``,
        ``lower`` and ``upper`` (percent, for a trust of middling size). ``own``: ``context``,
        ``pct`` and ``expected`` of the chosen trust, no row where a figure is missing.
        ``fit``, one row: ``measure``, ``against``, ``benchmark_group`` shown, ``trusts`` with a
        figure, ``of`` how many, ``r`` with its 95% interval ``r_low`` to ``r_high``, ``tau``
        (points), ``outside``, how many trusts are, and ``own``, one of `OWN_FOUND`.

    Raises
    ------
    ValueError
        If a control is not one of its choices.

    References
    ----------
    Spiegelhalter (2005), doi:10.1136/qshc.2005.013755.
    """
    require_choice("measure", measure, list(CONTEXT))
    require_choice("against", against, AGAINST)
    version = _context_version()
    groups = _own_groups(version)
    if trust not in groups:
        raise ValueError(
            f"no figures for trust {trust!r}: use a code from data/staff_survey_trust_year.csv"
        )
    frames = _fitted(measure, against, groups[trust] or ACUTE, version)
    own = frames["expected"].loc[frames["expected"].index == trust]
    found = OWN_FOUND[1 if len(own) else 2 if groups[trust] else 3]
    return {
        "trusts": frames["trusts"],
        "lines": frames["lines"],
        "own": own.reset_index(drop=True),
        "fit": frames["fit"].assign(own=OWN_FOUND[0] if trust == ALL_TRUSTS else found),
    }


@cache
def _own_groups(version: tuple[int, ...]) -> dict[str, str]:
    """Give each trust that can be chosen its benchmark group, or "" for none in the survey."""
    known = _context_table()["benchmark_group"]
    return {code: str(known.get(code, "")) for code in context_trusts().values()}


@cache
def _fitted(
    measure: str, against: str, group: str, version: tuple[int, ...]
) -> dict[str, pd.DataFrame]:
    """Everything about a group that does not depend on which trust was chosen."""
    everyone = _context_table()
    everyone = everyone[everyone["benchmark_group"] == group]
    if everyone[CONTEXT[measure]].count() < FEWEST:
        return _fitted(measure, against, ACUTE, version)
    known = everyone.dropna(subset=[CONTEXT[measure]]).sort_values(CONTEXT[measure])
    context = known[CONTEXT[measure]].to_numpy()
    share, answers = known[Q3F].to_numpy() / 100, known["q3f_base"].to_numpy(dtype=float)

    slope = np.polyfit(context, share, 1)[0] if against == AGAINST[1] else 0.0
    expected = share.mean() + slope * (context - context.mean())
    error = np.sqrt(expected * (1 - expected) / answers)
    real = reading_variation.tau2((share - expected) / error, error)
    reach = 2 * np.sqrt(error**2 + real)
    outside = np.abs(share - expected) > reach

    r = float(np.corrcoef(context, share)[0, 1])
    # Fisher's transformation: the interval is even around the inverse hyperbolic tangent of r.
    r_low, r_high = np.tanh(np.arctanh(r) + np.array([-1, 1]) * 1.96 / np.sqrt(len(known) - 3))
    ends = expected[[0, -1]]
    middling = 2 * np.sqrt(np.median(error) ** 2 + real)
    return {
        "trusts": pd.DataFrame(
            {
                "context": context,
                "pct": 100 * share,
                "outside": np.where(outside, "outside", "inside"),
            }
        ),
        "expected": pd.DataFrame(
            {"context": context, "pct": 100 * share, "expected": 100 * expected},
            index=known.index,
        ),
        "lines": pd.DataFrame(
            {
                "context": context[[0, -1]],
                "centre": 100 * ends,
                "lower": 100 * (ends - middling),
                "upper": 100 * (ends + middling),
            }
        ),
        "fit": pd.DataFrame(
            {
                "measure": [measure],
                "against": [against],
                "benchmark_group": [group],
                "trusts": [len(known)],
                "of": [len(everyone)],
                "r": [r],
                "r_low": [float(r_low)],
                "r_high": [float(r_high)],
                "tau": [100 * np.sqrt(real)],
                "outside": [int(outside.sum())],
            }
        ),
    }


def _context_table() -> pd.DataFrame:
    """Question 3f and conditions of every trust in the survey of `CONTEXT_YEAR`, by code."""
    survey = data.load("staff_survey_trust_year")
    survey = survey[survey["year"] == CONTEXT_YEAR].set_index("ods_code")
    return survey.join(data.load("trust_context").set_index("ods_code"))


def _context_version() -> tuple[int, ...]:
    tables = ("staff_survey_trust_year", "trust_context")
    return tuple(data.table_path(name).stat().st_mtime_ns for name in tables)


def q3f_by_type() -> pd.DataFrame:
    """Summarise question 3f in 2024 for each type of trust.

    Returns
    -------
    pandas.DataFrame
        One row for each benchmark group, highest mean first: ``benchmark_group``, ``trusts``
        (how many), ``lowest``, ``mean`` (weighted by answers) and ``highest`` (percent).
    """
    table = data.load("staff_survey_summary")
    latest = table[(table["year"] == CONTEXT_YEAR) & (table["benchmark_group"] != "All trusts")]
    named = latest.rename(
        columns={
            "q3f_min": "lowest",
            "q3f_respondent_weighted_mean": "mean",
            "q3f_max": "highest",
        }
    ).sort_values("mean", ascending=False)
    return named[["benchmark_group", "trusts", "lowest", "mean", "highest"]].reset_index(drop=True)


def q3f_levels() -> pd.DataFrame:
    """Correlate question 3f with each measure of conditions at 2 levels: trusts, then regions.

    Acute trusts in 2024. A region is the plain mean of its trusts.

    Returns
    -------
    pandas.DataFrame
        One row for each of `CONTEXT`: ``measure``, ``trusts`` (how many), ``r_trusts``,
        ``regions`` (how many) and ``r_regions``.
    """
    acute = _context_table().query("benchmark_group == @ACUTE", local_dict={"ACUTE": ACUTE})
    rows = []
    for measure, column in CONTEXT.items():
        known = acute.dropna(subset=[column])
        regions = known.groupby("region")[[column, Q3F]].mean()
        rows.append(
            {
                "measure": measure,
                "trusts": len(known),
                "r_trusts": known[column].corr(known[Q3F]),
                "regions": len(regions),
                "r_regions": regions[column].corr(regions[Q3F]),
            }
        )
    return pd.DataFrame(rows)


def _rank(values: pd.Series[float]) -> NDArray[np.int64]:
    """Rank from 1, highest first; ties share the better rank."""
    return values.rank(ascending=False, method="min").to_numpy().astype(np.int64)


def _deciles(size: int) -> NDArray[np.int64]:
    """Give ordered rows their tenth, counted alike from either end so that the outer ones match."""
    place = np.arange(1, size + 1)
    from_top, from_bottom = -(-place * 10 // size), 11 - -(-place[::-1] * 10 // size)
    return np.where(2 * place <= size, from_top, from_bottom)


def ae_trusts() -> dict[str, str]:
    """Name every trust that `trust_xmr` can draw: name to code, `ALL_TRUSTS` first."""
    months = data.load("ae_trust_month")
    known = months.loc[months["t1_over_4h"].notna() & (months["t1_attendances"] > 0), "ods_code"]
    names = data.load("ae_trust_year").sort_values("fy").set_index("ods_code")["trust_name"]
    return _options(names[names.index.isin(set(known))], "All trusts together")


def survey_trusts() -> dict[str, str]:
    """Name every trust that `trust_place` can mark: name to code, `ALL_TRUSTS` first."""
    survey = data.load("staff_survey_trust_year").sort_values("year")
    return _options(survey.set_index("ods_code")["trust_name"], "No trust marked")


def context_trusts() -> dict[str, str]:
    """Name every trust that a reader may call their own: name to code, `ALL_TRUSTS` first.

    Some have no figure on some conditions, or none at all: `q3f_context` then gives no ``own``.
    """
    survey, emergency = data.load("staff_survey_trust_year"), data.load("ae_trust_year")
    survey = survey[survey["year"] == CONTEXT_YEAR]
    latest = emergency[emergency["fy"] == emergency["fy"].max()]
    names = pd.concat([latest, survey]).set_index("ods_code")["trust_name"]
    return _options(names, "No trust marked")


def _options(names: pd.Series[str], none: str) -> dict[str, str]:
    """Sort the latest names; a name two codes share is told apart by its code."""
    latest = {str(code): str(name) for code, name in names.items()}
    counts = Counter(latest.values())
    labels = {c: f"{name} ({c})" if counts[name] > 1 else name for c, name in latest.items()}
    return {none: ALL_TRUSTS} | {label: code for code, label in sorted(labels.items(), key=_name)}


def _name(labelled: tuple[str, str]) -> str:
    return labelled[1]
