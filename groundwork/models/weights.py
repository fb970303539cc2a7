"""Models by content: a name in `weights.toml` becomes a folder of files whose SHA-256 were checked.

    >>> from groundwork.models import weights
    >>> weights.path("all-MiniLM-L6-v2") / "model.safetensors"   # fetched the first time, then a look at the stamp

The per-user cache comes first, then each source of the manifest in order, then a folder that the user names
(`GROUNDWORK_WEIGHTS` or `from_path`). The first bytes with the right hash win, per file. `GROUNDWORK_OFFLINE=1`
leaves the network alone. A stamp beside the files (hash, size, time of change) saves hashing a gigabyte at each start.
"""

import json
import os
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any

from filelock import FileLock, Timeout

from groundwork.errors import GroundworkError
from groundwork.files import write_text
from groundwork.models.sources import File, Folder, Hub, Source, SourceError, Watch, Wheels, sha256
from groundwork.paths import cache_dir

MANIFEST = Path(__file__).with_name("weights.toml")
STAMP = "stamp.json"
PATIENCE = 2.0  # seconds without a word before progress is shown


class WeightsError(GroundworkError):
    """A model could not be had, or the cache can't be used."""


@dataclass(frozen=True)
class Model:
    """A model of the manifest: what it is, whose it is, and where its bytes can be had, in the order to try."""

    name: str
    files: tuple[File, ...]
    licence: str
    origin: str
    sources: tuple[Source, ...]

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Check:
    """What `verify` found for one file: `problem` is None if its bytes have the manifest's hash."""

    file: File
    path: Path
    problem: str | None

    @property
    def ok(self) -> bool:
        """Say whether the cached bytes are the model's."""
        return self.problem is None


@lru_cache
def load_manifest(manifest: Path = MANIFEST) -> Mapping[str, Model]:
    """Return the models of a manifest by name."""
    text = manifest.read_text(encoding="utf-8")
    return {name: _model(name, entry, manifest.parent) for name, entry in tomllib.loads(text).items()}


def fetch(model: Model | str, *, progress: bool | None = None, from_path: Path | str | None = None) -> Path:
    """Return the folder of a model in the cache, every file of it checked, getting what is missing or damaged.

    `progress`: None shows a bar on stderr if it takes more than two seconds, True at once, False never.
    `from_path`: a folder or file to look through when no other source has it. Raises WeightsError, which lists every
    source that was tried and why it failed.
    """
    model = _named(model)
    folder = _folder(model)
    if _stamped(model, folder):
        return folder
    try:
        with _locked(model, folder, progress):
            _sweep(folder)
            damaged = [file for file in model.files if _problem(file, folder)]
            if damaged:
                _gather(model, damaged, folder, progress, from_path)
            _stamp(model, folder)
    except OSError as error:
        if not any(_problem(file, folder) for file in model.files):  # a cache that we may only read, and that is good
            return folder
        raise WeightsError(
            f"The cache of weights {folder} can't be written: {error}. Free or unlock it, "
            "or set GROUNDWORK_CACHE to a folder that you may write to."
        ) from error
    return folder


def path(model: Model | str) -> Path:
    """Return the folder of a model, fetching it the first time. Raises WeightsError."""
    return fetch(model)


def cached(model: Model | str) -> bool:
    """Say whether all files of a model are in the cache and good; hashes them only where no stamp vouches for them."""
    model = _named(model)
    folder = _folder(model)
    return _stamped(model, folder) or not any(_problem(file, folder) for file in model.files)


def verify(model: Model | str) -> list[Check]:
    """Hash every cached file of a model again, believing no stamp; after a problem the next `fetch` heals it."""
    model = _named(model)
    folder = _folder(model)
    checks = [Check(file, folder / file.name, _problem(file, folder)) for file in model.files]
    if not all(check.ok for check in checks):
        with suppress(OSError):  # a cache that we may only read
            (folder / STAMP).unlink(missing_ok=True)
    return checks


def _named(model: Model | str) -> Model:
    if isinstance(model, Model):
        return model
    known = load_manifest()
    if model not in known:
        raise WeightsError(f"There is no model {model!r}. Known: {', '.join(known)}.")
    return known[model]


def _model(name: str, entry: Mapping[str, Any], base: Path) -> Model:
    files = tuple(File(**file) for file in entry["files"])
    sources = tuple(_source(source, base) for source in entry["sources"])
    return Model(name, files, entry["licence"], entry["origin"], sources)


def _source(entry: Mapping[str, Any], base: Path) -> Source:
    if entry["kind"] == "hub":
        return Hub(entry["repo"], entry["commit"])
    return Wheels(base / "wheels" / entry["lock"], {name: tuple(steps) for name, steps in entry["members"].items()})


def _folder(model: Model) -> Path:
    return cache_dir() / "weights" / model.name


def _problem(file: File, folder: Path) -> str | None:
    """Say what is wrong with a cached file after reading all of it, or None."""
    at = folder / file.name
    try:
        size = at.stat().st_size
        if size != file.size:
            return f"{file.name} has {size:,} bytes instead of {file.size:,}"
        found = sha256(at)
    except OSError as error:
        return f"{file.name} can't be read: {error.strerror or error}"
    return None if found == file.sha256 else f"{file.name} has the SHA-256 {found} instead of {file.sha256}"


def _traits(model: Model, folder: Path) -> dict[str, list[object]]:
    """Return what a stamp says of each file: the hash it had, and the size and time by which a change is noticed."""
    stats = {file: (folder / file.name).stat() for file in model.files}
    return {file.name: [file.sha256, stat.st_size, stat.st_mtime_ns] for file, stat in stats.items()}


def _stamped(model: Model, folder: Path) -> bool:
    try:
        return bool(json.loads((folder / STAMP).read_text(encoding="utf-8")) == _traits(model, folder))
    except (OSError, ValueError):
        return False


def _stamp(model: Model, folder: Path) -> None:
    write_text(folder / STAMP, json.dumps(_traits(model, folder)))


@contextmanager
def _locked(model: Model, folder: Path, progress: bool | None) -> Iterator[None]:
    """Hold the model's lock, so that only one process of this user fetches it. The others say that they wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.with_name(f"{model.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if progress is not False:
            sys.stderr.write(f"Another process is fetching {model.name}: waiting for it.\n")
        lock.acquire()
    try:
        folder.mkdir(exist_ok=True)
        yield
    finally:
        with suppress(OSError):  # it is not empty, unless nothing could be fetched
            folder.rmdir()
        lock.release()


def _sweep(folder: Path) -> None:
    """Remove what an earlier run that was killed left behind; the lock says that nobody is using it."""
    for left in folder.glob(".*"):
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def _gather(
    model: Model, missing: list[File], folder: Path, progress: bool | None, from_path: Path | str | None
) -> None:
    """Try the sources in order until every missing file is there; raise WeightsError with all reasons."""
    reasons = []
    for file in missing:
        (folder / file.name).unlink(missing_ok=True)
    for source in [*model.sources, *_folders(from_path)]:
        try:
            with _meter(model.name, source, sum(file.size for file in missing), progress) as watch:
                failed = _take(source, missing, folder, watch)
        except SourceError as error:
            failed = [str(error)]
        missing = [file for file in missing if not (folder / file.name).exists()]
        if not missing:
            return
        reasons.append(f"  - {source}: {'; '.join(failed) or 'it does not have ' + missing[0].name}")
    raise WeightsError(
        f"No source gave {', '.join(file.name for file in missing)} of {model.name}. Tried, after the cache:\n"
        + "\n".join(reasons)
        + f"\nCheck the network and pip's settings, or get the files from {model.origin}\n"
        "and set GROUNDWORK_WEIGHTS to the folder that holds them."
    )


def _folders(from_path: Path | str | None) -> list[Source]:
    named = [from_path, os.environ.get("GROUNDWORK_WEIGHTS")]
    return [Folder(Path(name).expanduser()) for name in named if name]


def _take(source: Source, wanted: Sequence[File], folder: Path, watch: Watch) -> list[str]:
    """Move into the cache what a source delivers with the right hash; return what was wrong with the rest."""
    if source.network and os.environ.get("GROUNDWORK_OFFLINE", "") not in ("", "0"):
        raise SourceError("not asked, since GROUNDWORK_OFFLINE is set")
    need, free = source.space(wanted), shutil.disk_usage(folder).free
    if need > free:
        raise SourceError(f"needs {need / 1e6:,.0f} MB on the disk of {folder}, which has {free / 1e6:,.0f} MB free")
    # Beside the files, so that moving them is one step.
    with tempfile.TemporaryDirectory(prefix=".work-", dir=folder, ignore_cleanup_errors=True) as name:
        out = Path(name) / "out"
        out.mkdir()
        failed = []
        try:
            source.deliver(wanted, out, Path(name), watch)
        except (SourceError, OSError) as error:
            failed.append(str(error))
        problems = {file: _problem(file, out) for file in wanted}
        for file, problem in problems.items():
            if problem is None:
                (out / file.name).replace(folder / file.name)
    return failed or [problem for problem in problems.values() if problem]


@contextmanager
def _meter(title: str, source: Source, total: int, progress: bool | None) -> Iterator[Watch]:
    """Yield a function to tell bytes to; a line and, on a terminal, a bar appear on stderr when patience runs out."""
    if progress is False:
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    console, due, shown = Console(stderr=True), monotonic() + (0 if progress else PATIENCE), False
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console, disable=not (console.is_terminal or console.is_jupyter))
    task = bar.add_task(title, total=total)

    def watch(done: int) -> None:
        nonlocal shown
        if not shown and monotonic() >= due:
            shown = True
            line = f"Fetching {title} ({total / 1e6:,.0f} MB) from {source}"
            console.print(line, soft_wrap=True, markup=False, highlight=False)
            bar.start()
        bar.update(task, completed=min(done, total))

    try:
        yield watch
    finally:
        bar.stop()
