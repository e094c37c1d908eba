"""A newly published month is added whole, or refused with a reason and nothing changed."""

import csv
import io
import os
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from improving import ae_update, data
from improving.ae_update import add_ae, read_month
from improving.data import DataError

FIXTURES = Path(__file__).parent / "fixtures"
PUBLISHED = FIXTURES / "msitae-june-2026.csv"
TEXT = PUBLISHED.read_bytes().decode()
T1 = "A&E attendances Type 1"


@pytest.fixture
def tables(tmp_path):
    """Return a folder with a copy of the two A&E tables, as they stood to May 2026."""
    folder = tmp_path / "tables"
    folder.mkdir()
    for name in (ae_update.ENGLAND, ae_update.TRUSTS):
        frame = data.load(name)
        text = data.render(name, frame[frame["month"] < "2026-06-01"])
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def written(folder, text, name="month.csv"):
    path = folder.parent / name
    path.write_bytes(text.encode())
    return path


def with_cell(line, column, value):
    rows = list(csv.reader(io.StringIO(TEXT, newline="")))
    rows[line - 1][rows[0].index(column)] = value
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def refusal(act, *args):
    """Return the message with which a call is refused, or None; let any other error through."""
    try:
        act(*args)
    except DataError as error:
        return str(error)
    return None


# Adding


@pytest.mark.parametrize("kind", ["csv", "xls", "xlsx"])
def test_a_published_month_is_added_to_both_tables(tables, kind):
    before = contents(tables)
    assert add_ae(FIXTURES / f"msitae-june-2026.{kind}", tables) == ["2026-06"]

    after = contents(tables)
    assert list(after) == list(before), "a temporary file was left behind"
    for name, old in before.items():
        assert after[name].startswith(old), "an earlier month changed"

    england = data.read(ae_update.ENGLAND, tables / "ae_england_month.csv").iloc[-1].to_dict()
    last = data.load(ae_update.ENGLAND).set_index("month").loc["2026-05-01"].to_dict()
    carried = ("est_from_weekly", "crs_14_trusts_excluded", "booked_included", "baseline")
    assert {column: england[column] for column in carried} == {c: last[c] for c in carried}
    # Booked appointments count: 9,000 + 100 and 6,000 at the two trusts.
    assert england["t1_attendances"] == 15_100
    assert england["t1_over_4h"] == 6_110
    assert england["t1_within_4h"] == 8_990
    assert england["t1_pct_within_4h"] == 59.54
    assert england["all_attendances"] == 22_800
    assert england["all_pct_within_4h"] == 72.46
    assert england["em_admissions_via_ae"] == 4_255
    assert england["dta_wait_over_12h"] == 355

    trusts = data.read(ae_update.TRUSTS, tables / "ae_trust_month.csv")
    june = trusts[trusts["month"] == "2026-06-01"].drop(columns="month")
    assert june.to_numpy().tolist() == [["RZ1", 6000, 2100.0], ["RZ2", 9100, 4010.0]]


def test_the_course_reads_the_new_month_at_once(tables, monkeypatch):
    monkeypatch.setattr(data, "DATA", tables)
    assert len(data.load(ae_update.ENGLAND)) == 190
    add_ae(PUBLISHED)
    assert len(data.load(ae_update.ENGLAND)) == 191


def test_months_are_added_one_after_another(tables):
    add_ae(PUBLISHED, tables)
    july = written(tables, TEXT.replace("JUNE", "JULY"))
    assert add_ae(july, tables) == ["2026-07"]


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace("TOTAL,TOTAL,TOTAL,TOTAL", "MSitAE-JUNE-2026,TOTAL,,"),
        lambda t: t.replace("TOTAL,TOTAL,TOTAL,TOTAL", "Total,-,-,England"),
        lambda t: t.replace("\r\n", ",,\r\n") + ",,,\r\n\r\n",
        lambda t: t.replace("Period", "\ufeffPeriod", 1).replace(",9000,", ',"9,000",'),
        lambda t: t.replace("Org name", "Org  Name "),
    ],
)
def test_the_quirks_of_published_files_do_no_harm(tables, change):
    assert add_ae(written(tables, change(TEXT)), tables) == ["2026-06"]


def test_a_trust_without_4_hour_figures_stays_blank(tables):
    rows = with_cell(4, "Attendances over 4hrs Type 1", "").replace(",6100,20,", ",4000,20,")
    add_ae(written(tables, rows), tables)
    last = (tables / "ae_trust_month.csv").read_text().splitlines()[-2:]
    assert last == ["2026-06,RZ1,6000,", "2026-06,RZ2,9100,4010"]
    england = data.read(ae_update.ENGLAND, tables / "ae_england_month.csv").iloc[-1]
    assert england["t1_within_4h"] + england["t1_over_4h"] == 9100


def test_a_run_stopped_between_its_two_writes_is_made_good(tables, monkeypatch):
    replace = ae_update._replace

    def stopped(target, text):
        if target.stem == ae_update.ENGLAND:
            raise KeyboardInterrupt
        replace(target, text)

    monkeypatch.setattr(ae_update, "_replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        add_ae(PUBLISHED, tables)
    monkeypatch.undo()
    assert add_ae(PUBLISHED, tables) == ["2026-06"]
    trusts = data.read(ae_update.TRUSTS, tables / "ae_trust_month.csv")
    assert (trusts["month"] == "2026-06-01").sum() == 2


# Refusing

REFUSED = [
    (lambda t: t.replace("JUNE", "MAY"), "holds 2026-05, which is already in", "Add 2026-06 next"),
    (lambda t: t.replace("JUNE", "AUGUST"), "holds 2026-08, but the next month is 2026-06", "Add"),
    (lambda t: t.replace("JUNE-2026", "JUNE-2006"), "holds 2006-06, but the next month", "Add"),
    (
        lambda t: t.replace("MSitAE-JUNE", "MSitAE-JUIN"),
        "line 2, column Period: 'MSitAE",
        "Correct",
    ),
    (
        lambda t: t.replace("JUNE", "JULY", 1),
        "found 2026-07 (line 2), 2026-06 (line 3)",
        "one month",
    ),
    (lambda t: t.replace("Period,", "Month,"), "line 1: column 'Period' is missing", "layout"),
    (
        lambda t: t.replace("Attendances over 4hrs Type 1", "Attendances over 4 hours Type 1"),
        "'Attendances over 4hrs Type 1' is missing; the nearest is 'Attendances over 4",
        "download the file again",
    ),
    (
        lambda t: t.replace("Other emergency admissions", "Org name"),
        "'Org name' is there 2 times",
        "download the file again",
    ),
    (
        lambda t: t.replace("Other emergency admissions", "Attendances over 4hrs Virtual"),
        "'Attendances over 4hrs Virtual' is new",
        "download the file again",
    ),
    (
        lambda t: t.replace(",15000,", ",15001,"),
        "the total is 15001, but the rows add up to 15000",
        "download",
    ),
    (lambda t: t.replace(",15000,", ",,"), "is blank, but the rows add up to 15000", "download"),
    (lambda t: t[: t.index("TOTAL")], "has no row for the total of England", "download"),
    (lambda t: t + t[t.index("TOTAL") :], "line 6: a second total row; the first is line 5", "one"),
    (lambda t: t.replace("RZ1", "RZ2"), "line 4: RZ2 is there 2 times", "one row for each"),
    (lambda t: t.replace("RZ1", ""), "line 4, column Org Code: blank is not an org", "Correct"),
    (lambda t: t.replace(",6000,", ",6000.5,"), f"line 4, column {T1}: '6000.5' is not", "Correct"),
    (lambda t: t.replace(",6000,", ",-6000,"), f"line 4, column {T1}: '-6000' is not", "Correct"),
    (lambda t: t.replace(",2100,", ",7000,").replace(",6100,", ",11000,"), "more than", "Correct"),
    (lambda t: "", "is empty", "Download it again"),
    (lambda t: "<html>Not found</html>", "column 'Period' is missing", "download the file again"),
    (lambda t: '"' + "x" * 200_000, "is not valid CSV", "Download it again"),
]


@pytest.mark.parametrize(("change", "problem", "mend"), REFUSED)
def test_a_wrong_file_is_refused_and_nothing_changes(tables, change, problem, mend):
    before = contents(tables)
    path = written(tables, change(TEXT))
    with pytest.raises(DataError) as caught:
        add_ae(path, tables)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert problem in message
    assert mend in message
    assert contents(tables) == before


def changed_workbook(tables, change):
    book = openpyxl.load_workbook(FIXTURES / "msitae-june-2026.xlsx")
    change(book[ae_update.SHEET])
    path = tables.parent / "month.xlsx"
    book.save(path)
    return path


def set_cell(at, value):
    return lambda sheet: sheet.__setitem__(at, value)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda sheet: setattr(sheet, "title", "Data"), "has no sheet 'Provider Level Data'"),
        (set_cell("B16", "Organisation"), "no header row with 'Code' and 'Name'"),
        (set_cell("C6", "Spring"), "column Period: 'Spring' does not end in a month"),
        (set_cell("C6", "May 2026"), "which is already in"),
        (set_cell("M15", "Attendances over 6 hours"), "line 16: column 'A&E attendances greater"),
        (
            set_cell("E19", 6001),
            "line 17, column A&E attendances: Type 1 Departments - Major A&E: the total is 15100",
        ),
        (set_cell("E19", "n/a"), "line 19, column A&E attendances: Type 1"),
        (lambda sheet: sheet.delete_cols(28), "spending >12 hours"),
    ],
)
def test_a_wrong_workbook_is_refused_and_nothing_changes(tables, change, problem):
    before = contents(tables)
    path = changed_workbook(tables, change)
    with pytest.raises(DataError) as caught:
        add_ae(path, tables)
    assert str(caught.value).startswith(str(path))
    assert problem in str(caught.value)
    assert contents(tables) == before


def test_a_workbook_with_the_older_heading_is_read(tables):
    older = "A&E attendances > 4 hours from arrival to admission, transfer or discharge"
    assert add_ae(changed_workbook(tables, set_cell("M15", older)), tables) == ["2026-06"]


def test_csv_and_workbooks_tell_the_same():
    months = [read_month(FIXTURES / f"msitae-june-2026.{kind}") for kind in ("csv", "xls", "xlsx")]
    assert months[0] == months[1] == months[2]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("month.ods", b"", "is not a .csv, .xls or .xlsx file"),
        ("month.xlsx", b"PK\x03\x04 not a workbook", "cannot be read as a workbook"),
        ("month.xls", b"", "cannot be read as a workbook"),
    ],
)
def test_a_file_of_another_kind_is_refused(tables, name, content, problem):
    path = tables.parent / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=problem):
        add_ae(path, tables)


def test_a_missing_file_is_named(tables):
    with pytest.raises(DataError, match=r"july\.csv cannot be found\. Check the path"):
        add_ae(tables / "july.csv", tables)


def test_a_broken_table_stops_the_update(tables):
    file = tables / "ae_england_month.csv"
    file.write_text(file.read_text().replace("1493345", "unknown"))
    before = contents(tables)
    with pytest.raises(DataError, match="line 191, column t1_attendances"):
        add_ae(PUBLISHED, tables)
    assert contents(tables) == before


def test_a_write_that_fails_leaves_the_table_and_no_litter(tables, monkeypatch):
    before = contents(tables)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(DataError, match=r"cannot be written.*Close it in other programs"):
        add_ae(PUBLISHED, tables)
    assert contents(tables) == before


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 5),
    st.sampled_from(TEXT.splitlines()[0].split(",")),
    st.one_of(st.text(max_size=10), st.integers().map(str), st.sampled_from(["", "-", "TOTAL"])),
)
def test_any_altered_cell_is_read_or_refused(tmp_path_factory, line, column, value):
    path = tmp_path_factory.mktemp("ae") / "month.csv"
    path.write_bytes(with_cell(line, column, value).encode("utf-8", "replace"))
    complaint = refusal(read_month, path)
    assert complaint is None or complaint.startswith(str(path))
    shutil.rmtree(path.parent)


def test_the_last_month_of_a_year_is_followed_by_january(tables):
    for name in (ae_update.ENGLAND, ae_update.TRUSTS):
        path = tables / f"{name}.csv"
        frame = data.read(name, path)
        path.write_text(data.render(name, frame[frame["month"] <= pd.Timestamp("2025-12-01")]))
    january = written(tables, TEXT.replace("JUNE-2026", "JANUARY-2026"))
    assert add_ae(january, tables) == ["2026-01"]
