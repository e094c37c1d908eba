"""The book's Sphinx extension: our theme, our HTML, our scripts.

Jupyter Book loads it by name (`_config.yml`, `sphinx.config.extensions`). Each module has one job:

- `page`: what the page template is given, and which scripts and styles a page may load;
- `translator`: HTML that passes axe where docutils' own does not;
- `citations`: notes;
- `generated`: the two scripts written from the question bank and the tables;
- `explorers`: explorers and charts;
- `exercises`: exercises without their answers, and with them in the educators' edition;
- `course_map`: the map of the lessons, and what to read after each.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from improving.book import (
    citations,
    course_map,
    exercises,
    explorers,
    generated,
    page,
    translator,
)

THEME = Path(__file__).parent / "theme"


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the extension to Sphinx."""
    app.add_html_theme("improving", str(THEME))
    _accept_jupyter_book_settings(app)
    citations.register(app)
    translator.register(app)
    page.register(app)
    generated.register(app)
    explorers.register(app)
    exercises.register(app)
    course_map.register(app)
    return {"parallel_read_safe": False, "parallel_write_safe": True}


def _accept_jupyter_book_settings(app: Sphinx) -> None:
    # Jupyter Book always sets these, for extensions this book does without. Sphinx warns of a
    # setting nobody knows, and a warning stops the build.
    for name in ("comments_config",):
        app.add_config_value(name, {}, "html")
