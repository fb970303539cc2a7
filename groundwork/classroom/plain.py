"""Plain data as bytes and back: JSON, with arrays as their dtype, shape and bytes. Never pickle.

    [1, np.array([0.5])] -> [1, {"$array": ["<f8", [1], "AAAAAAAA4D8="]}]

`encode` runs beside the learner's code and only has to be right; `decode` runs in the grader on what may be forged, so
it builds nothing that is not in the text: an array's size must equal its bytes, and only plain dtypes exist. Tuples
come back as lists and NumPy's numbers as Python's, as in `check`.
"""

import base64
import binascii
import json
import math
import re
from typing import Any

import numpy as np

from groundwork.classroom.exercise import Plain
from groundwork.errors import GroundworkError

DEPTH = 32  # lists in lists
DIMENSIONS = 8
DTYPES = re.compile(r"\|b1|\|[iu]1|<[iu][248]|<f[248]|<c(8|16)|<U[1-9][0-9]{0,4}")
ARRAY, PAIRS = "$array", "$pairs"


class PlainError(GroundworkError):
    """A value that is not plain data, or bytes that do not hold any."""


def dumps(value: Plain) -> bytes:
    """A value as bytes. Raises PlainError if it is not plain data."""
    try:
        return json.dumps(encode(value), separators=(",", ":")).encode("ascii")
    except (ValueError, RecursionError) as error:  # an integer of thousands of digits
        raise PlainError(f"A value cannot be written as JSON: {error}.") from error


def loads(content: bytes, cap: int) -> Plain:
    """The value in `content`, of `cap` bytes at most. Raises PlainError for anything else; never runs code."""
    if len(content) > cap:
        raise PlainError(f"A value takes {len(content)} bytes; the limit is {cap}.")
    try:
        return decode(json.loads(content))
    except (ValueError, RecursionError, TypeError) as error:  # includes UnicodeDecodeError and JSONDecodeError
        raise PlainError(f"What came back is not plain data: {type(error).__name__}.") from error


def encode(value: Any, depth: int = 0) -> Any:
    """A value as what `json` can write. Raises PlainError for another type or more than DEPTH levels."""
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if depth >= DEPTH:
        raise PlainError(f"A value is nested more than {DEPTH} levels deep.")
    if kind in (list, tuple):
        return [encode(item, depth + 1) for item in value]
    if kind is dict:
        return encode_dict(value, depth + 1)
    if kind is np.ndarray:
        return encode_array(value)
    if isinstance(value, np.generic) and type(value.item()) in (bool, int, float, str):
        return value.item()
    raise PlainError("A value must be None, a number, text, an array, or lists and dicts of these.")


def encode_dict(value: dict[Any, Any], depth: int) -> dict[str, Any]:
    """A dict as itself, or as pairs where a key is no string or could be taken for a mark of ours."""
    if all(type(key) is str and not key.startswith("$") for key in value):
        return {key: encode(item, depth) for key, item in value.items()}
    keys = [key.item() if isinstance(key, np.generic) else key for key in value]
    if any(key is not None and type(key) not in (bool, int, float, str) for key in keys):
        raise PlainError("A dict's keys must be strings or numbers.")
    return {PAIRS: [[key, encode(item, depth)] for key, item in zip(keys, value.values(), strict=True)]}


def encode_array(value: np.ndarray[Any, Any]) -> dict[str, Any]:
    """An array of numbers, booleans or text."""
    little = np.ascontiguousarray(value).astype(value.dtype.newbyteorder("<"), copy=False)
    if not DTYPES.fullmatch(little.dtype.str) or value.ndim > DIMENSIONS:
        raise PlainError(f"An array of {value.ndim} dimensions and dtype {value.dtype} is not plain data.")
    return {ARRAY: [little.dtype.str, list(value.shape), base64.b64encode(little.tobytes()).decode("ascii")]}


def decode(value: Any, depth: int = 0) -> Plain:
    """What `encode` made, as plain data. Raises PlainError if it cannot have made it."""
    if depth > DEPTH:
        raise PlainError(f"What came back is nested more than {DEPTH} levels deep.")
    if isinstance(value, list):
        return [decode(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {ARRAY}:
        return decode_array(value[ARRAY])
    if value.keys() == {PAIRS}:
        return {simple(key): decode(item, depth + 1) for key, item in value[PAIRS]}
    return {key: decode(item, depth + 1) for key, item in value.items()}


def simple(key: Any) -> Plain:
    """A dict's key. Raises PlainError if it is a list or a dict."""
    if isinstance(key, list | dict):
        raise PlainError("What came back has a dict's key that is no number or string.")
    return key


def decode_array(parts: Any) -> np.ndarray[Any, Any]:
    """An array from dtype, shape and base64. Raises PlainError if these three do not agree."""
    try:
        dtype, shape, text = parts
        sound = isinstance(dtype, str) and DTYPES.fullmatch(dtype) and isinstance(shape, list)
        if not sound or len(shape) > DIMENSIONS or not all(type(n) is int and 0 <= n < 2**31 for n in shape):
            raise PlainError("What came back holds an array of an unknown kind or shape.")
        raw = base64.b64decode(text, validate=True)
        if math.prod(shape) * np.dtype(dtype).itemsize != len(raw):
            raise PlainError("What came back holds an array whose bytes do not fit its shape.")
        stored = "|u1" if dtype == "|b1" else dtype  # a forged boolean may hold another byte than 0 or 1
        array = np.frombuffer(raw, stored).reshape(shape)
        return array != 0 if dtype == "|b1" else array.copy()
    except (ValueError, TypeError, binascii.Error) as error:
        raise PlainError(f"What came back holds a broken array: {type(error).__name__}.") from error


def leaves(value: Plain) -> int:
    """How many single values there are in a piece of plain data, empty lists and dicts counted as one."""
    if isinstance(value, np.ndarray):
        return max(value.size, 1)
    if isinstance(value, list | tuple):
        return max(sum(map(leaves, value)), 1)
    if isinstance(value, dict):
        return max(sum(map(leaves, value.values())), 1)
    return 1


def alike(one: Plain, other: Plain) -> bool:
    """Whether two pieces of plain data hold the same values: numbers to six digits, lists and arrays alike."""
    if isinstance(one, np.ndarray):
        one = one.tolist()
    if isinstance(other, np.ndarray):
        other = other.tolist()
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(item, other[key]) for key, item in one.items())
    if isinstance(one, float | int) and isinstance(other, float | int):
        return one == other or (one != one and other != other) or math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
    return bool(type(one) is type(other) and one == other)
