"""Lesson 10: how the growing network, the real club and the forum are shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.explorer.pack import Frames
from improving.quick_altair import alt

ROLES = {
    "Core": (charts.PLUM, "diamond"),
    "Broker": (charts.TEAL, "triangle-up"),
    "Core and broker": (charts.ORANGE, "square"),
    "Other": (charts.NAVY, "circle"),
}
"""How each role is drawn: colour and shape."""

TIES = {"within": (1.0, 0.55), "across": (1.6, 0.75), "bridge": (4.0, 1.0)}
"""How each kind of tie is drawn: width and opacity; those within a group are dashed."""

LABELS = pd.DataFrame(
    {
        "label": ["Leads", "Improvement team", "Front-line staff", "Patient partners"],
        "label_x": [-0.55, 0.5, -0.5, 0.55],
        "label_y": [1.0, 1.0, -1.0, -1.0],
    }
)


def _scale(domain: list[float]) -> alt.Scale:
    return alt.Scale(domain=domain, nice=False, zero=False)


def _drawing(people: pd.DataFrame, ties: pd.DataFrame, span: float) -> Any:
    """Draw people by role and ties by kind, at the places that the model gave them."""
    bare: dict[str, Any] = {"axis": None, "scale": _scale([-span, span])}
    ends = alt.Chart(ties)
    for end, (x, y) in {"one": ("x", "y"), "other": ("x2", "y2")}.items():
        ends = ends.transform_lookup(
            lookup=end, from_=alt.LookupData(people, "person", ["x", "y"]), as_=[x, y]
        )
    lines = [
        ends.transform_filter(f"datum.kind == '{kind}'")
        .mark_rule(
            strokeWidth=width,
            opacity=opacity,
            color=charts.CHARCOAL if kind == "within" else charts.ORANGE,
            strokeDash=[3, 2] if kind == "within" else [1, 0],
        )
        .encode(
            x=alt.X("x:Q", **bare), y=alt.Y("y:Q", **bare), x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q")
        )
        for kind, (width, opacity) in TIES.items()
    ]
    names = list(ROLES)
    dots = (
        alt.Chart(people)
        .mark_point(size=130, opacity=1, stroke=charts.PAPER, strokeWidth=1)
        .encode(
            x=alt.X("x:Q", **bare),
            y=alt.Y("y:Q", **bare),
            color=alt.Color(
                "role:N",
                sort=names,
                scale=alt.Scale(domain=names, range=[c for c, _ in ROLES.values()]),
                legend=alt.Legend(symbolSize=110, symbolStrokeWidth=0, offset=8, columns=2),
            ),
            shape=alt.Shape(
                "role:N",
                sort=names,
                scale=alt.Scale(domain=names, range=[s for _, s in ROLES.values()]),
            ),
        )
    )
    return [*lines, dots]


def network_chart(frames: Frames) -> Any:
    """Draw one network: a ring for each group, ties across groups stronger."""
    named = (
        alt.Chart(LABELS)
        .mark_text(fontWeight="bold")
        .encode(
            x=alt.X("label_x:Q", axis=None, scale=_scale([-1.05, 1.05])),
            y=alt.Y("label_y:Q", axis=None, scale=_scale([-1.05, 1.05])),
            text="label:N",
        )
    )
    return alt.layer(*_drawing(frames["people"], frames["ties"], 1.05), named).properties(
        height=460,
        description="A ring for each group. Shapes mark core and brokers; solid ties cross groups.",
    )


def heard(frames: Frames) -> float:
    """Share of people outside with a tie to somebody inside, percent, mean over networks."""
    return float(frames["measures"].set_index("measure")["mean"]["heard"])


def network_summary(frames: Frames) -> str:
    """Say how many are heard, how mixed the ties are and who is in the core."""
    rows = frames["measures"].set_index("measure")
    share, mix, core, inside = (
        rows.loc[name] for name in ("heard", "E-I index", "core", "core inside")
    )
    sentence = (
        f"On average {share['mean']:.0f}% of front-line staff and patient partners have a tie to "
        f"somebody inside (8 networks in 10: {share.low:.0f}% to {share.high:.0f}%). The E-I index "
        f"is {mix['mean']:+.2f} ({mix.low:+.2f} to {mix.high:+.2f}). The core has "
        f"{core['mean']:.0f} people, {inside['mean']:.0f}% of them inside."
    )
    return sentence.replace("-0.", "−0.")


def club_chart(frames: Frames) -> Any:
    """Draw the real club: ties within a side dashed, ties across solid."""
    return alt.layer(*_drawing(frames["people"], frames["ties"], 1.05)).properties(
        height=420,
        description="A club of 34 people. Shapes mark core and brokers; solid lines cross sides.",
    )


def forum_chart(frame: pd.DataFrame) -> Any:
    """Draw what the shared approach gets right, with its band, and agreement inside."""
    axis = alt.Axis(format="d", tickCount=5)
    x = alt.X("year:Q", title="Years", axis=axis, scale=alt.Scale(domain=[0, 5], nice=False))
    lines = charts.series(
        frame,
        x,
        {"right_pct": "Shared approach is right", "agree_pct": "People inside agree with it"},
        "Share of questions (%)",
        (0, 100),
    )
    edges = (
        alt.Chart(frame)
        .mark_area()
        .encode(x=x, y=alt.Y("low_pct:Q", title="Share of questions (%)"), y2="high_pct:Q")
    )
    return alt.layer(edges, lines).properties(
        description="Over 5 years: share of the approach that is right, and agreement inside."
    )


def forum_summary(frame: pd.DataFrame) -> str:
    """Say when people inside agree, and how much is right early and late."""
    right = frame.set_index("year")["right_pct"]
    end = frame.iloc[-1]
    agreed = frame.loc[frame["agree_pct"] >= 95, "year"]
    when = (
        f"People inside reach 95% agreement after {12 * agreed.min():.0f} months."
        if len(agreed)
        else f"People inside never reach 95% agreement; it ends at {end.agree_pct:.0f}%."
    )
    return (
        f"{when} The shared approach is {right[1.0]:.0f}% right after 1 year and "
        f"{end.right_pct:.0f}% after 5 (8 forums in 10: {end.low_pct:.0f}% to {end.high_pct:.0f}%)."
    )
