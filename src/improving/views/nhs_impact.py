"""Lesson 01: how the baseline and a reader's own placing are shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.models.nhs_impact import BASELINE, COMPONENTS, THEMES
from improving.quick_altair import alt

SAID = {
    "executive": "had an executive accountable for improvement",
    "method": "used an agreed improvement method",
    "strategy": "had a quality strategy with measures that the board monitors",
    "induction": "had improvement training in staff induction",
}

FIGURES = {
    "Executive lead": "executive",
    "Agreed method": "method",
    "Quality strategy": "strategy",
    "Training in induction": "induction",
}

ANSWERS = {
    "Nowhere yet": "absent",
    "On paper only": "on paper",
    "Some teams meet it": "some teams",
    "Most teams meet it": "most teams",
    "Done, unsupported": "unsupported",
}

FROM = {
    "Nowhere": "missing",
    "National programme": "national",
    "Our own work": "own",
    "Both": "both",
}


def baseline_chart(frame: pd.DataFrame) -> Any:
    """Draw 100 providers as a square, filled where they have it."""
    bare: dict[str, Any] = {"axis": None}
    filled = alt.datum.has == 1
    return (
        alt.Chart(frame)
        .mark_point(size=260, strokeWidth=2)
        .encode(
            x=alt.X("column:O", **bare),
            y=alt.Y("row:O", **bare),
            color=alt.condition(filled, alt.value(charts.NAVY), alt.value(charts.ORANGE)),
            shape=alt.condition(filled, alt.value("square"), alt.value("cross")),
        )
        .properties(
            height=260,
            description="100 providers: a square for each that had it, a cross for each without.",
        )
    )


def share(frame: pd.DataFrame) -> float:
    """Share of providers that had it, percent."""
    return float(100 * frame["has"].mean())


def baseline_summary(frame: pd.DataFrame) -> str:
    """Say how many providers had it, and which figure it is."""
    has = round(share(frame))
    figure = next(name for name, value in BASELINE.items() if value == has)
    return f"Of every 100 providers, {has} {SAID[figure]}. The other {100 - has} did not."


def place_chart(frame: pd.DataFrame) -> Any:
    """Draw structure and reach for each component, joined by a bar where structure leads."""
    order = list(COMPONENTS.values())
    rows = alt.Y("component:N", sort=order, title=None, axis=alt.Axis(labelLimit=170))
    words = "datum.value == 0 ? 'none' : datum.value == 3 ? 'all' : ''"
    across = alt.X(
        "structure:Q",
        title="How far",
        scale=alt.Scale(domain=[-0.2, 3.2], nice=False),
        axis=alt.Axis(values=[0, 1, 2, 3], labelExpr=words),
    )
    base = alt.Chart(frame)
    gap = base.mark_rule(strokeWidth=6).encode(
        x=across,
        x2="reach:Q",
        y=rows,
        color=alt.condition(
            alt.datum.outruns == 1, alt.value(charts.ORANGE), alt.value(charts.GRID)
        ),
    )
    names = ["Structure", "Reach"]
    marks = (
        base.transform_fold(["structure", "reach"], as_=["key", "step"])
        .transform_calculate(what="datum.key == 'structure' ? 'Structure' : 'Reach'")
        .mark_point(size=170, opacity=1)
        .encode(
            x=alt.X("step:Q"),
            y=rows,
            color=alt.Color(
                "what:N",
                sort=names,
                scale=alt.Scale(domain=names, range=[charts.NAVY, charts.PLUM]),
                legend=alt.Legend(symbolSize=110, symbolStrokeWidth=0),
            ),
            shape=alt.Shape(
                "what:N", sort=names, scale=alt.Scale(domain=names, range=["diamond", "circle"])
            ),
        )
    )
    return (gap + marks).properties(
        height=260,
        description="5 components: how far each is set up, how far it reaches, and the gap.",
    )


def place_summary(frame: pd.DataFrame) -> str:
    """Name the components whose structure outruns reach, whose reach leads, or with neither."""
    ahead = list(frame.loc[frame["outruns"] == 1, "component"].str.lower())
    behind = list(frame.loc[frame["reach"] > frame["structure"], "component"].str.lower())
    nothing = list(
        frame.loc[frame[["structure", "reach"]].sum(axis=1) == 0, "component"].str.lower()
    )
    parts = [
        f"Structure outruns reach in {len(ahead)} of 5: {'; '.join(ahead)}."
        if ahead
        else "Structure outruns reach in none of the 5."
    ]
    if behind:
        parts.append(f"Reach has no structure under it in: {'; '.join(behind)}.")
    if nothing:
        parts.append(f"Neither is there yet in: {'; '.join(nothing)}.")
    return " ".join(parts)


def themes_chart(frame: pd.DataFrame) -> Any:
    """Draw where each theme comes from, filled where there is a source."""
    there = alt.datum.there == 1
    return (
        alt.Chart(frame)
        .mark_point(size=420, strokeWidth=2)
        .encode(
            x=alt.X(
                "source:N",
                title=None,
                sort=["National", "Own"],
                axis=alt.Axis(orient="top", labelAngle=0),
            ),
            y=alt.Y("theme:N", sort=list(THEMES.values()), title=None),
            color=alt.condition(there, alt.value(charts.NAVY), alt.value(charts.CHARCOAL)),
            shape=alt.condition(there, alt.value("square"), alt.value("cross")),
            opacity=alt.condition(there, alt.value(1), alt.value(0.45)),
        )
        .properties(
            height=250,
            description="5 themes by source, national or own: a square where there is one.",
        )
    )


def themes_summary(frame: pd.DataFrame) -> str:
    """Name the themes that are there, and those that hang on the national programme alone."""
    by = frame.pivot(index="theme", columns="source", values="there").loc[list(THEMES.values())]
    lacking = list(by.index[by.sum(axis=1) == 0].str.lower())
    alone = list(by.index[(by["National"] == 1) & (by["Own"] == 0)].str.lower())
    parts = [f"You have {5 - len(lacking)} of the 5 themes."]
    if alone:
        parts.append(f"Only the national programme supplies: {', '.join(alone)}.")
    if lacking:
        parts.append(f"Missing: {', '.join(lacking)}.")
    return " ".join(parts)


def reach_summary(frame: pd.DataFrame) -> str:
    """Say what the latest year's figures are."""
    last = frame.iloc[-1]
    kind = (
        f"In {last['year']}, the middle trust of this kind ({last['benchmark_group']}) "
        f"had {last['median']:.0f}%."
    )
    if pd.isna(last["pct"]):
        return f"No trust is marked, or yours has no figures here. {kind}"
    return f"{last['pct']:.0f}% of staff at this trust who replied said they could. {kind}"
