"""A learner's words and code as HTML that can run nothing and ask nobody for anything."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any

from markupsafe import Markup

from improving import exercises

Json = dict[str, Any]

OUTPUT_SHOWN = 2000
"""How many characters of each output are shown."""

OUTPUTS_SHOWN = 20
"""How many outputs of a cell are shown."""

TEXT_SHOWN = 10_000
"""How many characters of one cell's text or code are shown."""

ALL_SHOWN = 100_000
"""How many characters of all of a learner's cells are shown."""

CUT = "[The rest is too long to be shown here. It is in the notebook.]"

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
        # A marker reads where a link would lead. A page of references takes minutes to follow.
        made.disable(["link", "autolink", "reference"])
        made.add_render_rule("th_open", _head)
        # A heading in an answer would break the page's own order of headings.
        made.add_render_rule("heading_open", lambda *_: "<p><strong>")
        made.add_render_rule("heading_close", lambda *_: "</strong></p>\n")
    return made


def _nothing(*_: Any) -> str:
    return ""


def _head(_: Any, tokens: Any, number: int, *__: Any) -> str:
    """Open a table's head cell; one without words is no head."""
    said = tokens[number + 1].content.strip()
    tokens[number + 2].tag = "th" if said else "td"
    return '<th scope="col">' if said else "<td>"


@cache
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


def cut(text: str) -> str:
    """Return a text that is not too long to be shown.

    Parameters
    ----------
    text : str
        By anybody.
    """
    return text if len(text) <= TEXT_SHOWN else f"{text[:TEXT_SHOWN]}\n\n{CUT}"


def outputs_html(outputs: Iterable[Json], hidden: frozenset[str] = frozenset()) -> Markup:
    """Return what a cell printed and drew.

    Parameters
    ----------
    outputs : iterable of dict
        As kept after marking.
    hidden : frozenset of str
        Lines that must not be shown.
    """
    shown = list(islice(outputs, OUTPUTS_SHOWN + 1))
    made = [_output_html(output, hidden) for output in shown[:OUTPUTS_SHOWN]]
    return Markup("").join(
        [*made, *(Markup("<p>{}</p>").format(CUT) for _ in shown[OUTPUTS_SHOWN:])]
    )


def _output_html(output: Json, hidden: frozenset[str]) -> Markup:
    data = output.get("data") or {}
    if picture := _picture(data.get("image/png")):
        return Markup(
            '<p><img alt="Picture that this cell drew" src="data:image/png;base64,{}"></p>'
        ).format(picture)
    text = _joined(output.get("text") or data.get("text/plain"))
    if output.get("output_type") == "error":
        text = f"{output.get('ename')}: {output.get('evalue')}"
    text = without(text, hidden)
    if not text.strip():
        return Markup("")
    more = " [cut]" if len(text) > OUTPUT_SHOWN else ""
    return Markup('<pre class="output">{}{}</pre>').format(text[:OUTPUT_SHOWN], more)


def _joined(text: Any) -> str:
    """Return the text of an output, or "" if it is none: a submission can send anything."""
    lines = text if isinstance(text, list) else [text]
    return "".join(line for line in lines if isinstance(line, str))


def _picture(data: Any) -> str:
    """Return a picture's base64 text, or "" for anything that is not a picture of a fair size."""
    text = "".join(_joined(data).split())
    if not text or len(text) > PICTURE_BYTES:
        return ""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        return ""
    return base64.b64encode(content).decode() if content.startswith(PNG) else ""


def hidden_lines(source: Json, released: Json) -> frozenset[str]:
    """Return the lines of the checks that learners do not see.

    Parameters
    ----------
    source : dict
        The exercise, with every check.
    released : dict
        The version that learners were given.
    """
    given = {line.strip() for cell in released["cells"] for line in _lines(cell)}
    checks = [cell for cell in source["cells"] if exercises.is_check(cell)]
    found = {line.strip() for cell in checks for line in _lines(cell)} - given
    return frozenset(line for line in found if len(line) > 8 and not line.startswith("### "))


def _lines(cell: Json) -> list[str]:
    return "".join(cell["source"]).splitlines()


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
        for form in _forms(line):
            text = text.replace(form, "[left out]")
    return text


def _forms(line: str) -> tuple[str, ...]:
    """Return a line as it is printed, and as it stands in other text: escaped once or quoted."""
    escaped = line.replace("\\", "\\\\")
    quoted = (escaped, escaped.replace("'", "\\'"), escaped.replace('"', '\\"'))
    return (line, html.escape(line), html.escape(line, quote=False), *quoted)
