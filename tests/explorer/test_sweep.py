"""A sweep runs every setting once and never believes a spoilt or stale copy of what it found."""

import pytest

from improving.explorer.pack import unpack
from improving.explorer.sweep import MOST_SETTINGS, combinations, fingerprint, sweep
from improving.models import mandate

SETTINGS = {"slope": (1, 2, 3), "offset": (0, 10)}


def run(tiny, settings=SETTINGS, fixed=None):
    module = tiny.module
    return sweep(module.line, settings, fixed or {}, module.say, lambda f: f.y.iloc[-1])


def test_every_setting_is_in_its_place(tiny):
    found = run(tiny)
    for position, setting in enumerate(combinations(SETTINGS)):
        fresh = tiny.module.line(**setting)
        got = unpack(found["frames"], position)["rows"]
        assert list(got["y"]) == list(fresh["y"])
        assert found["sentences"][position] == tiny.module.say(fresh)
        assert found["answers"][position] == fresh["y"].iloc[-1]


def test_the_last_control_changes_fastest():
    assert combinations({"a": (1, 2), "b": (3, 4)})[:2] == [{"a": 1, "b": 3}, {"a": 1, "b": 4}]


def test_a_second_sweep_gives_the_same_without_a_run(tiny):
    first = run(tiny)
    runs = tiny.runs
    assert run(tiny) == first
    assert tiny.runs == runs == 6


@pytest.mark.parametrize("spoil", [lambda whole: b"\x80garbage", lambda whole: whole[:20]])
def test_a_spoilt_or_half_written_copy_is_computed_again(tiny, cache, spoil):
    first = run(tiny)
    spoilt = list(cache.rglob("output.pkl"))
    assert spoilt
    for file in spoilt:
        file.write_bytes(spoil(file.read_bytes()))
    assert run(tiny) == first
    assert tiny.runs == 12
    assert run(tiny) == first
    assert tiny.runs == 12


def test_a_changed_model_is_swept_again(tiny):
    before = run(tiny)
    tiny.write(tiny.file.read_text().replace("offset + slope * x", "offset - slope * x"))
    after = run(tiny)
    assert after != before
    assert unpack(after["frames"], 0)["rows"]["y"].tolist() == [0, -1, -2, -3, -4]


def test_a_changed_fixed_argument_is_swept_again(tiny):
    slopes = {"slope": (1, 2)}
    assert run(tiny, slopes, {"offset": 1}) != run(tiny, slopes, {"offset": 2})


def test_a_changed_helper_module_changes_the_fingerprint(monkeypatch):
    from improving.explorer import sweep as module

    before = fingerprint(mandate.simulate)
    read = module._source
    edited = {"improving.models.ranges": b"# edited"}
    monkeypatch.setattr(module, "_source", lambda name: edited.get(name, read(name)))
    assert fingerprint(mandate.simulate) != before


def test_an_edit_elsewhere_leaves_the_fingerprint(monkeypatch):
    from improving.explorer import sweep as module

    before = fingerprint(mandate.simulate)
    read = module._source
    edited = {"improving.models.connecting_people": b"# edited"}
    monkeypatch.setattr(module, "_source", lambda name: edited.get(name, read(name)))
    assert fingerprint(mandate.simulate) == before


def test_a_failing_model_names_its_setting(tiny):
    with pytest.raises(ValueError, match=r"tiny_model.line failed at \{'slope': 13, 'offset': 0\}"):
        run(tiny, {"slope": (1, 13), "offset": (0,)})


def test_a_failed_sweep_is_not_kept(tiny):
    for _ in range(2):
        with pytest.raises(ValueError, match="unlucky"):
            run(tiny, {"slope": (13, 14)})


def test_too_many_settings_are_refused_before_any_run(tiny):
    with pytest.raises(ValueError, match="settings, at most"):
        run(tiny, {"slope": tuple(range(MOST_SETTINGS + 1))})
    assert tiny.runs == 0


def test_a_slow_model_swept_by_many_processes_gives_the_same(tiny, monkeypatch, tmp_path):
    from improving.explorer import sweep as module

    alone = run(tiny)
    monkeypatch.setenv("IMPROVING_CACHE", str(tmp_path / "other"))
    monkeypatch.setattr(module, "SERIAL_SECONDS", 0.0)
    assert run(tiny) == alone
