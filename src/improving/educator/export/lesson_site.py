"""Cut one lesson out of a built site, so that it stands alone and no link leads nowhere."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

from improving.problems import CourseError

WORKBOOK = "_static/workbook-data.js"
STATIC = "_static/"
# What every lesson leans on: the reader's own pages, words, sources and duties.
SHARED = (
    "book/about.html",
    "book/accessibility.html",
    "book/glossary.html",
    "book/my-trust.html",
    "book/references.html",
    "book/workbook.html",
)
# Parts of a page that are only links: a dead one goes, and takes its line with it.
_LINES = ".site-nav li, .site-tools li, .read-next li, .next-pages > a"
_LISTS = ".site-nav ul, .read-next, .next-pages"


def lessons(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Return what a built site knows of its lessons.

    Parameters
    ----------
    files : mapping of str to bytes
        The site.

    Returns
    -------
    list of dict
        `slug`, `title`, `url` and `questions` of each. A question has an `id` and `options`, and
        an option says whether it is `correct`.

    Raises
    ------
    CourseError
        If the site does not say.
    """
    text = files.get(WORKBOOK, b"").decode()
    try:
        content = json.loads(text[text.index("{") : text.rindex("}") + 1])
        return list(content["lessons"])
    except (ValueError, KeyError):
        raise CourseError(
            f"The site's {WORKBOOK} is missing or damaged.\n    Mend: run `python course.py book`."
        ) from None


def cut_out(files: Mapping[str, bytes], lesson: str) -> dict[str, bytes]:
    """Return the part of a site that one lesson needs.

    Its own pages, the reader's pages and the reference pages stay, with what they load. A link
    to any other page becomes plain text; in a menu it goes.

    Parameters
    ----------
    files : mapping of str to bytes
        The site.
    lesson : str
        A lesson that the site has.

    Returns
    -------
    dict of str to bytes
        The smaller site.
    """
    names = {name for name, content in files.items() if _belongs(name, content, lesson)}
    gone = {name for name in files if name.endswith(".html")} - names
    pages = {name: _without(files[name], name, gone) for name in sorted(names)}
    rest = {
        name: content
        for name, content in files.items()
        if not name.endswith(".html") and _is_loaded(name, pages)
    }
    return pages | rest | {WORKBOOK: _workbook(files, lesson)}


def _belongs(name: str, content: bytes, lesson: str) -> bool:
    if not name.endswith(".html"):
        return False
    named = lesson in name.removesuffix(".html").split("/")
    return named or name in SHARED or f'data-lesson="{lesson}"'.encode() in content


def _is_loaded(name: str, pages: Mapping[str, bytes]) -> bool:
    # Scripts load others from _static by names that they put together.
    own = posixpath.basename(name).encode()
    return name.startswith(STATIC) or any(own in content for content in pages.values())


def _workbook(files: Mapping[str, bytes], lesson: str) -> bytes:
    own = [entry for entry in lessons(files) if entry["slug"] == lesson]
    content = json.dumps({"lessons": own}, ensure_ascii=False, separators=(",", ":"))
    return f"window.improvingWorkbook = {content};\n".encode()


def target(page: str, address: str) -> str | None:
    """Return the file that a link leads to.

    Parameters
    ----------
    page : str
        The path of the page that has the link, from the site's folder.
    address : str
        The link, as the page writes it.

    Returns
    -------
    str or None
        A path from the site's folder. None if the link leads out of the site.
    """
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    if not parts.path:
        return page
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))


def _without(content: bytes, page: str, gone: set[str]) -> bytes:
    """Return a page without its links to pages that are gone."""
    soup = BeautifulSoup(content, "html.parser")
    lines = soup.select(_LINES)
    for link in soup.select("a[href]"):
        if target(page, str(link["href"])) not in gone:
            continue
        line = next((line for line in lines if line is link or line in link.parents), None)
        if line is None:
            link.name = "span"
            del link["href"]
        else:
            line.decompose()
    for box in soup.select(_LISTS):
        if not box.find("a"):
            label = soup.find(id=str(box.get("aria-labelledby")))
            for part in (label, box):
                if part is not None:
                    part.decompose()
    return soup.encode(formatter="minimal")
