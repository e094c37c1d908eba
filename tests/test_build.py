"""A build makes what changed, keeps the last good site, and survives being cut short."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sample_book import write_book, write_notebook

from improving import build as building
from improving.build import build, read_inputs
from improving.problems import CourseError

# Kills the build itself, once, at the moment that the test is about.
KILL = (
    "import os, pathlib\nif pathlib.Path({flag!r}).exists():\n    os.unlink({flag!r})\n    {kill}"
)
KILL_FROM_NOTEBOOK = "os.kill(int(os.environ['JPY_PARENT_PID']), 9)"
KILLER = """\
import os, pathlib
def kill(*_):
    if pathlib.Path({flag!r}).exists():
        os.unlink({flag!r})
        os.kill(os.getpid(), 9)
def setup(app):
    app.connect({event!r}, kill)
    return {{"parallel_read_safe": True}}
"""


@pytest.fixture
def book(tmp_path):
    (tmp_path / "book").mkdir()
    return write_book(tmp_path / "book")


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    root = write_book(tmp_path_factory.mktemp("book"))
    build(root)
    return root


@pytest.fixture
def built(built_once, tmp_path):
    """A book with a good site."""
    return shutil.copytree(built_once, tmp_path / "copy")


def page(root: Path, name: str) -> str:
    return (root / f"_build/html/{name}.html").read_text()


def contents(root: Path) -> dict[str, bytes]:
    site = root / "_build/html"
    return {str(p.relative_to(site)): p.read_bytes() for p in site.rglob("*") if p.is_file()}


def build_and_be_killed(root: Path, flag: Path) -> None:
    flag.touch()
    script = "import sys, pathlib, improving.build as b; b.build(pathlib.Path(sys.argv[1]))"
    ran = subprocess.run([sys.executable, "-c", script, str(root)], capture_output=True)
    assert ran.returncode == -9
    assert not flag.exists()


def test_every_page_is_built_with_its_output(built_once):
    assert "figure 41" in page(built_once, "chapters/01-one")
    assert "answer 42" in page(built_once, "chapters/02-two")
    assert "Hello reader" in page(built_once, "book/welcome")


def test_nothing_changed_touches_nothing(built, capsys):
    before = (built / "_build/html").stat().st_ino
    build(built)
    assert "Nothing has changed" in capsys.readouterr().out
    assert (built / "_build/html").stat().st_ino == before


def test_only_the_changed_notebook_runs_again(built, capsys):
    write_notebook(built / "chapters/02-two.ipynb", "print('answer', 43)")
    build(built)
    assert "1 run, 1 unchanged" in capsys.readouterr().out
    assert "answer 43" in page(built, "chapters/02-two")
    assert "figure 41" in page(built, "chapters/01-one")


@pytest.mark.parametrize("changed", ["data/figure.txt", "src/model.py", "requirements.lock"])
def test_a_change_behind_the_notebooks_leaves_no_stale_output(built, changed, capsys):
    (built / changed).parent.mkdir(exist_ok=True)
    (built / changed).write_text("40")
    build(built)
    assert "2 run, 0 unchanged" in capsys.readouterr().out
    figure = "40" if changed.startswith("data") else "41"
    assert f"figure {figure}" in page(built, "chapters/01-one")


def test_a_file_restored_with_an_old_date_is_read_again(built):
    page_source = built / "book/welcome.md"
    page_source.write_text("# Welcome\n\nHello again.\n")
    os.utime(page_source, (1, 1))
    build(built)
    assert "Hello again" in page(built, "book/welcome")


def test_a_new_title_reaches_every_page_that_lists_it(built):
    (built / "book/welcome.md").write_text("# Good morning\n\nHello.\n")
    build(built)
    assert "Good morning" in page(built, "chapters/01-one")


def test_a_damaged_site_is_built_again(built):
    good = contents(built)
    (built / "_build/html/chapters/01-one.html").unlink()
    build(built)
    assert contents(built) == good


def test_an_error_names_the_notebook_and_cell_and_keeps_the_last_good_site(built):
    good = contents(built)
    write_notebook(built / "chapters/01-one.ipynb", "1", "raise ValueError('no such trust')")
    with pytest.raises(CourseError) as caught:
        build(built)
    message = str(caught.value)
    assert message.startswith("chapters/01-one.ipynb, cell 3: ValueError: no such trust")
    assert "Mend:" in message
    assert contents(built) == good


def test_a_dead_kernel_is_an_error_that_names_its_cell(book):
    write_notebook(book / "chapters/02-two.ipynb", "import os", "os._exit(1)")
    with pytest.raises(CourseError, match=r"02-two\.ipynb, cell 3: Python stopped"):
        build(book)


def test_a_file_that_is_no_notebook_is_named(built):
    good = contents(built)
    (built / "chapters/01-one.ipynb").write_text('{"cells": [')
    with pytest.raises(CourseError, match=r"chapters/01-one\.ipynb, line 1"):
        build(built)
    assert contents(built) == good


def test_a_warning_stops_every_build_until_it_is_mended(built, capfd):
    good = contents(built)
    source = (built / "book/welcome.md").read_text()
    (built / "book/welcome.md").write_text(source + "\n{ref}`nowhere`\n")
    for _ in range(2):
        with pytest.raises(CourseError):
            build(built)
        assert "welcome.md:5" in capfd.readouterr().err
        assert contents(built) == good
    (built / "book/welcome.md").write_text(source)
    build(built)
    assert contents(built) == good


@pytest.mark.parametrize("event", ["source-read", "html-page-context", "build-finished"])
def test_killed_while_making_pages_then_run_again(book, tmp_path, event):
    flag = tmp_path / "flag"
    (book / "killer.py").write_text(KILLER.format(flag=str(flag), event=event))
    config = book / "_config.yml"
    extension = "sphinx:\n  local_extensions: {killer: .}\n"
    config.write_text(config.read_text().replace("sphinx:\n", extension))
    config.write_text(config.read_text().replace("[myst_nb,", "[killer, myst_nb,"))
    build_and_be_killed(book, flag)
    build(book)
    assert "figure 41" in page(book, "chapters/01-one")
    assert "answer 42" in page(book, "chapters/02-two")


def test_killed_while_a_notebook_runs_then_run_again(built, tmp_path):
    good = contents(built)
    flag = tmp_path / "flag"
    kill = KILL.format(flag=str(flag), kill=KILL_FROM_NOTEBOOK)
    write_notebook(built / "chapters/02-two.ipynb", kill, "print('answer', 44)")
    build_and_be_killed(built, flag)
    assert contents(built) == good
    build(built)
    assert "answer 44" in page(built, "chapters/02-two")


def test_cut_short_between_taking_the_old_site_away_and_putting_the_new_one(built, monkeypatch):
    good = contents(built)
    rename = building._rename

    def cut_short(old: Path, new: Path) -> None:
        if new.name == "html":
            raise KeyboardInterrupt
        rename(old, new)

    (built / "book/welcome.md").write_text("# Welcome\n\nChanged.\n")
    with monkeypatch.context() as patch:
        patch.setattr(building, "_rename", cut_short)
        with pytest.raises(KeyboardInterrupt):
            build(built)
    assert not (built / "_build/html").exists()
    building._restore(built / "_build/html")
    assert contents(built) == good
    build(built)
    assert "Changed." in page(built, "book/welcome")


@pytest.mark.parametrize("damaged", ["global.db", "base.ipynb"])
def test_a_corrupt_cache_is_emptied(built, damaged, capsys):
    for path in (built / "_build/.notebooks").rglob(damaged):
        path.write_text("damaged" * 100)
    write_notebook(built / "chapters/02-two.ipynb", "print('answer', 45)")
    build(built)
    assert "damaged and has been emptied" in capsys.readouterr().out
    assert "answer 45" in page(built, "chapters/02-two")
    assert "figure 41" in page(built, "chapters/01-one")


def test_two_builds_are_the_same_byte_for_byte(built_once, book):
    build(book)
    assert contents(book) == contents(built_once)


def test_a_step_by_step_site_equals_one_from_scratch(built, book):
    (book / "book/welcome.md").write_text("# Hello\n")
    (built / "book/welcome.md").write_text("# Hello\n")
    build(built)
    build(book)
    assert contents(built) == contents(book)


def test_inputs_leave_out_caches_and_name_pages(book):
    before = read_inputs(book)
    (book / "data/__pycache__").mkdir()
    (book / "data/__pycache__/x.pyc").write_text("x")
    (book / "chapters/.ipynb_checkpoints").mkdir()
    (book / "chapters/.ipynb_checkpoints/01-one.ipynb").write_text("x")
    assert read_inputs(book) == before
    assert {"book/welcome.md", "chapters/01-one.ipynb", "chapters/02-two.ipynb"} < set(before)
