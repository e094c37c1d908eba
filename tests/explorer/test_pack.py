"""What is packed is what comes back: numbers within half a step, everything else exactly."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from improving.explorer.pack import decimals_for, pack, unpack

numbers = st.one_of(
    st.floats(-1e6, 1e6),
    st.integers(-1000, 1000).map(float),
    st.sampled_from([0.0, -0.0, 1e-9, 1e-12, np.nan]),
)
columns = st.lists(numbers, max_size=12)
words = st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=8))


def there_and_back(frames):
    packed = pack([{"rows": f} for f in frames])
    return packed, [unpack(packed, i)["rows"] for i in range(len(frames))]


@given(st.lists(columns, min_size=1, max_size=6))
def test_a_number_comes_back_within_half_a_step_whatever_the_rows(settings):
    packed, back = there_and_back([pd.DataFrame({"x": np.array(s, float)}) for s in settings])
    step = 10.0 ** -packed["rows"][0]["decimals"]
    for sent, got in zip(settings, back, strict=True):
        np.testing.assert_allclose(got["x"], sent, rtol=0, atol=step / 2 * (1 + 1e-6))


@given(st.lists(columns, min_size=1, max_size=6))
def test_a_missing_number_stays_missing_and_no_other_becomes_so(settings):
    _, back = there_and_back([pd.DataFrame({"x": np.array(s, float)}) for s in settings])
    for sent, got in zip(settings, back, strict=True):
        assert list(np.isnan(got["x"].to_numpy(float))) == list(np.isnan(sent))


@given(st.lists(st.lists(st.integers(-10_000, 10_000), min_size=1), min_size=1, max_size=6))
def test_whole_numbers_come_back_exactly(settings):
    packed, back = there_and_back([pd.DataFrame({"x": s}) for s in settings])
    assert packed["rows"][0]["decimals"] == 0
    assert [list(b["x"]) for b in back] == settings


@given(st.lists(st.lists(words, min_size=1, max_size=8), min_size=1, max_size=6))
def test_text_comes_back_exactly(settings):
    _, back = there_and_back([pd.DataFrame({"x": pd.Series(s, dtype=object)}) for s in settings])
    for sent, got in zip(settings, back, strict=True):
        assert [None if pd.isna(v) else v for v in got["x"]] == sent


@given(st.lists(st.dates(), min_size=1, max_size=20))
def test_dates_come_back_as_iso_text(days):
    frame = pd.DataFrame({"x": pd.to_datetime([d.isoformat() for d in days], format="ISO8601")})
    packed, (back,) = there_and_back([frame])
    assert packed["rows"][0]["kind"] == "date"
    assert list(back["x"]) == [d.isoformat() for d in days]


@given(columns.filter(lambda c: not np.isnan(c).all()))
def test_a_step_cuts_the_span_finely_or_loses_nothing(values):
    array = np.array(values, float)
    known = array[~np.isnan(array)]
    step = 10.0 ** -decimals_for(array)
    exact = np.allclose(known, np.round(known / step) * step, rtol=0, atol=1e-9)
    span = np.ptp(known) or abs(known[0])
    assert exact or step <= span / 1000 * (1 + 1e-9)


def test_a_column_that_never_changes_is_stored_once():
    same, other = pd.DataFrame({"x": range(100)}), pd.DataFrame({"x": range(100)})
    once, twice = pack([{"rows": same}]), pack([{"rows": same}, {"rows": other}])
    assert once == twice


def test_several_frames_keep_their_names_and_order():
    frames = {"people": pd.DataFrame({"x": [1]}), "ties": pd.DataFrame({"y": ["a", "b"]})}
    assert list(unpack(pack([frames]), 0)) == ["people", "ties"]


def test_an_infinite_number_is_named():
    with pytest.raises(ValueError, match=r"'x' holds an infinite number. Return NaN"):
        pack([{"rows": pd.DataFrame({"x": [np.inf]})}])


def test_other_columns_at_another_setting_are_named():
    with pytest.raises(ValueError, match=r"setting 1 has columns \['y'\], the first had \['x'\]"):
        pack([{"rows": pd.DataFrame({"x": [1]})}, {"rows": pd.DataFrame({"y": [1]})}])


def test_other_frames_at_another_setting_are_named():
    frame = pd.DataFrame({"x": [1]})
    with pytest.raises(ValueError, match=r"Setting 1 gives frames \['b'\]"):
        pack([{"a": frame}, {"b": frame}])


def test_a_span_too_wide_to_store_says_what_to_do():
    with pytest.raises(ValueError, match="Round it in the model"):
        pack([{"rows": pd.DataFrame({"x": [0.0, 1e10, 0.5]})}])
