"""Where the bytes of a model can come from: wheels on the package index, the model hub, a folder of the user's.

A source only puts candidate files into a folder; `groundwork.models.weights` decides by their SHA-256 whether they
are the model. So a source may be slow, broken or hostile: the worst that it can do is to fail. Nothing that it
delivers is imported or executed, and it never writes more bytes than the manifest says the file has.
"""

import fnmatch
import hashlib
import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Protocol

from groundwork.errors import GroundworkError

CHUNK = 1 << 20
BATCH = 4  # wheels per call of pip: few enough that two copies of a big model never lie on the disk
Watch = Callable[[int], None]  # told how many bytes are there so far
# What damaged or hostile archives make the standard library raise, besides OSError.
BROKEN = (OSError, EOFError, ValueError, RuntimeError, KeyError, zlib.error, zipfile.BadZipFile)


class SourceError(GroundworkError):
    """One source could not deliver; the next one may."""


@dataclass(frozen=True)
class File:
    """One file of a model, known by its content."""

    name: str
    sha256: str
    size: int


class Source(Protocol):
    """A place that may have the files of a model."""

    network: bool

    def __str__(self) -> str:
        """Name the place for a person."""

    def space(self, files: Sequence[File]) -> int:
        """Return how many bytes of disk the delivery needs at its peak."""

    def deliver(self, files: Sequence[File], out: Path, work: Path, watch: Watch) -> None:
        """Put candidates for `files` into `out`, which lies in `work`, the place for all that is temporary.

        Raises SourceError or OSError; what it has put there by then is looked at all the same.
        """


@dataclass(frozen=True)
class Wheels:
    """Wheels on the user's package index (mirror and proxy included) that carry the files or numbered parts of them.

    `lock` is a requirements file with hashes. `members` says, per file of the model, where it lies in every wheel:
    patterns of names, each but the last a zip in the zip. What several wheels hold is joined in numeric order.
    """

    lock: Path
    members: Mapping[str, tuple[str, ...]]
    network = True

    def __str__(self) -> str:
        return f"wheels of {self.lock.stem} on the package index"

    def requirements(self) -> list[str]:
        """Return the lock's lines, `name==version --hash=...`, part 10 after part 9."""
        joined = self.lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        return sorted((line for line in joined if line.strip() and not line.startswith("#")), key=_numeric)

    def space(self, files: Sequence[File]) -> int:
        """Return the files' size and a batch of wheels twice, since pip copies what it has downloaded."""
        size = sum(file.size for file in files)
        return size + 2 * size * BATCH // max(BATCH, len(self.requirements()))

    def deliver(self, files: Sequence[File], out: Path, work: Path, watch: Watch) -> None:
        """Download a few wheels at a time with `pip download`, copy the members out, delete the wheels."""
        wanted = [file for file in files if file.name in self.members]
        rest = iter(self.requirements())
        while batch := list(islice(rest, BATCH)):
            _pip_download(batch, work, watch)
            for requirement in batch:
                wheel = _wheel(requirement, work)
                for file in wanted:
                    with _telling(wheel.name), (out / file.name).open("ab") as target:
                        # A zip in the zip is small already: what unpacks to far more than its wheel is a trap.
                        _copy_member(wheel, self.members[file.name], target, file.size, 16 * wheel.stat().st_size)
                wheel.unlink()
                watch(_bytes_in(out))


@dataclass(frozen=True)
class Hub:
    """A repository on the model hub at one commit, read without any token."""

    repo: str
    commit: str
    network = True

    def __str__(self) -> str:
        return f"model hub, {self.repo} at {self.commit[:10]}"

    def space(self, files: Sequence[File]) -> int:
        """Return the files' size: they are moved, not copied."""
        return sum(file.size for file in files)

    def deliver(self, files: Sequence[File], out: Path, work: Path, watch: Watch) -> None:
        """Run `hf_hub_download` in a process of its own, whose caches all lie in `work`."""
        code = (
            "import sys; from huggingface_hub import hf_hub_download; repo, commit, folder, *names = sys.argv[1:]\n"
            "for name in names: hf_hub_download(repo, name, revision=commit, local_dir=folder, token=False)"
        )
        command = [sys.executable, "-I", "-c", code, self.repo, self.commit, str(work / "hub")]
        secrets = {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HUB_TOKEN"}
        environment = {key: value for key, value in os.environ.items() if key not in secrets}
        # HF_HOME also holds the chunk cache and the stored token; the plain download shows its bytes as they come.
        environment |= {"HF_HOME": str(work / "hf"), "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
        environment |= {"HF_HUB_DISABLE_TELEMETRY": "1"}
        try:
            _run([*command, *(file.name for file in files)], environment, work, watch)
        finally:
            for file in files:
                if (work / "hub" / file.name).is_file():
                    (work / "hub" / file.name).replace(out / file.name)


@dataclass(frozen=True)
class Folder:
    """A folder (or one file) of the user's, looked through for the right size and hash, whatever the names."""

    path: Path
    network = False

    def __str__(self) -> str:
        return f"your folder {self.path}"

    def space(self, files: Sequence[File]) -> int:
        """Return the files' size: they are copied."""
        return sum(file.size for file in files)

    def deliver(self, files: Sequence[File], out: Path, work: Path, watch: Watch) -> None:
        """Copy the first file with the right size and hash for each wanted one; raise SourceError if none has it."""
        if not self.path.exists():
            raise SourceError("there is no such file or folder")
        absent = []
        for file in files:
            found = next(self._holding(file), None)
            if found is None:
                absent.append(f"no file with the {file.size:,} bytes and the SHA-256 of {file.name}")
                continue
            with found.open("rb") as source, (out / file.name).open("wb") as target:
                copy(source, target, file.size)
            watch(_bytes_in(out))
        if absent:
            raise SourceError("; ".join(absent))

    def _holding(self, file: File) -> Iterator[Path]:
        """Yield the files with that content; links to folders are not followed, so a loop can't trap us."""
        inside = (Path(top, name) for top, _, names in os.walk(self.path) for name in sorted(names))
        for at in [self.path] if self.path.is_file() else inside:
            with suppress(OSError):  # what can't be read can't be it
                if at.is_file() and at.stat().st_size == file.size and sha256(at) == file.sha256:
                    yield at


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy(source: IO[bytes], target: IO[bytes], limit: int) -> None:
    """Copy all bytes, but raise SourceError as soon as the target would hold more than `limit`."""
    room = limit - target.tell()
    while block := source.read(CHUNK):
        room -= len(block)
        if room < 0:
            raise SourceError(f"more than the {limit:,} bytes that were wanted came out: stopped")
        target.write(block)


def _numeric(text: str) -> list[tuple[int, str]]:
    """Sort key for numbered names: "part10" after "part9"."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]


def _bytes_in(folder: Path) -> int:
    total = 0
    for top, _, names in os.walk(folder):  # which, unlike rglob, takes it calmly when a folder goes away meanwhile
        for name in names:
            with suppress(OSError):
                total += Path(top, name).stat().st_size
    return total


@contextmanager
def _telling(what: str) -> Iterator[None]:
    """Turn whatever a damaged archive raises into a SourceError that names it."""
    try:
        yield
    except SourceError as error:
        raise SourceError(f"{what}: {error}") from error
    except BROKEN as error:
        raise SourceError(f"{what}: {type(error).__name__}: {error}") from error


def _copy_member(archive: Path | IO[bytes], steps: Sequence[str], target: IO[bytes], limit: int, inner: int) -> None:
    """Append to `target` what lies at the end of `steps`: patterns of names, each but the last a zip in the zip.

    The target may not grow beyond `limit` bytes, and no zip in the zip may have more than `inner`.
    """
    with zipfile.ZipFile(archive) as opened:
        matching = [item for item in opened.infolist() if fnmatch.fnmatchcase(item.filename, steps[0])]
        if len(matching) != 1:
            raise SourceError(f"it has {len(matching)} members {steps[0]} instead of 1")
        # Other methods can turn one small block into gigabytes of memory before a limit is seen.
        if matching[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SourceError(f"{steps[0]} is packed with method {matching[0].compress_type}, not deflate")
        most = limit if len(steps) == 1 else inner
        if matching[0].file_size > most:  # zipfile never yields more than what is claimed here
            raise SourceError(f"{steps[0]} claims {matching[0].file_size:,} bytes where at most {most:,} were wanted")
        with opened.open(matching[0]) as member:
            if len(steps) == 1:
                copy(member, target, limit)
            else:
                _copy_member(member, steps[1:], target, limit, inner)


def _wheel(requirement: str, folder: Path) -> Path:
    """Return the wheel in `folder` that pip downloaded for `name==version ...`."""
    name = re.sub(r"[-_.]+", "_", requirement.split("==")[0].strip()).lower()
    found = [path for path in folder.glob("*.whl") if path.name.split("-")[0].lower() == name]
    if len(found) != 1:
        raise SourceError(f"pip left {len(found)} wheels for {name} instead of 1")
    return found[0]


def _pip_download(requirements: Sequence[str], work: Path, watch: Watch) -> None:
    """Download wheels into `work`; pip checks them against the hashes and neither builds nor runs anything."""
    (work / "wheels.txt").write_text("\n".join(requirements), encoding="utf-8")
    options = "--no-deps --require-hashes --only-binary :all: --no-cache-dir --no-input --disable-pip-version-check"
    command = [sys.executable, "-I", "-m", "pip", "download", *options.split(), "--progress-bar", "off"]
    command += ["--dest", str(work), "--requirement", str(work / "wheels.txt")]
    _run(command, dict(os.environ), work, watch)


def _run(command: Sequence[str], environment: Mapping[str, str], work: Path, watch: Watch) -> None:
    """Run a program quietly, telling the bytes that it has put into `work`; raise SourceError with its last words."""
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(work))  # on the cache's disk, and swept away with `work`
    log = work / "output.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env={**environment, **temporary}, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            while process.poll() is None:
                watch(_bytes_in(work))
                try:
                    process.wait(timeout=0.1)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode:
        raise SourceError(_last_words(log.read_text(encoding="utf-8", errors="replace"), process.returncode))


def _last_words(output: str, code: int) -> str:
    """Return what matters of a failed program's output, with the passwords in its addresses masked."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    lost = [line for line in lines if "connection broken" in line][:1]
    errors = [line for line in lines if line.startswith("ERROR") and line != "ERROR: Exception:"][-3:]
    errors = errors or [line for line in lines if re.match(r"[\w.]+(Error|Exception): ", line)][:1] or lines[-1:]
    said = " | ".join(line[:300] for line in [*lost, *errors])
    return re.sub(r"(\w://)[^\s'\"]*@", r"\1***@", said) or f"it ended with code {code} and said nothing"
