"""The doctor says what is so, on a machine that is new as well."""

from pathlib import Path

import pytest

from groundwork.evaluation.doctor import cached


@pytest.mark.parametrize("place", ["", "cache", "user/cache/groundwork"])
def test_a_cache_that_is_not_there_yet_can_be_written_where_its_folder_can(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDWORK_CACHE", str(tmp_path / place))
    assert dict(cached())["cache"] == str(tmp_path / place)
