"""HTML where docutils' own breaks an accessibility rule."""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


class Translator(HTML5Translator):
    """Write tables with scoped headers, and notes and references without landmarks."""

    def visit_table(self, node: nodes.Element) -> None:
        """Let a wide table scroll inside its own box."""
        self.body.append('<div class="table-scroll">\n')
        super().visit_table(node)

    def depart_table(self, node: nodes.Element) -> None:
        """Close the box."""
        super().depart_table(node)
        self.body.append("</div>\n")

    def visit_entry(self, node: nodes.entry) -> None:
        """Say whether a header cell heads a column or a row."""
        super().visit_entry(node)
        scope = "col" if isinstance(node.parent.parent, nodes.thead) else "row"
        self.body[-1] = self.body[-1].replace("<th", f'<th scope="{scope}"', 1)

    def visit_footnote(self, node: nodes.Element) -> None:
        """Write a note as a list item: an aside inside main would be a landmark too many."""
        self._open_item(node, "footnote")

    def depart_footnote(self, node: nodes.Element) -> None:
        """Close the note, and the list after the last."""
        self._close_item(node)

    def visit_citation(self, node: nodes.Element) -> None:
        """Write a reference as a list item: the role docutils gives it is deprecated."""
        self._open_item(node, "citation")

    def depart_citation(self, node: nodes.Element) -> None:
        """Close the reference, and the list after the last."""
        self._close_item(node)

    def _open_item(self, node: nodes.Element, kind: str) -> None:
        if not isinstance(node.previous_sibling(), type(node)):
            self.body.append(f'<div role="list" class="{kind}-list">\n')
        self.body.append(self.starttag(node, "div", classes=[kind], role="listitem"))

    def _close_item(self, node: nodes.Element) -> None:
        self.body.append("</div>\n")
        if not isinstance(node.next_node(descend=False, siblings=True), type(node)):
            self.body.append("</div>\n")


def _open_code(self: Any, node: HideCodeCellNode) -> None:
    # myst-nb's own summary has a name that differs from its text and holds paragraphs.
    shown = html.escape(node["prompt_show"])
    self.body.append(f'<details class="code-cell"><summary>{shown}</summary>\n')


def _close_code(self: Any, node: HideCodeCellNode) -> None:
    self.body.append("</details>\n")


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.set_translator("html", Translator)
    app.add_node(HideCodeCellNode, override=True, html=(_open_code, _close_code))
