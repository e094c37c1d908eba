"""Load the tables in `data/`: typed, checked and read once.

    from improving import data

    england = data.load("ae_england_month")

Every table has a schema. A table that breaks it raises `DataError`, whose message names the file,
the line, the column and the mend. A blank cell is a missing figure, never a zero.

Months are dates (the first day of the month). Counts are whole numbers; a count that may be blank
is a float column, because only that can hold a missing value. Percentages run from 0 to 100.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    import pandera.pandas as pa

TABLES = (
    "ae_england_month",
    "ae_trust_month",
    "ae_trust_year",
    "staff_survey_summary",
    "staff_survey_trust_year",
    "trust_context",
)

_MEND = "Correct the value in the source row."


class DataError(ValueError):
    """A table that cannot be used. The message names the file, the place and the mend."""


def _data_folder() -> Path:
    chosen = os.environ.get("IMPROVING_DATA")
    return Path(chosen) if chosen else Path(__file__).resolve().parents[2] / "data"


DATA = _data_folder()
"""The folder of tables: the repository's `data`, or where IMPROVING_DATA points."""


def table_path(name: str) -> Path:
    """Return the path of a table's file.

    Parameters
    ----------
    name : str
        One of `TABLES`.

    Raises
    ------
    DataError
        If no table has that name.
    """
    if name not in TABLES:
        raise DataError(f"No table is called {name!r}. The tables are: {', '.join(TABLES)}.")
    return DATA / f"{name}.csv"


def load(name: str) -> pd.DataFrame:
    """Return a table, typed and checked.

    The file is read once. It is read again only after it has changed on disk. The frame is a
    copy, so a caller may change it freely.

    Parameters
    ----------
    name : str
        One of `TABLES`. The data dictionary, `data/README.md`, explains every column.

    Raises
    ------
    DataError
        If the name is unknown, or the file is missing or breaks its schema.
    """
    path = table_path(name)
    changed = path.stat().st_mtime_ns if path.exists() else 0
    return _load(name, path, changed).copy()


@cache
def _load(name: str, path: Path, changed: int) -> pd.DataFrame:
    return read(name, path)


def read(name: str, path: Path) -> pd.DataFrame:
    """Read a table from a file of one's own choice, without the cache.

    Parameters
    ----------
    name : str
        One of `TABLES`: the schema that the file must meet.
    path : Path
        The file.

    Raises
    ------
    DataError
        If the file is missing, cannot be read, or breaks the schema.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(
            f"{place(path)} cannot be found. Restore it from the repository, "
            "or point IMPROVING_DATA at the folder that holds it."
        ) from None
    except UnicodeDecodeError:
        raise DataError(f"{place(path)} is not UTF-8 text. Save it as CSV UTF-8.") from None
    except OSError as error:
        raise DataError(
            f"{place(path)} cannot be read ({error.strerror}). "
            "Close it in other programs, and check who may read it."
        ) from None
    return parse(name, text, path)


def parse(name: str, text: str, path: Path) -> pd.DataFrame:
    """Turn a table's CSV text into a checked frame.

    Parameters
    ----------
    name : str
        One of `TABLES`.
    text : str
        The whole of the CSV text, with its header.
    path : Path
        The file the text belongs to, for messages. It is not read.

    Raises
    ------
    DataError
        At the first line that breaks the schema.
    """
    columns = schema(name).columns
    lines, rows = _split(text, path, list(columns))
    cells = zip(*rows, strict=True)
    frame = pd.DataFrame(
        {
            column: _typed(values, _kind(rule), path, column, lines)
            for (column, rule), values in zip(columns.items(), cells, strict=True)
        }
    )
    _check(frame, name, path, lines)
    return frame


def render(name: str, frame: pd.DataFrame) -> str:
    """Return a frame as the table's CSV text: the one form in which a table is stored.

    `parse` of the result gives the same frame again.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(zip(*(_as_text(frame[column]) for column in frame.columns), strict=True))
    return out.getvalue()


def place(path: Path, line: int | None = None, column: str | None = None) -> str:
    """Say where something is: the file, then the line and the column where they are known."""
    root = DATA.resolve().parent
    shown = path.resolve()
    name = shown.relative_to(root).as_posix() if shown.is_relative_to(root) else str(path)
    parts = [name]
    if line is not None:
        parts.append(f"line {line}")
    if column is not None:
        parts.append(f"column {column}")
    return ", ".join(parts)


# Cells


def _split(text: str, path: Path, columns: list[str]) -> tuple[list[int], list[list[str]]]:
    """Cut the text into rows, each with the number of the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    start = 1
    try:
        header = next(reader, [])
        _check_header(header, path, columns)
        start = reader.line_num + 1
        for row in reader:
            if len(row) != len(columns):
                raise DataError(
                    f"{place(path, start)}: {len(row)} cells where the header has {len(columns)}. "
                    "Give every column one cell; leave a missing figure blank."
                )
            lines.append(start)
            rows.append(row)
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{place(path, start)}: the row is not valid CSV ({error}). "
            "Close every quotation mark and save the file as CSV UTF-8."
        ) from None
    if not rows:
        raise DataError(f"{place(path)} has no rows. Restore it from the repository.")
    return lines, rows


def _check_header(header: list[str], path: Path, columns: list[str]) -> None:
    if header == columns:
        return
    missing = [column for column in columns if column not in header]
    extra = [column for column in header if column not in columns]
    found = [
        f"missing {', '.join(missing)}" if missing else "",
        f"unexpected {', '.join(map(repr, extra))}" if extra else "",
    ]
    problem = "; ".join(filter(None, found)) or "the columns are repeated or in another order"
    raise DataError(f"{place(path, 1)}: {problem}. The header must be: {','.join(columns)}.")


class _Kind(NamedTuple):
    """How a kind of cell is written in the file, and what it becomes."""

    dtype: Literal["int64", "float64", "str", "datetime64[us]"]
    pattern: re.Pattern[str]
    wanted: str
    convert: Callable[[str], Any]


_INT = _Kind("int64", re.compile(r"-?[0-9]{1,15}"), "a whole number", int)
_FLOAT = _Kind("float64", re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,4})?"), "a number", float)
_TEXT = _Kind("str", re.compile(r"\S(.*\S)?"), "text on one line, without spaces around it", str)
_MONTH = _Kind(
    "datetime64[us]",
    re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])"),
    "a month such as 2026-05",
    lambda cell: dt.datetime(int(cell[:4]), int(cell[5:]), 1),
)


def _kind(rule: pa.Column) -> _Kind:
    by_name = {"int": _INT, "float": _FLOAT, "str": _TEXT, "datetime": _MONTH}
    return next(kind for name, kind in by_name.items() if str(rule.dtype).startswith(name))


def _typed(
    values: Sequence[str], kind: _Kind, path: Path, column: str, lines: Sequence[int]
) -> pd.Series[Any]:
    """Give one column of cells its type, or say which cell does not fit."""

    def typed(cell: str, line: int) -> Any:
        if kind.pattern.fullmatch(cell):
            return kind.convert(cell)
        if cell == "" and kind is _FLOAT:
            return float("nan")
        where = place(path, line, column)
        if cell == "":
            raise DataError(f"{where}: the cell is blank. Fill it in.")
        raise DataError(f"{where}: {cell!r} is not {kind.wanted}. {_MEND}")

    cells = [typed(cell, line) for cell, line in zip(values, lines, strict=True)]
    return pd.Series(cells, dtype=kind.dtype)


def _as_text(values: pd.Series[Any]) -> list[str]:
    if values.dtype.kind == "M":
        return list(values.dt.strftime("%Y-%m"))
    if values.dtype.kind == "f":
        return ["" if pd.isna(v) else f"{v:.4f}".rstrip("0").rstrip(".") for v in values]
    return [str(v) for v in values]


# Schemas


def _check(frame: pd.DataFrame, name: str, path: Path, lines: Sequence[int]) -> None:
    """Hold the frame against its schema; report the failure that stands first in the file."""
    from pandera.errors import SchemaErrors

    try:
        schema(name).validate(frame, lazy=True)
    except SchemaErrors as errors:
        failures = [_first_failure(error) for error in errors.schema_errors]
        row, column, check = min(failures, key=lambda failure: failure[0])
        value = _as_text(frame[column].iloc[[row]])[0] or "blank"
        where = place(path, lines[row], column)
        raise DataError(f"{where}: {value} {check.error}. {check.description or _MEND}") from None


def _first_failure(error: Any) -> tuple[int, str, Any]:
    column = error.schema.name or error.check.name
    return int(error.failure_cases["index"].min()), column, error.check


@cache
def schema(name: str) -> pa.DataFrameSchema:
    """Return a table's pandera schema.

    Parameters
    ----------
    name : str
        One of `TABLES`.
    """
    table_path(name)
    # Pandera is slow to import: only those who load a table pay for it.
    from improving import schemas

    return schemas.build(name)
