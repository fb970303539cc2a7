"""Built graphs on disk: found by content, checked by hash, built again where missing or damaged."""

import hashlib
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from filelock import FileLock

from groundwork.errors import GroundworkError
from groundwork.files import write_text
from groundwork.models import minilm_graph
from groundwork.paths import ROOT, cache_dir

VERSION = minilm_graph.VERSION
BUILD_SECONDS = 300.0


class GraphError(GroundworkError):
    """The graph of a model can't be built or loaded."""


def session(folder: Path, precision: str, name: str, builder: str = minilm_graph.__name__) -> Any:
    """Return an `onnxruntime.InferenceSession` of the graph that `name` stands for, built from `folder` if need be.

    `builder` is the module that builds it, run with folder, precision and file.
    One thread a run: `Embedder` runs several texts at a time instead. Raises GraphError.
    """
    graphs = cache_dir() / "graphs"
    try:
        return _load(_cached(graphs / f"{name}.onnx", folder, precision, builder))
    except OSError as error:
        warnings.warn(f"The cache of graphs {graphs} can't be written ({error}); building anew.", RuntimeWarning, 3)
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            path = Path(scratch) / "graph.onnx"
            _build(folder, precision, path, builder)
            return _load(path)
    except OSError as error:
        raise GraphError(
            f"The model can't be built, neither in {graphs} nor in {tempfile.gettempdir()}: {error}. "
            "Free 100 MB, or set GROUNDWORK_CACHE to a folder that you may write to."
        ) from error


def _cached(path: Path, folder: Path, precision: str, builder: str) -> Path:
    """Return `path` once it holds a whole graph. One process builds it, the others wait."""
    if not _whole(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if not _whole(path):
                _build(folder, precision, path, builder)
                write_text(_seal(path), _hash(path))
    return path


def _seal(path: Path) -> Path:
    return path.with_suffix(".sha256")


def _whole(path: Path) -> bool:
    try:
        return _seal(path).read_text(encoding="utf-8") == _hash(path)
    except (OSError, UnicodeDecodeError):
        return False


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _build(folder: Path, precision: str, path: Path, builder: str) -> None:
    """Build in another process: it takes several hundred megabytes that this one would never give back."""
    path_list = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-P", "-m", builder, str(folder), precision, str(path)]
    try:
        done = subprocess.run(
            command, env=os.environ | {"PYTHONPATH": path_list}, capture_output=True, text=True, encoding="utf-8",
            errors="replace", stdin=subprocess.DEVNULL, timeout=BUILD_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise GraphError(f"Building the model took more than {BUILD_SECONDS:.0f} s.") from error
    if done.returncode == minilm_graph.NOT_WRITTEN:
        raise OSError(done.stderr.strip())
    if done.returncode:
        raise GraphError(f"The model could not be built from {folder}:\n{done.stderr.strip()[-2000:]}")


def _load(path: Path) -> Any:
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # every length would get a plan of its own
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no narrower type
        raise GraphError(f"ONNX Runtime {onnxruntime.__version__} can't load {path}: {error}") from error
