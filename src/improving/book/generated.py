"""The two scripts written from the question bank and the tables.

They are classic scripts that set one global each, because a page opened from a folder may load
a script but may not fetch a file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
from sphinx.application import Sphinx

from improving import data
from improving.book import page
from improving.questions import Bank, load_bank


def workbook(banks: list[tuple[Bank, str]]) -> dict[str, Any]:
    """Return what the workbook page shows: each lesson's questions and prompts, and its title."""
    return {
        "lessons": [
            {
                "slug": bank.lesson,
                "title": title,
                "url": f"{page.LESSONS}{bank.lesson}.html",
                "questions": [
                    {
                        "id": question.id,
                        "stem": question.stem,
                        "options": [
                            {"text": option.text, "correct": option.correct}
                            for option in question.options
                        ],
                    }
                    for question in bank.questions
                ],
                "reflections": [
                    {"id": reflection.id, "prompt": reflection.prompt}
                    for reflection in bank.reflections
                ],
            }
            for bank, title in banks
        ]
    }


def trusts(staff_survey: pd.DataFrame, emergency: pd.DataFrame) -> list[dict[str, str]]:
    """Return every trust that has figures for the latest year, and its name then.

    Parameters
    ----------
    staff_survey : pandas.DataFrame
        The table `staff_survey_trust_year`.
    emergency : pandas.DataFrame
        The table `ae_trust_year`.

    Returns
    -------
    list of dict
        `code`, `name` and `group`, in the order of their names.
    """
    names = {str(row.ods_code): str(row.trust_name) for row in _latest(emergency, "fy")}
    groups = dict.fromkeys(names, "Acute / acute & community")
    for row in _latest(staff_survey, "year"):
        names[str(row.ods_code)] = str(row.trust_name)
        groups[str(row.ods_code)] = str(row.benchmark_group)
    found = [{"code": code, "name": names[code], "group": groups[code]} for code in names]
    return sorted(found, key=lambda trust: (trust["name"], trust["code"]))


def _latest(frame: pd.DataFrame, when: str) -> list[Any]:
    return list(frame[frame[when] == frame[when].max()].itertuples())


def script(name: str, value: Any) -> str:
    """Return a classic script that sets one global."""
    return f"window.{name} = {json.dumps(value, ensure_ascii=False, separators=(',', ':'))};\n"


def write(app: Sphinx, error: Exception | None) -> None:
    """Write both scripts beside the theme's own."""
    if error or app.builder.format != "html":
        return
    lessons = [
        link
        for part in page.parts(app.env, app.config.root_doc, app.config.root_doc)
        for link in part.links
        if link.lesson
    ]
    banks = [(load_bank(link.lesson), link.title) for link in lessons]
    named = trusts(data.load("staff_survey_trust_year"), data.load("ae_trust_year"))
    static = Path(app.outdir) / "_static"
    for file, text in (
        ("workbook-data.js", script("improvingWorkbook", workbook(banks))),
        ("trusts.js", script("improvingTrusts", named)),
    ):
        (static / file).write_text(text, encoding="utf-8")


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("build-finished", write)
