"""The question bank in QTI 2.1, the format that most learning management systems share.

An item holds one question, a test the questions of one lesson. All of them travel in one IMS
content package: a ZIP with a manifest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from improving.educator.export import archive
from improving.educator.export.shares import shares
from improving.educator.export.xml import SCHEMA_INSTANCE, Element, check, document, node
from improving.files import write_bytes
from improving.questions import Bank, Question

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
CONTENT = "http://www.imsglobal.org/xsd/imscp_v1p1"
SCHEMAS = {
    QTI: "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
    CONTENT: "http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd",
}
LANGUAGE = "en-GB"


def package(banks: Iterable[Bank], to: Path) -> Path:
    """Write question banks as one content package.

    Parameters
    ----------
    banks : iterable of Bank
        One for each lesson.
    to : Path
        The ZIP file.

    Returns
    -------
    Path
        The ZIP file.

    Raises
    ------
    CourseError
        If a text has a character that XML forbids, or the file cannot be written.
    """
    return write_bytes(to, archive.zipped(files(banks)))


def files(banks: Iterable[Bank]) -> dict[str, bytes]:
    """Return the files of a content package.

    Parameters
    ----------
    banks : iterable of Bank
        One for each lesson.

    Returns
    -------
    dict of str to bytes
        Content by path: `imsmanifest.xml`, `tests/<lesson>.xml` and `items/<lesson>__<name>.xml`.

    Raises
    ------
    CourseError
        If a text has a character that XML forbids.
    """
    banks = list(banks)
    found = {"imsmanifest.xml": document(_manifest(banks))}
    for bank in banks:
        found[_test_path(bank)] = document(_test(bank))
        found |= {_item_path(question): document(item(question)) for question in bank.questions}
    return found


def identifier(name: str) -> str:
    """Return a name that may stand as an identifier, a different one for every name."""
    return "L" + re.sub(r"[^A-Za-z0-9-]", lambda found: _code(found[0]), name)


def _code(character: str) -> str:
    # Underscores come in pairs and only here, so no two names look alike.
    return "__" if character == "/" else f"_{ord(character):x}_"


def _item_path(question: Question) -> str:
    return f"items/{identifier(question.id)[1:]}.xml"


def _test_path(bank: Bank) -> str:
    return f"tests/{bank.lesson}.xml"


def _root(tag: str, space: str, attributes: dict[str, str], *children: Element) -> Element:
    spaces = {
        "xmlns": space,
        "xmlns:xsi": SCHEMA_INSTANCE,
        "xsi:schemaLocation": f"{space} {SCHEMAS[space]}",
    }
    return node(tag, spaces | attributes, *children)


# An item


def item(question: Question) -> Element:
    """Return one question as an assessment item.

    Parameters
    ----------
    question : Question
        The question.

    Returns
    -------
    xml.etree.ElementTree.Element
        Its score runs from 0 to 1. Each chosen option shows its own feedback.

    Raises
    ------
    CourseError
        If a text has a character that XML forbids.
    """
    for words in (question.stem, *(f"{o.text}{o.feedback}" for o in question.options)):
        check(words, question.id)
    attributes = {
        "identifier": identifier(question.id),
        "title": question.id,
        "xml:lang": LANGUAGE,
        "adaptive": "false",
        "timeDependent": "false",
    }
    return _root(
        "assessmentItem",
        QTI,
        attributes,
        _response(question),
        *_outcomes(question),
        _body(question),
        _processing(question),
        *_feedback(question),
    )


def _choice(number: int) -> str:
    return f"choice{number}"


def _cardinality(question: Question) -> str:
    return "single" if question.kind == "one" else "multiple"


def _value(text: str) -> Element:
    return node("value", None, text)


def _response(question: Question) -> Element:
    right = [_choice(n) for n, option in enumerate(question.options, 1) if option.correct]
    entries = [
        node("mapEntry", {"mapKey": _choice(n), "mappedValue": str(float(share))})
        for n, share in enumerate(shares(question), 1)
    ]
    return node(
        "responseDeclaration",
        {
            "identifier": "RESPONSE",
            "cardinality": _cardinality(question),
            "baseType": "identifier",
        },
        node("correctResponse", None, *map(_value, right)),
        node("mapping", {"lowerBound": "0", "upperBound": "1", "defaultValue": "0"}, *entries),
    )


def _outcomes(question: Question) -> list[Element]:
    scores = [
        node(
            "outcomeDeclaration",
            {"identifier": name, "cardinality": "single", "baseType": "float"},
            node("defaultValue", None, _value(start)),
        )
        for name, start in (("SCORE", "0"), ("MAXSCORE", "1"))
    ]
    chosen = {
        "identifier": "FEEDBACK",
        "cardinality": _cardinality(question),
        "baseType": "identifier",
    }
    return [*scores, node("outcomeDeclaration", chosen)]


def _body(question: Question) -> Element:
    choices = [
        node("simpleChoice", {"identifier": _choice(n)}, option.text)
        for n, option in enumerate(question.options, 1)
    ]
    most = "1" if question.kind == "one" else "0"
    return node(
        "itemBody",
        None,
        node(
            "choiceInteraction",
            {"responseIdentifier": "RESPONSE", "shuffle": "false", "maxChoices": most},
            node("prompt", None, question.stem),
            *choices,
        ),
    )


def _processing(question: Question) -> Element:
    response = {"identifier": "RESPONSE"}
    return node(
        "responseProcessing",
        None,
        node("setOutcomeValue", {"identifier": "SCORE"}, node("mapResponse", response)),
        node("setOutcomeValue", {"identifier": "FEEDBACK"}, node("variable", response)),
    )


def _feedback(question: Question) -> list[Element]:
    return [
        node(
            "modalFeedback",
            {"outcomeIdentifier": "FEEDBACK", "identifier": _choice(n), "showHide": "show"},
            option.feedback,
        )
        for n, option in enumerate(question.options, 1)
    ]


# A test


def _test(bank: Bank) -> Element:
    title = f"Lesson {int(bank.lesson[:2])}: {bank.lesson[3:].replace('-', ' ')}"
    items = [
        node(
            "assessmentItemRef",
            {"identifier": identifier(question.id), "href": f"../{_item_path(question)}"},
        )
        for question in bank.questions
    ]
    part = node(
        "testPart",
        {
            "identifier": "questions",
            "navigationMode": "nonlinear",
            "submissionMode": "individual",
        },
        node("itemSessionControl", {"maxAttempts": "0", "showFeedback": "true"}),
        node(
            "assessmentSection",
            {"identifier": "lesson", "title": title, "visible": "true"},
            *items,
        ),
    )
    score = {"identifier": "SCORE", "cardinality": "single", "baseType": "float"}
    total = node("sum", None, node("testVariables", {"variableIdentifier": "SCORE"}))
    return _root(
        "assessmentTest",
        QTI,
        {"identifier": identifier(bank.lesson), "title": title},
        node("outcomeDeclaration", score, node("defaultValue", None, _value("0"))),
        part,
        node("outcomeProcessing", None, node("setOutcomeValue", {"identifier": "SCORE"}, total)),
    )


# The manifest


def _manifest(banks: list[Bank]) -> Element:
    items = [
        _resource(identifier(question.id), "imsqti_item_xmlv2p1", _item_path(question), [])
        for bank in banks
        for question in bank.questions
    ]
    tests = [
        _resource(
            identifier(bank.lesson),
            "imsqti_test_xmlv2p1",
            _test_path(bank),
            [identifier(question.id) for question in bank.questions],
        )
        for bank in banks
    ]
    return _root(
        "manifest",
        CONTENT,
        {"identifier": "improving-at-scale-questions"},
        node(
            "metadata",
            None,
            node("schema", None, "QTIv2.1 Package"),
            node("schemaversion", None, "1.0.0"),
        ),
        node("organizations"),
        node("resources", None, *items, *tests),
    )


def _resource(name: str, kind: str, path: str, needs: list[str]) -> Element:
    return node(
        "resource",
        {"identifier": name, "type": kind, "href": path},
        node("file", {"href": path}),
        *(node("dependency", {"identifierref": need}) for need in needs),
    )
