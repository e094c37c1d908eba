"""The question bank: sound banks round-trip, any other names the file, the place and the mend."""

from pathlib import Path

import html5lib
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from improving import questions
from improving.questions import check_bank, load_bank, parse_bank
from improving.yaml_files import YamlError

LESSONS = sorted(path.stem for path in questions.questions_folder().glob("*.yml"))
FILE = Path("99-lesson.yml")

words = (
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).map(str.strip).filter(len)
)


@st.composite
def options(draw, right):
    option = {"text": draw(words), "correct": right, "feedback": draw(words)}
    return option if right else {**option, "misconception": draw(words)}


@st.composite
def banks(draw):
    asked = []
    for number in range(draw(st.integers(4, 6))):
        kind = draw(st.sampled_from(["one", "many"]))
        right = 1 if kind == "one" else draw(st.integers(1, 3))
        chosen = [draw(options(True)) for _ in range(right)]
        chosen += [draw(options(False)) for _ in range(draw(st.integers(1, 3)))]
        for place, option in enumerate(chosen):
            option["text"] += str(place)
        asked.append(
            {
                "id": f"{FILE.stem}/q{number}",
                "stem": draw(words),
                "kind": kind,
                "options": draw(st.permutations(chosen)),
            }
        )
    prompts = [{"id": f"{FILE.stem}/r{n}", "prompt": draw(words)} for n in range(2)]
    return {"lesson": FILE.stem, "questions": asked, "reflections": prompts}


def written(bank):
    return yaml.safe_dump(bank, allow_unicode=True)


def sound():
    def options():
        wrong = {"text": "No", "correct": False, "feedback": "Not so.", "misconception": "It is."}
        return [wrong, {"text": "Yes", "correct": True, "feedback": "It is."}]

    asked = [
        {"id": f"{FILE.stem}/q{n}", "stem": "Is it?", "kind": "one", "options": options()}
        for n in range(1, 5)
    ]
    prompts = [{"id": f"{FILE.stem}/r{n}", "prompt": "What now?"} for n in (1, 2)]
    return {"lesson": FILE.stem, "questions": asked, "reflections": prompts}


@given(banks())
def test_a_sound_bank_comes_back_as_it_was_written(bank):
    read = parse_bank(written(bank), FILE)
    assert read.model_dump(exclude_none=True) == bank


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_other_value_names_the_file(value):
    with pytest.raises(match=f"^{FILE.name}"):
        parse_bank(yaml.safe_dump(value), FILE)


@given(st.text() | st.text("{}[]:-!&*?|>'\"%@` \n\tab0."))
def test_any_other_text_names_the_file(text):
    with pytest.raises(match=f"^{FILE.name}"):
        parse_bank(text, FILE)


@given(banks(), st.data())
def test_a_bank_that_lost_a_line_names_the_place(bank, data):
    question = data.draw(st.sampled_from(bank["questions"]))
    option = data.draw(st.sampled_from(question["options"]))
    field = data.draw(st.sampled_from(sorted(option)))
    del option[field]
    number = question["options"].index(option) + 1
    with pytest.raises(match=f"question {question['id']}.*option {number}"):
        parse_bank(written(bank), FILE)


def change(*path, to):
    def act(bank):
        inner = bank
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = to

    return act


def drop(*path):
    def act(bank):
        inner = bank
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]

    return act


OPTION = ("questions", 1, "options")
PLACE = f"question {FILE.stem}/q2"


@pytest.mark.parametrize(
    ("spoil", "place", "mend"),
    [
        (drop(*OPTION, 0, "misconception"), f"{PLACE}, option 1", "Add `misconception:`"),
        (change(*OPTION, 1, "misconception", to="x"), f"{PLACE}, option 2", "Remove that line"),
        (drop(*OPTION, 1, "feedback"), f"{PLACE}, option 2, feedback", "Add it"),
        (change(*OPTION, 1, "feedback", to="  "), f"{PLACE}, option 2, feedback", "some text"),
        (change(*OPTION, 1, "text", to=7), f"{PLACE}, option 2, text", "quotation marks"),
        (change(*OPTION, 1, "correct", to="si"), f"{PLACE}, option 2, correct", "true or false"),
        (change(*OPTION, 1, "colour", to="x"), f"{PLACE}, option 2, colour", "Remove it"),
        (change(*OPTION, 0, "text", to="Yes"), PLACE, "Reword one"),
        (drop(*OPTION, 1), PLACE, "Add options"),
        (change("questions", 1, "kind", to="both"), f"{PLACE}, kind", "one of these words"),
        (change("questions", 1, "options", to="x"), f"{PLACE}, options", "Write a list"),
        (change("questions", 1, "id", to=f"{FILE.stem}/q1"), "the whole file", "used twice"),
        (change("questions", 1, "id", to="other/q2"), "the whole file", f"{FILE.stem}/q1"),
        (change("questions", 1, "id", to=f"{FILE.stem}/'q'"), "the whole file", "short name"),
        (drop("questions", 3), "the whole file", "Write 4 to 6"),
        (drop("reflections", 0), "the whole file", "Write 2 to 4"),
        (change("reflections", 1, to="x"), "reflection 2", "names and values"),
        (change("lesson", to="98-other"), "the whole file", "98-other/q1"),
    ],
)
def test_a_fault_names_its_place_and_its_mend(spoil, place, mend):
    bank = sound()
    spoil(bank)
    with pytest.raises(YamlError) as fault:
        parse_bank(written(bank), FILE)
    first = str(fault.value).splitlines()[0]
    assert first.startswith(f"{FILE.name}, {place}: ")
    assert mend in first


@pytest.mark.parametrize(("correct", "told"), [([], "0 options"), ([0, 1], "2 options")])
def test_a_question_of_kind_one_has_one_right_option(correct, told):
    bank = sound()
    right, wrong = bank["questions"][0]["options"][1], bank["questions"][0]["options"][0]
    bank["questions"][0]["options"] = [
        {**(right if place in correct else wrong), "text": str(place)} for place in (0, 1)
    ]
    with pytest.raises(match=told):
        parse_bank(written(bank), FILE)


def test_a_bank_in_another_lessons_file_says_so():
    with pytest.raises(match=r"98-other.yml, lesson: .*Write '98-other'"):
        parse_bank(written(sound()), Path("98-other.yml"))


def test_text_that_is_not_yaml_names_its_line():
    with pytest.raises(match=r"99-lesson.yml, line 2: this is not YAML"):
        parse_bank("lesson: x\n  - y: [", FILE)


def test_every_fault_is_listed(tmp_path):
    bank = sound()
    del bank["questions"][0]["stem"]
    del bank["questions"][3]["options"][1]["feedback"]
    path = tmp_path / FILE
    path.write_text(written(bank), encoding="utf-8")
    assert len(check_bank(path)) == 2


def test_a_missing_or_unreadable_file_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("IMPROVING_QUESTIONS", str(tmp_path))
    with pytest.raises(match=r"99-lesson.yml cannot be read. Create it"):
        load_bank(FILE.stem)
    (tmp_path / FILE).write_bytes(b"lesson: \xff")
    with pytest.raises(match=r"99-lesson.yml is not UTF-8 text. Save it"):
        load_bank(FILE.stem)


@pytest.mark.parametrize("slug", LESSONS)
def test_the_courses_own_banks_are_sound(slug):
    assert check_bank(questions.bank_path(slug)) == []


@pytest.mark.parametrize("slug", LESSONS)
def test_right_answers_cannot_be_told_by_place_or_length(slug):
    asked = load_bank(slug).questions
    places = [[option.correct for option in question.options].index(True) for question in asked]
    assert len(set(places)) >= 3
    for question in asked:
        lengths = [len(option.text) for option in question.options]
        assert max(lengths) <= 1.25 * min(lengths), question.id


@given(banks())
@settings(max_examples=30)
def test_the_form_holds_every_text_and_names_every_control(bank):
    read = parse_bank(written(bank), FILE)
    for number, question in enumerate(read.questions, 1):
        markup = questions.question_html(question, number)
        form = html5lib.parse(markup, namespaceHTMLElements=False).find(".//form")
        assert form.get("data-question") == question.id
        assert "".join(form.find(".//legend").itertext()) == f"Question {number} {question.stem}"
        inputs = {control.get("id"): control for control in form.iter("input")}
        labels = {label.get("for"): "".join(label.itertext()) for label in form.iter("label")}
        assert list(labels.values()) == [option.text for option in question.options]
        assert set(labels) == set(inputs)
        assert {control.get("name") for control in inputs.values()} == {
            question.id.replace("/", "-")
        }
        kind = {"one": "radio", "many": "checkbox"}[question.kind]
        assert {control.get("type") for control in inputs.values()} == {kind}
        told = form.findall(".//details/ul/li")
        assert [item.get("data-correct") for item in told] == [
            str(option.correct).lower() for option in question.options
        ]
        why = ["".join(item.find("span").itertext()) for item in told]
        assert why == [option.feedback for option in question.options]


@pytest.mark.parametrize("slug", LESSONS)
def test_what_a_notebook_shows_is_the_same_each_time_and_has_no_id_twice(slug):
    shown = questions.check_yourself(slug), questions.reflect(slug)
    again = questions.check_yourself(slug), questions.reflect(slug)
    markup = "".join(part._repr_html_() for part in shown)
    assert markup == "".join(part._repr_html_() for part in again)
    tree = html5lib.parse(markup, namespaceHTMLElements=False)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    forms = tree.findall(".//form[@data-reflection]")
    assert len(forms) == len(questions.load_bank(slug).reflections)
    assert str(shown[0]).startswith("1. ")
