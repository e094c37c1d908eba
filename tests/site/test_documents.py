"""What holds for every page's file, without a browser."""

import gzip
import json
import re
from collections import Counter
from itertools import pairwise

import pytest


@pytest.fixture
def document(pages, document_name):
    return pages[document_name]


def test_it_is_valid_html_with_unique_ids(document):
    repeated = [i for i, times in Counter(document.ids).items() if times > 1]
    assert document.text.lower().startswith("<!doctype html>")
    assert document.errors == []
    assert repeated == []


def test_it_has_a_language_one_h1_and_headings_in_order(document):
    levels = [int(e.tag[1]) for e in document.tree.iter() if re.fullmatch("h[1-6]", str(e.tag))]
    skipped = [(a, b) for a, b in pairwise(levels) if b > a + 1]
    assert document.tree.get("lang") == "en-GB"
    assert levels.count(1) == 1
    assert skipped == []


def test_table_headers_are_scoped(document):
    heads = list(document.tree.iter("th"))
    assert [h for h in heads if h.get("scope") not in ("col", "row", "colgroup", "rowgroup")] == []
    assert [h for h in heads if not "".join(h.itertext()).strip()] == []


def test_links_and_anchors_inside_the_site_resolve(document, pages, site):
    broken = []
    for tag, target in document.targets:
        if target.startswith(("http://", "https://", "mailto:")):
            if tag != "a" and not target.startswith("mailto:"):
                broken.append(f"{tag} on another host: {target}")
            continue
        path, anchor = document.resolve(target)
        if not path.is_file() or site not in path.parents:
            broken.append(f"no such file: {target}")
        elif anchor:
            name = path.relative_to(site).as_posix()
            if name in pages and anchor not in pages[name].ids:
                broken.append(f"no such anchor: {target}")
    assert broken == []


def test_nothing_in_it_needs_a_weaker_policy(document):
    inline = [e for e in document.tree.iter("script") if not e.get("src")]
    assert inline == []
    handlers = [(e.tag, a) for e in document.tree.iter() for a in e.attrib if a.startswith("on")]
    assert handlers == []


def test_it_holds_no_path_of_the_machine_it_was_built_on(document, site):
    assert str(site.parent.parent) not in document.text


def test_every_explorer_meets_the_page_contract(document):
    for name, section in document.explorers.items():
        assert re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", name)
        assert re.fullmatch(r"improving\.models\.\w+:\w+", section.get("data-model"))
        assert isinstance(json.loads(section.get("data-fixed")), dict)
        assert section.find(".//output") is not None
        assert section.findall(".//details[@class='explorer-table']//th[@data-column]")


def test_every_chart_has_a_short_description_and_a_table(document):
    figures = [e for e in document.having("figure", "class") if "chart" in e.get("class").split()]
    for figure in figures:
        text = figure.find(".//*[@role='img']").get("aria-label")
        assert 0 < len(text) <= 125
        assert figure.find(".//details//table") is not None
        assert figure.get("data-ready") is not None


def test_titles_differ(pages):
    titles = Counter(document.title for document in pages.values())
    assert [title for title, times in titles.items() if times > 1 or not title] == []


def test_an_explorer_is_on_one_page_only(pages):
    times = Counter(name for document in pages.values() for name in document.explorers)
    assert [name for name, count in times.items() if count > 1] == []


def test_a_page_that_only_leads_on_leads_to_a_page(pages):
    for document in pages.values():
        if document.forwards:
            refresh = document.tree.find(".//meta[@http-equiv='refresh']").get("content")
            delay, _, target = refresh.partition("; url=")
            assert delay == "0"
            assert document.resolve(target)[0].is_file()


def test_the_site_opens_at_its_index(pages):
    assert "index.html" in pages


def test_no_explorer_asks_for_more_than_100_kb(site):
    payloads = [p for p in (site / "_explorers").glob("*.js") if p.name != "vega.js"]
    sizes = {p.name: len(gzip.compress(p.read_bytes(), mtime=0)) for p in payloads}
    assert sizes
    assert {name: size for name, size in sizes.items() if size > 100_000} == {}


def test_no_script_or_style_names_another_host(site):
    for path in [*site.rglob("*.css"), *site.rglob("*.js")]:
        text = path.read_text(encoding="utf-8")
        loads = re.findall(r"""(?:@import|url\()\s*["']?(https?:)?//""", text)
        assert loads == [], path.name
