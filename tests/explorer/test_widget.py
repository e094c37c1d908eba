"""An explorer refuses what would fail a reader, and holds its settings for Python to read."""

import json

import altair as alt
import numpy as np
import pandas as pd
import pytest
import traitlets

from improving import Choice, Guess, Slider, Switch, explore
from improving.explorer.pack import unpack
from improving.explorer.sweep import combinations
from improving.explorer.widget import MIME


def wave(height=1, steps=4, mirrored=False):
    x = np.arange(steps)
    return pd.DataFrame({"x": x, "y": height * np.sin(x) * (-1 if mirrored else 1)})


def noise(seed=1):
    return pd.DataFrame({"y": np.random.default_rng(seed).random(20_000)})


def chart(frame):
    drawn = alt.Chart(frame).mark_line().encode(x="x:Q", y="y:Q")
    return drawn.properties(description="A wave.")


def summary(frame):
    return f"The top is {frame.y.max():.1f}."


CONTROLS = {
    "height": Slider("Height", 1, 3, unit="metres", default=2),
    "steps": Choice("Steps", {"few": 4, "many": 9}),
    "mirrored": Switch("Mirrored"),
}


def make(**changes):
    given = {"name": "00-test/wave", "title": "A wave", "chart": chart, "summary": summary}
    return explore(changes.pop("model", wave), **{**given, **CONTROLS, **changes})


def test_it_starts_at_the_defaults_and_python_can_set_it():
    explorer = make()
    assert explorer.value == {"height": 2, "steps": 4, "mirrored": False}
    explorer.value = {"height": 3}
    assert explorer.value == {"height": 3, "steps": 4, "mirrored": False}
    pd.testing.assert_frame_equal(explorer.frames()["rows"], wave(3, 4, False))


def test_a_setting_that_does_not_exist_is_named():
    explorer = make()
    with pytest.raises(traitlets.TraitError, match=r"height = 2.5 is not a setting"):
        explorer.value = {"height": 2.5}
    with pytest.raises(traitlets.TraitError, match=r"'width' is not a control; choose from"):
        explorer.value = {"width": 1}


def test_the_payload_holds_every_setting():
    payload = json.loads(make().payload)
    runs = combinations({n: c.settings for n, c in CONTROLS.items()})
    step = 10.0 ** -next(c for c in payload["frames"]["rows"] if c["name"] == "y")["decimals"]
    for position, setting in enumerate(runs):
        fresh, got = wave(**setting), unpack(payload["frames"], position)["rows"]
        np.testing.assert_allclose(got["y"], fresh["y"], atol=step / 2 * 1.001)
        assert payload["sentences"][payload["sentence"][position]] == summary(fresh)


def test_the_same_explorer_is_written_the_same_twice():
    assert (make().html, make().payload) == (make().html, make().payload)


def test_fixed_arguments_reach_the_model_and_the_page():
    explorer = explore(
        wave, name="00-test/fixed", title="A wave", chart=chart, summary=summary,
        fixed={"steps": 6}, height=CONTROLS["height"],
    )  # fmt: skip
    assert len(explorer.frames()["rows"]) == 6
    assert "{&quot;steps&quot;: 6}" in explorer.html


def test_the_book_gets_html_and_a_payload_and_jupyter_a_widget():
    bundle = make()._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", MIME} <= set(bundle)


def test_too_large_a_payload_names_its_explorer_and_the_mend():
    with pytest.raises(ValueError, match=r"Explorer 00-test/noise: its payload is .* Use larger"):
        explore(
            noise, name="00-test/noise", title="All", summary=summary, seed=Slider("Seed", 1, 9),
            chart=lambda f: alt.Chart(f).mark_tick().encode(x="y:Q").properties(description="All"),
        )  # fmt: skip


def test_a_chart_without_a_description_is_refused():
    with pytest.raises(ValueError, match="A chart needs a description"):
        make(chart=lambda f: alt.Chart(f).mark_line().encode(x="x:Q", y="y:Q"))


def test_a_guess_needs_its_answer():
    with pytest.raises(ValueError, match="00-test/wave: give `predict` and `answer` together"):
        make(predict=Guess("How high?"))


def test_text_from_an_author_cannot_break_the_page():
    html = make(title='Up & down <b>"now"</b>').html
    assert "<b>" not in html
    assert "Up &amp; down &lt;b&gt;" in html
