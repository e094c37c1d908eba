"""A learner's words and code as HTML that can run nothing and ask nobody for anything."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from markupsafe import Markup

Json = dict[str, Any]

OUTPUT_SHOWN = 2000
"""How many characters of what a cell printed are shown."""

PNG = b"\x89PNG\r\n\x1a\n"
PICTURE_BYTES = 300_000

_TITLE = re.compile(r"\A# .*\n")
_HINTS = re.compile(r"<details>.*?</details>\s*", re.DOTALL)


@cache
def _markdown(demote: bool) -> Any:
    from markdown_it import MarkdownIt

    # HTML stays text. A link would lead out of the page and a picture would ask another host.
    made = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    made.add_render_rule("link_open", _nothing)
    made.add_render_rule("link_close", _nothing)
    if demote:
        # A heading in an answer would break the page's own order of headings.
        made.add_render_rule("heading_open", lambda *_: "<p><strong>")
        made.add_render_rule("heading_close", lambda *_: "</strong></p>\n")
    return made


def _nothing(*_: Any) -> str:
    return ""


def task_html(text: str) -> Markup:
    """Return the text of a task, without its hints and without the exercise's title.

    Parameters
    ----------
    text : str
        Markdown of ours.
    """
    return Markup(_markdown(False).render(_TITLE.sub("", _HINTS.sub("", text))))


def answer_html(text: str) -> Markup:
    """Return what a learner wrote.

    Parameters
    ----------
    text : str
        Markdown by anybody.
    """
    return Markup(_markdown(True).render(text))


def outputs_html(outputs: Iterable[Json], hidden: frozenset[str] = frozenset()) -> Markup:
    """Return what a cell printed and drew.

    Parameters
    ----------
    outputs : iterable of dict
        As kept after marking.
    hidden : frozenset of str
        Lines that must not be shown.
    """
    return Markup("").join(_output_html(output, hidden) for output in outputs)


def _output_html(output: Json, hidden: frozenset[str]) -> Markup:
    data = output.get("data", {})
    if picture := _picture(data.get("image/png", "")):
        return Markup(
            '<p><img alt="Picture that this cell drew" src="data:image/png;base64,{}"></p>'
        ).format(picture)
    text = "".join(output.get("text") or data.get("text/plain") or "")
    if output["output_type"] == "error":
        text = f"{output['ename']}: {output['evalue']}"
    text = without(text, hidden)
    if not text.strip():
        return Markup("")
    cut = " [cut]" if len(text) > OUTPUT_SHOWN else ""
    return Markup('<pre class="output">{}{}</pre>').format(text[:OUTPUT_SHOWN], cut)


def _picture(text: str) -> str:
    """Return a picture's base64 text, or "" for anything that is not a picture of a fair size."""
    if not isinstance(text, str) or not text or len(text) > PICTURE_BYTES:
        return ""
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        return ""
    return base64.b64encode(content).decode() if content.startswith(PNG) else ""


def hidden_lines(source: Json) -> frozenset[str]:
    """Return the lines of the checks that learners do not see.

    Parameters
    ----------
    source : dict
        The exercise, with every check.
    """
    found = set()
    for cell in source["cells"]:
        text = "".join(cell["source"])
        for region in re.findall(r"BEGIN HIDDEN TESTS(.*?)### END", text, re.DOTALL):
            found |= {line.strip() for line in region.splitlines()}
    return frozenset(line for line in found if len(line) > 8)


def without(text: str, hidden: frozenset[str]) -> str:
    """Return a text with every hidden line left out.

    A submission can print a further check that it was marked by; it must not reach its learner.

    Parameters
    ----------
    text : str
        Anything that a submission printed.
    hidden : frozenset of str
        The lines.
    """
    for line in sorted(hidden, key=len, reverse=True):
        for form in (line, html.escape(line), repr(line)[1:-1]):
            text = text.replace(form, "[left out]")
    return text
