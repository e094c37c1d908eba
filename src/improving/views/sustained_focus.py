"""Lesson 09: how the capability and uptake models are shown."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from improving import charts
from improving.models.sustained_focus import MONTHS, START_PCT, YEARS
from improving.quick_altair import alt

OUTPUT = {"output_pct": "Output", "skill_pct": "Skill"}

STOCKS = {"ever_pct": "Ever adopted", "use_pct": "In use", "legacy_pct": "Skill found"}

Frames = dict[str, pd.DataFrame]


def _mark(facts: pd.DataFrame, field: str, x: alt.X, label: str) -> Any:
    """Draw an upright line where something happens, with its name; nothing if it does not."""
    mark = alt.Chart(facts).transform_filter(f"isValid(datum.{field})").encode(x=x)
    line = mark.mark_rule(strokeWidth=2, strokeDash=[2, 2], color=charts.CHARCOAL)
    text = mark.mark_text(align="left", dx=6, text=label, color=charts.CHARCOAL)
    return line + text.encode(y=alt.value(8))


def protect_chart(frames: Frames) -> Any:
    """Draw output and skill against their start, and the month of the review."""
    axis = alt.Axis(values=[0, 12, 24, 36, 48, 60])
    scale = alt.Scale(domain=[-6, MONTHS], nice=False)
    x = alt.X("month:Q", title="Months from the change", axis=axis, scale=scale)
    lines = charts.series(frames["path"], x, OUTPUT, "Start = 100", (0, 200))
    start = (
        alt.Chart(frames["path"])
        .mark_rule(strokeWidth=1)
        .encode(y=alt.datum(100, type="quantitative"))
    )
    at = alt.X("review_month:Q", scale=scale)
    review = _mark(frames["facts"], "review_month", at, "Review")
    return alt.layer(start, lines, review).properties(
        description="Output and skill over 5 years after improvement time changes (start = 100)."
    )


def output_at_end(frames: Frames) -> float:
    """Output at month 60, where the start is 100."""
    return float(frames["facts"]["end_pct"].iloc[0])


def protect_summary(frames: Frames) -> str:
    """Say what happens at once, when output is level, what the review does and where it ends."""
    facts = frames["facts"].iloc[0]
    if facts.at_once_pct == 100:
        return f"Time for improvement stays at {START_PCT}%, so output and skill stay as they are."
    falls = facts.at_once_pct < 100
    said = [f"Output {'falls' if falls else 'rises'} {abs(facts.at_once_pct - 100):.4g}% at once"]
    if facts.verdict == "undone":
        said[0] += "."
        said.append(
            f"The review finds it {_against(facts.at_review_pct)}, so the time goes back to "
            f"{START_PCT}%."
        )
    else:
        said[0] += _turns(facts.level_month, facts.repaid_month, falls)
        if facts.verdict == "kept":
            said.append(
                f"The review finds it {_against(facts.at_review_pct)}, so the change stays."
            )
    said.append(
        f"After 5 years it is {_against(facts.end_pct)}, and the 5-year total is "
        f"{_against(facts.total_pct, 'the total with no change')}."
    )
    return " ".join(said)


def _turns(level: float, repaid: float, falls: bool) -> str:
    if math.isnan(level):
        return f" and stays {'below' if falls else 'above'} its start for all 5 years."
    used = "the loss is made up" if falls else "the gain is used up"
    if math.isnan(repaid):
        never = used.replace("is", "is not")
        return f" and is back at its start in month {level:.1f}. Within 5 years {never}."
    return f", is back at its start in month {level:.1f}, and {used} by month {repaid:.1f}."


def _against(pct: float, what: str = "the start") -> str:
    """Compare a percentage with 100 in words."""
    points = round(pct - 100)
    if points == 0:
        return f"about level with {what}"
    return f"{abs(points)}% {'above' if points > 0 else 'below'} {what}"


def uptake_chart(frames: Frames) -> Any:
    """Draw the 3 counts over time, and the year in which support is cut."""
    scale = alt.Scale(domain=[0, YEARS], nice=False)
    axis = alt.Axis(values=[0, 5, 10, 15])
    x = alt.X("year:Q", title="Years from launch", axis=axis, scale=scale)
    lines = charts.series(frames["path"], x, STOCKS, "Trusts (%)", (0, 100))
    cut = _mark(frames["facts"], "cut_year", alt.X("cut_year:Q", scale=scale), "Support cut")
    return alt.layer(lines, cut).properties(
        description="Share of trusts over 15 years: ever adopted, in use, and where skill is found."
    )


def uptake_summary(frames: Frames) -> str:
    """Say where the 3 counts end, and if use can carry itself."""
    end, facts = frames["path"].iloc[-1], frames["facts"].iloc[0]
    said = (
        f"By year {YEARS}, {end.ever_pct:.0f}% of trusts have adopted it, {end.use_pct:.0f}% use "
        f"it, and the skill is found in {end.legacy_pct:.0f}%."
    )
    if math.isnan(facts.cut_year):
        return f"{said} With support, use settles at {facts.use_settles_pct:.0f}%."
    brings = f"After the cut, each user brings in {facts.each_brings:.1f} others before stopping"
    if facts.use_settles_pct < 0.5:
        return f"{said} {brings}, so use dies away."
    return f"{said} {brings}, so use settles at {facts.use_settles_pct:.0f}%."


def headed_rows(frame: pd.DataFrame, field: str, title: str) -> tuple[Any, Any]:
    """Lay out a chart of few rows, each with its name above it: long names fit a narrow screen.

    Parameters
    ----------
    frame
        One row for each mark, with ``row`` counting from 0.
    field, title
        The column with the names, and its heading in the table.

    Returns
    -------
    tuple of altair.Chart
        The names, and a base on which to draw the marks.
    """
    scale = alt.Scale(domain=[-0.45, len(frame) - 0.4], reverse=True)
    rows = alt.Y("at:Q", axis=None, scale=scale)
    base = alt.Chart(frame)
    above = base.transform_calculate(at="datum.row - 0.17").mark_text(align="left")
    heads = above.encode(x=alt.value(0), y=rows, text=alt.Text(f"{field}:N", title=title))
    return heads, base.transform_calculate(at="datum.row + 0.17").encode(y=rows)
