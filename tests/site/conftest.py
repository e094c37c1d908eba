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


def made_of(fixture: str, name: str) -> set[str]:
    """The parts of a page or an explorer that a script brings to life."""
    document = documents().get(name)
    if document is None:
        document = next(d for d in documents().values() if name in d.explorers)
    tree = document.explorers[name] if fixture == "explorer_name" else document.tree
    inputs = (
        e.get("type", e.tag) for tag in ("input", "select", "textarea") for e in tree.iter(tag)
    )
    forms = (e.get("class", "") for e in tree.iter("form"))
    return {*inputs, *forms, *(["page"] if tree is document.tree else [])}


def one_of_a_kind(fixture: str, names: list[str]) -> list[str]:
    """As few as have every part between them: wherever a part stands, one script serves it."""
    parts = {name: made_of(fixture, name) for name in names}
    missing, few = set().union(*parts.values()), []
    while missing:
        few.append(max(names, key=lambda name: len(parts[name] & missing)))
        missing -= parts[few[-1]]
    return few


def pytest_generate_tests(metafunc):
    for fixture in ("page_name", "lesson_name", "document_name", "explorer_name"):
        if fixture in metafunc.fixturenames:
            found = chosen(fixture)
            assert found, f"no {fixture} in {site_folder()}"
            if metafunc.definition.get_closest_marker("one_of_a_kind"):
                found = one_of_a_kind(fixture, found)
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
def open_visit(browser, address):
    """Open a page in a context of its own; whoever opens it closes ``visit.context``."""

    def open_visit(name, *, before="", base=address, wait=True, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        if before:
            context.add_init_script(before)
        visit = Visit(context, base)
        visit.go(name, wait)
        return visit

    return open_visit


@pytest.fixture
def visit(open_visit):
    """Open a page for one test: ``visit(name, **context options)``."""
    opened = []

    def visit(*arguments, **options):
        opened.append(open_visit(*arguments, **options))
        return opened[-1]

    yield visit
    for one in opened:
        one.context.close()
