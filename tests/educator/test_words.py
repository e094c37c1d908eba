"""What a learner wrote, printed or drew runs nothing, loads nothing and shows no hidden check."""

import base64
import html
import json

import html5lib
import pytest
import tiny
from harmless import PAYLOADS, dangers, words_in
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from improving import exercises
from improving.educator import words

MARKUP = st.lists(
    st.sampled_from(PAYLOADS)
    | st.text(max_size=12)
    | st.sampled_from(
        ["<", ">", '"', "'", "`", "\n", "\n\n", "    ", "> ", "- ", "|", "](", "![", "&"]
    ),
    max_size=8,
).map("".join)


def printed(text, kind="stdout"):
    return {"output_type": "stream", "name": kind, "text": text}


def shown(**data):
    return {"output_type": "display_data", "metadata": {}, "data": data}


def raised(name, value):
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": []}


def every_way(text):
    """A text as each thing of a learner's that ends up on a page."""
    yield words.answer_html(text)
    yield words.outputs_html([printed(text), printed([text, text], "stderr")])
    yield words.outputs_html([shown(**{"text/plain": text}), raised(text, text)])
    yield words.outputs_html(
        [shown(**{"image/png": text, "text/html": text, "image/svg+xml": text})]
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_known_trick_runs_or_loads_anything(payload):
    for made in every_way(payload):
        assert dangers(made) == []


@given(MARKUP)
@settings(max_examples=60)
def test_no_mixture_of_tricks_runs_or_loads_anything(text):
    for made in every_way(text):
        assert dangers(made) == []


@given(MARKUP)
@settings(max_examples=60)
def test_no_mixture_of_tricks_leaves_the_place_it_is_shown_in(text):
    """What stands around it on a page stays around it."""
    made = Markup("").join(every_way(text))
    page = html5lib.parse(f"<main>{made}</main><p>behind</p>", namespaceHTMLElements=False)
    assert [element.tag for element in page.find("body")] == ["main", "p"]
    assert page.find("body/p").text == "behind"


def test_what_a_learner_wrote_can_still_be_read():
    text = "I *would* [ask](https://nhs.example/a) <b>them</b>.\n\n# Why\n\n1. One\n2. Two"
    made = words.answer_html(text)
    assert "<em>would</em>" in made
    assert "<li>One</li>" in made
    read = words_in(made)
    for said in ("[ask](https://nhs.example/a)", "<b>them</b>", "Why", "Two"):
        assert said in read


def test_a_heading_in_an_answer_is_no_heading_of_the_page():
    made = words.answer_html("# One\n\nTwo\n---\n\n###### Three")
    assert not [level for level in range(1, 7) if f"<h{level}" in made]
    assert made.count("<strong>") == 3


def test_a_table_in_an_answer_has_scoped_heads_and_no_empty_one():
    made = words.answer_html("|  | 2024 |\n|---|--:|\n| a | 1 |")
    assert made.count("<th ") == made.count('<th scope="col">') == 1
    assert made.count("<td") == 3


def test_a_task_of_ours_is_shown_without_its_title_hints_and_links():
    text = f"# The title\n\nDo [this](../x.ipynb).\n\n### Task 1a\n\n{tiny.HINTS}\n\nThen that."
    made = words.task_html(text)
    assert dangers(made) == []
    assert words_in(made).split() == ["Do", "this.", "Task", "1a", "Then", "that."]
    assert "<h3>Task 1a</h3>" in made


# Pictures

SMALL = base64.b64encode(words.PNG + b"\0" * 40).decode()


@pytest.mark.parametrize("data", [SMALL, f"{SMALL[:20]}\n{SMALL[20:]}\n", [SMALL[:8], SMALL[8:]]])
def test_a_picture_is_shown_with_words_for_those_who_do_not_see_it(data):
    made = words.outputs_html([shown(**{"image/png": data, "text/plain": "<Figure>"})])
    assert dangers(made) == []
    assert made.count("<img alt=") == 1
    assert f'src="data:image/png;base64,{SMALL}"' in made


@pytest.mark.parametrize(
    "data",
    [
        base64.b64encode(b"<svg onload=alert(1)>").decode(),
        base64.b64encode(b"GIF89a" + words.PNG).decode(),
        f'{SMALL}" onerror="alert(1)',
        f"{SMALL}é",
        SMALL[:-1],
        "=",
        "é" * 40,
        base64.b64encode(words.PNG + b"\0" * 300_000).decode(),
        ["a", 5],
        {"a": SMALL},
        [[SMALL]],
        5,
        True,
        None,
    ],
)
def test_what_is_no_png_of_a_fair_size_is_no_picture(data):
    made = words.outputs_html([shown(**{"image/png": data, "text/plain": "drawn"})])
    assert dangers(made) == []
    assert "<img" not in made
    assert "drawn" in made


# What a submission sends itself can have any form

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"output_type": st.sampled_from(["stream", "display_data", "error", "execute_result"])},
            optional={
                "text": anything,
                "ename": anything,
                "evalue": anything,
                "data": st.none()
                | st.dictionaries(st.sampled_from(["text/plain", "image/png"]), anything),
            },
        ),
        max_size=3,
    )
)
def test_an_output_of_any_form_is_shown_or_left_out(outputs):
    assert dangers(words.outputs_html(outputs, frozenset(["a hidden line"]))) == []


def test_a_flood_is_cut_and_said_to_be():
    made = words.outputs_html([printed("x" * 100_000)] * 500)
    assert len(made) < 100_000
    assert "[cut]" in made
    assert words.CUT in words_in(made)
    assert words.cut("x" * 100_000).endswith(words.CUT)
    assert words.cut("short") == "short"


def test_references_stay_text_since_a_page_of_them_takes_minutes_to_follow():
    text = "[a]: https://nhs.example/a\n[b]: [a]\n\n[c][a] and ![d][b]"
    assert words_in(words.answer_html(text)).split() == text.split()


# Lines that learners must not see

SOURCE = tiny.exercise()
RELEASED = exercises.learner_version(SOURCE)
LINE = 'checks.function("double", double, [({"x": 1234}, 2468)])'
HIDDEN = words.hidden_lines(SOURCE, RELEASED)
LINES = frozenset(
    [
        'assert total == 1234, "the total"',
        "assert name == 'the ward' and \"quoted\"",
        'path = r"C:\\data\\n" + "\\t1234"',
        "assert ratio < 1234 and ratio > 12",
    ]
)


def test_the_hidden_lines_are_those_that_were_not_given_out():
    assert frozenset([LINE]) == HIDDEN


def test_an_educators_own_checks_are_hidden_as_a_whole():
    own = {
        "cell_type": "code",
        "source": "from improving import checks\n\nassert answer > 41, 'too low'",
        "metadata": tiny.nbgrader("own-check", grade=True, points=1),
    }
    source = SOURCE | {"cells": [*SOURCE["cells"], own]}
    assert frozenset([LINE, "assert answer > 41, 'too low'"]) == words.hidden_lines(
        source, RELEASED
    )


def ways_to_print(text):
    """How a submission comes to print the source of the check that runs it."""
    yield text
    yield text.replace("\n", "\n    ")
    yield repr(text)
    yield repr([text])
    yield repr(text.splitlines())
    yield json.dumps(text)
    yield json.dumps({"source": text.splitlines(keepends=True)})
    yield html.escape(text)
    yield html.escape(text, quote=False)
    yield f"In [5]: {text}  # and so on"


def leaks(made, lines):
    """Hidden lines that can be read on a page, also where a reader takes the escapes away."""
    read = words_in(made)
    readings = [
        read,
        html.unescape(read),
        read.replace("\\\\", "\\").replace("\\'", "'").replace('\\"', '"'),
    ]
    return [line for line in lines for reading in readings if line in reading]


@pytest.mark.parametrize("lines", [LINES, frozenset([LINE])])
@pytest.mark.parametrize("before", ["", 'print("it\'s")\n'])
def test_a_hidden_line_is_not_shown_however_it_is_printed(lines, before):
    text = before + "\n".join(sorted(lines))
    for said in ways_to_print(text):
        outputs = [printed(said), shown(**{"text/plain": said}), raised("ValueError", said)]
        for output in outputs:
            assert leaks(words.outputs_html([output]), lines) != []
            made = words.outputs_html([output], lines)
            assert leaks(made, lines) == []
            assert "[left out]" in made


@given(st.lists(st.sampled_from(sorted(LINES)) | st.text(max_size=6), max_size=6))
def test_leaving_out_takes_hidden_lines_and_nothing_else(parts):
    kept = ["[left out]" if part in LINES else part for part in parts]
    assert words.without("\0".join(parts), LINES) == "\0".join(kept)


def test_text_without_hidden_lines_is_as_it_was():
    text = "Right: double.\n[(1, 'a')]\n\\"
    assert words.without(text, HIDDEN) == text
