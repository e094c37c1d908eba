"""A control's settings are the exact values the model is called with."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from improving import Choice, Slider, Switch
from improving.explorer.controls import describe, with_unit

steps = st.sampled_from([0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5])


@given(low=st.integers(-50, 50), count=st.integers(1, 200), step=steps)
def test_a_sliders_settings_are_exact_decimals_from_end_to_end(low, count, step):
    high = Decimal(low) + count * Decimal(str(step))
    settings = Slider("x", low, float(high), step).settings
    assert len(settings) == count + 1
    assert [Decimal(str(s)) for s in settings] == [
        low + i * Decimal(str(step)) for i in range(count + 1)
    ]


@given(low=st.integers(-50, 50), count=st.integers(1, 50), step=steps, data=st.data())
def test_a_slider_starts_at_its_default(low, count, step, data):
    high = float(Decimal(low) + count * Decimal(str(step)))
    default = data.draw(st.sampled_from(Slider("x", low, high, step).settings))
    slider = Slider("x", low, high, step, default=default)
    assert slider.settings[slider.start] == default


@given(low=st.integers(-50, 50), high=st.integers(-50, 50), step=st.sampled_from([0.3, 0.7, 3, 7]))
def test_a_range_that_is_not_whole_steps_is_named(low, high, step):
    span = (Decimal(high) - low) / Decimal(str(step))
    assume(span < 1 or span % 1)
    with pytest.raises(ValueError, match=f"'Years': {low} to {high} .* steps of {step}"):
        Slider("Years", low, high, step)


@pytest.mark.parametrize("step", [0, -1])
def test_a_step_that_leads_nowhere_is_named(step):
    with pytest.raises(ValueError, match="'Years'"):
        Slider("Years", 0, 10, step)


def test_a_default_off_the_scale_is_named():
    with pytest.raises(ValueError, match=r"'Years': default 2.5 is not one of its settings"):
        Slider("Years", 0, 10, default=2.5)
    with pytest.raises(ValueError, match=r"'Setting': default 'z' is not one of its options"):
        Choice("Setting", ["a", "b"], default="z")


def test_a_choice_needs_something_to_choose():
    with pytest.raises(ValueError, match="'Setting': give at least two"):
        Choice("Setting", ["only"])


def test_a_choice_gives_the_model_values_and_the_reader_names():
    choice = Choice("Change", {"never": 0, "every year": 1}, default=1)
    assert (choice.settings, choice.texts, choice.start) == ((0, 1), ("never", "every year"), 1)


def test_a_switch_is_off_then_on():
    assert (Switch("On").settings, Switch("On").start) == ((False, True), 0)
    assert Switch("On", default=True).start == 1


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1, "years", "1 year"),
        (3, "years", "3 years"),
        (0.5, "years", "0.5 years"),
        (40, "%", "40%"),
        (8000, "£", "£8,000"),
        (1000, "", "1,000"),
        (12000, "people", "12,000 people"),
    ],
)
def test_a_number_reads_with_its_unit(value, unit, text):
    assert with_unit(value, unit) == text


@pytest.mark.parametrize(
    "control", [Slider("s", 0, 1, 0.25), Choice("c", {"a": None, "b": 2}), Switch("w")]
)
def test_the_browser_is_told_each_setting_and_how_it_reads(control):
    told = describe(control)
    assert told["values"] == list(control.settings)
    assert len(told["texts"]) == len(told["values"]) > told["start"] >= 0
