"""The question bank: read it, check it, show it.

A bank is one YAML file for each lesson, `exercises/questions/<slug>.yml`:

    lesson: 12-mandate
    questions:
      - id: 12-mandate/q1
        stem: What is asked?
        kind: one            # one right answer, or `many`
        options:
          - text: A wrong answer
            correct: false
            feedback: Why it is wrong.
            misconception: The mistaken belief it stands for.
          - text: The right answer
            correct: true
            feedback: Why it is right.
    reflections:
      - id: 12-mandate/r1
        prompt: Something to think over.

The same file serves the page, the notebook and the exports. A fault raises `YamlError`, whose
message names the file, the place and the mend.
"""

from __future__ import annotations

import html
import os
from pathlib import Path
from typing import Literal

from pydantic import model_validator

from improving.yaml_files import Flag, Part, Text, YamlError, parse, read_text


class Option(Part):
    """One answer a reader can choose."""

    text: Text
    correct: Flag
    feedback: Text
    misconception: Text | None = None

    @model_validator(mode="after")
    def _wrong_names_its_misconception(self) -> Option:
        if not self.correct and self.misconception is None:
            raise ValueError(
                "a wrong option has no misconception. Add `misconception:` with the mistaken "
                "belief it stands for."
            )
        if self.correct and self.misconception is not None:
            raise ValueError("a right option has a misconception. Remove that line.")
        return self


class Question(Part):
    """A question with its options."""

    id: Text
    stem: Text
    kind: Literal["one", "many"]
    options: list[Option]

    @model_validator(mode="after")
    def _options_fit_the_kind(self) -> Question:
        right = sum(option.correct for option in self.options)
        if len(self.options) < 2:
            raise ValueError("a question has fewer than 2 options. Add options.")
        if self.kind == "one" and right != 1:
            raise ValueError(
                f"{right} options are marked `correct: true`. Mark exactly 1, "
                "or write `kind: many`."
            )
        if right == 0:
            raise ValueError("no option is marked `correct: true`. Mark at least 1.")
        if len({option.text for option in self.options}) < len(self.options):
            raise ValueError("two options have the same text. Reword one of them.")
        return self


class Reflection(Part):
    """A prompt that has no right answer."""

    id: Text
    prompt: Text


class Bank(Part):
    """The questions and reflections of one lesson."""

    lesson: Text
    questions: list[Question]
    reflections: list[Reflection]

    @model_validator(mode="after")
    def _counts_and_ids(self) -> Bank:
        if not 4 <= len(self.questions) <= 6:
            raise ValueError(f"there are {len(self.questions)} questions. Write 4 to 6.")
        if not 2 <= len(self.reflections) <= 4:
            raise ValueError(f"there are {len(self.reflections)} reflections. Write 2 to 4.")
        ids = [question.id for question in self.questions]
        ids += [reflection.id for reflection in self.reflections]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f"the id {name!r} is used twice. Give each its own.")
            if not name.startswith(f"{self.lesson}/") or html.escape(name) != name or " " in name:
                raise ValueError(
                    f"the id {name!r} does not fit. Write the lesson, a slash and a short name, "
                    f"such as {self.lesson}/q1."
                )
        return self


def questions_folder() -> Path:
    """Return the folder of banks: the repository's, or where IMPROVING_QUESTIONS points."""
    chosen = os.environ.get("IMPROVING_QUESTIONS")
    return Path(chosen) if chosen else Path(__file__).parents[2] / "exercises" / "questions"


def bank_path(slug: str) -> Path:
    """Return the path of a lesson's bank."""
    return questions_folder() / f"{slug}.yml"


def load_bank(slug: str) -> Bank:
    """Return a lesson's bank.

    Parameters
    ----------
    slug : str
        The lesson, such as "12-mandate".

    Raises
    ------
    YamlError
        If the file is missing or has a fault. The message gives every fault.
    """
    return read_bank(bank_path(slug))


def read_bank(path: Path) -> Bank:
    """Return the bank in a file.

    Raises
    ------
    YamlError
        If the file is missing or has a fault. The message gives every fault.
    """
    return parse_bank(read_text(path), path)


def parse_bank(text: str, path: Path) -> Bank:
    """Return the bank written in a YAML text.

    Parameters
    ----------
    text : str
        The YAML.
    path : pathlib.Path
        Where it came from. Its name without `.yml` must be the lesson.

    Raises
    ------
    YamlError
        If the text has a fault. The message gives every fault.
    """
    bank = parse(text, path, Bank)
    if bank.lesson != path.stem:
        raise YamlError(
            f"{path.name}, lesson: it says {bank.lesson!r}. Write {path.stem!r}, the file's name."
        )
    return bank


def check_bank(path: Path) -> list[str]:
    """Return what is wrong with a bank: one line for each fault, none for a sound bank."""
    try:
        read_bank(path)
    except YamlError as error:
        return str(error).splitlines()
    return []


class Shown:
    """HTML for a notebook and for the book; reads well without any script.

    Parameters
    ----------
    markup : str
        The HTML.
    text : str
        The same in plain text.
    """

    def __init__(self, markup: str, text: str) -> None:
        self.markup = markup
        self.text = text

    def _repr_html_(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        """Return the plain text, for a terminal."""
        return self.text


def check_yourself(slug: str) -> Shown:
    """Return a lesson's questions, to show in a notebook.

    Parameters
    ----------
    slug : str
        The lesson, such as "12-mandate".

    Raises
    ------
    YamlError
        If the bank has a fault.
    """
    asked = load_bank(slug).questions
    return Shown(
        "\n".join(question_html(question, number) for number, question in enumerate(asked, 1)),
        "\n".join(f"{number}. {question.stem}" for number, question in enumerate(asked, 1)),
    )


def reflect(slug: str) -> Shown:
    """Return a lesson's reflections, to show in a notebook.

    Parameters
    ----------
    slug : str
        The lesson, such as "12-mandate".

    Raises
    ------
    YamlError
        If the bank has a fault.
    """
    prompts = load_bank(slug).reflections
    return Shown(
        "\n".join(reflection_html(prompt) for prompt in prompts),
        "\n".join(prompt.prompt for prompt in prompts),
    )


def question_html(question: Question, number: int) -> str:
    """Return one question: a form, and its explanations for a reader without scripts."""
    key = question.id.replace("/", "-")
    hint = "Choose one answer." if question.kind == "one" else "Choose every answer that applies."
    return (
        f'<form class="question" data-question="{question.id}" id="question-{key}">'
        f'<fieldset><legend><span class="question-number">Question {number}</span> '
        f"{html.escape(question.stem)}</legend>"
        f'<p class="question-hint">{hint}</p>'
        f"{''.join(_option_html(question, key, n) for n in range(len(question.options)))}"
        f"</fieldset>"
        f'<p class="question-actions" hidden><button type="submit">Check answer</button></p>'
        f'<div class="question-feedback" role="status"></div>'
        f'<details class="question-answers"><summary>Answers to question {number}, explained'
        f"</summary><ul>{''.join(_explained(option) for option in question.options)}</ul></details>"
        f"</form>"
    )


def _option_html(question: Question, key: str, number: int) -> str:
    kind = "radio" if question.kind == "one" else "checkbox"
    name = f"{key}-{number + 1}"
    return (
        f'<div class="question-option"><input type="{kind}" name="{key}" id="{name}" '
        f'value="{number + 1}"><label for="{name}">{html.escape(question.options[number].text)}'
        f"</label></div>"
    )


def _explained(option: Option) -> str:
    verdict = "Right" if option.correct else "Not right"
    return (
        f'<li data-correct="{str(option.correct).lower()}"><strong>{verdict}:</strong> '
        f'{html.escape(option.text)}<br><span class="question-why">{html.escape(option.feedback)}'
        f"</span></li>"
    )


def reflection_html(reflection: Reflection) -> str:
    """Return one reflection: a labelled box to write in."""
    key = f"reflection-{reflection.id.replace('/', '-')}"
    return (
        f'<form class="reflection" data-reflection="{reflection.id}">'
        f'<label for="{key}">{html.escape(reflection.prompt)}</label>'
        f'<textarea id="{key}" rows="5"></textarea>'
        f'<p class="reflection-status" role="status"></p></form>'
    )
