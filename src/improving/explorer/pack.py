"""Pack the frames of a sweep into a small payload, and read them back.

Every distinct column is stored once, however many settings share it. A number
is stored as a whole count of steps, and a step is a power of ten: what a table
prints is exactly what is stored, and the error is at most half a step.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

Frames = dict[str, pd.DataFrame]

STEPS_PER_SPAN = 1000
"""A column's span is cut into at least this many steps, unless fewer are exact."""

MOST_DECIMALS = 9
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def decimals_for(values: np.ndarray) -> int:
    """Choose how many decimals to keep: all there are, or enough for the span.

    Parameters
    ----------
    values : ndarray of float
        Every value the column takes in the whole sweep; NaN allowed.

    Returns
    -------
    int
        0 to `MOST_DECIMALS`; the step is ``10 ** -decimals``.
    """
    known = values[np.isfinite(values)]
    if known.size == 0:
        return 0
    span = float(known.max() - known.min()) or abs(float(known[0])) or 1.0
    enough = max(0, math.ceil(math.log10(STEPS_PER_SPAN) - math.log10(span)))
    for decimals in range(min(enough, MOST_DECIMALS)):
        if np.allclose(known, np.round(known, decimals), rtol=0, atol=1e-12):
            return decimals
    return min(enough, MOST_DECIMALS)


def pack(sweep: Sequence[Frames]) -> dict[str, Any]:
    """Pack one dict of frames per setting.

    Parameters
    ----------
    sweep : sequence of dict of str to DataFrame
        Same frame names and columns at every setting; rows may differ in number.

    Returns
    -------
    dict
        JSON-ready: ``{frame: [column, ...]}``; see `unpack` for the inverse.

    Raises
    ------
    ValueError
        If settings differ in frames or columns, or a number is infinite.
    """
    names = list(sweep[0])
    for position, frames in enumerate(sweep):
        if list(frames) != names:
            raise ValueError(
                f"Setting {position} gives frames {list(frames)}, the first gave {names}. "
                "Return the same frames at every setting."
            )
    return {name: _pack_frame(name, [frames[name] for frames in sweep]) for name in names}


def _pack_frame(name: str, frames: list[pd.DataFrame]) -> list[dict[str, Any]]:
    columns = list(frames[0].columns)
    for position, frame in enumerate(frames):
        if list(frame.columns) != columns:
            raise ValueError(
                f"Frame {name!r}: setting {position} has columns {list(frame.columns)}, the "
                f"first had {columns}. Return the same columns at every setting."
            )
    return [_pack_column(str(column), [f[column] for f in frames]) for column in columns]


def _pack_column(name: str, columns: list[pd.Series[Any]]) -> dict[str, Any]:
    if all(pd.api.types.is_numeric_dtype(c.dtype) for c in columns):
        arrays = [c.to_numpy(dtype=float, na_value=np.nan) for c in columns]
        together = np.concatenate(arrays)
        if np.isinf(together).any():
            raise ValueError(f"Column {name!r} holds an infinite number. Return NaN instead.")
        decimals = decimals_for(together)
        counts = [np.round(a * 10.0**decimals) for a in arrays]
        described: dict[str, Any] = {"kind": "number", "decimals": decimals}
    else:
        texts = [_texts(c) for c in columns]
        words = sorted({t for column in texts for t in column if t is not None})
        code = {word: i for i, word in enumerate(words)}
        counts = [np.array([np.nan if t is None else code[t] for t in c], float) for c in texts]
        dated = bool(words) and all(_DATE.fullmatch(w) for w in words)
        described = {"kind": "date" if dated else "text", "words": words}
    return {"name": name, **described, **_pack_counts(counts)}


def _texts(column: pd.Series[Any]) -> list[str | None]:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        column = column.dt.strftime("%Y-%m-%d")
    return [None if pd.isna(v) else str(v) for v in column]


def _pack_counts(columns: list[np.ndarray]) -> dict[str, Any]:
    pool: dict[bytes, int] = {}
    which = [pool.setdefault(c.tobytes(), len(pool)) for c in columns]
    arrays = [np.frombuffer(b, dtype=float) for b in pool]
    together = np.concatenate(arrays) if arrays else np.empty(0)
    known = together[~np.isnan(together)]
    low = int(known.min()) if known.size else 0
    largest = int(known.max()) - low if known.size else 0
    width = next((w for w in (1, 2, 4) if largest < 256**w - 1), None)
    if width is None:
        raise ValueError("A column spans more than 4,294,967,294 steps. Round it in the model.")
    missing = 256**width - 1
    stored = np.where(np.isnan(together), missing, together - low).astype(np.int64)
    stored = _differences(stored, [a.size for a in arrays]) % 256**width
    packed: dict[str, Any] = {
        "low": low,
        "width": width,
        "sizes": _run_lengths([a.size for a in arrays]),
        "data": _planes(stored, width),
    }
    if len(pool) > 1:
        packed["which"] = _planes(np.array(which, dtype=np.int64), 2)
    return packed


def _differences(values: np.ndarray, sizes: list[int]) -> np.ndarray:
    """Each value less the one before it in its array: neighbours are alike, so it zips well."""
    before = np.concatenate([[0], values[:-1]])
    starts = np.cumsum([0, *sizes[:-1]])
    before[starts[starts < values.size]] = 0
    return np.asarray(values - before)


def _planes(values: np.ndarray, width: int) -> str:
    """Low bytes first, then the next: alike bytes stand together."""
    if values.size and int(values.max()) >= 256**width:
        raise ValueError("Too many distinct columns for one payload. Use fewer settings.")
    raw = b"".join(((values >> (8 * b)) & 255).astype(np.uint8).tobytes() for b in range(width))
    return base64.b64encode(raw).decode("ascii")


def _run_lengths(sizes: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for size in sizes:
        if runs and runs[-1][0] == size:
            runs[-1][1] += 1
        else:
            runs.append([size, 1])
    return runs


def unpack(packed: dict[str, Any], setting: int) -> Frames:
    """Read the frames of one setting back, as the browser does.

    Parameters
    ----------
    packed : dict
        What `pack` returned.
    setting : int
        Position of the setting in the sweep.

    Returns
    -------
    dict of str to DataFrame
        Numbers differ from the packed ones by at most half a step.
    """
    return {
        name: pd.DataFrame({c["name"]: _unpack_column(c, setting) for c in columns})
        for name, columns in packed.items()
    }


def _unpack_column(column: dict[str, Any], setting: int) -> np.ndarray | list[str | None]:
    width, low = column["width"], column["low"]
    sizes = [size for size, times in column["sizes"] for _ in range(times)]
    which = int(_from_planes(column["which"], 2)[setting]) if "which" in column else 0
    start = sum(sizes[:which])
    part = _from_planes(column["data"], width)[start : start + sizes[which]]
    stored = np.cumsum(part) % 256**width
    missing = stored == 256**width - 1
    counts = stored + low
    if column["kind"] == "number":
        return np.where(missing, np.nan, counts / 10.0 ** column["decimals"])
    words = column["words"]
    return [None if m else words[c] for c, m in zip(counts, missing, strict=True)]


def _from_planes(text: str, width: int) -> np.ndarray:
    raw = np.frombuffer(base64.b64decode(text), dtype=np.uint8).astype(np.int64)
    planes = raw.reshape(width, -1)
    return np.asarray(sum(planes[b] << (8 * b) for b in range(width)))
