"""A sandbox for tests, or a skip that says why there is none."""

import functools

import pytest

from groundwork.classroom.bubble import missing
from groundwork.classroom.sandbox import Limits, Sandbox, SandboxMissingError, probe

LIMITS = Limits(setup_seconds=8.0, memory_bytes=1 << 30)


@functools.cache
def lacking() -> str:
    if reason := missing():
        return reason
    try:
        with Sandbox() as sandbox:
            probe(sandbox)
    except SandboxMissingError as error:
        return str(error)
    return ""


def need_sandbox() -> None:
    if lacking():
        pytest.skip(lacking())
