"""What the Sphinx extension gives the pages."""

import json

import pandas as pd
import pytest
from sphinx.errors import ExtensionError

from improving import data
from improving.book import generated, page
from improving.questions import load_bank


@pytest.mark.parametrize("name", ["https://cdn.example/x.js", "http://a.example/", "//b.example/c"])
def test_a_page_that_asks_for_another_host_stops_the_build(name):
    with pytest.raises(ExtensionError, match=r"chapters/x asks for .* remove what needs it"):
        page.own_files([name], "chapters/x")


def test_a_page_keeps_its_own_files_and_drops_sphinxs():
    files = ["_static/doctools.js", "_static/site.css", "_static/pygments.css", "_static/mine.js"]
    assert page.own_files(files, "x") == ["_static/site.css", "_static/mine.js"]


def test_only_chapters_are_lessons():
    assert page.lesson("chapters/12-mandate") == "12-mandate"
    assert page.lesson("book/glossary") == ""


def test_trusts_are_named_as_they_were_last():
    survey = pd.DataFrame(
        [
            (2023, "AAA", "Old name", "Community"),
            (2024, "AAA", "New name", "Community"),
            (2023, "GON", "Merged away", "Community"),
        ],
        columns=["year", "ods_code", "trust_name", "benchmark_group"],
    )
    emergency = pd.DataFrame(
        [("2025/26", "AAA", "Other name"), ("2025/26", "BBB", "Another"), ("2024/25", "GON", "M")],
        columns=["fy", "ods_code", "trust_name"],
    )
    assert generated.trusts(survey, emergency) == [
        {"code": "BBB", "name": "Another", "group": "Acute / acute & community"},
        {"code": "AAA", "name": "New name", "group": "Community"},
    ]


def test_every_trust_with_figures_for_the_latest_year_is_listed_once():
    survey, emergency = data.load("staff_survey_trust_year"), data.load("ae_trust_year")
    codes = [trust["code"] for trust in generated.trusts(survey, emergency)]
    latest = survey[survey.year == survey.year.max()].ods_code
    assert len(codes) == len(set(codes))
    assert set(latest) <= set(codes)


def test_the_workbooks_script_holds_the_bank_and_is_one_statement():
    bank = load_bank("12-mandate")
    text = generated.script("improvingWorkbook", generated.workbook([(bank, "Mandate")]))
    start, end = "window.improvingWorkbook = ", ";\n"
    assert text.startswith(start)
    assert text.endswith(end)
    (lesson,) = json.loads(text.removeprefix(start).removesuffix(end))["lessons"]
    assert lesson["url"] == "chapters/12-mandate.html"
    assert [q["id"] for q in lesson["questions"]] == [q.id for q in bank.questions]
    assert [r["prompt"] for r in lesson["reflections"]] == [r.prompt for r in bank.reflections]
