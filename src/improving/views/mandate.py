"""Lesson 12: how the ownership-and-pressure and threshold models are shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.models.mandate import STANCES, YEARS
from improving.quick_altair import alt

MEASURES = {
    "compliance_pct": "Visible compliance",
    "ownership_pct": "Ownership",
    "trust_pct": "Trust",
}

NAMES = {
    "never": "Never mandated",
    "always": "Always mandated",
    "withdrawn": "On in years 1 to 3, then withdrawn",
    "flipping": "Changed every year",
}


def _years() -> alt.X:
    axis = alt.Axis(format="d", tickCount=5)
    scale = alt.Scale(domain=[0, YEARS], nice=False)
    return alt.X("year:Q", title="Years from now", axis=axis, scale=scale)


def chart(frame: pd.DataFrame) -> Any:
    """Draw compliance, ownership and trust under one stance."""
    return charts.series(frame, _years(), MEASURES, "Share (%)", (0, 100)).properties(
        description="Lines over 10 years: visible compliance, ownership and trust under one stance."
    )


def owned_at_end(frame: pd.DataFrame) -> float:
    """Share who own the change at year 10, percent."""
    return float(frame["ownership_pct"].iloc[-1])


def summary(frame: pd.DataFrame) -> str:
    """Say what a visitor would see, and what is behind it, at its widest and at the end."""
    gap = frame["compliance_pct"] - frame["ownership_pct"]
    widest = frame.iloc[int(gap.argmax())]
    end = frame.iloc[-1]
    last = (
        f"At year 10, {end.compliance_pct:.0f}% comply, {end.ownership_pct:.0f}% own the change, "
        f"and trust stands at {end.trust_pct:.0f}%."
    )
    if gap.max() < 0.5:
        return f"With no mandate, what you see is what people own. {last}"
    return (
        f"The widest gap comes at year {widest.year:g}: {widest.compliance_pct:.0f}% comply and "
        f"{widest.ownership_pct:.0f}% own the change. {last}"
    )


def compare_chart(frame: pd.DataFrame) -> Any:
    """Draw ownership and compliance for the four stances, on one scale."""
    measures = {k: MEASURES[k] for k in ("compliance_pct", "ownership_pct")}
    naming = " : ".join(f"datum.stance == '{k}' ? '{v}'" for k, v in NAMES.items())
    lines = charts.series(frame, _years(), measures, None, (0, 100))
    panels = charts.small_multiples(
        lines.transform_calculate(stance_name=f"{naming} : ''"),
        "stance_name",
        list(NAMES.values()),
    )
    return panels.properties(
        description="Four panels, one per stance: visible compliance and ownership over 10 years."
    )


def compare_summary(frame: pd.DataFrame) -> str:
    """Say where each stance ends."""
    end = frame[frame["year"] == YEARS].set_index("stance")["ownership_pct"]
    never, always, withdrawn, flipping = (end[stance] for stance in STANCES)
    return (
        f"Ownership at year 10: never mandated {never:.0f}%, always {always:.0f}%, withdrawn "
        f"{withdrawn:.0f}%, changed every year {flipping:.0f}%."
    )


def thresholds_chart(frame: pd.DataFrame) -> Any:
    """Draw the share joined, with the band of random crowds and the mandate shaded."""
    x = alt.X("step:Q", title="Steps", axis=alt.Axis(format="d"))
    lines = charts.band(frame, x, "low", "mid", "high", "People who have joined (%)", (0, 100))
    endless = (
        alt.Chart(frame)
        .mark_line(color=charts.ORANGE, strokeDash=[7, 4])
        .encode(x=x, y=alt.Y("joined_pct:Q"))
    )
    return alt.layer(lines, endless).properties(
        description="Share who have joined over time: typical crowd, its band, endless crowd."
    )


def thresholds_summary(frame: pd.DataFrame) -> str:
    """Say where typical crowds stand before, during and after the mandate."""
    last = frame.groupby("phase", sort=False)[["low", "mid", "high"]].last()
    parts = [f"Before any mandate, a typical crowd has {last.mid['before']:.0f} of 100 in."]
    if "mandate" in last.index:
        parts.append(f"With the mandate on, {last.mid['mandate']:.0f}.")
    if "after" in last.index:
        row = last.loc["after"]
        low, high = f"{row.low:.0f}", f"{row.high:.0f}"
        lie = f"lie from {low} to {high}" if low != high else "end there"
        parts.append(f"At the end, {row.mid:.0f} (8 crowds in 10 {lie}).")
    return " ".join(parts)
