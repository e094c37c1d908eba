"""A tiny book of two notebooks and a page, quick enough to build in a test."""

import json
from pathlib import Path

from improving.tidy import dumps, tidy

CONFIG = """\
title: Sample
only_build_toc_files: true
html: {use_issues_button: false}
sphinx:
  config:
    html_theme: basic
    html_theme_options: {}
    html_copy_source: false
    extensions: [myst_nb, jupyter_book, sphinx_external_toc, sphinx_comments]
    use_jupyterbook_latex: false
"""
TOC = """\
format: jb-book
root: book/welcome
chapters:
- file: chapters/01-one
- file: chapters/02-two
"""


def write_notebook(path: Path, *sources: str) -> None:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": f"# About {path.stem}"}]
    cells += [
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": []} for source in sources
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dumps(tidy(json.loads(json.dumps({"nbformat": 4, "cells": cells})))))


def write_book(root: Path) -> Path:
    (root / "_config.yml").write_text(CONFIG)
    (root / "_toc.yml").write_text(TOC)
    (root / "book").mkdir()
    (root / "book/welcome.md").write_text("# Welcome\n\nHello reader.\n")
    (root / "data").mkdir()
    (root / "data/figure.txt").write_text("41")
    read = "from pathlib import Path\nprint('figure', Path('../data/figure.txt').read_text())"
    write_notebook(root / "chapters/01-one.ipynb", read)
    write_notebook(root / "chapters/02-two.ipynb", "answer = 6 * 7", "print('answer', answer)")
    return root
