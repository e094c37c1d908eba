"""course.py sets the environment up once, again after an interruption, and explains failures."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COURSE = Path(__file__).parents[1] / "course.py"

# Stands in for .venv/bin/python: notes what it was asked, and fails where a test wants it to.
FAKE_PYTHON = """\
#!/bin/sh
echo "$*" >> {log}
case "$*" in
  *{breaks}*) echo "{says}" >&2; exit 1 ;;
  "-m improving fail") exit 7 ;;
esac
"""


@pytest.fixture
def project(tmp_path):
    """A project with course.py, a lock and no packages."""
    shutil.copy(COURSE, tmp_path)
    (tmp_path / "requirements.lock").write_text("one==1 --hash=sha256:" + "0" * 64 + "\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return tmp_path


def fake_venv(project, breaks="nothing-breaks", says=""):
    python = project / ".venv/bin/python"
    python.parent.mkdir(parents=True, exist_ok=True)
    log = project / "log"
    python.write_text(FAKE_PYTHON.format(log=log, breaks=breaks, says=says))
    python.chmod(0o755)
    return log


def course(project, *arguments, **environment):
    return subprocess.run(
        [sys.executable, str(project / "course.py"), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


def installs(log):
    return [line for line in log.read_text().splitlines() if "pip install" in line]


def test_installs_the_lock_with_hashes_then_the_project_then_hands_over(project):
    log = fake_venv(project)
    assert course(project, "book", "--flag").returncode == 0
    lock, own = installs(log)
    assert "--require-hashes -r requirements.lock" in lock
    assert "--no-deps --no-build-isolation -e ." in own
    assert log.read_text().splitlines()[-1] == "-m improving book --flag"


def test_nothing_to_install_runs_only_the_command(project):
    log = fake_venv(project)
    course(project, "book")
    log.write_text("")
    course(project, "book")
    assert log.read_text() == "-m improving book\n"


def test_exit_code_is_handed_back(project):
    fake_venv(project)
    assert course(project, "fail").returncode == 7


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_a_change_installs_again(project, changed):
    log = fake_venv(project)
    course(project, "book")
    log.write_text("")
    with (project / changed).open("a") as file:
        file.write("# changed\n")
    course(project, "book")
    assert len(installs(log)) == 2


@pytest.mark.parametrize("breaks", ["require-hashes", "no-build-isolation"])
def test_an_interrupted_installation_is_done_again(project, breaks):
    log = fake_venv(project, breaks=breaks, says="killed")
    assert course(project, "book").returncode == 1
    assert "-m improving" not in log.read_text()
    log = fake_venv(project)
    log.write_text("")
    assert course(project, "book").returncode == 0
    assert len(installs(log)) == 2


@pytest.mark.parametrize(
    ("pip_says", "advice"),
    [
        ("ERROR: No matching distribution found for one==1", "HTTPS_PROXY"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "CONTRIBUTING.md"),
        ("ERROR: No space left on device", "mend that"),
    ],
)
def test_a_failed_installation_says_what_to_do(project, pip_says, advice):
    fake_venv(project, breaks="require-hashes", says=pip_says)
    ran = course(project, "book")
    assert ran.returncode == 1
    assert pip_says in ran.stderr
    assert advice in ran.stderr
    assert "Traceback" not in ran.stderr


def test_without_a_network_says_so_and_tries_again_next_time(project):
    nowhere = {"PIP_INDEX_URL": "http://localhost:9/", "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1"}
    ran = course(project, "book", **nowhere)
    assert ran.returncode == 1
    assert "PIP_FIND_LINKS" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (project / ".venv/course.stamp").exists()


def test_a_broken_environment_is_made_afresh(project):
    log = fake_venv(project)
    course(project, "book")
    python = project / ".venv/bin/python"
    python.unlink()
    python.symlink_to("gone")
    (project / "requirements.lock").write_text("")
    ran = course(project, "book", PIP_NO_INDEX="1")
    assert "Making" in ran.stdout
    assert python.resolve() == Path(sys.executable).resolve()
    assert log.exists()


def test_a_moved_project_is_made_afresh(project, tmp_path_factory):
    fake_venv(project)
    course(project, "book")
    moved = shutil.move(project, tmp_path_factory.mktemp("elsewhere") / "project")
    (moved / "requirements.lock").write_text("")
    assert "Making" in course(moved, "book", PIP_NO_INDEX="1").stdout


def test_a_venv_that_cannot_be_made_says_what_to_do(project):
    (project / ".venv").write_text("a file is in the way")
    ran = course(project, "book")
    assert ran.returncode == 1
    assert "delete it" in ran.stderr
    assert "Traceback" not in ran.stderr
