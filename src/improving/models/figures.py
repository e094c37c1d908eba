"""The models applied to the published tables: charts of real figures that controls can steer.

Every function takes controls only, and reads its table through `improving.data`. Each returns
what its model returns, with the columns named for the figures.
"""

from __future__ import annotations

from collections import Counter

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
    if trust == ALL_TRUSTS:
        own = table[table["benchmark_group"] == ACUTE]
    else:
        own = table[table["ods_code"] == trust]
    if own.empty:
        raise ValueError(
            f"no Staff Survey figures for trust {trust!r}: "
            "use a code from data/staff_survey_trust_year.csv"
        )
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


def trust_years(trust: str = ALL_TRUSTS) -> pd.DataFrame:
    """Follow a trust on Staff Survey question 3f beside the trusts of its kind, 2021 to 2024.

    Parameters
    ----------
    trust
        Organisation code, such as "RGT"; `ALL_TRUSTS` for acute trusts with no trust followed.

    Returns
    -------
    pandas.DataFrame
        One row for each year: ``year``, ``pct`` (percent; not a number where there is none),
        ``lower_quartile``, ``median``, ``upper_quartile`` (percent) and ``trusts`` (how many)
        of the group; and ``benchmark_group``, the trust's latest.

    Raises
    ------
    ValueError
        If the table has no answers for the trust.
    """
    table = data.load("staff_survey_trust_year")
    own = table[table["ods_code"] == trust].sort_values("year")
    if own.empty and trust != ALL_TRUSTS:
        raise ValueError(
            f"no Staff Survey figures for trust {trust!r}: "
            "use a code from data/staff_survey_trust_year.csv"
        )
    kind = ACUTE if own.empty else str(own["benchmark_group"].iloc[-1])
    years = table[table["benchmark_group"] == kind].groupby("year")[Q3F]
    low, mid, high = (years.quantile(q) for q in (0.25, 0.5, 0.75))
    return pd.DataFrame(
        {
            "year": mid.index.to_numpy(),
            "pct": own.set_index("year")[Q3F].reindex(mid.index).to_numpy(dtype=float),
            "lower_quartile": low.to_numpy(),
            "median": mid.to_numpy(),
            "upper_quartile": high.to_numpy(),
            "trusts": years.size().to_numpy(),
            "benchmark_group": kind,
        }
    )


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


def _options(names: pd.Series[str], none: str) -> dict[str, str]:
    """Sort the latest names; a name two codes share is told apart by its code."""
    latest = {str(code): str(name) for code, name in names.items()}
    counts = Counter(latest.values())
    labels = {c: f"{name} ({c})" if counts[name] > 1 else name for c, name in latest.items()}
    return {none: ALL_TRUSTS} | {label: code for code, label in sorted(labels.items(), key=_name)}


def _name(labelled: tuple[str, str]) -> str:
    return labelled[1]
