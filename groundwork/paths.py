"""Where things lie: the checkout, what a run makes (`build/`), and the per-user cache."""

import os
from pathlib import Path

import platformdirs

ROOT = Path(__file__).resolve().parent.parent
DATASETS = ROOT / "datasets"
SHOP_DOCUMENTS = DATASETS / "shop" / "documents"
BUILD = ROOT / "build"


def cache_dir() -> Path:
    """The per-user cache: `GROUNDWORK_CACHE`, or what this system calls the user's cache folder."""
    return Path(os.environ.get("GROUNDWORK_CACHE") or platformdirs.user_cache_dir("groundwork", appauthor=False))
