"""Model cards: what a model assumes, leaves out, rests on and cannot tell you."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class ModelCard:
    """What a reader should know before believing a model.

    Parameters
    ----------
    title
        The model's name in plain English.
    assumes
        What the model takes to be true.
    leaves_out
        What the model ignores.
    numbers
        For each default, whether it is evidence (with a citation key in square brackets,
        such as ``[@propper2008]``) or an illustration.
    cannot_tell
        Questions that the model must not be used to answer.

    Raises
    ------
    ValueError
        If the title or a section is empty, or a section is text rather than a tuple.
    """

    title: str
    assumes: tuple[str, ...]
    leaves_out: tuple[str, ...]
    numbers: tuple[str, ...]
    cannot_tell: tuple[str, ...]

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value:
                raise ValueError(f"model card {self.title!r}: {field.name} is empty, fill it in")
            if field.name != "title" and not isinstance(value, tuple):
                raise ValueError(
                    f"model card {self.title!r}: {field.name} must be a tuple of sentences"
                )
