"""`explore`: a model, its controls and its chart become an explorer, with or without Python."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import anywidget
import traitlets
import vl_convert as vlc

from improving.explorer import page
from improving.explorer.controls import Control, describe
from improving.explorer.pack import Frames, unpack
from improving.explorer.sweep import Model, as_frames, combinations, memory, sweep

HERE = Path(__file__).parent
MIME = "application/vnd.improving.explorer+json"

LARGEST_PAYLOAD = 100_000
"""Bytes, gzip: what a reader on a slow line can be asked to fetch for one explorer."""


@cache
def vega_script() -> str:
    """Vega with its AST interpreter, from the vl-convert package; sets ``window.vegaEmbed``."""
    return str(memory().cache(_bundle)(version("vl-convert-python")))


def _bundle(vl_convert_version: str) -> str:
    # In vl-convert's bundle `window.vega` is null, so only `vegaEmbed` is asked for.
    return str(vlc.javascript_bundle("window.vegaEmbed=vegaEmbed;"))


@cache
def _module() -> str:
    # A module's top level is its own, so the bundle's names cannot collide with the page's.
    script = (HERE / "explorer.js").read_text(encoding="utf-8")
    return f"{vega_script()}\n{script}\nexport default {{ render: improvingExplorer.render }};\n"


class Explorer(anywidget.AnyWidget):
    """A model's whole sweep with native controls; make one with `explore`.

    Attributes
    ----------
    value : dict
        The controls' settings by parameter name. Read it, set it, or observe it.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    html = traitlets.Unicode().tag(sync=True)
    payload = traitlets.Unicode().tag(sync=True)
    value = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        model: Model,
        fixed: Mapping[str, Any],
        controls: Mapping[str, Control],
        html: str,
        payload: dict[str, Any],
    ) -> None:
        self._model, self._fixed, self._controls = model, fixed, controls
        self._payload = payload
        super().__init__(
            _esm=_module(),
            _css=(HERE / "explorer.css").read_text(encoding="utf-8"),
            html=html,
            payload=json.dumps(payload, separators=(",", ":")),
            value={n: c.settings[c.start] for n, c in controls.items()},
        )

    @traitlets.validate("value")
    def _known_settings(self, proposal: Any) -> dict[str, Any]:
        value: dict[str, Any] = {**self.value, **proposal["value"]}
        for name, setting in value.items():
            if name not in self._controls:
                raise traitlets.TraitError(
                    f"{name!r} is not a control; choose from {list(self._controls)}."
                )
            if setting not in self._controls[name].settings:
                raise traitlets.TraitError(
                    f"{name} = {setting!r} is not a setting; choose from "
                    f"{self._controls[name].settings}."
                )
        return value

    def frames(self) -> Frames:
        """Run the model afresh at the present setting: full precision."""
        return as_frames(self._model(**self._fixed, **self.value))

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Live in Jupyter; in the built book, HTML and a payload of its own."""
        live = super()._repr_mimebundle_(**kwargs) or ({}, {})
        bundle = dict(live[0] if isinstance(live, tuple) else live)
        bundle["text/plain"] = self._payload["title"]
        bundle["text/html"] = self.html
        bundle[MIME] = {
            "name": self._payload["name"],
            "html": self.html,
            "payload": self._payload,
        }
        return bundle


def explore(
    model: Model,
    *,
    name: str,
    title: str,
    chart: Callable[..., Any],
    summary: Callable[..., str],
    predict: page.Guess | None = None,
    answer: Callable[..., float] | None = None,
    fixed: Mapping[str, Any] | None = None,
    **controls: Control,
) -> Explorer:
    """Let a reader turn a model's dials.

    Parameters
    ----------
    model : callable
        Pure function from the controls' values to a DataFrame, or a dict of them.
        A random model takes its seed and runs as arguments and returns its spread.
    name : str
        ``<lesson slug>/<name>``, unique in the book.
    title : str
        What the explorer shows; names it to assistive technology.
    chart : callable
        From the model's result to an Altair chart with a description of at most
        125 characters. It draws the frames as they are.
    summary : callable
        From the model's result to one or two plain sentences.
    predict : Guess, optional
        Asked before the outcome shows; `answer` gives the outcome.
    answer : callable, optional
        From the model's result to the number that `predict` asks for.
    fixed : mapping, optional
        Arguments of the model that no control sets.
    **controls : Slider, Choice or Switch
        One for each parameter the reader sets.

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError
        If the payload is over 100 KB (gzip), the chart has no description, or `predict`
        and `answer` are not given together.

    Examples
    --------
    >>> from improving import Slider, explore
    >>> from improving.models import mandate
    >>> e = explore(
    ...     mandate.simulate,
    ...     name="example/mandate",
    ...     title="Starting a mandate",
    ...     chart=mandate.chart,
    ...     summary=mandate.summary,
    ...     starts=Slider("Mandate starts", 0, 5, unit="years"),
    ... )
    >>> e.value
    {'starts': 0}
    """
    if (predict is None) != (answer is None):
        raise ValueError(f"Explorer {name}: give `predict` and `answer` together.")
    fixed = dict(fixed or {})
    settings = {n: c.settings for n, c in controls.items()}
    packed = sweep(model, settings, fixed, summary, answer)
    start = _position(controls)
    frames = unpack(packed["frames"], start)
    spec = page.chart_spec(chart, frames, predict)
    html = page.section(
        name,
        title,
        f"{model.__module__}:{model.__qualname__}",
        fixed,
        controls,
        spec,
        packed,
        start,
        predict,
    )
    payload = {
        "name": name,
        "title": title,
        # A list: notebooks are saved with the keys of every object sorted, and the order of the
        # controls is the order of the settings.
        "controls": [{"name": n, **describe(c)} for n, c in controls.items()],
        "specs": page.vega_specs(spec),
        "guess": {"question": predict.question, "unit": predict.unit} if predict else None,
        **_shared_sentences(packed),
    }
    size = len(gzip.compress(json.dumps(payload).encode(), mtime=0))
    if size > LARGEST_PAYLOAD:
        raise ValueError(
            f"Explorer {name}: its payload is {size:,} bytes compressed, at most "
            f"{LARGEST_PAYLOAD:,}. Use larger steps, fewer controls or fewer rows."
        )
    return Explorer(model, fixed, controls, html, payload)


def _position(controls: Mapping[str, Control]) -> int:
    settings = {n: c.settings for n, c in controls.items()}
    start = {n: c.settings[c.start] for n, c in controls.items()}
    return combinations(settings).index(start)


def _shared_sentences(packed: dict[str, Any]) -> dict[str, Any]:
    """Store each distinct sentence once."""
    distinct = list(dict.fromkeys(packed["sentences"]))
    place = {sentence: i for i, sentence in enumerate(distinct)}
    return {
        "frames": packed["frames"],
        "sentences": distinct,
        "sentence": [place[s] for s in packed["sentences"]],
        "answers": packed["answers"],
    }
