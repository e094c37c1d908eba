"""Give an exercise out: to upload to a learning platform, or a folder for each learner."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from improving import exercises, files, tidy
from improving.educator import gradebook
from improving.educator.desk import Desk, Learner
from improving.problems import CourseError
from improving.tidy import Json

READ_ME = "READ-ME.txt"

WORDS = """\
{title}

1. Open {slug}.ipynb in JupyterLab. The course's page "How to use this course" says how.
2. Run each cell in order. Fill in the cells that ask for an answer.
3. A check under each task tells you whether it is right. You can try as often as you like.
4. Part 3 is in your own words. A person reads it.
5. Save the notebook. Hand in the one file {slug}.ipynb.

Please do not change or delete the cells that check your work.
Do not put anything in the notebook that could identify a patient.
"""


@dataclass(frozen=True)
class Assigned:
    """What was given out.

    Parameters
    ----------
    folders : list of Path
        The folders that were written.
    kept : list of Path
        Notebooks that were there already and were left as they are.
    """

    folders: list[Path]
    kept: list[Path]


def assign(
    desk: Desk, slug: str, to: Path, learners: list[Learner], checks: Path | None = None
) -> Assigned:
    """Write the learner's version of an exercise, and note in the desk that it was assigned.

    Parameters
    ----------
    desk : Desk
        The educator's folder.
    slug : str
        The exercise.
    to : Path
        Where to write: `<to>/<learner>/<slug>/` for each learner, or `<to>/<slug>/` for none.
    learners : list of Learner
        Who gets it. They join the cohort.
    checks : Path, optional
        A folder with the educator's own further checks, `<slug>.ipynb`.

    Returns
    -------
    Assigned
        What was written. A notebook that is already there is never written over.

    Raises
    ------
    CourseError
        If there is no such exercise, or its checks changed after somebody handed in.
    """
    if slug not in exercises.listed():
        known = ", ".join(exercises.listed())
        raise CourseError(f"There is no exercise {slug!r}.\n    Mend: use one of {known}.")
    source = with_own_checks(exercises.source(slug), slug, checks)
    released = exercises.learner_version(exercises.source(slug))
    with desk.alone(), gradebook.opened(desk) as ledger:
        ledger.register(slug, source)
    files.write_text(desk.source(slug), tidy.dumps(source))
    files.write_text(desk.release(slug), tidy.dumps(released))
    if learners:
        desk.add_learners(learners)
    folders = [to / learner.id / slug for learner in learners] or [to / slug]
    kept = []
    for folder in folders:
        notebook = folder / f"{slug}.ipynb"
        if notebook.exists():
            kept.append(notebook)
            continue
        files.write_text(notebook, tidy.dumps(released))
        files.write_text(folder / READ_ME, WORDS.format(title=exercises.title(released), slug=slug))
    return Assigned(folders, kept)


def with_own_checks(source: Json, slug: str, folder: Path | None) -> Json:
    """Add an educator's own checks behind those of the exercise.

    An open repository cannot hide its further checks, so an educator can keep some to themselves.

    Parameters
    ----------
    source : dict
        The exercise.
    slug : str
        Its name.
    folder : Path or None
        Where the educator's checks are: `<slug>.ipynb`, whose cells are nbgrader test cells.

    Returns
    -------
    dict
        The exercise with those cells at its end, or as it was where there are none.

    Raises
    ------
    CourseError
        If the notebook cannot be read, or has a cell that is no check or has a taken name.
    """
    path = folder / f"{slug}.ipynb" if folder else None
    if path is None or not path.is_file():
        return source
    own = tidy.tidy(tidy.read(path, str(path)))["cells"]
    taken = {exercises.grade_id(cell) for cell in source["cells"]}
    for number, cell in enumerate(own, start=1):
        name = exercises.grade_id(cell)
        if not exercises.is_check(cell) or not name or name in taken:
            raise CourseError(
                f"{path}, cell {number}: not a check with a name of its own.\n"
                "    Mend: make it an nbgrader test cell with points and a new `grade_id`."
            )
        taken.add(name)
    return source | {"cells": [*source["cells"], *own]}
