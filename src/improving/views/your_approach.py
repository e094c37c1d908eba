"""Lesson 15: how an approach's outcomes, the trade-off and a trust's own figures are shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.explorer.pack import Frames
from improving.models.your_approach import OUTCOMES, SETTINGS
from improving.quick_altair import alt

ROWS = {
    "reach": "Reach",
    "ownership": "Ownership",
    "equity": "Equity",
    "survival": "Survival",
    "cost": "Cost",
}
"""Each outcome as the chart names it."""

COLOURS = (charts.NAVY, charts.ORANGE, charts.TEAL)
SHAPES = ("circle", "triangle-up", "square")


def outcomes_chart(frames: Frames) -> Any:
    """Draw five outcomes in three settings: the middle, 8 draws in 10, and what others reach."""
    names = list(SETTINGS)
    rows = " : ".join(f"datum.outcome == '{k}' ? '{v}'" for k, v in ROWS.items())
    base = alt.Chart(frames["outcomes"]).transform_calculate(row=f"{rows} : ''")
    y = alt.Y(
        "row:N", sort=list(ROWS.values()), title=None, axis=alt.Axis(domain=False, ticks=False)
    )
    offset = alt.YOffset("setting:N", sort=names)
    axis = alt.Axis(grid=True, tickCount=5, orient="bottom")
    x: dict[str, Any] = {
        "title": "Percent; for cost, hours a year",
        "scale": alt.Scale(domain=[0, 100]),
        "axis": axis,
    }
    colour = alt.Color("setting:N", sort=names, scale=alt.Scale(domain=names, range=list(COLOURS)))
    shape = alt.Shape(
        "setting:N",
        sort=names,
        scale=alt.Scale(domain=names, range=list(SHAPES)),
        legend=alt.Legend(symbolSize=120, symbolStrokeWidth=0),
    )
    others = base.mark_rule(strokeWidth=9, color=charts.GRID).encode(
        x=alt.X("lowest:Q", **x), x2="highest:Q", y=y, yOffset=offset
    )
    band = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", **x), x2="high:Q", y=y, yOffset=offset, color=colour
    )
    middle = base.mark_point(size=110, opacity=1).encode(
        x=alt.X("mid:Q", **x), y=y, yOffset=offset, color=colour, shape=shape
    )
    return alt.layer(others, band, middle).properties(
        height=400,
        description="Five outcomes in 3 settings: middle, band, and the range over all approaches.",
    )


def owned_in_deficit(frames: Frames) -> float:
    """Share who own the approach in the hospital in deficit at year 10, percent."""
    rows = frames["outcomes"]
    chosen = (rows["outcome"] == "ownership") & (rows["setting"] == "In deficit")
    return float(rows.loc[chosen, "mid"].iloc[0])


def outcomes_summary(frames: Frames) -> str:
    """Say what the approach gives in the three settings, and whether others beat it."""
    reach, owned, _, lasting, cost = (
        frames["outcomes"]["mid"].to_numpy().reshape(len(OUTCOMES), len(SETTINGS))
    )
    where = ", ".join(f"{v:.0f}% {s.lower()}" for s, v in zip(SETTINGS, reach, strict=True))
    first = (
        f"Reach: {where}. In the same order, ownership is {_three(owned)}, and survival "
        f"{_three(lasting)}. Cost: about {cost.mean():.0f} hours a year for each member of staff."
    )
    beaten = frames["others"].iloc[: len(SETTINGS)]
    by = [
        f"{n} ({s.lower()})" for s, n in zip(beaten["setting"], beaten["better"], strict=True) if n
    ]
    rule = "as good on all 5 outcomes and better on one"
    if not by:
        return f"{first} No other approach beats it anywhere: none is {rule}."
    return f"{first} Approaches that beat it: {', '.join(by)}. There they are {rule}."


def _three(values: Any) -> str:
    first, second, third = (f"{v:.0f}%" for v in values)
    return f"{first}, {second} and {third}"


MARKED = {
    "Nothing": "nothing",
    "1. Support: equal": "support: equal",
    "1. Support: weighted by need": "support: weighted",
    "3. Inner circle: the same people": "circle: closed",
    "3. Inner circle: opened to newcomers": "circle: open",
    "4. Method: prescribe a template": "method: prescribe",
    "4. Method: template, then adapt": "method: adapt",
    "4. Method: each place finds its own": "method: local",
    "5. Mandate: invite": "stance: invite",
    "5. Mandate: require and keep": "stance: keep",
    "5. Mandate: require, lift after 2 years": "stance: lift",
    "6. Host: the centre and executives": "host: centre",
    "6. Host: peers and clinicians": "host: peers",
    "7. Leaders: a few visible ones": "hubs: few",
    "7. Leaders: with named deputies": "hubs: deputies",
}
"""What a reader can mark in the trade-off: text to the model's value."""


def trade_off_chart(frames: Frames) -> Any:
    """Draw reach against ownership for every approach; what is unbeaten, marked and an option."""
    axis = alt.Axis(tickCount=5)
    scale = alt.Scale(domain=[0, 100])
    x = alt.X("reach:Q", title="Reach over 10 years (%)", scale=scale, axis=axis)
    y = alt.Y("ownership:Q", title="Ownership at year 10 (%)", scale=scale, axis=axis)
    names = ["not beaten", "beaten"]
    base = alt.Chart(frames["approaches"]).encode(x=x, y=y)
    dots = base.mark_point(size=40, opacity=0.9).encode(
        color=alt.Color(
            "place:N",
            sort=names,
            scale=alt.Scale(domain=names, range=[charts.NAVY, charts.ORANGE]),
            legend=alt.Legend(symbolSize=90, symbolStrokeWidth=0),
        ),
        shape=alt.Shape(
            "place:N", sort=names, scale=alt.Scale(domain=names, range=["circle", "cross"])
        ),
    )
    rings = base.transform_filter("datum.marked == 1").mark_point(
        filled=False, size=130, strokeWidth=1.5, color=charts.PLUM
    )
    options = alt.Chart(frames["options"]).encode(x=x, y=y)
    plates = options.mark_point(
        size=520, shape="diamond", opacity=1, fill=charts.LILAC, stroke=charts.PLUM, strokeWidth=2
    )
    # Lilac is light in both themes, so the letter stays black.
    letters = options.mark_text(fontWeight="bold", color="#000000").encode(text="option:N")
    return alt.layer(dots, rings, plates, letters).properties(
        height=340,
        description="144 approaches: reach across, ownership up; unbeaten ones are circles.",
    )


def trade_off_summary(frames: Frames) -> str:
    """Say how many approaches nothing beats, and how many of the marked ones."""
    row = frames["count"].iloc[0]
    first = (
        f"{row.unbeaten} of {row.approaches} approaches are not beaten: no other one is as good on "
        "all 5 outcomes and better on one."
    )
    if not row.marked:
        return first
    return f"{first} {row.marked_unbeaten} of the {row.marked} ringed ones are among them."


# --- my trust --------------------------------------------------------------

HOSPITALS = ("Acute / acute & community", "Acute specialist")
SCATTERED = ("Ambulance", "Community")


def own_years_summary(frame: pd.DataFrame) -> str:
    """Say the trust's latest figure, and which of the three settings is nearest."""
    last = frame.iloc[-1]
    group = f"“{last.benchmark_group}”"
    if frame["pct"].isna().all():
        return (
            "No trust is chosen, or the survey table has no figures for it. The chart shows "
            f"{last.trusts} trusts of the group {group}: median {last['median']:.1f}% in "
            f"{last.year}."
        )
    known = frame.dropna(subset=["pct"]).iloc[-1]
    figure = (
        f"{known.pct:.1f}% in {known.year}, where the median of {known.trusts} trusts in the group "
        f"{group} is {known['median']:.1f}%."
    )
    return f"{figure} {_nearest(last.benchmark_group, known.pct >= known['median'])}"


def _nearest(group: str, upper_half: bool) -> str:
    if group in HOSPITALS:
        half, start = ("upper", "well-resourced one") if upper_half else ("lower", "one in deficit")
        if group != HOSPITALS[0]:
            return "Nearest: the 2 hospital settings, which were built on general hospitals."
        return (
            f"Nearest: the 2 hospital settings. It is in the {half} half of its group, where the "
            f"model puts the {start}."
        )
    if group in SCATTERED:
        return "Nearest: ambulance or community."
    return (
        "No setting was built for mental health trusts. Ambulance or community is nearest, for its "
        "scattered teams."
    )
