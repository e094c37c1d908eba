"""The course map: a drawing of how lessons lean on each other, and the same as a list.

The drawing is for wide screens. The list says everything that it says.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from improving.book import page
from improving.course_map import Entry, load_map

WIDTH, BOX, TALL, ROW = 760, (98, 58), 30, 128
"""Px of the drawing: its width, a lesson's box, a part's caption, and a row with its gap."""

GAP = 110
"""Px from the middle of a box to the next."""

LONGEST_ROW = 11
"""Characters of a name that fit on one row of a box."""


class CourseMap(nodes.General, nodes.Element):
    """Where the map stands; it is drawn when every lesson's title is known."""


class Place(Directive):
    """``{course-map}``."""

    def run(self) -> list[nodes.Node]:
        """Leave a mark; see `draw`."""
        return [CourseMap()]


def draw(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace each mark by the map."""
    for mark in list(doctree.findall(CourseMap)):
        found = load_map(Path(app.srcdir))
        parts = [p for p in page.parts(app.env, app.config.root_doc, docname) if any(_own(p))]
        up = "../" * docname.count("/")
        text = (
            f'<div class="course-map">{_drawing(parts, found, up)}{_list(parts, found, up)}</div>'
        )
        mark.replace_self(nodes.raw(text=text, format="html"))


def read_next(env: BuildEnvironment, slug: str) -> list[tuple[page.Link, str]]:
    """Return the lessons to read after one, each with the reason."""
    entry = load_map(Path(env.srcdir)).get(slug)
    after = entry.next if entry else {}
    return [(page.link(env, page.LESSONS + other), why) for other, why in after.items()]


def _own(part: page.Part) -> list[page.Link]:
    return [link for link in part.links if link.lesson]


def _drawing(parts: list[page.Part], found: dict[str, Entry], up: str) -> str:
    wide, tall = BOX
    centre: dict[str, tuple[float, float]] = {}
    captions, boxes = [], []
    for row, part in enumerate(parts):
        links, top = _own(part), row * ROW + TALL
        captions.append(
            f'<text class="map-part" x="0" y="{top - 10}">{html.escape(part.caption)}</text>'
        )
        for at, link in enumerate(links):
            left = WIDTH / 2 + (at - (len(links) - 1) / 2) * GAP - wide / 2
            centre[link.lesson] = (left + wide / 2, top + tall / 2)
            boxes.append(_box(link, found[link.lesson].short, left, top, up))
    lines = [
        _line(centre[slug], centre[other])
        for slug, entry in found.items()
        for other in entry.leans_on
    ]
    height = len(parts) * ROW - (ROW - TALL - tall) + 14
    return (
        f'<svg class="map-drawing" viewBox="-2 0 {WIDTH + 4} {height}" role="group" '
        f'aria-label="Map of the lessons. The list below says the same.">'
        f"{''.join(lines + captions + boxes)}</svg>"
    )


def _box(link: page.Link, short: str, left: float, top: float, up: str) -> str:
    wide, tall = BOX
    middle = left + wide / 2
    words = short.split()
    half = (len(words) + 1) // 2
    rows = [" ".join(words[:half]), " ".join(words[half:])] if len(short) > LONGEST_ROW else [short]
    first = top + tall / 2 + (12 if len(rows) == 1 else 5)
    text = "".join(
        f'<tspan x="{middle:.0f}" y="{first + 14 * at:.0f}">{html.escape(row)}</tspan>'
        for at, row in enumerate(rows)
    )
    number = int(link.lesson[:2])
    return (
        f'<a href="{up}{link.page}.html" data-map-lesson="{link.lesson}" '
        f'aria-label="Lesson {number}: {html.escape(link.title)}">'
        f'<rect x="{left:.0f}" y="{top}" width="{wide}" height="{tall}" rx="6"/>'
        f'<text class="map-number" x="{middle:.0f}" y="{first - 14:.0f}">{number}</text>'
        f"<text>{text}</text></a>"
    )


def _line(one: tuple[float, float], other: tuple[float, float]) -> str:
    """Curve from a lesson up to the one it leans on; along one row, below it."""
    tall = BOX[1]
    (x, y), (to_x, to_y) = one, other
    if y == to_y:
        start = end = y + tall / 2
        bend = start + 26
    else:
        start, end = y - tall / 2, to_y + tall / 2
        bend = (start + end) / 2
    curve = f"M{x:.0f} {start:.0f}C{x:.0f} {bend:.0f} {to_x:.0f} {bend:.0f} {to_x:.0f} {end:.0f}"
    return f'<path d="{curve}"/>'


def _list(parts: list[page.Part], found: dict[str, Entry], up: str) -> str:
    return "".join(
        f'<h2>{html.escape(part.caption)}</h2><ul class="map-list">'
        f"{''.join(_item(link, found[link.lesson], up) for link in _own(part))}</ul>"
        for part in parts
    )


def _item(link: page.Link, entry: Entry, up: str) -> str:
    leans = ", ".join(f"lesson\u00a0{int(slug[:2])}" for slug in entry.leans_on)
    behind = f' <span class="map-leans">Leans on {leans}.</span>' if leans else ""
    return (
        f'<li><a href="{up}{link.page}.html" data-lesson-link="{link.lesson}">'
        f"{int(link.lesson[:2])}. {html.escape(link.title)}</a><br>"
        f"{html.escape(entry.idea)}{behind}</li>"
    )


def _fill(app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    slug = page.lesson(name)
    context["read_next"] = read_next(app.env, slug) if slug else []


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_node(CourseMap)
    app.add_directive("course-map", Place)
    app.connect("doctree-resolved", draw)
    app.connect("html-page-context", _fill)
