"""Citations in a lesson's notes."""

from __future__ import annotations

import logging

from sphinx.application import Sphinx


def _is_real(record: logging.LogRecord) -> bool:
    # myst-parser looks for each note in the Markdown. It cannot see those that sphinxcontrib-bibtex
    # writes later (its issue on this has been open since 2021). A citation with no entry is still
    # reported, by sphinxcontrib-bibtex.
    return "No footnote definitions found for label: 'footcite-" not in record.getMessage()


def register(app: Sphinx) -> None:
    """Drop one false warning for each citation."""
    logger = logging.getLogger("sphinx.myst_parser.warnings_")
    if _is_real not in logger.filters:
        logger.addFilter(_is_real)
