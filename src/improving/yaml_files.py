"""Read a YAML file into a typed model; a fault names the file, the place and the mend."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

MENDS = {
    "missing": "Add it.",
    "extra_forbidden": "Remove it, or correct its spelling.",
    "string_type": "Write text (put quotation marks round a number, yes or no).",
    "string_too_short": "Write some text.",
    "bool_type": "Write true or false.",
    "int_type": "Write a whole number.",
    "list_type": "Write a list: one item to a line, each after a hyphen.",
    "model_type": "Write names and values, such as `id: ...`.",
    "literal_error": "Write one of these words.",
}
"""What to do about each kind of fault pydantic finds."""


class YamlError(ValueError):
    """A YAML file that cannot be used. The message names the file, the place and the mend."""


class Part(BaseModel):
    """A piece of a file: no unknown names, no guessed types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _strictly_bool(value: Any) -> Any:
    if not isinstance(value, bool):
        raise ValueError("this is not true or false. Write true or false.")
    return value


Flag = Annotated[bool, BeforeValidator(_strictly_bool)]

Model = TypeVar("Model", bound=Part)


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises
    ------
    YamlError
        If the file is missing or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise YamlError(f"{path.name} is not UTF-8 text. Save it as UTF-8.") from None
    except OSError:
        raise YamlError(
            f"{path} cannot be read. Create it, or correct the lesson's name."
        ) from None


def parse(text: str, path: Path, model: type[Model]) -> Model:
    """Return the model written in a YAML text.

    Parameters
    ----------
    text : str
        The YAML.
    path : pathlib.Path
        Where it came from; its name stands in messages.
    model : type
        What the text must hold.

    Raises
    ------
    YamlError
        If the text has a fault. The message gives every fault.
    """
    raw = _parse_yaml(text, path)
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults = (f"{path.name}, {fault}" for fault in _faults(error, raw))
        raise YamlError("\n".join(faults)) from None


def _parse_yaml(text: str, path: Path) -> Any:
    try:
        return yaml.safe_load(text)
    # Beside its own errors, the parser lets those of int(), date() and the like through.
    except (
        yaml.YAMLError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
        RecursionError,
    ) as e:
        mark = getattr(e, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise YamlError(
            f"{path.name}{line}: this is not YAML. Check the indents and the quotation marks."
        ) from None


def _faults(error: ValidationError, raw: Any) -> list[str]:
    return [
        f"{_place(fault['loc'], raw)}: {_trouble(fault['type'], fault['msg'])}"
        for fault in error.errors()
    ]


def _trouble(kind: str, message: str) -> str:
    told = message.removeprefix("Value error, ")
    return f"{told}. {MENDS[kind]}" if kind in MENDS else told


def _place(where: Sequence[str | int], raw: Any) -> str:
    """Say where a fault is in words: the item's id, the option's number, the line's name."""
    words = []
    for step in where:
        raw = _inside(raw, step)
        if isinstance(step, str):
            words.append(step)
        else:
            name = raw.get("id") if isinstance(raw, dict) else None
            kind = words.pop().removesuffix("s") if words else "item"
            words.append(f"{kind} {name}" if isinstance(name, str) else f"{kind} {step + 1}")
    return ", ".join(words) or "the whole file"


def _inside(raw: Any, step: str | int) -> Any:
    try:
        return raw[step]
    except (KeyError, IndexError, TypeError):
        return None
