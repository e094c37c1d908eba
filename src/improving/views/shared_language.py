"""Lesson 04: how the naming game and the committed few are shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.explorer.pack import Frames
from improving.models.shared_language import CHECKED_AT
from improving.quick_altair import alt

LONGEST = 250
"""Conversations for each person at which the lesson's games stop."""

MEASURES = {"mid": "Settled on the commonest word", "understood_pct": "Conversations that work"}

AFTER = {f"after_{talks}": f"After {talks} conversations" for talks in CHECKED_AT}


def agreement_chart(frames: Frames) -> Any:
    """Draw who has settled on the commonest word, and which conversations work."""
    x = alt.X(
        "talks:Q",
        title="Conversations each",
        scale=alt.Scale(type="log", base=2, domain=[1, 256], nice=False),
        axis=alt.Axis(values=[1, 4, 16, 64, 256], format="d", grid=False, tickCount=5),
    )
    path = frames["path"]
    band = alt.Chart(path).mark_area().encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    lines = charts.series(path, x, MEASURES, "Share (%)", (0, 100))
    return (band + lines).properties(
        description="Share of people settled on the commonest word, and of conversations that work."
    )


def talks_to_agree(frames: Frames) -> float:
    """Conversations for each person until everyone agrees, in a typical game, at most 250."""
    typical = float(frames["games"]["mid"].iloc[0])
    return LONGEST if pd.isna(typical) else typical


def agreement_summary(frames: Frames) -> str:
    """Say when everyone agrees, or how far they are from it when the games stop."""
    games, end = frames["games"].iloc[0], frames["path"].iloc[-1]
    if pd.notna(games.high):
        return (
            f"In a typical game everyone uses one word after {games.mid:.0f} conversations each "
            f"(8 games in 10: {games.low:.0f} to {games.high:.0f}). Up to {games.most_words:.0f} "
            f"different words are in use on the way."
        )
    return (
        f"After {LONGEST} conversations each, {games.agreed_pct:.0f}% of games have ended with one "
        f"word. In a typical game {end.mid:.0f}% of people have settled on the commonest word. "
        f"On average {games.words_left:.1f} words are left, and {end.understood_pct:.0f}% of "
        f"conversations work."
    )


def tipping_chart(frames: Frames) -> Any:
    """Draw the share of games that have changed, against the share who are committed."""
    x = alt.X(
        "share_pct:Q",
        title="Committed people (%)",
        scale=alt.Scale(domain=[0, 30], nice=False),
        axis=alt.Axis(values=[0, 5, 10, 15, 20, 25, 30], grid=False),
    )
    lines = charts.series(frames["tips"], x, AFTER, "Games won by the new word (%)", (0, 100))
    theory = (
        alt.Chart(frames["theory"])
        .mark_rule(color=charts.CHARCOAL, strokeDash=[2, 4], strokeWidth=2)
        .encode(x=alt.X("critical_pct:Q"))
    )
    return (theory + lines).properties(
        description="Share of games won by the new word, by share committed, at three times."
    )


def won(frames: Frames, share: float, talks: int = CHECKED_AT[-1]) -> float:
    """Share of games that the new word has won with so many committed, percent."""
    return float(frames["tips"].set_index("share_pct")[f"after_{talks}"][share])


def enough(frames: Frames, talks: int = CHECKED_AT[-1]) -> float | None:
    """Smallest committed share that wins at least 9 games in 10, percent, or None."""
    tips = frames["tips"]
    wins = tips.loc[tips[f"after_{talks}"] >= 90, "share_pct"]
    return None if wins.empty else float(wins.iloc[0])


def tipping_summary(frames: Frames) -> str:
    """Say how many committed people win in the end, and what 10% do, or 30% if all lose."""
    late = CHECKED_AT[-1]
    needed = enough(frames)
    if needed is None:
        return (
            f"Within {late} conversations each, no share up to 30% wins 9 games in 10 for the new "
            f"word. With 30% committed, it wins {won(frames, 30):.0f} games in 100."
        )
    return (
        f"Within {late} conversations each, {needed:.0f}% committed are enough to win 9 games in "
        f"10 for the new word. With 10% committed, it wins {won(frames, 10):.0f} games in 100."
    )
