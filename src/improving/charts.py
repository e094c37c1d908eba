"""The course's charts: one Altair theme, the forms that recur, and how a chart is shown.

A chart is a picture drawn when the book is built, wide and narrow, with its
description and its figures as a table: no script is needed to read it.
"""

from __future__ import annotations

import copy
import html
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import pandas as pd
import vl_convert as vlc

from improving.quick_altair import alt

NAVY, TEAL, PLUM, ORANGE, CHARCOAL, LILAC = (
    "#12436D",
    "#28A197",
    "#801650",
    "#F46A25",
    "#3D3D3D",
    "#A285D1",
)
"""Government Analysis Function's accessible colours; the style sheet gives each a dark twin."""

PALETTE = (NAVY, ORANGE, TEAL, PLUM, LILAC, CHARCOAL)
INK, GRID, PAPER = "#1B2733", "#DDE3E8", "#FFFFFF"
DASHES = ([1, 0], [7, 4], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4])

WIDE, NARROW = 680, 280
"""Widths in px at which every chart is laid out: a page's column, and a 320 px screen's."""

LONGEST_DESCRIPTION = 125


@alt.theme.register("improving", enable=True)
def theme() -> alt.theme.ThemeConfig:
    """Readable sizes, quiet axes, colours at 3:1 or better."""
    text: dict[str, Any] = {
        "labelFontSize": 14,
        "titleFontSize": 14,
        "labelColor": INK,
        "titleColor": INK,
    }
    config: dict[str, Any] = {
        "config": {
            "aria": False,
            "background": None,
            # Liberation Sans has Arial's measures, and vl-convert carries it: what is laid out
            # when the book is built fits when it is read.
            "font": "Arial, 'Liberation Sans', Helvetica, sans-serif",
            "view": {"stroke": None},
            "range": {"category": list(PALETTE), "ordinal": list(PALETTE)},
            "axis": {
                **text,
                "gridColor": GRID,
                "domainColor": INK,
                "tickColor": INK,
                "titleFontWeight": "normal",
                "labelOverlap": True,
            },
            "axisX": {"grid": False, "titlePadding": 8},
            "axisY": {
                "titleAngle": 0,
                "titleAlign": "left",
                "titleAnchor": "end",
                "titleY": -12,
                "titleX": 0,
                "domain": False,
                "ticks": False,
            },
            "legend": {
                **text,
                "orient": "top",
                "title": None,
                "symbolStrokeWidth": 3,
                "symbolSize": 300,
                "labelLimit": 260,
                "columns": 3,
                "symbolStrokeColor": INK,
                "offset": 28,
            },
            "header": {
                "labelFontSize": 14,
                "labelColor": INK,
                "titleColor": INK,
                "labelFontWeight": "bold",
                "labelAnchor": "start",
                "title": None,
            },
            "line": {"strokeWidth": 3, "color": NAVY},
            "area": {"color": NAVY, "opacity": 0.2, "line": False},
            "point": {"filled": True, "size": 45, "color": NAVY, "opacity": 0.9},
            "circle": {"color": NAVY, "opacity": 0.9},
            "bar": {"color": NAVY},
            "rule": {"color": INK},
            "text": {"fontSize": 14, "color": INK},
            "title": {"fontSize": 16, "color": INK, "anchor": "start", "fontWeight": "bold"},
        }
    }
    return cast("alt.theme.ThemeConfig", config)


# --- forms -----------------------------------------------------------------


def _y(field: str, title: str | None, domain: tuple[float, float] | None) -> alt.Y:
    scale = alt.Scale(domain=list(domain), clamp=True) if domain else alt.Scale(zero=False)
    return alt.Y(f"{field}:Q", title=title, scale=scale)


def series(
    frame: pd.DataFrame,
    x: alt.X,
    measures: Mapping[str, str],
    y_title: str | None,
    domain: tuple[float, float] | None = None,
) -> Any:
    """Draw one line per measure; colour and dash both tell them apart.

    Parameters
    ----------
    frame : DataFrame
        One row per point in time; one column per measure.
    x : alt.X
        The time axis.
    measures : mapping of str to str
        Column to name in the legend, in drawing order.
    y_title : str or None
        What is measured, with its unit; None in small multiples, where a panel has its own.
    domain : (float, float), optional
        Ends of the scale, so that settings can be compared by eye.
    """
    names = list(measures.values())
    naming = " : ".join(f"datum.key == '{k}' ? '{v}'" for k, v in measures.items())
    return (
        alt.Chart(frame)
        .transform_fold(list(measures), as_=["key", "value"])
        .transform_calculate(measure=f"{naming} : ''")
        .mark_line()
        .encode(
            x=x,
            y=_y("value", y_title, domain),
            color=alt.Color("measure:N", sort=names, scale=_scale(names, PALETTE)),
            strokeDash=alt.StrokeDash("measure:N", sort=names, scale=_scale(names, DASHES)),
        )
    )


def _scale(names: list[str], values: Iterable[Any]) -> alt.Scale:
    return alt.Scale(domain=names, range=[v for _, v in zip(names, values, strict=False)])


def band(
    frame: pd.DataFrame,
    x: alt.X,
    low: str,
    mid: str,
    high: str,
    y_title: str,
    domain: tuple[float, float] | None = None,
) -> Any:
    """Draw a middle line with the band in which most runs lie."""
    base = alt.Chart(frame).encode(x=x)
    area = base.mark_area().encode(y=_y(low, y_title, domain), y2=f"{high}:Q")
    return area + base.mark_line().encode(y=_y(mid, y_title, domain))


def distribution(
    frame: pd.DataFrame,
    x: str,
    y: str,
    x_title: str,
    y_title: str,
    domain: tuple[float, float] | None = None,
) -> Any:
    """Draw how often each value comes, as bars from a table of bins."""
    return (
        alt.Chart(frame)
        .mark_bar(binSpacing=1)
        .encode(
            x=alt.X(f"{x}:O", title=x_title, axis=alt.Axis(labelAngle=0)),
            y=_y(y, y_title, domain),
        )
    )


def network(people: pd.DataFrame, ties: pd.DataFrame, marked: str) -> Any:
    """Draw people and the ties between them, laid out by the model.

    Parameters
    ----------
    people : DataFrame
        ``x``, ``y`` in -1 to 1.
    ties : DataFrame
        ``x``, ``y``, ``x2``, ``y2`` and ``shortcut`` (0 or 1): a shortcut is drawn stronger.
    marked : str
        Vega expression that is true of a marked person, who becomes a diamond.
    """
    scale = alt.Scale(domain=[-1.1, 1.1])
    bare: dict[str, Any] = {"axis": None, "scale": scale}
    lines = (
        alt.Chart(ties)
        .mark_rule(opacity=0.75)
        .encode(
            x=alt.X("x:Q", **bare),
            y=alt.Y("y:Q", **bare),
            x2="x2:Q",
            y2="y2:Q",
            color=alt.condition("datum.shortcut == 1", alt.value(ORANGE), alt.value(CHARCOAL)),
            strokeWidth=alt.condition("datum.shortcut == 1", alt.value(3), alt.value(1)),
        )
    )
    dots = (
        alt.Chart(people)
        .mark_point(size=110, opacity=1)
        .encode(
            x=alt.X("x:Q", **bare),
            y=alt.Y("y:Q", **bare),
            color=alt.condition(marked, alt.value(PLUM), alt.value(NAVY)),
            shape=alt.condition(marked, alt.value("diamond"), alt.value("circle")),
        )
    )
    return lines + dots


def funnel(
    units: pd.DataFrame,
    limits: pd.DataFrame,
    x: str,
    y: str,
    x_title: str,
    y_title: str,
    domain: tuple[float, float] | None = None,
) -> Any:
    """Draw units against their size, inside or outside limits that narrow with size.

    Parameters
    ----------
    units : DataFrame
        `x` (size), `y` (value), ``outside`` ("inside", "outside") and ``ods_code``.
    limits : DataFrame
        `x`, ``centre``, ``lower``, ``upper``.
    """
    across = alt.X(f"{x}:Q", title=x_title, axis=alt.Axis(format="~s", tickCount=5))
    lines = alt.Chart(limits).encode(x=across)
    edges = [
        lines.mark_line(strokeDash=[6, 4], strokeWidth=2, color=CHARCOAL, clip=True).encode(
            y=_y(edge, y_title, domain)
        )
        for edge in ("lower", "upper")
    ]
    centre = lines.mark_line(strokeWidth=2, color=CHARCOAL).encode(y=_y("centre", y_title, domain))
    places = ["inside the limits", "outside the limits"]
    dots = (
        alt.Chart(units)
        .transform_calculate(place="datum.outside + ' the limits'")
        .mark_point(size=55)
        .encode(
            x=across,
            y=_y(y, y_title, domain),
            color=alt.Color("place:N", scale=_scale(places, [NAVY, ORANGE]), legend=_symbols()),
            shape=alt.Shape("place:N", scale=_scale(places, ["circle", "triangle-up"])),
        )
    )
    return alt.layer(*edges, centre, dots, my_trust(units, across, _y(y, y_title, domain)))


def _symbols() -> alt.Legend:
    return alt.Legend(symbolSize=90, symbolStrokeWidth=0)


def my_trust(units: pd.DataFrame, x: alt.X, y: alt.Y) -> Any:
    """Ring and name the reader's own trust, once they have chosen one."""
    mine = (
        alt.Chart(units)
        .add_params(alt.param(name="my_trust", value=""))
        .transform_filter("datum.ods_code == my_trust")
        .encode(x=x, y=y)
    )
    ring = mine.mark_point(filled=False, size=320, strokeWidth=3, color=PLUM)
    return ring + mine.mark_text(dy=-20, fontWeight="bold", color=PLUM, text="My trust")


def control_chart(
    frame: pd.DataFrame, x: alt.X, y_title: str, domain: tuple[float, float] | None = None
) -> Any:
    """Draw an XmR chart: values, centre line, limits, and a mark where a rule is met.

    Parameters
    ----------
    frame : DataFrame
        ``value``, ``centre``, ``lower``, ``upper``, ``baseline`` and ``rule`` (text, "" if none).
    """
    base = alt.Chart(frame).encode(x=x)
    detail = alt.Detail("baseline:N")
    edges = [
        base.mark_line(strokeDash=[6, 4], strokeWidth=2, color=CHARCOAL).encode(
            y=_y(edge, y_title, domain), detail=detail
        )
        for edge in ("lower", "upper")
    ]
    centre = base.mark_line(strokeWidth=2, color=CHARCOAL).encode(
        y=_y("centre", y_title, domain), detail=detail
    )
    line = base.mark_line(strokeWidth=1.5, color=NAVY).encode(y=_y("value", y_title, domain))
    places = ["common cause", "special cause"]
    dots = (
        base.transform_calculate(
            place="datum.rule == '' || datum.rule == null ? 'common cause' : 'special cause'"
        )
        .mark_point(size=40)
        .encode(
            y=_y("value", y_title, domain),
            color=alt.Color("place:N", scale=_scale(places, [NAVY, ORANGE]), legend=_symbols()),
            shape=alt.Shape("place:N", scale=_scale(places, ["circle", "triangle-up"])),
        )
    )
    return alt.layer(*edges, centre, line, dots)


def small_multiples(chart: Any, by: str, order: list[str]) -> Any:
    """Repeat a chart for each value of a column, all on one scale."""
    return chart.facet(facet=alt.Facet(f"{by}:N", sort=order, title=None), columns=2)


# --- laying out and drawing ------------------------------------------------


def laid_out(spec: Mapping[str, Any], width: int) -> dict[str, Any]:
    """Fix a Vega-Lite chart's width in px; small multiples share it, one column if narrow."""
    fixed = copy.deepcopy(dict(spec))
    if "facet" in fixed:
        columns = 1 if width < 2 * NARROW else fixed.get("columns", 2)
        fixed["columns"] = columns
        fixed["spec"]["width"] = (width - 50) // columns - 12
        fixed["spec"].setdefault("height", 150)
        return fixed
    fixed["width"] = width
    fixed.setdefault("height", 300)
    fixed["autosize"] = {"type": "fit", "contains": "padding"}
    if width < 2 * NARROW:
        legend = fixed.setdefault("config", {}).setdefault("legend", {})
        legend.update(columns=1)
        fixed["config"].setdefault("axis", {}).update(tickCount=4)
    return fixed


def picture(spec: Mapping[str, Any]) -> str:
    """Draw a chart wide and narrow; the style sheet shows the one that fits.

    Inline, not a file: the style sheet recolours its strokes in the dark.
    """
    wide, narrow = (vlc.vegalite_to_svg(laid_out(spec, w)) for w in (WIDE, NARROW))
    return (
        f'<div class="chart-wide">{_scalable(wide)}</div>'
        f'<div class="chart-narrow" style="display:none">{_scalable(narrow)}</div>'
    )


def _scalable(svg: str) -> str:
    """Let the drawing shrink with its box, and take it out of the tab order."""
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def description(spec: Mapping[str, Any]) -> str:
    """Return the chart's text alternative.

    Raises
    ------
    ValueError
        If there is none, or it is longer than 125 characters.
    """
    text = str(spec.get("description", "")).strip()
    if not text or len(text) > LONGEST_DESCRIPTION:
        raise ValueError(
            f"A chart needs a description of 1 to {LONGEST_DESCRIPTION} characters; this one has "
            f"{len(text)}: {text!r}. Add .properties(description='...') to the chart."
        )
    return text


def titles(spec: Any) -> dict[str, str]:
    """Collect the title that the chart gives each column it draws."""
    found: dict[str, str] = {}
    for channel in _dicts(spec):
        field, title = channel.get("field"), channel.get("title")
        if isinstance(field, str) and isinstance(title, str) and title:
            found.setdefault(field, title)
    return found


def _dicts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _dicts(child)
    elif isinstance(node, list):
        for child in node:
            yield from _dicts(child)


def heading(column: str, named: Mapping[str, str]) -> str:
    """Say a column's name as a reader would."""
    words = column.removesuffix("_pct").replace("_", " ")
    plain = (words[:1].upper() + words[1:]) + (" (%)" if column.endswith("_pct") else "")
    return named.get(column, plain)


def table(rows: Iterable[Mapping[str, str]], columns: Mapping[str, str], name: str) -> str:
    """Write a table with scoped headers; `columns` maps a column to its heading."""
    head = "".join(
        f'<th scope="col" data-column="{html.escape(c)}">{html.escape(t)}</th>'
        for c, t in columns.items()
    )
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(row[c])}</td>" for c in columns) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="table-scroll" tabindex="0" role="group" aria-label="{html.escape(name)}">'
        f'<table data-frame="{html.escape(name)}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(value: Any) -> str:
    if value is None or value != value:
        return "not available"
    if isinstance(value, float):
        return f"{value:,.6g}"
    return f"{value:,}" if isinstance(value, int) and abs(value) > 9999 else str(value)


def figure(spec: Mapping[str, Any]) -> str:
    """Write a finished chart: picture, description, figures as a table."""
    text = description(spec)
    named = titles(spec)
    drawn = {d["field"] for d in _dicts(spec) if isinstance(d.get("field"), str)}
    tables = []
    for position, rows in enumerate(spec.get("datasets", {}).values(), start=1):
        columns = {c: heading(c, named) for c in (rows[0] if rows else {}) if c in drawn or named}
        cells = [{c: _cell(row[c]) for c in columns} for row in rows]
        tables.append(table(cells, columns, f"Figures, table {position}"))
    return (
        f'<figure class="chart" data-ready="true"><div role="img" aria-label="{html.escape(text)}">'
        f'{picture(spec)}</div><figcaption class="chart-caption">{html.escape(text)}</figcaption>'
        f"<details><summary>Show as a table</summary>{''.join(tables)}</details></figure>"
    )


def _show(spec: dict[str, Any], **_: Any) -> dict[str, str]:
    """Altair's way to show a chart that ends a cell.

    Not Altair's own renderers: `mimetype` stops the build in nbformat's validation,
    and `html` loads scripts from another host under a random id.
    """
    return {"text/html": figure(spec), "text/plain": description(spec)}


alt.renderers.register("improving", _show)
alt.renderers.enable("improving")
