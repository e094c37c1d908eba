"""Where the project is."""

from pathlib import Path

from improving.problems import CourseError


def find_root() -> Path:
    """Return the root of the project: the nearest folder above with course.py.

    Returns
    -------
    Path
        The folder, absolute.

    Raises
    ------
    CourseError
        If neither the current folder nor the package lies inside the project.
    """
    for start in (Path.cwd(), Path(__file__).resolve().parent):
        for folder in (start, *start.parents):
            if (folder / "course.py").is_file():
                return folder
    raise CourseError(
        "This is not the course: no course.py here or in a folder above.\n"
        "    Mend: go to the project's folder, then run the command again."
    )
