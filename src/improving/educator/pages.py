"""The pages the desk makes: templates, and how numbers are written in them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from improving.educator.report import SAID

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["points"] = points
    made.filters["out_of"] = out_of
    made.globals["said"] = SAID
    return made


def render(template: str, **values: Any) -> str:
    """Return a page; every value is escaped unless it is Markup.

    Parameters
    ----------
    template : str
        Its name in `templates/`.
    **values
        What it shows.
    """
    return str(_environment().get_template(template).render(**values))


def points(value: float | None) -> str:
    """Return points as they are read: "3", "2.5", or "not marked yet"."""
    return "not marked yet" if value is None else f"{value:g}"


def out_of(value: float | None, most: float) -> str:
    """Return points and what they are out of, as a sentence."""
    return f"No points yet, out of {most:g}." if value is None else f"{value:g} of {most:g} points."
