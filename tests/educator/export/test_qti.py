"""QTI 2.1, read and marked by pyslet: an engine by one of the authors of the standard.

Pyslet reads items, tests and content packages, and runs an item's own response processing. The
standard's schema of items is in no package to be had, so where elements stand is pyslet's word.
The manifest is validated with the official schema of IMS content packages.
"""

import logging
from io import BytesIO
from itertools import chain, combinations
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from making import hostile, question
from pyslet.imscpv1p2 import ContentPackage
from pyslet.qtiv2 import interactions, items, tests, variables
from pyslet.qtiv2.xml import QTIDocument
from pyslet.vfs import OSFilePath

from improving.educator.export import qti, xml
from improving.problems import CourseError

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pyslet")


def read(data):
    document = QTIDocument()
    document.read(src=BytesIO(data))
    return document.root


def lines(element):
    """Text of an element without the indents of its file, a line for each break."""
    parts = [part if isinstance(part, str) else "\n" for part in element.get_children()]
    return [" ".join(line.split()) for line in "".join(parts).split("\n")]


def meant(text):
    return [" ".join(line.split()) for line in text.splitlines()]


def all_of(root, kind):
    return list(root.find_children_depth_first(kind))


def marked(item, chosen):
    """Score, and the feedback shown, for options chosen by their identifiers."""
    state = variables.ItemSessionState(item)
    state.begin_session()
    many = item.declarations["RESPONSE"].cardinality == variables.Cardinality.multiple
    state["RESPONSE"].set_value(chosen if many else chosen[0])
    item.ResponseProcessing.run(state)
    told = state["FEEDBACK"].value
    shown = [f for f in item.QTIModalFeedback if f.identifier in (told if many else [told])]
    return state["SCORE"].value, shown


def choices(asked):
    """Everything that a reader could tick."""
    numbers = range(len(asked.options))
    most = 1 if asked.kind == "one" else len(numbers)
    return chain.from_iterable(combinations(numbers, n) for n in range(1, most + 1))


def worth(asked, chosen):
    right = [n for n, option in enumerate(asked.options) if option.correct]
    wrong = len(asked.options) - len(right)
    found = len(set(right) & set(chosen)) / len(right)
    missed = len(set(chosen) - set(right)) / wrong if asked.kind == "many" and wrong else 0
    return max(0, found - missed)


def check(asked, item):
    (interaction,) = all_of(item, interactions.ChoiceInteraction)
    options = all_of(item, interactions.SimpleChoice)
    assert lines(interaction.Prompt) == meant(asked.stem)
    assert interaction.maxChoices == (1 if asked.kind == "one" else 0)
    assert [lines(option) for option in options] == [meant(o.text) for o in asked.options]
    for chosen in choices(asked):
        score, shown = marked(item, [options[n].identifier for n in chosen])
        assert score == pytest.approx(worth(asked, chosen))
        assert [lines(f) for f in shown] == [meant(asked.options[n].feedback) for n in chosen]


def test_every_question_is_read_and_marked(every_bank, caplog):
    files = qti.files(every_bank)
    with caplog.at_level(logging.WARNING):
        for asked in chain.from_iterable(bank.questions for bank in every_bank):
            item = read(files[f"items/{asked.id.replace('/', '__')}.xml"])
            assert isinstance(item, items.AssessmentItem)
            check(asked, item)
    assert not caplog.records


def test_a_test_asks_a_lesson_s_questions_in_order(every_bank):
    files = qti.files(every_bank)
    for bank in every_bank:
        test = read(files[f"tests/{bank.lesson}.xml"])
        assert isinstance(test, tests.AssessmentTest)
        asked = all_of(test, tests.AssessmentItemRef)
        paths = [str(ref.href).replace("../", "") for ref in asked]
        found = [read(files[path]) for path in paths]
        assert [item.title for item in found] == [question.id for question in bank.questions]
        assert [item.identifier for item in found] == [ref.identifier for ref in asked]


@settings(max_examples=50)
@given(asked=hostile())
def test_no_words_can_break_it(asked):
    check(asked, read(xml.document(qti.item(asked))))


def test_a_character_that_xml_forbids_is_told():
    with pytest.raises(CourseError, match=r"01-one/q1: .* U\+0001 cannot .*\n    Mend: "):
        qti.item(question(words=["Which?", "A \x01 here"]))


@pytest.mark.parametrize(("one", "other"), [("a/b", "a-b"), ("a/b", "a_2f_b"), ("a_b", "a/b")])
def test_no_two_questions_share_an_identifier(one, other):
    assert qti.identifier(one) != qti.identifier(other)
    assert variables.IdentifierValue(qti.identifier(one)).value == qti.identifier(one)


def test_a_package_holds_what_its_manifest_says(every_bank, tmp_path, manifest_schema):
    paths = [qti.package(every_bank, tmp_path / name) for name in ("one.zip", "two.zip")]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with ZipFile(paths[0]) as archive:
        names = set(archive.namelist())
        manifest_schema("2004").validate(BytesIO(archive.read("imsmanifest.xml")))
    package = ContentPackage(OSFilePath(str(paths[0])))
    resources = package.manifest.root.Resources.Resource
    files = [str(file.href) for resource in resources for file in resource.File]
    package.close()
    assert sorted([*files, "imsmanifest.xml"]) == sorted(names)
    kinds = [resource.type for resource in resources]
    assert kinds.count("imsqti_test_xmlv2p1") == len(every_bank)
    assert kinds.count("imsqti_item_xmlv2p1") == sum(len(b.questions) for b in every_bank)


def test_one_lesson_has_one_test(every_bank):
    names = qti.files(every_bank[:1])
    assert [name for name in names if name.startswith("tests/")] == ["tests/01-nhs-impact.xml"]
    assert len(names) == 2 + len(every_bank[0].questions)
