"""What the page template is given, and which scripts and styles a page may load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from improving.book import exercises, explorers

LESSONS = "chapters/"

# Sphinx and its extensions add these to every page. The search page names the ones it needs;
# the styles are all in the theme's own sheet.
UNWANTED = (
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "translations.js",
    "pygments.css",
    "basic.css",
    "mystnb",
    "sphinx-design",
    "design-tabs.js",
)


@dataclass(frozen=True)
class Link:
    """A page in the navigation; a lesson and its exercise carry the lesson's number."""

    page: str
    title: str
    lesson: str
    number: int | None


@dataclass(frozen=True)
class Part:
    """A captioned list of pages in the navigation."""

    caption: str
    links: tuple[Link, ...]


def lesson(page: str) -> str:
    """Return a lesson's slug, or "" for a page that is not a lesson."""
    return page.removeprefix(LESSONS) if page.startswith(LESSONS) else ""


def link(env: BuildEnvironment, page: str) -> Link:
    """Return a page as the navigation shows it."""
    slug = lesson(page) or exercises.slug_of(page)
    number = int(slug[:2]) if slug else None
    return Link(page, env.titles[page].astext(), lesson(page), number)


def parts(env: BuildEnvironment, root: str, here: str) -> list[Part]:
    """Return the parts of the book in the order of `_toc.yml`.

    Pages below another are listed only to a reader who is on one of them or on that page: a menu
    of every exercise would hide the lessons.
    """
    return [
        Part(
            tree["caption"] or "",
            tuple(
                link(env, page) for _, entry in tree["entries"] for page in _open(env, entry, here)
            ),
        )
        for tree in env.tocs[root].findall(addnodes.toctree)
    ]


def _open(env: BuildEnvironment, page: str, here: str) -> list[str]:
    pages = _below(env, page)
    return pages if here in pages else [page]


def _below(env: BuildEnvironment, page: str) -> list[str]:
    inner = env.toctree_includes.get(page, [])
    return [page, *(below for entry in inner for below in _below(env, entry))]


def sections(env: BuildEnvironment, page: str) -> list[tuple[str, str]]:
    """Return the anchor and title of each section directly below a page's title."""
    if page not in env.tocs:
        return []
    items = [item for item in env.tocs[page].children if isinstance(item, nodes.list_item)]
    inner = [below for item in items for below in item.children[1:]]
    found = [
        next(iter(entry.findall(nodes.reference)))
        for below in inner
        if isinstance(below, nodes.bullet_list)
        for entry in below.children
        if isinstance(entry, nodes.list_item)
    ]
    return [(reference["anchorname"], reference.astext()) for reference in found]


def own_files(files: list[Any], page: str) -> list[Any]:
    """Return the scripts or styles a page may load.

    Raises
    ------
    ExtensionError
        If one of them is on another host.
    """
    kept = []
    for file in files:
        name = str(getattr(file, "filename", None) or file)
        if name.startswith(("http:", "https:", "//")):
            raise ExtensionError(
                f"{page} asks for {name}. The site makes no request to another host: "
                "remove what needs it from the page (an equation asks for MathJax)."
            )
        if not name.removeprefix("_static/").startswith(UNWANTED):
            kept.append(file)
    return kept


def fill(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the template what it shows."""
    env = app.env
    root = app.config.root_doc
    context["home"] = link(env, root)
    context["parts"] = parts(env, root, page)
    context["educator"] = exercises.edition() == "educator"
    context["lesson"] = lesson(page)
    context["sections"] = sections(env, page) if context["lesson"] else []
    context["has_explorers"] = explorers.has_explorers(env, page)
    context["script_files"][:] = own_files(context["script_files"], page)
    context["css_files"][:] = own_files(context["css_files"], page)


def front_door(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Return an index page that leads to the first page."""
    if app.config.root_doc == "index":
        return []
    return [("index", {"title": app.config.html_title}, "front-door.html")]


def register(app: Sphinx) -> None:
    """Connect to Sphinx: late, so that files other extensions add are seen."""
    app.connect("html-page-context", fill, priority=900)
    app.connect("html-collect-pages", front_door)
