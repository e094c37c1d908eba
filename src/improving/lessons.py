"""One slug per lesson: whoever knows one of a lesson's paths knows them all."""

import re
from pathlib import Path

from improving.problems import CourseError, Problem

SLUG = re.compile(r"\d\d-[a-z][a-z0-9]*(-[a-z0-9]+)*")


def module_name(slug: str) -> str:
    """Return the name of a lesson's module.

    Parameters
    ----------
    slug : str
        The lesson, such as "02-reading-variation".

    Returns
    -------
    str
        The slug without its number, such as "reading_variation".
    """
    return slug[3:].replace("-", "_")


def paths(root: Path, slug: str) -> dict[str, Path]:
    """Return the files that every lesson has.

    Parameters
    ----------
    root : Path
        The root of the project.
    slug : str
        The lesson, such as "12-mandate".

    Returns
    -------
    dict of str to Path
        What each file is, and where. The files need not exist.
    """
    module = module_name(slug)
    return {
        "chapter": root / "chapters" / f"{slug}.ipynb",
        "questions": root / "exercises" / "questions" / f"{slug}.yml",
        "exercise": root / "exercises" / slug / f"{slug}.ipynb",
        "marking guide": root / "exercises" / slug / "marking.yml",
        "model": root / "src" / "improving" / "models" / f"{module}.py",
        "tests": root / "tests" / "models" / f"test_{module}.py",
        "findings": root / "tests" / "views" / f"test_{module}_findings.py",
    }


def listed(root: Path) -> list[str]:
    """Return the slugs of the lessons in the table of contents, in order.

    Parameters
    ----------
    root : Path
        The root of the project.

    Returns
    -------
    list of str
        The name of every page under chapters/.

    Raises
    ------
    CourseError
        If `_toc.yml` cannot be read.
    """
    names = (Path(page) for page in pages(root))
    return [name.name for name in names if name.parts[0] == "chapters"]


def pages(root: Path) -> list[str]:
    """Return the pages in the table of contents, in order, without their endings.

    Parameters
    ----------
    root : Path
        The root of the project.

    Returns
    -------
    list of str
        Paths from the root, such as "chapters/12-mandate".

    Raises
    ------
    CourseError
        If `_toc.yml` cannot be read.
    """
    # Imported here: the rest of this file is for those who only need a name.
    import yaml
    from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

    try:
        names = list(parse_toc_yaml(root / "_toc.yml"))
    except (OSError, MalformedError, yaml.YAMLError) as error:
        mend = "Mend the table of contents; each lesson is one `file:` line."
        raise CourseError([Problem("_toc.yml", "", str(error), mend)]) from None
    return [re.sub(r"\.(ipynb|md)$", "", name) for name in names]
