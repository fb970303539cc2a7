"""The assistant as a command, a notebook or a service opens it: index, embedding model, chat model in their places."""

import datetime
import hashlib
import sys
from pathlib import Path

from groundwork.assistant.core import Assistant, default_parts
from groundwork.assistant.reply import Asker
from groundwork.errors import GroundworkError
from groundwork.models.chat import Chat
from groundwork.models.embed import default_embedder
from groundwork.paths import BUILD, SHOP_DOCUMENTS
from groundwork.search.rerank import Reranker
from groundwork.search.store import open_index
from groundwork.shop.world import World

REGIONS = ("us", "ca", "uk", "eu")


class AskerError(GroundworkError):
    """Somebody who cannot ask: a region that is not served."""

    exit_code = 2


def asker(customer: str | None = None, region: str | None = None, date: datetime.date | None = None) -> Asker:
    """Who asks. A customer's region is the one of their record, unless another is given.

    Raises AskerError for a region that the shop does not serve, and WorldError for a customer that it does not know.
    """
    if region is not None and region.lower() not in REGIONS:
        raise AskerError(f"The region {region!r} is not served; choose one of {', '.join(REGIONS)}.")
    if customer is not None:
        region = region or World().customer(customer).region
    return Asker(customer, region and region.lower(), date or datetime.date.today())


def open_assistant(documents: Path = SHOP_DOCUMENTS, cache: bool = True) -> Assistant:
    """The assistant over a documents folder. The index is kept under `build/` and brought up to date if need be.

    Raises CorpusError if the folder is missing or holds nothing readable. Files that could
    not be read are named on stderr, with the reason.
    """
    encoder = default_embedder()
    name = hashlib.sha256(str(documents.resolve()).encode()).hexdigest()[:12]
    index = open_index(documents, BUILD / "index" / name, encoder, Reranker.load())
    for item in index.corpus.quarantined:
        sys.stderr.write(f"Set aside: {item.path}: {item.reason}\n")
    return Assistant(default_parts(index, encoder, Chat(cache=cache)))
