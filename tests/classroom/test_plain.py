"""Plain data: what goes in comes out, and forged bytes give an error and nothing else."""

import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from groundwork.classroom.plain import PlainError, alike, dumps, leaves, loads

CAP = 1 << 20
SCALARS = st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.floats(allow_nan=False) | st.text()
KEYS = st.text() | st.integers() | st.sampled_from(["$array", "$pairs", "$"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)
DTYPES = st.sampled_from(["|b1", "<i8", "|u1", "<f4", "<f8", "<c16", "<U3", ">f8", ">i2"])


@given(VALUES)
def test_plain_values_come_back_as_they_were(value) -> None:
    assert loads(dumps(value), CAP) == value


@given(DTYPES.flatmap(lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, min_side=0))))
def test_arrays_come_back_with_their_dtype_and_shape(value) -> None:
    back = loads(dumps([value]), CAP)[0]
    assert back.shape == value.shape and back.dtype == value.dtype.newbyteorder("<")
    np.testing.assert_array_equal(back, value)


def test_tuples_become_lists_and_numpys_numbers_pythons() -> None:
    back = loads(dumps({"a": (np.float64(0.5), np.int32(2), np.bool_(True))}), CAP)
    assert back == {"a": [0.5, 2, True]} and type(back["a"][1]) is int
    assert loads(dumps(float("inf")), CAP) == float("inf")


class Equal(float):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None


@pytest.mark.parametrize(
    "value", [object(), Equal(1), {1, 2}, b"x", 1j, np.array([None]), np.array(["2020-01-01"], "M8[D]"), {(1,): 2}]
)
def test_what_is_not_plain_is_refused(value) -> None:
    with pytest.raises(PlainError):
        dumps(value)


def test_endless_nesting_is_refused_on_both_sides() -> None:
    loop: list = []
    loop.append(loop)
    with pytest.raises(PlainError, match="deep"):
        dumps(loop)
    for forged in (b"[" * 200_000, b"[" * 100 + b"]" * 100):
        with pytest.raises(PlainError):
            loads(forged, CAP)


@pytest.mark.parametrize(
    "forged",
    [
        ["<f8", [10**9], ""],
        ["<f8", [2, -1], ""],
        ["|O", [1], "AAAAAAAAAAA="],
        ["|S0", [10**12], ""],
        ["|V8", [1], "AAAAAAAAAAA="],
        ["<U0", [10**9], ""],
        ["<f8", [1] * 40, "AAAAAAAAAAA="],
        ["<f8", "x", ""],
        ["<f8,<f8", [1], ""],
        ["<f8", [1], "not base64"],
        ["<f8", [True], "AAAAAAAAAAA="],
        7,
        None,
    ],
)
def test_forged_arrays_are_refused(forged) -> None:
    with pytest.raises(PlainError):
        loads(json.dumps({"$array": forged}).encode(), CAP)


@pytest.mark.parametrize(
    "forged", [b"", b"\xff", pickle.dumps([1]), b'{"$pairs": [[[], 1]]}', b'{"$pairs": 3}', b"1" * 9000]
)
def test_forged_bytes_are_refused(forged) -> None:
    with pytest.raises(PlainError):
        loads(forged, CAP)


@given(st.binary(max_size=200))
def test_any_bytes_give_plain_data_or_a_plain_error(content) -> None:
    try:
        dumps(loads(content, CAP))
    except PlainError as error:
        assert str(error)


def test_more_bytes_than_the_cap_are_not_even_read() -> None:
    with pytest.raises(PlainError, match="limit"):
        loads(b"[1, 2]", 3)


def test_a_forged_boolean_is_a_boolean() -> None:
    assert loads(b'{"$array": ["|b1", [2], "AgA="]}', CAP).tolist() == [True, False]


def test_leaves_and_likeness() -> None:
    assert leaves([1, [2, np.zeros((2, 3))], {}]) == 9
    assert alike([0.1 + 0.2, float("nan")], np.array([0.3, float("nan")]))
    assert not alike([1.0, 2.0], [2.0, 1.0]) and not alike({"a": 1}, {"b": 1}) and not alike("1", 1)
