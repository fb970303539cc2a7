"""The assistant as a command, a notebook or a service opens it: index, embedding model, chat model in their places."""

import datetime
import hashlib
import sys
from pathlib import Path

from groundwork.assistant.answer import Judge, Reader
from groundwork.assistant.budget import Budget, Limits, Metered
from groundwork.assistant.core import Assistant, Tickets
from groundwork.assistant.parts import REGIONS, default_parts
from groundwork.assistant.reply import Asker
from groundwork.assistant.tickets import TicketStore
from groundwork.assistant.topics import TopicRouter
from groundwork.assistant.tracing import Tracer
from groundwork.errors import GroundworkError
from groundwork.models.chat import Chat
from groundwork.models.cross_encoder import default_cross_encoder
from groundwork.models.embed import default_embedder
from groundwork.paths import BUILD, SHOP_DOCUMENTS
from groundwork.search.index import Encoder, Index
from groundwork.search.rerank import Reranker
from groundwork.search.store import open_index
from groundwork.shop.world import World

FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2089, 12, 31)


class AskerError(GroundworkError):
    """Somebody who cannot ask: a region that is not served, or a day that no rule is known of."""

    exit_code = 2


def asker(customer: str | None = None, region: str | None = None, date: datetime.date | None = None) -> Asker:
    """Who asks. A customer's region is the one of their record, unless another is given.

    Raises AskerError for a region that the shop does not serve or a day far from any rule, and WorldError for a
    customer that it does not know.
    """
    if region is not None and region.lower() not in REGIONS:
        raise AskerError(f"The region {region!r} is not served; choose one of {', '.join(REGIONS)}.")
    if date is not None and not FIRST_DAY <= date <= LAST_DAY:
        raise AskerError(f"The day {date} is out of range; give one from {FIRST_DAY} to {LAST_DAY}.")
    if customer is not None:
        region = region or World().customer(customer).region
    return Asker(customer, region and region.lower(), date or datetime.date.today())


def assistant_over(
    index: Index,
    encoder: Encoder,
    judge: Judge | None,
    tickets: Tickets | None = None,
    tracer: Tracer | None = None,
    router: TopicRouter | None = None,
    budget: Budget | None = None,
    answer_at: float | None = None,
    reader: Reader | None = None,
) -> Assistant:
    """The assistant over an index, its chat model under a budget. Without a judge, the scores decide alone.

    `reader`: by default the course's cross-encoder.
    """
    limits = Limits(budget or Budget())
    metered = Metered(judge, limits) if judge else None
    parts = default_parts(
        index, encoder, reader or default_cross_encoder(), metered, router.topic if router else None, answer_at
    )
    documents = {document.id: document for document in index.corpus.documents if document.audience == "public"}
    return Assistant(parts, documents, tickets, tracer, limits)


def open_assistant(documents: Path = SHOP_DOCUMENTS, cache: bool = True) -> Assistant:
    """The assistant over a documents folder. Index, tickets and traces are kept under `build/`.

    Raises CorpusError if the folder is missing or holds nothing readable. Files that could
    not be read are named on stderr, with the reason.
    """
    encoder = default_embedder()
    name = hashlib.sha256(str(documents.resolve()).encode()).hexdigest()[:12]
    index = open_index(documents, BUILD / "index" / name, encoder, Reranker.load())
    for item in index.corpus.quarantined:
        sys.stderr.write(f"Set aside: {item.path}: {item.reason}\n")
    return assistant_over(index, encoder, Chat(cache=cache), TicketStore(), Tracer(), TopicRouter.load(encoder))
