"""Every explorer tells the truth: what the page shows is what the model gives, to half a digit."""

import importlib
import inspect
import json
import random
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import pytest
from browsing import FORGET, Explorer
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from improving.explorer.sweep import as_frames

SETTINGS = 4


@pytest.fixture(scope="module")
def place(pages, explorer_name):
    """The page that an explorer is on."""
    return next(name for name, page in pages.items() if explorer_name in page.explorers)


@pytest.fixture(scope="module")
def desk(new_visit):
    return new_visit(before=FORGET, permissions=["clipboard-read", "clipboard-write"])


@pytest.fixture(scope="module")
def revealed(desk, place, explorer_name):
    """The explorer, for all the tests that use it, with any guess skipped."""
    if desk.page.url.split("#")[0] != f"{desk.base}/{place}":
        desk.start_afresh(place, wait=False)
    desk.ready(explorer_name)
    desk.skip_guesses()
    return Explorer(desk, explorer_name)


@pytest.fixture
def opened(revealed):
    """The explorer at its start."""
    revealed.reset()
    yield revealed
    assert revealed.visit.faults == []


def drawn_at_random(controls, seed):
    draw = random.Random(seed)
    for _ in range(SETTINGS):
        yield {name: draw.choice(values) for name, values in controls.items()}


def run(explorer, settings):
    module, function = explorer.model
    model = getattr(importlib.import_module(module), function)
    return model(**explorer.fixed, **{name: json.loads(v) for name, v in settings.items()})


def differences(frame, columns):
    """Cells that are not the frame's value at the precision printed."""
    assert list(columns) == list(map(str, frame.columns))
    for name, cells in columns.items():
        values = list(frame[name])
        assert len(cells) == len(values), name
        for row, (cell, value) in enumerate(zip(cells, values, strict=True)):
            if not agrees(cell, value):
                yield f"{name}, row {row}: the page says {cell!r}, the model {value!r}"


def agrees(cell, value):
    if pd.isna(value):
        return cell == ""
    if isinstance(value, pd.Timestamp):
        return cell == value.strftime("%Y-%m-%d")
    if isinstance(value, (bool, np.bool_, int, float, np.number)):
        half = 0.5 * 10.0 ** -len(cell.partition(".")[2])
        return abs(float(cell) - float(value)) <= half * (1 + 1e-9) + 1e-12
    return cell == str(value)


def summaries(explorer_name):
    """The sentences' writers in the lesson's view module, if it has one."""
    module = explorer_name.split("/")[0].lstrip("0123456789-").replace("-", "_")
    try:
        view = importlib.import_module(f"improving.views.{module}")
    except ModuleNotFoundError:
        return []
    members = inspect.getmembers(view, inspect.isfunction)
    return [function for name, function in members if name.endswith("summary")]


def says(summary, result, sentence):
    try:
        return summary(result) == sentence
    except (AttributeError, KeyError, TypeError, ValueError):
        return False  # written for another model's frame


def test_its_tables_and_sentence_are_the_models(opened, explorer_name):
    result = run(opened, opened.settings())
    writers = [s for s in summaries(explorer_name) if says(s, result, opened.sentence)]
    for chosen in drawn_at_random(opened.controls(), explorer_name):
        opened.set(chosen)
        assert opened.settings() == chosen
        result = run(opened, chosen)
        frames, tables = as_frames(result), opened.tables()
        assert list(tables) == list(frames)
        wrong = [d for name in frames for d in differences(frames[name], tables[name])]
        assert wrong == [], f"at {chosen}"
        for write in writers:
            assert opened.sentence == write(result), f"at {chosen}"


def test_the_picture_follows_the_controls(opened):
    """Over the whole range of each control the drawing changes, unless the tables do not."""
    for name, values in opened.controls().items():
        seen = {}
        few = dict.fromkeys((values[0], values[len(values) // 2], values[-1]))
        for tables, picture in opened.follow(name, list(few)):
            seen.setdefault(tables, set()).add(picture)
        assert all(len(pictures) == 1 for pictures in seen.values())
        assert len(seen) == 1 or len(set.union(*seen.values())) > 1, f"{name} moves nothing"


def test_arrow_keys_move_each_control_and_say_its_value(opened):
    page = opened.visit.page
    for name, values in opened.controls().items():
        control = opened.section.locator(f'.explorer-controls [name="{name}"]')
        before = values.index(opened.settings()[name])
        kind = control.evaluate("(c) => c.type")
        control.focus()
        if kind == "checkbox":
            page.keyboard.press("Space")
            assert opened.settings()[name] == values[1 - before]
            continue
        forward = before + 1 < len(values)
        key = {True: "ArrowRight", False: "ArrowLeft"} if kind == "range" else {
            True: "ArrowDown", False: "ArrowUp"
        }  # fmt: skip
        page.keyboard.press(key[forward])
        assert opened.settings()[name] == values[before + (1 if forward else -1)]
        if kind == "range":
            shown = opened.section.locator(f'.explorer-value:has(~ [name="{name}"])').inner_text()
            assert control.get_attribute("aria-valuetext") == shown


def test_reset_goes_back_to_the_start(opened):
    start, tables = opened.settings(), opened.tables()
    opened.set({name: values[-1] for name, values in opened.controls().items()})
    opened.reset()
    assert (opened.settings(), opened.tables()) == (start, tables)


@pytest.mark.one_of_a_kind
def test_a_copied_link_brings_another_reader_to_the_same_setting(opened, visit, place):
    name = opened.section.get_attribute("data-explorer")
    chosen = next(drawn_at_random(opened.controls(), f"{name} link"))
    opened.set(chosen)
    opened.section.locator("[data-do=link]").click()
    page = opened.visit.page
    page.wait_for_function(
        "(s) => s.textContent.includes('copied')",
        arg=opened.section.locator(".explorer-status").element_handle(),
    )
    link = page.evaluate("navigator.clipboard.readText()")
    fresh = visit(link.removeprefix(f"{opened.visit.base}/"), wait=name)
    fresh.skip_guesses()
    again = Explorer(fresh, name)
    assert again.settings() == chosen
    assert again.tables() == opened.tables()
    assert again.status == ""
    assert fresh.faults == []


@pytest.mark.one_of_a_kind
def test_the_link_can_be_copied_by_hand_where_there_is_no_clipboard(opened):
    opened.visit.page.evaluate(
        """() => Object.defineProperty(navigator.clipboard, "writeText",
             {configurable: true, value: () => Promise.reject(new Error("refused"))})"""
    )
    opened.section.locator("[data-do=link]").click()
    field = opened.section.locator(".explorer-status input")
    field.wait_for()
    assert "#explorer=" in field.input_value()
    assert field.evaluate("(f) => f.selectionEnd === f.value.length")
    opened.visit.page.evaluate("delete navigator.clipboard.writeText")


def fragments(name, controls):
    """Addresses that ask for what does not exist, or for nothing at all."""
    values = st.one_of(
        st.text(max_size=20),
        st.floats(allow_nan=True, allow_infinity=True).map(str),
        st.sampled_from(["", "null", "1e999", "-0", "__proto__", "%", "💥", "9" * 400]),
    )
    names = st.one_of(st.sampled_from([*controls, "__proto__", "constructor"]), st.text(max_size=9))
    asked = st.dictionaries(names, values, max_size=4)
    ours = asked.map(lambda query: urlencode({"explorer": name, **query}))
    return st.one_of(ours, st.text(max_size=40), st.just(f"explorer={name}&&=&%E0%A4%A&%"))


def drawn(strategy, count):
    """List examples of a Hypothesis strategy, the same each time."""
    found = []

    @settings(max_examples=count, phases=[Phase.generate], derandomize=True, database=None)
    @given(strategy)
    def collect(example):
        found.append(example)

    collect()
    return found


@pytest.mark.one_of_a_kind
def test_a_malformed_link_shows_the_usual_setting_and_says_so(opened):
    name = opened.section.get_attribute("data-explorer")
    controls, start = opened.controls(), opened.settings()
    for fragment, asked, now, status in opened.go_to_each(drawn(fragments(name, controls), 30)):
        mine = {c: v for c, v in asked.items() if c in controls and asked.get("explorer") == name}
        refused = [c for c, v in mine.items() if v not in map(plain, controls[c])]
        assert all(now[c] == start[c] for c in controls if c not in mine or c in refused), fragment
        assert ("does not exist" in status) == bool(refused), fragment


def plain(setting):
    """A setting as a link writes it."""
    value = json.loads(setting)
    return value if isinstance(value, str) else setting


@pytest.mark.one_of_a_kind
def test_a_bad_link_opened_afresh_shows_the_usual_setting(visit, place, opened):
    name = opened.section.get_attribute("data-explorer")
    control = next(iter(opened.controls()))
    query = urlencode({"explorer": name, control: "nonsense"})
    fresh = visit(f"{place}#{query}", wait=name)
    again = Explorer(fresh, name)
    assert again.settings() == opened.settings()
    assert "does not exist" in again.status
    assert fresh.faults == []


@pytest.mark.one_of_a_kind
def test_the_outcome_stays_hidden_until_a_guess(visit, place, explorer_name, pages):
    section = pages[place].explorers[explorer_name]
    asks = section.find(".//form[@class='explorer-predict']") is not None
    if not asks:
        assert Explorer(visit(place, wait=False), explorer_name).answer.is_visible()
        return
    seen = visit(place, wait=explorer_name)
    page = seen.page
    explorer = Explorer(seen, explorer_name)
    answer = explorer.answer
    guess = explorer.section.locator(".explorer-predict input")
    assert guess.is_visible()
    assert not answer.is_visible()
    guess.focus()
    page.keyboard.press("Enter")
    assert not answer.is_visible(), "an empty guess reveals the outcome"
    guess.fill(guess.get_attribute("min"))
    page.keyboard.press("Enter")
    answer.wait_for()
    assert "You predicted" in explorer.status
    assert not guess.is_visible()
    seen.settle()
    kept = explorer.section.locator(".explorer-picture svg").inner_html()
    page.reload()
    seen.ready(explorer_name)
    assert answer.is_visible(), "the guess was forgotten"
    assert explorer.section.locator(".explorer-picture svg").inner_html() == kept
    assert seen.faults == []


@pytest.mark.one_of_a_kind
def test_the_data_and_the_picture_can_be_saved(opened):
    page = opened.visit.page
    with page.expect_download() as saved:
        opened.section.locator("[data-do=csv]").click()
    text = saved.value.path().read_text(encoding="utf-8")
    tables = opened.tables()
    for columns in tables.values():
        assert ",".join(columns) in text
    assert (
        len(text.splitlines())
        == sum(1 + len(next(iter(columns.values()))) for columns in tables.values())
        + len(tables)
        - 1
    )
    with page.expect_download() as saved:
        opened.section.locator("[data-do=svg]").click()
    assert saved.value.path().read_text(encoding="utf-8").startswith("<svg")
