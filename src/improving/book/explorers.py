"""Explorers in the built book: each one's payload becomes a file of its own, its scripts come late.

A payload is a classic script, so that it also loads from ``file://``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from improving.explorer.widget import HERE, MIME, vega_script

FOLDER = "_explorers"
VEGA = "_explorers/vega.js"


class ExplorerRenderer:
    """Put an explorer's section in the page and its payload in a file (a myst-nb plugin)."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [("html", MIME, 1)]

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        """Render one explorer; any other kind of output is left to myst-nb."""
        if data.mime_type != MIME:
            return None
        env = renderer.renderer.sphinx_env
        if env is None:
            return None
        content = data.content if isinstance(data.content, dict) else json.loads(data.content)
        name = str(content["name"])
        taken = payloads(env).setdefault(name, env.docname)
        if taken != env.docname:
            raise ValueError(
                f"{env.docname}: an explorer named {name!r} is already in {taken}. Rename one."
            )
        file = f"{FOLDER}/{name.replace('/', '-')}.js"
        text = json.dumps(content["payload"], separators=(",", ":"), ensure_ascii=False)
        path = Path(env.app.outdir) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"improvingExplorer.receive({json.dumps(name)},{text});\n", encoding="utf-8"
        )
        up = "../" * env.docname.count("/")
        html = content["html"].replace(
            '<section class="explorer"',
            f'<section class="explorer" data-payload="{up}{file}" data-vega="{up}{VEGA}"',
            1,
        )
        return [nodes.raw(text=html, format="html")]


def payloads(env: BuildEnvironment) -> dict[str, str]:
    """Return the explorers of the whole book: name to the page it is on."""
    if not hasattr(env, "improving_explorers"):
        env.improving_explorers = {}  # type: ignore[attr-defined]
    return env.improving_explorers  # type: ignore[attr-defined,no-any-return]


def has_explorers(env: BuildEnvironment, page: str) -> bool:
    """Tell whether a page needs the explorers' script."""
    return page in payloads(env).values()


def _forget(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    known = payloads(env)
    for name in [n for n, where in known.items() if where == page]:
        del known[name]


def _write_vega(app: Sphinx) -> None:
    # The bundle is written for a module; as a classic script its names would collide with
    # the page's, so a function keeps them apart.
    path = Path(app.outdir) / VEGA
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"(()=>{{{vega_script()}\n}})();\n", encoding="utf-8")


def _copy_own(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    for name in ("explorer.js", "explorer.css"):
        text = (HERE / name).read_text(encoding="utf-8")
        (Path(app.outdir) / "_static" / name).write_text(text, encoding="utf-8")
    kept = {f"{name.replace('/', '-')}.js" for name in payloads(app.env)} | {Path(VEGA).name}
    for path in (Path(app.outdir) / FOLDER).glob("*.js"):
        if path.name not in kept:
            path.unlink()


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""

    def connect(event: str, act: Any) -> None:
        app.connect(event, act)

    connect("builder-inited", _write_vega)
    connect("env-purge-doc", _forget)
    connect("build-finished", _copy_own)
