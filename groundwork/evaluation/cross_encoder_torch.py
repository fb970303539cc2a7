"""Fit the cross-encoder in PyTorch (extra `deep`, `course.py train`): every weight of MiniLM but the words, and a head.

A page's sentences compete: the loss is the cross-entropy of a softmax over a right sentence, some wrong ones that are
near it in meaning, and "none" at a fixed score of 0. So a score is the log-odds against "nothing here answers", and
questions that no sentence answers teach as much as the others. What was learned is stored as a change of low rank: a
tenth of the bytes, and nearly all of the effect.
"""

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm.auto import tqdm

from groundwork.evaluation.matching import Item
from groundwork.files import write_bytes
from groundwork.models import weights
from groundwork.models.cross_encoder import STORED, Ids, Tokens, merged
from groundwork.models.embed import MODEL
from groundwork.models.minilm_numpy import EPSILON, HEADS, LAYERS, WIDTH, Floats, Weights, load

RANK = 64  # of the stored change to each matrix
RATE, LEAST, DECAY, WARM = 6e-5, 0.02, 0.01, 0.08  # AdamW; the share of the rate at the end; of the steps to its peak
BATCH, WRONG = 16, 3  # questions a step; wrong sentences a question, drawn by 1 / their place
DROPOUT = 0.1
TOGETHER = 40  # pairs computed at once, sorted by length, so that little is padding

Pick = tuple[Item, list[int], bool]  # an item, the sentences shown of it, and whether the first is right


class Layer(nn.Module):
    """Attention, then each piece by itself; both add to what was there."""

    def __init__(self, tensors: Weights, name: str) -> None:
        super().__init__()
        self.query, self.key, self.value = (
            linear(tensors, f"{name}.attention.self.{part}") for part in ("query", "key", "value")
        )
        self.mixed = linear(tensors, f"{name}.attention.output.dense")
        self.first = norm(tensors, f"{name}.attention.output.LayerNorm")
        self.inner = linear(tensors, f"{name}.intermediate.dense")
        self.outer = linear(tensors, f"{name}.output.dense")
        self.second = norm(tensors, f"{name}.output.LayerNorm")
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        """Layer (n, pieces, 384) to the next; `seen` masks padding."""
        parts = (part(x).view(*x.shape[:2], HEADS, -1).transpose(1, 2) for part in (self.query, self.key, self.value))
        query, key, value = parts
        heads = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        x = self.first(x + self.dropout(self.mixed(heads.transpose(1, 2).reshape(x.shape))))
        result: Tensor = self.second(x + self.dropout(self.outer(functional.gelu(self.inner(x)))))
        return result

    def named(self, name: str) -> Iterator[tuple[str, nn.Linear | nn.LayerNorm]]:
        """Its maps and norms by their published names."""
        for part in ("query", "key", "value"):
            yield f"{name}.attention.self.{part}", getattr(self, part)
        yield f"{name}.attention.output.dense", self.mixed
        yield f"{name}.attention.output.LayerNorm", self.first
        yield f"{name}.intermediate.dense", self.inner
        yield f"{name}.output.dense", self.outer
        yield f"{name}.output.LayerNorm", self.second


class Network(nn.Module):
    """The model while it learns; words and positions stay as published."""

    def __init__(self, tensors: Weights) -> None:
        super().__init__()
        self.words: Tensor
        self.places: Tensor
        self.register_buffer("words", torch.from_numpy(tensors["embeddings.word_embeddings.weight"]))
        self.register_buffer("places", torch.from_numpy(tensors["embeddings.position_embeddings.weight"]))
        self.kinds = nn.Parameter(torch.from_numpy(tensors["embeddings.token_type_embeddings.weight"]).clone())
        self.norm = norm(tensors, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(Layer(tensors, f"encoder.layer.{number}") for number in range(LAYERS))
        self.dropout, self.head = nn.Dropout(DROPOUT), nn.Linear(2 * WIDTH, 1)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        if "head.weight" in tensors:
            head = {"weight": tensors["head.weight"].T.copy(), "bias": tensors["head.bias"]}
            self.head.load_state_dict({name: torch.from_numpy(value) for name, value in head.items()})

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> Tensor:
        """Scores (n,) of padded pairs, each (n, pieces)."""
        pieces = functional.embedding(ids, self.words) + self.places[: ids.shape[1]]
        x = self.norm(pieces + functional.embedding(segments, self.kinds))
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :] > 0)
        mean = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        result: Tensor = self.head(self.dropout(torch.cat([x[:, 0], mean], dim=1)))[:, 0].float()
        return result

    def change(self, tensors: Weights, rank: int = RANK) -> Weights:
        """What was learned, in half precision, by the names of `cross_encoder.merged`."""
        found = {"embeddings.token_type_embeddings.weight": values(self.kinds)}
        named: list[tuple[str, nn.Linear | nn.LayerNorm]] = [("embeddings.LayerNorm", self.norm)]
        for number, layer in enumerate(self.layers):
            named += layer.named(f"encoder.layer.{number}")  # type: ignore[operator]
        for name, module in named:
            found[f"{name}.bias"] = values(module.bias)
            if isinstance(module, nn.LayerNorm):
                found[f"{name}.weight"] = values(module.weight)
            else:
                up, down = factored(values(module.weight) - tensors[f"{name}.weight"], rank)
                found |= {f"{name}.up": up, f"{name}.down": down}
        found |= {"head.weight": values(self.head.weight).T, "head.bias": values(self.head.bias)}
        return {name: np.ascontiguousarray(value, np.float16) for name, value in found.items()}


def linear(tensors: Weights, name: str) -> nn.Linear:
    """A linear map that starts as published."""
    out, into = tensors[f"{name}.weight"].shape
    module = nn.Linear(into, out)
    module.load_state_dict({part: torch.from_numpy(tensors[f"{name}.{part}"]) for part in ("weight", "bias")})
    return module


def norm(tensors: Weights, name: str) -> nn.LayerNorm:
    """A layer norm that starts as published."""
    module = nn.LayerNorm(WIDTH, eps=EPSILON)
    module.load_state_dict({part: torch.from_numpy(tensors[f"{name}.{part}"]) for part in ("weight", "bias")})
    return module


def values(tensor: Tensor) -> Floats:
    """A tensor's numbers."""
    found: Floats = tensor.detach().numpy()
    return found


def factored(matrix: Floats, rank: int) -> tuple[Floats, Floats]:
    """The best approximation of low rank (Eckart and Young 1936), as up (out, rank) and down (rank, in)."""
    left, sizes, right = np.linalg.svd(matrix, full_matrices=False)
    roots = np.sqrt(sizes[:rank])
    return left[:, :rank] * roots, roots[:, None] * right[:rank]


def between(first: Weights, second: Weights, share: float, rank: int = RANK) -> Weights:
    """The change that lies a share of the way from one fit to another that began there.

    It keeps what the second learned and most of what it forgot (Wortsman et al., "Robust fine-tuning", 2109.01903).
    """
    found = {name: (1 - share) * first[name] + share * second[name] for name in second}
    for stem in (name.removesuffix(".up") for name in second if name.endswith(".up")):
        ups, downs = ([one[f"{stem}.{part}"] for one in (first, second)] for part in ("up", "down"))
        whole = (1 - share) * (ups[0] @ downs[0]) + share * (ups[1] @ downs[1])
        found[f"{stem}.up"], found[f"{stem}.down"] = factored(whole, rank)
    return {name: np.ascontiguousarray(value, np.float16) for name, value in found.items()}


def padded(pairs: Sequence[Ids]) -> tuple[Tensor, Tensor, Tensor]:
    """Pieces, segments and mask (n, longest) of pairs (2, pieces)."""
    table = np.zeros((3, len(pairs), max(pair.shape[1] for pair in pairs)), np.int64)
    for row, pair in enumerate(pairs):
        table[:2, row, : pair.shape[1]] = pair
        table[2, row, : pair.shape[1]] = 1
    ids, segments, mask = torch.from_numpy(table)
    return ids, segments, mask.float()


def scored(network: nn.Module, pairs: Sequence[Ids]) -> Tensor:
    """Scores (n,) of pairs, the shortest together, in the precision of 16 bits where the processor has it."""
    order = sorted(range(len(pairs)), key=lambda row: pairs[row].shape[1])
    with torch.autocast("cpu", torch.bfloat16):
        parts = [
            network(*padded([pairs[row] for row in order[start : start + TOGETHER]]))
            for start in range(0, len(order), TOGETHER)
        ]
    return torch.cat(parts)[torch.from_numpy(np.argsort(order))]


def loss(scores: Tensor, groups: Iterable[Pick]) -> Tensor:
    """The mean cross-entropy of the groups' softmaxes, each with a 0 for "none" at its end."""
    losses, start = [], 0
    for _, rows, answered in groups:
        logits = torch.cat([scores[start : start + len(rows)], torch.zeros(1)])
        losses.append(-functional.log_softmax(logits, 0)[0 if answered else len(rows)])
        start += len(rows)
    return torch.stack(losses).mean()


def picks(items: Sequence[Item], steps: int, seed: int) -> Iterator[list[Pick]]:
    """What each step shows: of each item a right sentence, if there is one, and wrong ones, rather near than far."""
    chance, drawn = random.Random(seed), np.random.default_rng(seed)  # noqa: S311 - an order of examples is no secret
    order: list[int] = []
    for _ in range(steps):
        found: list[Pick] = []
        while len(found) < BATCH:
            order = order or chance.sample(range(len(items)), len(items))
            item = items[order.pop()]
            wrong = [row for row in range(len(item.passages)) if row not in item.right]
            odds = 1 / np.arange(1, len(wrong) + 1)
            count = min(WRONG + (not item.right), len(wrong))
            shown = drawn.choice(wrong, count, replace=False, p=odds / odds.sum()).tolist()
            right = [chance.choice(sorted(item.right))] if item.right else []
            found.append((item, right + shown, bool(right)))
        yield found


def fit(
    items: Sequence[Item], epochs: float, seed: int = 0, rate: float = RATE, start: Weights | None = None
) -> Weights:
    """Learn from items; returns the change to the published model. About 20 minutes an epoch of 8,000 on two cores.

    Each item's wrong sentences stand the nearest first. `start`: a change from which to go on, as `fit` returned it.
    """
    torch.manual_seed(seed)
    folder = weights.path(MODEL)
    tensors, tokens = load(folder), Tokens(folder)
    network = Network(merged(tensors, start) if start else tensors)
    optimizer = torch.optim.AdamW(network.parameters(), rate, weight_decay=DECAY)
    steps = max(1, int(epochs * len(items) / BATCH))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min(1, (step + 1) / (WARM * steps)) * max(LEAST, (1 + math.cos(math.pi * step / steps)) / 2),
    )
    with tqdm(total=steps, unit="step", desc="fitting") as bar:
        for groups in picks(items, steps, seed):
            pairs = [tokens.pair(item.question, item.passages[row]) for item, rows, _ in groups for row in rows]
            found = loss(scored(network, pairs), groups)
            optimizer.zero_grad()
            found.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            bar.set_postfix(loss=f"{found.item():.2f}")
            bar.update()
    return network.change(tensors)


def store(change: Weights, path: Path = STORED) -> None:
    """Write the change as safetensors."""
    from safetensors.numpy import save

    write_bytes(path, save(change))
