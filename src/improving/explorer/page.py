"""An explorer as it stands in a page before any script runs, and what its script needs."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import vl_convert as vlc

from improving import charts
from improving.explorer.controls import Control
from improving.explorer.pack import Frames, unpack
from improving.quick_altair import alt


@dataclass(frozen=True)
class Guess:
    """What the reader predicts before the outcome shows.

    Parameters
    ----------
    question : str
        Asked before the chart is shown.
    low, high, step : float
        Scale of the guess.
    unit : str
        Plural unit, or "%".
    axis : {"x", "y", None}
        Where the guess is drawn beside the outcome, if the chart has that scale.
    """

    question: str
    low: float = 0
    high: float = 100
    step: float = 1
    unit: str = "%"
    axis: str | None = "y"


def named_data(frame: Any) -> Any:
    """Altair's data hook: a frame of the model's is referred to by name, any other is inlined."""
    name = getattr(frame, "attrs", {}).get("explorer_frame")
    if name:
        return {"name": name}
    return alt.to_values(frame)


alt.data_transformers.register("explorer", named_data)


def chart_spec(chart: Any, frames: Frames, guess: Guess | None) -> dict[str, Any]:
    """Call the chart function and return Vega-Lite whose data are named, not inlined."""
    for name, frame in frames.items():
        frame.attrs["explorer_frame"] = name
    with alt.data_transformers.enable("explorer"):
        drawn = chart(frames["rows"] if list(frames) == ["rows"] else frames)
        if guess and guess.axis:
            drawn = _with_guess(drawn, guess)
        spec: dict[str, Any] = drawn.to_dict()
    charts.description(spec)
    return spec


def _with_guess(chart: Any, guess: Guess) -> Any:
    mark = alt.Chart(alt.NamedData(name="guess"))
    across = guess.axis == "y"
    rule: dict[str, Any] = {"y": alt.Y("guess:Q")} if across else {"x": alt.X("guess:Q")}
    edge: dict[str, Any] = {"x": alt.value(0)} if across else {"y": alt.value(12)}
    line = mark.mark_rule(strokeDash=[3, 3], strokeWidth=2, color=charts.PLUM).encode(**rule)
    label = mark.mark_text(
        align="left",
        baseline="bottom",
        dx=4,
        dy=-3,
        color=charts.PLUM,
        fontWeight="bold",
        text="Your guess",
    ).encode(**rule, **edge)
    both = alt.layer(chart, line, label)
    return both.properties(description=chart.to_dict().get("description", alt.Undefined))


def vega_specs(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Compile for both widths: the page then needs no Vega-Lite at run time."""
    return {
        "wide": vlc.vegalite_to_vega(charts.laid_out(spec, charts.WIDE)),
        "narrow": vlc.vegalite_to_vega(charts.laid_out(spec, charts.NARROW)),
        "fits": "facet" not in spec,
    }


def with_data(spec: Mapping[str, Any], frames: Frames) -> dict[str, Any]:
    """Inline the frames of one setting, for the picture."""
    rows = {name: json.loads(frame.to_json(orient="records")) for name, frame in frames.items()}
    return {**spec, "datasets": {**spec.get("datasets", {}), **rows, "guess": []}}


def section(
    name: str,
    title: str,
    model: str,
    fixed: Mapping[str, Any],
    controls: Mapping[str, Control],
    spec: Mapping[str, Any],
    packed: Mapping[str, Any],
    start: int,
    guess: Guess | None,
) -> str:
    """Write the explorer's HTML; its script only brings it to life."""
    key = name.replace("/", "-")
    frames = unpack(packed["frames"], start)
    sentence = packed["sentences"][start] if packed["sentences"] else ""
    described = html.escape(charts.description(spec))
    return (
        f'<section class="explorer" data-explorer="{name}" data-model="{model}" '
        f"data-fixed='{html.escape(json.dumps(dict(fixed)), quote=True)}' "
        f'aria-labelledby="{key}-title">'
        f'<p class="explorer-title" id="{key}-title">{html.escape(title)}</p>'
        f"{_guess(key, guess)}"
        f'<form class="explorer-controls" hidden aria-label="Controls: {html.escape(title)}">'
        f"{''.join(_control(key, n, c) for n, c in controls.items())}</form>"
        f'<div class="explorer-answer">'
        f'<div class="explorer-picture" role="img" aria-label="{described}">'
        f"{charts.picture(with_data(spec, frames))}</div>"
        f'<p class="explorer-sentence"><output aria-labelledby="{key}-title">'
        f"{html.escape(sentence)}</output></p>"
        f'<details class="explorer-table"><summary>Show as a table</summary>'
        f"{_tables(packed['frames'], frames, charts.titles(spec))}</details></div>"
        f'<div class="explorer-actions" hidden>'
        f'<button type="button" data-do="reset">Reset</button>'
        f'<button type="button" data-do="keep" hidden>Keep this setting</button>'
        f'<button type="button" data-do="link">Copy link to this setting</button>'
        f'<button type="button" data-do="csv">Download the data (CSV)</button>'
        f'<button type="button" data-do="svg">Download the picture (SVG)</button></div>'
        f'<p class="explorer-status" role="status"></p></section>'
    )


def _guess(key: str, guess: Guess | None) -> str:
    if guess is None:
        return ""
    return (
        f'<form class="explorer-predict" hidden aria-label="Predict first">'
        f'<label for="{key}-guess">{html.escape(guess.question)}</label>'
        f'<span class="explorer-guess-row"><input type="number" id="{key}-guess" '
        f'inputmode="decimal" min="{guess.low}" max="{guess.high}" step="{guess.step}" required>'
        f"<span>{html.escape(guess.unit)}</span>"
        f'<button type="submit">Show me</button>'
        f'<button type="button" data-do="skip">Skip</button></span></form>'
    )


def _control(key: str, name: str, control: Control) -> str:
    ident = f"{key}-{name}"
    label = f'<label for="{ident}">{html.escape(control.label)}</label>'
    if control.kind == "checkbox":
        checked = " checked" if control.start else ""
        return (
            f'<div class="explorer-control explorer-switch"><input type="checkbox" id="{ident}" '
            f'name="{name}"{checked}>{label}</div>'
        )
    if control.kind == "select":
        options = "".join(
            _option(value, text, i == control.start)
            for i, (value, text) in enumerate(zip(control.settings, control.texts, strict=True))
        )
        return (
            f'<div class="explorer-control">{label}<select id="{ident}" name="{name}">'
            f"{options}</select></div>"
        )
    values = control.settings
    step = round(values[1] - values[0], 10)
    return (
        f'<div class="explorer-control">{label}<span class="explorer-value" '
        f'aria-hidden="true">{html.escape(control.texts[control.start])}</span>'
        f'<input type="range" id="{ident}" name="{name}" min="{values[0]}" max="{values[-1]}" '
        f'step="{step}" value="{values[control.start]}" '
        f'aria-valuetext="{html.escape(control.texts[control.start])}"></div>'
    )


def _option(value: Any, text: str, chosen: bool) -> str:
    marked = " selected" if chosen else ""
    plain = value if isinstance(value, str) else json.dumps(value)
    typed = "" if isinstance(value, str) else f" data-json='{html.escape(json.dumps(value))}'"
    return f'<option value="{html.escape(plain)}"{typed}{marked}>{html.escape(text)}</option>'


def _tables(packed: Mapping[str, Any], frames: Frames, named: Mapping[str, str]) -> str:
    parts = []
    for name, columns in packed.items():
        headings = {c["name"]: charts.heading(c["name"], named) for c in columns}
        cells = [
            {c["name"]: printed(row[c["name"]], c) for c in columns}
            for row in frames[name].to_dict(orient="records")
        ]
        parts.append(charts.table(cells, headings, name))
    return "".join(parts)


def printed(value: Any, column: Mapping[str, Any]) -> str:
    """Print a stored value at the precision stored; blank where there is none."""
    if value is None or pd.isna(value):
        return ""
    return f"{value:.{column['decimals']}f}" if column["kind"] == "number" else str(value)
