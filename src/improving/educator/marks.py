"""Hand the marks on: one row for each learner and exercise, as CSV or as a workbook."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pandas as pd

from improving import files
from improving.educator import gradebook, report, results
from improving.educator.desk import DANGEROUS, Desk, Learner
from improving.educator.gradebook import Ledger
from improving.problems import CourseError

COLUMNS = [
    "learner",
    "name",
    "email",
    "exercise",
    "status",
    "part_1",
    "part_2",
    "part_3",
    "further_checks",
    "total",
    "out_of",
    "note",
]


def table(desk: Desk) -> pd.DataFrame:
    """Return the marks of everybody, in every exercise assigned in a desk.

    A blank is not 0: it stands for what nobody has marked.

    Parameters
    ----------
    desk : Desk
        The educator's folder.

    Returns
    -------
    pandas.DataFrame
        One row for each learner and exercise, with the columns of `COLUMNS`.

    Raises
    ------
    CourseError
        If nothing was assigned in the desk.
    """
    slugs = desk.assigned()
    if not slugs:
        raise CourseError(
            f"Nothing was assigned in {desk.root}.\n    Mend: name the right desk with --desk."
        )
    with gradebook.opened(desk) as ledger:
        rows = [_row(desk, ledger, slug, learner) for slug in slugs for learner in desk.learners()]
    return pd.DataFrame(rows, columns=COLUMNS)


def write_marks(desk: Desk, to: Path) -> int:
    """Write the marks to a file.

    Parameters
    ----------
    desk : Desk
        The educator's folder.
    to : Path
        The file: .csv or .xlsx.

    Returns
    -------
    int
        How many rows were written.

    Raises
    ------
    CourseError
        If the file's name ends otherwise, or nothing was assigned.
    """
    if to.suffix not in (".csv", ".xlsx"):
        raise CourseError(f"{to}: not a kind of file for marks.\n    Mend: use .csv or .xlsx.")
    found = table(desk)
    for column in ("learner", "name", "email", "note"):
        found[column] = found[column].map(_harmless)
    files.write_bytes(to, _as_csv(found) if to.suffix == ".csv" else _as_workbook(found))
    return len(found)


def _as_csv(found: pd.DataFrame) -> bytes:
    # Excel reads UTF-8 only where the file says so.
    return found.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _as_workbook(found: pd.DataFrame) -> bytes:
    made = BytesIO()
    with pd.ExcelWriter(made, engine="openpyxl") as book:
        found.to_excel(book, index=False, sheet_name="Marks", freeze_panes=(1, 0))
        for row in book.sheets["Marks"].iter_rows():
            for cell in row:
                # A sum fails on a text without letters; a blank is left out of it.
                cell.value = None if cell.value == "" else cell.value
    return made.getvalue()


def _row(desk: Desk, ledger: Ledger, slug: str, learner: Learner) -> dict[str, object]:
    result = results.load(desk.result(slug, learner.id))
    row: dict[str, object] = {
        "learner": learner.id,
        "name": learner.name,
        "email": learner.email,
        "exercise": slug,
    }
    if result is None:
        waiting = desk.submitted(slug, learner.id).is_file()
        return row | {
            "status": "not marked yet" if waiting else "missing",
            "note": f"Run `python course.py mark {slug}`." if waiting else "",
        }
    made = report.make(desk, ledger, result, learner, for_learner=False)
    points = {part: total.earned for part, total in made.parts.items()}
    notes = [result.reason, *result.notes]
    if made.outdated:
        notes.append("The written answer changed after it was marked.")
    return row | {
        "status": result.status,
        "part_1": points.get(1),
        "part_2": points.get(2),
        "part_3": points.get(3),
        "further_checks": points.get(0),
        "total": made.total.earned,
        "out_of": made.total.points,
        "note": " ".join(note for note in notes if note),
    }


def _harmless(text: str) -> str:
    # What cannot be printed cannot stand in a workbook either.
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return f"'{plain}" if plain.lstrip().startswith(DANGEROUS) else plain
