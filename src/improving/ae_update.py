"""Add one newly published month of A&E figures to the course's tables.

NHS England publishes each month as a CSV file and as a workbook of providers. Both are read
into the same shape, checked against the file's own total, and only then written. A file that is
refused changes nothing.

The tables keep first-published values. The workbook counts booked appointments inside its
figures; the CSV gives them in columns of their own, which are added here.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from calendar import month_name
from collections import Counter
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl  # type: ignore[import-untyped]
import pandas as pd
import xlrd

from improving import data
from improving.data import DataError, place

ENGLAND, TRUSTS = "ae_england_month", "ae_trust_month"

SHEET = "Provider Level Data"

_TOTAL = {"total", "grand total", "england"}
_COUNTED = ("a&e attendances type", "a&e attendances booked", "attendances over 4hrs")
_AGAIN = "The layout has changed: download the file again; if it stays so, add the month by hand."
_MONTHS = tuple(month.casefold() for month in month_name[1:])

Counts = dict[str, int | None]

_T1, _T2, _T3 = (
    "Type 1 Departments - Major A&E",
    "Type 2 Departments - Single Specialty",
    "Type 3 Departments - Other A&E/Minor Injury Unit",
)
_OVER = "A&E attendances greater than 4 hours from arrival to admission, transfer or discharge"
_TYPES = ("Type 1", "Type 2", "Other Department")
_BOOKED = [f"A&E attendances Booked Appointments {kind}" for kind in _TYPES]
_OVER_CSV = [
    f"Attendances over 4hrs {booked}{kind}"
    for booked in ("", "Booked Appointments ")
    for kind in _TYPES
]

CSV_COLUMNS = {
    "t1_attendances": ("A&E attendances Type 1", _BOOKED[0]),
    "all_attendances": (
        "A&E attendances Type 1",
        "A&E attendances Type 2",
        "A&E attendances Other A&E Department",
        *_BOOKED,
    ),
    "t1_over_4h": (_OVER_CSV[0], _OVER_CSV[3]),
    "all_over_4h": tuple(_OVER_CSV),
    "em_admissions_via_ae": (
        "Emergency admissions via A&E - Type 1",
        "Emergency admissions via A&E - Type 2",
        "Emergency admissions via A&E - Other A&E department",
    ),
    "dta_wait_over_12h": ("Patients who have waited 12+ hrs from DTA to admission",),
}
"""Which columns of the published CSV add up to each figure."""

WORKBOOK_COLUMNS = {
    "t1_attendances": (f"A&E attendances: {_T1}",),
    "all_attendances": tuple(f"A&E attendances: {kind}" for kind in (_T1, _T2, _T3)),
    "t1_over_4h": (f"{_OVER}: {_T1}",),
    "all_over_4h": tuple(f"{_OVER}: {kind}" for kind in (_T1, _T2, _T3)),
    "em_admissions_via_ae": tuple(
        f"Emergency Admissions via Type {kind} A&E" for kind in ("1", "2", "3 and 4")
    ),
    "dta_wait_over_12h": (
        "Number of patients spending >12 hours from decision to admit to admission",
    ),
}
"""Which columns of the published workbook add up to each figure ("group: column" if repeated)."""


class Month(NamedTuple):
    """One published month: its name as "2026-06", and each organisation's figures by code.

    The figures are those that `CSV_COLUMNS` names; None where the organisation gave none.
    """

    name: str
    figures: dict[str, Counts]


class _Row(NamedTuple):
    """One line of the published file: an organisation or the total, with a count per column."""

    line: int
    code: str
    counts: Counts


class _Sheet(NamedTuple):
    """The published file as text: a header, numbered rows below it, and where things are."""

    path: Path
    header_line: int
    header: list[str]
    rows: list[tuple[int, list[str]]]
    code: str
    names: tuple[str, ...]
    period: str
    columns: dict[str, tuple[str, ...]]

    @property
    def counted(self) -> list[str]:
        """Every column that goes into a figure, once."""
        return list(dict.fromkeys(column for parts in self.columns.values() for column in parts))


def add_ae(path: Path | str, data_dir: Path | str | None = None) -> list[str]:
    """Add one published month to `ae_england_month.csv` and `ae_trust_month.csv`.

    Flags and baseline carry on from the last month. Where NHS England changes how it counts,
    change the flag by hand and add 1 to the baseline.

    Parameters
    ----------
    path : Path or str
        The published file: the monthly CSV, or the .xls or .xlsx workbook of providers.
    data_dir : Path or str, optional
        The folder that holds the tables; the course's own if none is given.

    Returns
    -------
    list of str
        The months added, such as `["2026-06"]`.

    Raises
    ------
    DataError
        If the file cannot be read, its layout has changed, its total is not the sum of its rows,
        or its month is not the next one. Nothing is written then.
    """
    folder = data.DATA if data_dir is None else Path(data_dir)
    england_path, trusts_path = folder / f"{ENGLAND}.csv", folder / f"{TRUSTS}.csv"
    england, trusts = data.read(ENGLAND, england_path), data.read(TRUSTS, trusts_path)

    month = read_month(Path(path))
    _check_next(month.name, england, Path(path), england_path)

    new_england = pd.concat([england, _england_row(month, england)], ignore_index=True)
    # A run stopped between its two writes leaves trusts a month ahead: that month is redone.
    known = trusts[trusts["month"] <= england["month"].max()]
    new_trusts = pd.concat([known, _trust_rows(month, trusts)], ignore_index=True)

    texts = {
        trusts_path: _checked(TRUSTS, new_trusts, trusts_path, Path(path)),
        england_path: _checked(ENGLAND, new_england, england_path, Path(path)),
    }
    for target, text in texts.items():
        _replace(target, text)
    return [month.name]


def read_month(path: Path) -> Month:
    """Read a published file and check it against its own total.

    Parameters
    ----------
    path : Path
        A .csv, .xls or .xlsx file as NHS England publishes it.

    Raises
    ------
    DataError
        If the file cannot be read, its layout has changed, or it contradicts itself.
    """
    readers = {".csv": _csv_sheet, ".xls": _workbook_sheet, ".xlsx": _workbook_sheet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise DataError(
            f"{place(path)} is not a .csv, .xls or .xlsx file. "
            "Give the monthly A&E file as NHS England publishes it."
        )
    if not path.is_file():
        raise DataError(f"{place(path)} cannot be found. Check the path and the file's name.")
    sheet = reader(path)
    _check_layout(sheet)
    total, providers = _rows(sheet)
    _check_sums(sheet, total, providers)
    figures = {row.code: _figures(row, sheet.columns) for row in providers}
    return Month(_month_name(sheet), figures)


# Reading


def _csv_sheet(path: Path) -> _Sheet:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    try:
        reader = csv.reader(io.StringIO(text, newline=""))
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise DataError(f"{place(path)} is not valid CSV ({error}). Download it again.") from None
    if not rows:
        raise DataError(f"{place(path)} is empty. Download it again.")
    (line, header), body = rows[0], [(line, row) for line, row in rows[1:] if any(row)]
    names = ("Period", "Org Code", "Parent Org", "Org name")
    return _Sheet(path, line, header, body, "Org Code", names, "", CSV_COLUMNS)


def _workbook_sheet(path: Path) -> _Sheet:
    try:
        read = _read_old if xlrd.inspect_format(path) == "xls" else _read_new
        sheets, rows = read(path)
    except Exception as error:  # a damaged workbook fails in any of a dozen ways
        raise DataError(
            f"{place(path)} cannot be read as a workbook ({error}). Download it again."
        ) from None
    if SHEET not in sheets:
        raise DataError(
            f"{place(path)} has no sheet {SHEET!r}; it has {', '.join(map(repr, sheets))}. "
            "Give the workbook of A&E by provider."
        )
    at = next((i for i, row in enumerate(rows) if {"Code", "Name"} <= set(row)), None)
    if not at:
        raise DataError(
            f"{place(path)}, sheet {SHEET!r}: no header row with 'Code' and 'Name'. {_AGAIN}"
        )
    numbered = [(line, row) for line, row in enumerate(rows[at + 1 :], at + 2) if any(row)]
    header = _joined_header(rows[at - 1], rows[at])
    names = ("Code", "Name")
    return _Sheet(path, at + 1, header, numbered, "Code", names, _period(rows), WORKBOOK_COLUMNS)


def _read_old(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the names of an .xls workbook's sheets, and the rows of ours as text."""
    book = xlrd.open_workbook(path, logfile=io.StringIO())

    def text(cell: Any) -> str:
        # An error such as #N/A is stored as a number; it must not pass for a count.
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
        return _cell_text(cell.value)

    names = book.sheet_names()
    cells = book.sheet_by_name(SHEET).get_rows() if SHEET in names else []
    return names, [[text(cell) for cell in row] for row in cells]


def _read_new(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the names of an .xlsx workbook's sheets, and the rows of ours as text."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
    cells = book[SHEET].iter_rows(values_only=True) if SHEET in book.sheetnames else []
    return book.sheetnames, [[_cell_text(cell) for cell in row] for row in cells]


def _cell_text(cell: Any) -> str:
    if cell is None:
        return ""
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell) if whole else cell).strip()


def _joined_header(groups: list[str], columns: list[str]) -> list[str]:
    """Put its group before a column's name where the name alone is not unique."""
    header, group = [], ""
    for heading, column in zip(groups, columns, strict=True):
        group = heading or group
        header.append(f"{group}: {column}" if column and columns.count(column) > 1 else column)
    return header


def _period(rows: list[list[str]]) -> str:
    for row in rows:
        if "Period:" in row:
            return next(filter(None, row[row.index("Period:") + 1 :]), "")
    return ""


def _plain(label: str) -> str:
    """Write a label in the one way by which labels are compared."""
    label = label.casefold().replace(">", " greater than ").replace("<", " less than ")
    return " ".join(label.split())


# Layout


def _check_layout(sheet: _Sheet) -> None:
    labels = Counter(_plain(label) for label in sheet.header if label)
    needed = [*sheet.names, *sheet.counted]
    known = {_plain(column) for column in needed}
    where = place(sheet.path, sheet.header_line)
    for column in needed:
        found = labels[_plain(column)]
        if found > 1:
            raise DataError(f"{where}: column {column!r} is there {found} times. {_AGAIN}")
        if found == 0:
            close = get_close_matches(_plain(column), set(labels) - known, n=1)
            original = next((label for label in sheet.header if [_plain(label)] == close), None)
            nearest = f"the nearest is {original!r}" if original else "nothing like it is there"
            raise DataError(f"{where}: column {column!r} is missing; {nearest}. {_AGAIN}")
    for label in sheet.header:
        if _plain(label).startswith(_COUNTED) and _plain(label) not in known:
            raise DataError(
                f"{where}: column {label!r} is new, and would be left out of the totals. {_AGAIN}"
            )


def _rows(sheet: _Sheet) -> tuple[_Row, list[_Row]]:
    """Part the total for England from the organisations."""
    at = {_plain(label): i for i, label in enumerate(sheet.header) if label}
    total: _Row | None = None
    providers: list[_Row] = []
    for line, raw in sheet.rows:
        cells = raw + [""] * (len(sheet.header) - len(raw))
        code = cells[at[_plain(sheet.code)]]
        names = {cells[at[_plain(name)]].casefold() for name in sheet.names}
        is_total = bool(names & _TOTAL)
        if not is_total and not re.fullmatch("[A-Z0-9]{3,6}", code):
            _check_note(sheet, line, cells, at)
            continue
        counts = {
            column: _count(cells[at[_plain(column)]], place(sheet.path, line, column))
            for column in sheet.counted
        }
        row = _Row(line, code, counts)
        if not is_total:
            providers.append(row)
        elif total is None:
            total = row
        else:
            raise DataError(
                f"{place(sheet.path, line)}: a second total row; the first is line {total.line}. "
                "Give a file that holds one month."
            )
    if total is None:
        raise DataError(f"{place(sheet.path)} has no row for the total of England. {_AGAIN}")
    for code, times in Counter(row.code for row in providers).items():
        if times > 1:
            line = [row.line for row in providers if row.code == code][1]
            raise DataError(
                f"{place(sheet.path, line)}: {code} is there {times} times. "
                "Give a file that holds one month, with one row for each organisation."
            )
    return total, providers


def _check_note(sheet: _Sheet, line: int, cells: list[str], at: dict[str, int]) -> None:
    """Let a footnote pass, but not figures without an organisation's code."""
    if any(cells[at[_plain(column)]] for column in sheet.counted):
        code = cells[at[_plain(sheet.code)]] or "blank"
        raise DataError(
            f"{place(sheet.path, line, sheet.code)}: {code} is not an organisation code, "
            "but the row has figures. Correct the code."
        )


def _count(cell: str, where: str) -> int | None:
    if cell in ("", "-"):
        return None
    if not re.fullmatch(r"[0-9]{1,9}|[0-9]{1,3}(,[0-9]{3}){1,2}", cell):
        raise DataError(f"{where}: {cell!r} is not a whole number. Correct it in the source row.")
    return int(cell.replace(",", ""))


def _check_sums(sheet: _Sheet, total: _Row, providers: list[_Row]) -> None:
    for column, stated in total.counts.items():
        added = sum(row.counts[column] or 0 for row in providers)
        if stated != added:
            raise DataError(
                f"{place(sheet.path, total.line, column)}: the total is "
                f"{'blank' if stated is None else stated}, but the rows add up to {added}. "
                "A row is missing or altered: download the file again."
            )


def _figures(row: _Row, columns: dict[str, tuple[str, ...]]) -> Counts:
    """Add columns up to figures; a figure lacks a value where one of its parts does."""

    def figure(parts: tuple[str, ...]) -> int | None:
        known = [number for part in parts if (number := row.counts[part]) is not None]
        return sum(known) if len(known) == len(parts) else None

    return {name: figure(parts) for name, parts in columns.items()}


# Month


def _month_name(sheet: _Sheet) -> str:
    if sheet.period or "Period" not in sheet.names:
        return _parse_month(sheet.period, place(sheet.path, None, "Period"))
    at = sheet.header.index(next(h for h in sheet.header if _plain(h) == "period"))
    months: dict[str, int] = {}
    for line, cells in sheet.rows:
        if cells[at] and cells[at].casefold() not in _TOTAL:
            months.setdefault(_parse_month(cells[at], place(sheet.path, line, "Period")), line)
    if len(months) != 1:
        found = ", ".join(f"{month} (line {line})" for month, line in months.items()) or "none"
        raise DataError(
            f"{place(sheet.path, None, 'Period')}: one month expected, found {found}. "
            "Give one month's file at a time."
        )
    return next(iter(months))


def _parse_month(text: str, where: str) -> str:
    match = re.search(r"([A-Za-z]{3,9})[ -]+(20[0-9]{2})$", text)
    word = match[1].casefold() if match else ""
    number = next((n for n, month in enumerate(_MONTHS, 1) if word and month.startswith(word)), 0)
    if not match or not number:
        raise DataError(
            f"{where}: {text or 'blank'!r} does not end in a month such as 'MAY-2026' or "
            "'May 2026'. Correct the period."
        )
    return f"{match[2]}-{number:02}"


def _check_next(name: str, england: pd.DataFrame, path: Path, england_path: Path) -> None:
    months = list(england["month"].dt.strftime("%Y-%m"))
    after = (england["month"].max() + pd.DateOffset(months=1)).strftime("%Y-%m")
    if name in months:
        raise DataError(
            f"{place(path)} holds {name}, which is already in "
            f"{place(england_path, months.index(name) + 2)}. Add {after} next."
        )
    if name != after:
        raise DataError(f"{place(path)} holds {name}, but the next month is {after}. Add {after}.")


# Writing


def _england_row(month: Month, england: pd.DataFrame) -> pd.DataFrame:
    """Return England's new row; what says how it was counted carries on from the last month."""

    def total(name: str) -> int:
        return sum(figures[name] or 0 for figures in month.figures.values())

    def within(kind: str) -> int:
        pairs = (
            (figures[f"{kind}_attendances"], figures[f"{kind}_over_4h"])
            for figures in month.figures.values()
        )
        return sum(seen - over for seen, over in pairs if seen is not None and over is not None)

    return (
        england.tail(1)
        .assign(
            month=pd.Timestamp(f"{month.name}-01"),
            t1_attendances=total("t1_attendances"),
            t1_within_4h=within("t1"),
            t1_over_4h=total("t1_over_4h"),
            t1_pct_within_4h=_percent(within("t1"), total("t1_over_4h")),
            all_attendances=total("all_attendances"),
            all_pct_within_4h=_percent(within("all"), total("all_over_4h")),
            em_admissions_via_ae=total("em_admissions_via_ae"),
            dta_wait_over_12h=total("dta_wait_over_12h"),
        )
        .astype(england.dtypes.to_dict())
    )


def _percent(within: int, over: int) -> float:
    return round(100 * within / (within + over), 2) if within + over else float("nan")


def _trust_rows(month: Month, trusts: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {"ods_code": code, **{name: figures[name] for name in ("t1_attendances", "t1_over_4h")}}
        for code, figures in sorted(month.figures.items())
        if figures["t1_attendances"]
    ]
    frame = pd.DataFrame(rows, columns=list(trusts.columns))
    frame["month"] = pd.Timestamp(f"{month.name}-01")
    return frame.astype(trusts.dtypes.to_dict())


def _checked(name: str, frame: pd.DataFrame, target: Path, source: Path) -> str:
    """Return the table's new text, once it has passed the table's schema."""
    text = data.render(name, frame)
    try:
        data.parse(name, text, target)
    except DataError as error:
        raise DataError(f"{place(source)} does not fit the table: {error}") from None
    return text


def _replace(target: Path, text: str) -> None:
    """Put the new text in the file's place in one step, so that no half-written file is left."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            os.chmod(name, target.stat().st_mode)
        os.replace(name, target)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise DataError(
            f"{place(target)} cannot be written ({error.strerror}). "
            "Close it in other programs, then add the month again."
        ) from None
