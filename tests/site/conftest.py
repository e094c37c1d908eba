"""The built site, every page and explorer found in it, and ways to visit a page.

Set IMPROVING_SITE to the folder of a built site to check that one instead.
"""

import os
import threading
from functools import cache
from pathlib import Path

import pytest
from browsing import Visit
from documents import Document

from improving.build import build
from improving.serve import make_server

ROOT = Path(__file__).parents[2]


@cache
def site_folder() -> Path:
    given = os.environ.get("IMPROVING_SITE")
    return Path(given).resolve() if given else build(ROOT)


@cache
def documents() -> dict[str, Document]:
    """Every HTML page of the site by its path."""
    folder = site_folder()
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.html"))
    return {name: Document(folder, name) for name in names}


def chosen(fixture: str) -> list[str]:
    pages = documents().items()
    if fixture == "page_name":
        return [name for name, document in pages if not document.forwards]
    if fixture == "lesson_name":
        return [name for name, document in pages if document.lesson]
    if fixture == "document_name":
        return list(documents())
    return [explorer for _, document in pages for explorer in document.explorers]


def inputs(fixture: str, name: str) -> set[str]:
    """What a page or an explorer has that scripts bring to life."""
    if fixture == "explorer_name":
        tree = next(d.explorers[name] for d in documents().values() if name in d.explorers)
    else:
        tree = documents()[name].tree
    kinds = {
        e.get("type", e.tag) for tag in ("input", "select", "textarea") for e in tree.iter(tag)
    }
    return {"any", *kinds, *(e.get("class", "") for e in tree.iter("form"))}


def styles(fixture: str, name: str) -> set[str]:
    """What the site's own style sheets find on a page."""
    words = {word for e in documents()[name].tree.iter() for word in e.get("class", "").split()}
    return {word for word in words if f".{word}" in style_sheets()}


@cache
def style_sheets() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in site_folder().rglob("*.css"))


def few_of(found: list[str], parts: dict[str, set[str]]) -> list[str]:
    """As few as have every part between them: a part is alike wherever it stands."""
    missing, few = set().union(*parts.values()), []
    while missing:
        few.append(max(found, key=lambda name: len(parts[name] & missing)))
        missing -= parts[few[-1]]
    return few


def pytest_generate_tests(metafunc):
    for fixture in ("page_name", "lesson_name", "document_name", "explorer_name"):
        if fixture in metafunc.fixturenames:
            found = chosen(fixture)
            assert found, f"no {fixture} in {site_folder()}"
            if mark := metafunc.definition.get_closest_marker("one_of_a_kind"):
                alike = styles if "styles" in mark.args else inputs
                found = few_of(found, {name: alike(fixture, name) for name in found})
            # For a whole file, so that tests of one page or explorer share its visit.
            metafunc.parametrize(fixture, found, scope="module")


@pytest.fixture(scope="session")
def site() -> Path:
    return site_folder()


@pytest.fixture(scope="session")
def pages() -> dict[str, Document]:
    return documents()


@pytest.fixture(scope="session")
def address(site):
    server = make_server(site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def new_visit(browser, address):
    """A blank page in a context of its own, which ends with the browser if not before."""

    def new_visit(*, before="", base=address, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        if before:
            context.add_init_script(before)
        return Visit(context, base)

    return new_visit


@pytest.fixture
def visit(new_visit):
    """Open a page for one test: ``visit(name, **context options)``."""
    opened = []

    def visit(name, wait=True, **options):
        opened.append(new_visit(**options))
        opened[-1].go(name, wait)
        return opened[-1]

    yield visit
    for one in opened:
        one.context.close()
