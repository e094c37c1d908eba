"""Lesson 11: how templates, searches and the cost of duplication are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from improving import charts
from improving.explorer.pack import Frames
from improving.models.tell_or_sell import WAYS
from improving.quick_altair import alt

NAMES = {"copy": "Copy exactly", "search": "Search alone", "adapt": "Template, then adapt"}

COSTS = {
    "own": "Each builds its own",
    "one": "One version for all",
    "shared": "Shared core, local rest",
}

_ASIDE = {"copy": -2, "search": 0, "adapt": 2}
"""How far each way is drawn to the side, so that ranges do not hide each other."""


def chart(frame: pd.DataFrame) -> Any:
    """Draw the mean result of each way against difference, with the range of trusts."""
    names = list(NAMES.values())
    naming = " : ".join(f"datum.way == '{way}' ? '{name}'" for way, name in NAMES.items())
    aside = " : ".join(f"datum.way == '{way}' ? {step}" for way, step in _ASIDE.items())
    x = alt.X(
        "drawn_at:Q",
        title="How different trusts are (%)",
        axis=alt.Axis(values=[0, 25, 50, 75, 100]),
        scale=alt.Scale(domain=[-4, 104], nice=False),
    )

    def y(field: str) -> alt.Y:
        scale = alt.Scale(domain=[20, 100], clamp=True)
        return alt.Y(f"{field}:Q", title="Share of the best possible (%)", scale=scale)

    legend = alt.Legend(symbolSize=90, symbolStrokeWidth=0)

    def named(channel: Any, values: Iterable[Any]) -> Any:
        return channel("name:N", sort=names, scale=_scale(names, values), legend=legend)

    base = (
        alt.Chart(frame)
        .transform_calculate(name=f"{naming} : ''")
        .transform_calculate(drawn_at=f"datum.difference_pct + ({aside} : 0)")
        .encode(x=x, color=named(alt.Color, charts.PALETTE))
    )
    ranges = base.mark_rule(strokeWidth=1.5).encode(y=y("low_pct"), y2="high_pct:Q")
    means = base.mark_line().encode(
        y=y("mean_pct"),
        # By another field than colour and shape, whose legend would take the dashes on.
        strokeDash=alt.StrokeDash("way:N", scale=_scale(WAYS, charts.DASHES), legend=None),
    )
    dots = base.mark_point(size=90, opacity=1).encode(
        y=y("mean_pct"), shape=named(alt.Shape, ["circle", "square", "triangle-up"])
    )
    return alt.layer(ranges, means, dots).properties(
        height=360,
        description="Mean result of copying, searching and adapting by difference; bars: 8 in 10.",
    )


def _scale(names: Sequence[str], values: Iterable[Any]) -> alt.Scale:
    return alt.Scale(domain=list(names), range=list(values)[: len(names)])


def copied_at_half(frame: pd.DataFrame) -> float:
    """Mean result of an exact copy in trusts that are half different, percent."""
    return float(_means(frame)["copy"].loc[50])


def _means(frame: pd.DataFrame) -> pd.DataFrame:
    """Mean results: a row for each difference, a column for each way."""
    return frame.pivot(index="difference_pct", columns="way", values="mean_pct")[list(WAYS)]


def break_even(frame: pd.DataFrame) -> float:
    """Difference at which copying stops beating a search, percent; 0 if it never clearly does."""
    means = _means(frame)
    lead = means["copy"] - means["search"]
    if lead.iloc[0] < 1:
        return 0.0
    after = int((lead < 0).to_numpy().argmax())
    left, right = lead.iloc[after - 1], lead.iloc[after]
    start, end = lead.index[after - 1], lead.index[after]
    return float(start + (end - start) * left / (left - right))


def summary(frame: pd.DataFrame) -> str:
    """Say how far copying pays, and what each way gives halfway."""
    means = _means(frame).loc[50]
    adapted = frame[(frame["way"] == "adapt") & (frame["difference_pct"] == 50)].iloc[0]
    until = break_even(frame)
    lead = (
        f"Copying exactly beats searching alone until trusts are about {until:.0f}% different."
        if until
        else "Copying exactly never clearly beats searching alone."
    )
    return (
        f"{lead} In trusts that are half different, copying reaches {means['copy']:.0f}% of the "
        f"best possible, searching {means['search']:.0f}%, and adapting the template "
        f"{means['adapt']:.0f}% (8 trusts in 10: {adapted.low_pct:.0f}% to "
        f"{adapted.high_pct:.0f}%)."
    )


def cost_chart(frames: Frames) -> Any:
    """Draw what each way costs a trust by the share that is common, and the break-even."""
    x = alt.X(
        "common_pct:Q",
        title="Work that is common (%)",
        axis=alt.Axis(values=[0, 25, 50, 75, 100]),
        scale=alt.Scale(domain=[0, 100], nice=False),
    )
    lines = charts.series(frames["costs"], x, COSTS, "Cost for each trust (£)", (0, 55_000))
    mark = alt.Chart(frames["break_even"]).encode(x=x).transform_filter("datum.common_pct >= 0")
    rule = mark.mark_rule(strokeDash=[2, 3], strokeWidth=2, color=charts.CHARCOAL)
    label = mark.mark_text(
        align=alt.expr("datum.common_pct > 60 ? 'right' : 'left'"),
        dx=alt.expr("datum.common_pct > 60 ? -6 : 6"),
        baseline="top",
        text="Sharing pays from here",
    ).encode(y=alt.value(4))
    return alt.layer(lines, rule, label).properties(
        height=340,
        description="Cost for each trust of 3 ways, by the share in common; break-even marked.",
    )


def cost_summary(frames: Frames) -> str:
    """Say which way to share is cheaper, and from which common share it beats own versions."""
    row = frames["break_even"].iloc[0]
    if pd.isna(row.common_pct):
        return (
            f"Taking on shared work costs at least the £{row.limit:,.0f} that sharing could save. "
            "Each trust does as well or better with its own."
        )
    limit, loss = f"£{row.limit:,.0f}", f"£{row.misfit:,.0f}"
    if row.best == "shared":
        which = (
            f"A local part that is all wrong loses a trust {loss}, more than the {limit} that "
            "sharing could save, so share only the core."
        )
    elif row.best == "one":
        which = (
            f"A local part that is all wrong loses a trust {loss}, less than the {limit} that "
            "sharing could save, so one version for all is cheaper than a shared core."
        )
    else:
        which = (
            f"A local part that is all wrong loses a trust {loss}, exactly what sharing could "
            "save, so one version and a shared core cost the same."
        )
    if row.common_pct < 0.5:
        return f"{which} Sharing beats own versions however little is common."
    return f"{which} Sharing beats own versions once {row.common_pct:.0f}% of the work is common."
