"""Marks are handed on as they are: a blank is never 0, and no cell of a spreadsheet runs."""

import csv
import json

import openpyxl
import pytest
import tiny
from marked import Marked, put
from tiny import SLUG

from improving.educator import gradebook, marks
from improving.educator.assign import assign
from improving.educator.desk import Desk, Learner
from improving.educator.marks import COLUMNS, write_marks
from improving.educator.results import CheckResult, Result
from improving.educator.review import Reviewing
from improving.files import write_text
from improving.problems import CourseError

PARTS = ("part_1", "part_2", "part_3", "total")
COHORT = {
    "whole": Marked("whole", "Wil Whole", "w@nhs.example"),
    "unread": Marked("unread"),
    "wrong": Marked("wrong", earned=(0.0, 0.0)),
    "unreached": Marked(
        "unreached", earned=(6.0, None), status="crashed", reason="Python stopped in cell 7."
    ),
    "tampered": Marked("tampered", status="tampered", notes=("It was handed in as x.ipynb.",)),
    "missing": Marked("missing", status="missing"),
    "unreadable": Marked("unreadable", status="unreadable", reason="The file is empty."),
}
POINTS = {
    "whole": ("6", "8", "5", "19"),
    "unread": ("6", "8", "", ""),
    "wrong": ("0", "0", "0", "0"),
    "unreached": ("6", "", "", ""),
    "tampered": ("6", "8", "", ""),
    "missing": ("", "", "", ""),
    "unreadable": ("", "", "", ""),
    "waiting": ("", "", "", ""),
    "absent": ("", "", "", ""),
}
RUN_BY_SPREADSHEETS = [
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
    "\x01=1+1",
]
HOSTILE = [
    Marked(f"h{number}", name=said, email=said, notes=(said,))
    for number, said in enumerate(RUN_BY_SPREADSHEETS)
]


@pytest.fixture(scope="module")
def marked(desk):
    put(desk, *COHORT.values(), *HOSTILE)
    desk.add_learners([Learner("waiting"), Learner("absent")])
    desk.submitted(SLUG, "waiting").parent.mkdir(parents=True)
    desk.submitted(SLUG, "waiting").write_bytes(b"{}")
    reviewing = Reviewing(desk, SLUG)
    for learner, levels in (("whole", "122"), ("wrong", "000")):
        form = {f"level-{number}": [level] for number, level in enumerate(levels)}
        reviewing.save(next(one for one in desk.learners() if one.id == learner), form)
    return desk


def from_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["learner"]: row for row in rows}


def from_workbook(path):
    sheet = openpyxl.load_workbook(path)["Marks"]
    first, *rows = sheet.iter_rows()
    names = [cell.value for cell in first]
    return {row[0].value: dict(zip(names, row, strict=True)) for row in rows}


def test_a_csv_has_a_line_for_each_and_a_blank_is_not_0(marked, tmp_path):
    written = write_marks(marked, tmp_path / "new" / "marks.csv")
    found = from_csv(tmp_path / "new" / "marks.csv")
    assert written == len(found) == len(POINTS) + len(HOSTILE)
    assert list(found["whole"]) == COLUMNS
    got = {who: tuple(found[who][part].removesuffix(".0") for part in PARTS) for who in POINTS}
    assert got == POINTS


def test_a_workbook_says_the_same_in_numbers(marked, tmp_path):
    write_marks(marked, tmp_path / "marks.xlsx")
    found = from_workbook(tmp_path / "marks.xlsx")
    for who, in_all in POINTS.items():
        for part, points in zip(PARTS, in_all, strict=True):
            assert found[who][part].value == (float(points) if points else None)
            # A sum fails on an empty text.
            assert found[who][part].data_type == "n"


def test_each_row_says_how_it_went_and_why(marked, tmp_path):
    write_marks(marked, tmp_path / "marks.csv")
    found = from_csv(tmp_path / "marks.csv")
    assert {who: found[who]["status"] for who in POINTS} == {
        **{who: one.status for who, one in COHORT.items()},
        "waiting": "not marked yet",
        "absent": "missing",
    }
    assert (found["whole"]["name"], found["whole"]["email"]) == ("Wil Whole", "w@nhs.example")
    assert found["unreached"]["note"] == "Python stopped in cell 7."
    assert found["tampered"]["note"] == "It was handed in as x.ipynb."
    assert found["waiting"]["note"] == f"Run `python course.py mark {SLUG}`."
    assert {row["exercise"] for row in found.values()} == {SLUG}
    assert found["whole"]["out_of"] == "20.0"


@pytest.mark.parametrize(("name", "read"), [("m.csv", from_csv), ("m.xlsx", from_workbook)])
def test_what_a_spreadsheet_would_run_is_text(marked, tmp_path, name, read):
    write_marks(marked, tmp_path / name)
    found = read(tmp_path / name)
    for one in HOSTILE:
        for column in ("name", "email", "note"):
            cell = found[one.learner][column]
            text = cell if isinstance(cell, str) else cell.value
            assert text.startswith("'")
            assert "".join(one.name.split())[1:] in "".join(text.split())
            assert isinstance(cell, str) or cell.data_type in ("s", "inlineStr")


@pytest.mark.parametrize("said", [*RUN_BY_SPREADSHEETS, 'a,"b"\nc', "bell\x07", "half \ud800"])
def test_no_name_and_no_note_keeps_the_others_marks_from_being_written(tmp_path, said, monkeypatch):
    row = dict.fromkeys(COLUMNS) | {"learner": "a", "name": said, "email": said, "note": said}
    monkeypatch.setattr(marks, "table", lambda desk: marks.pd.DataFrame([row, row | {"name": "B"}]))
    for name, read in (("marks.csv", from_csv), ("marks.xlsx", from_workbook)):
        assert write_marks(Desk(tmp_path), tmp_path / name) == 2
        assert len(read(tmp_path / name)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["marks.csv", "marks.xlsx"]


def test_further_checks_of_an_educators_own_have_a_column(tiny_exercise, tmp_path):
    own = {"metadata": {}, "nbformat": 4, "cells": []}
    check = tiny.cell("code", "assert answer > 41", tiny.nbgrader("own", grade=True, points=2))
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / f"{SLUG}.ipynb").write_text(json.dumps(own | {"cells": [check]}))
    desk = Desk(tmp_path / "marking")
    assign(desk, SLUG, tmp_path / "out", [Learner("ann")], tmp_path / "own")
    put(desk, Marked("ann"))
    assert marks.table(desk)["further_checks"].isna().all()
    gave = CheckResult(cell="own", points=2, earned=1.5, state="not yet", words="Nearly.")
    result = Result(learner="ann", exercise=SLUG, digest="1", status="marked", checks=(gave,))
    with gradebook.opened(desk) as ledger:
        ledger.record(Learner("ann"), result)
    write_text(desk.result(SLUG, "ann"), result.model_dump_json())
    assert marks.table(desk)["further_checks"].tolist() == [1.5]
    assert marks.table(desk)["out_of"].tolist() == [22]


@pytest.mark.parametrize("name", ["marks.ods", "marks", "marks.csv.exe", ".csv"])
def test_another_kind_of_file_is_refused_and_not_made(marked, tmp_path, name):
    with pytest.raises(CourseError, match=r"use \.csv or \.xlsx"):
        write_marks(marked, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_desk_where_nothing_was_assigned_says_so(tmp_path):
    with pytest.raises(CourseError, match="name the right desk"):
        write_marks(Desk(tmp_path / "empty"), tmp_path / "marks.csv")


def test_marks_that_were_written_before_are_replaced_whole(marked, tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text("old" * 10_000)
    write_marks(marked, path)
    assert "oldold" not in path.read_text(encoding="utf-8-sig")
    assert [found.name for found in tmp_path.iterdir()] == ["marks.csv"]
