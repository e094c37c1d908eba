"""`improving test` runs every phase, shows each, and fails if any fails."""

import pytest

from improving import testing
from improving.problems import CourseError
from improving.testing import Phase, Result, run_tests, table


def broken(root):
    raise CourseError("it is broken")


@pytest.mark.parametrize(("second", "code"), [(lambda root: True, 0), (broken, 1)])
def test_a_failed_phase_fails_the_run_but_the_others_still_run(
    tmp_path, monkeypatch, capsys, second, code
):
    ran = []
    last = Phase("Last", lambda root: ran.append(root) or True)
    monkeypatch.setattr(testing, "PHASES", (Phase("Second", second), last))
    assert run_tests(tmp_path) == code
    assert ran == [tmp_path]
    said = capsys.readouterr()
    assert ("it is broken" in said.err) == bool(code)
    assert "Second" in said.out


def test_the_table_shows_every_phase_and_the_total():
    lines = table([Result("Code", True, 12.34), Result("Site", False, 1)]).splitlines()
    assert [line.split() for line in lines] == [
        ["Code", "passed", "12.3", "s"],
        ["Site", "FAILED", "1.0", "s"],
        ["All", "1", "FAILED", "13.3", "s"],
    ]
