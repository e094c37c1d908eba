"""Lesson 08: how shared support, three comparisons and real conditions are shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.explorer.pack import Frames
from improving.models.figures import AGAINST, OWN_FOUND
from improving.models.unequal_conditions import QUARTER, TRUSTS
from improving.quick_altair import alt

RULE_NAMES = {"equal": "Equal", "equitable": "Equitable", "targeted": "Targeted"}

OUTCOMES = {
    "picked, did least": ("Right pick", charts.PLUM, "square"),
    "picked in error": ("Wrong pick", charts.ORANGE, "triangle-up"),
    "missed": ("Missed", charts.TEAL, "diamond"),
    "other": ("Other", charts.NAVY, "circle"),
}
"""What became of a trust: its name in the legend, colour and shape."""

MEASURE_NAMES = {
    "deprivation": "Deprivation score of patients’ areas",
    "bed occupancy": "Bed occupancy, 2021/22 (%)",
    "enough staff": "Say there are enough staff (%)",
}

VIEW_NAMES = {
    "table": "the league table",
    "funnel": "the funnel",
    "adjusted": "the adjusted comparison",
}


def share_chart(frames: Frames) -> Any:
    """Draw what each trust gains under the 3 rules, hardest conditions first."""
    x = alt.X(
        "trust:Q",
        title="Trusts, hardest conditions first",
        axis=alt.Axis(format="d", values=[1, 10, 20, 30, TRUSTS]),
        scale=alt.Scale(domain=[1, TRUSTS], nice=False),
    )
    return charts.series(
        frames["trusts"], x, RULE_NAMES, "Gain (percentage points)", (0, 18)
    ).properties(
        description="Gain of 40 trusts, hardest conditions first: equal, equitable and targeted."
    )


def share_lost(frames: Frames) -> float:
    """Share of the total gain that equitable support loses, percent."""
    totals = frames["totals"].set_index("rule")
    return float(totals["lost_pct"]["equitable"])


def share_summary(frames: Frames) -> str:
    """Say what each rule brings in all, how far trusts lie apart, and who comes last."""
    said = []
    rows: Any = frames["totals"].itertuples()
    for row in rows:
        change = round(-row.lost_pct)
        than_equal = f"{abs(change)}% {'more' if change > 0 else 'less'}" if change else "the same"
        last = f"trust {row.last}" if row.gap > 0.05 else "nobody (all alike)"
        said.append(
            f"Equal support: average gain {row.average:.1f} points, gap {row.gap:.1f}, last {last}."
            if row.rule == "equal"
            else f"{RULE_NAMES[row.rule]}: {row.average:.1f} ({than_equal}), gap {row.gap:.1f}, "
            f"last {last}."
        )
    return " ".join([*said, "The gap is from the lowest trust to the highest."])


def pick_chart(frames: Frames) -> Any:
    """Draw one draw of trusts by measured conditions, and whom the view picks."""
    x = alt.X(
        "measure:Q",
        title="Conditions: harder to easier",
        scale=alt.Scale(domain=[-2.5, 2.5], clamp=True),
        axis=alt.Axis(labels=False, ticks=False),
    )
    score: dict[str, Any] = {
        "title": "Staff who agree (%)",
        "scale": alt.Scale(domain=[48, 66], clamp=True),
    }
    names, colours, shapes = (list(v) for v in zip(*OUTCOMES.values(), strict=True))
    naming = " : ".join(f"datum.outcome == '{k}' ? '{v[0]}'" for k, v in OUTCOMES.items())
    legend = alt.Legend(symbolSize=90, symbolStrokeWidth=0, columns=2)
    dots = (
        alt.Chart(frames["trusts"])
        .transform_calculate(named=f"{naming} : ''")
        .mark_point(size=75)
        .encode(
            x=x,
            y=alt.Y("score:Q", **score),
            color=alt.Color("named:N", scale=alt.Scale(domain=names, range=colours), legend=legend),
            shape=alt.Shape("named:N", scale=alt.Scale(domain=names, range=shapes)),
        )
    )
    base = alt.Chart(frames["line"]).encode(x=x)
    centre = base.mark_line(strokeWidth=2, color=charts.CHARCOAL).encode(
        y=alt.Y("expected:Q", **score)
    )
    cut = base.mark_line(strokeWidth=2, strokeDash=[6, 4], color=charts.CHARCOAL).encode(
        y=alt.Y("cut:Q", **score)
    )
    return alt.layer(centre, cut, dots).properties(
        height=340,
        description="40 trusts by measured conditions and score, with a cut-off line and picks.",
    )


def pick_summary(frames: Frames) -> str:
    """Say how many trusts a view picks, how many rightly, and how many from hard conditions."""
    row = frames["summary"].iloc[0]
    picked = f"{row.picked:.1f}".removesuffix(".0")
    return (
        f"Over 200 draws, {VIEW_NAMES[row['view']]} picks {picked} trusts on average. "
        f"{row.found:.1f} of them are among the {QUARTER} that did least by their own work (in 8 "
        f"draws of 10, from {row.found_low:.0f} to {row.found_high:.0f}). {row.hard:.1f} come from "
        f"the {QUARTER} trusts in the hardest conditions."
    )


def context_chart(frames: Frames) -> Any:
    """Draw question 3f against a measure of conditions, with limits and the chosen trust."""
    # The axis leaves room for its title, which is drawn below because it changes with the measure.
    axis = alt.Axis(title=" ", tickCount=6)
    x = alt.X("context:Q", axis=axis, scale=alt.Scale(zero=False))
    share: dict[str, Any] = {
        "title": "Able to make improvements (%)",
        "scale": alt.Scale(zero=False),
    }
    lines = alt.Chart(frames["lines"]).encode(x=x)
    edges = [
        lines.mark_line(strokeDash=[6, 4], strokeWidth=2, color=charts.CHARCOAL).encode(
            y=alt.Y(f"{edge}:Q", **share)
        )
        for edge in ("lower", "upper")
    ]
    centre = lines.mark_line(strokeWidth=2, color=charts.CHARCOAL).encode(
        y=alt.Y("centre:Q", **share)
    )
    places = ["inside the limits", "outside the limits"]
    dots = (
        alt.Chart(frames["trusts"])
        .transform_calculate(place="datum.outside + ' the limits'")
        .mark_point(size=50)
        .encode(
            x=x,
            y=alt.Y("pct:Q", **share),
            color=alt.Color(
                "place:N",
                scale=alt.Scale(domain=places, range=[charts.NAVY, charts.ORANGE]),
                legend=alt.Legend(symbolSize=90, symbolStrokeWidth=0),
            ),
            shape=alt.Shape(
                "place:N", scale=alt.Scale(domain=places, range=["circle", "triangle-up"])
            ),
        )
    )
    mine = alt.Chart(frames["own"]).encode(x=x, y=alt.Y("pct:Q", **share))
    ring = mine.mark_point(filled=False, size=320, strokeWidth=3, color=charts.PLUM, opacity=1)
    name = mine.mark_text(dy=-20, fontWeight="bold", color=charts.PLUM, text="This trust")
    naming = " : ".join(f"datum.measure == '{k}' ? '{v}'" for k, v in MEASURE_NAMES.items())
    across = (
        alt.Chart(frames["fit"])
        .transform_calculate(across=f"{naming} : ''")
        .mark_text(baseline="top")
        .encode(
            x=alt.value(alt.expr("width / 2")),
            y=alt.value(alt.expr("height + 28")),
            text="across:N",
        )
    )
    return alt.layer(*edges, centre, dots, ring, name, across).properties(
        height=340,
        description="Trusts of one kind: question 3f by a measure of conditions, with limits.",
    )


def context_summary(frames: Frames) -> str:
    """Say how close the link is, what spread is left, and where the chosen trust stands."""
    fit = frames["fit"].iloc[0]
    kind = "alike" if fit["against"] == AGAINST[0] else "adjusted"
    held = {
        "alike": "Held against all of its kind",
        "adjusted": "Held against trusts in like conditions",
    }[kind]
    outside = "1 trust lies" if fit.outside == 1 else f"{fit.outside} trusts lie"
    return (
        f"{fit.benchmark_group}: {fit.trusts} of {fit['of']} trusts have this figure. Correlation "
        f"{_signed(fit.r)} (95% interval {_signed(fit.r_low)} to {_signed(fit.r_high)}). {held}, "
        f"{outside} outside the limits. Chance apart, a trust typically lies {fit.tau:.1f} points "
        f"from the line (standard deviation)."
        f"{_own(frames['own'], str(fit['own']), str(fit.measure))}"
    )


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _own(own: pd.DataFrame, found: str, measure: str) -> str:
    """Say where the chosen trust stands, or that there is no figure for it."""
    if found == OWN_FOUND[0]:
        return ""
    if found == OWN_FOUND[2]:
        return f" There is no figure on {measure} for the trust you chose, so it is not marked."
    if found == OWN_FOUND[3]:
        return " The survey table has no figures for the trust you chose, so it is not marked."
    row = own.iloc[0]
    gap = row.pct - row.expected
    side = "above" if gap >= 0 else "below"
    return f" The trust you chose: {row.pct:.1f}%, {abs(gap):.1f} points {side} the line."
