"""Which team a message belongs to: its words and its meaning in, an intent with a calibrated probability out.

    >>> TopicRouter.load(default_embedder()).topic("My parcel says delivered, but nothing is here.").label
    'parcel_lost'

A hint and telemetry, never the boundary: an escalation carries it to the right queue, nothing is allowed or refused by
it. The model is a multinomial logistic regression, stored as plain arrays (`topics.npz`, no pickle) and evaluated here
in NumPy; `groundwork.evaluation.routers` fits and measures it, and chapter 02 explains every choice.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from groundwork.errors import GroundworkError
from groundwork.files import write_bytes
from groundwork.search.index import Encoder

Floats = npt.NDArray[np.float32]
STORED = Path(__file__).with_name("topics.npz")
PRIVATE = re.compile(r"\S+@\S+|\bO-\d+\b|\+?\d[\d ()/-]{6,}\d")  # addresses, order and telephone numbers: no topic
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
RARE = 3  # a word counts once it stands in so many messages


class TopicError(GroundworkError):
    """A stored router that cannot be used."""


@dataclass(frozen=True)
class Topic:
    """The likeliest intent, its probability, and whether that is enough to send it there without a person's look."""

    label: str
    probability: float
    sure: bool


def cleaned(text: str) -> str:
    """The message without what identifies a person or an order, which says nothing about its topic."""
    return PRIVATE.sub(" ", text.replace("’", "'"))


def words(text: str) -> list[str]:
    """Lower-case words. Stop words stay, unlike in search: "where is my" is what a message is about."""
    return WORD.findall(cleaned(text).lower())


@dataclass(frozen=True)
class Features:
    """What a router sees of a message: TF-IDF over a vocabulary, then, with an encoder, the vector of its meaning."""

    vocabulary: tuple[str, ...]
    idf: Floats
    encoder: Encoder | None

    @classmethod
    def build(cls, texts: Sequence[str], encoder: Encoder | None, use_words: bool = True) -> "Features":
        """The words of training messages that stand in at least RARE of them; the smoothed idf of scikit-learn."""
        counts = Counter(word for text in texts for word in set(words(text))) if use_words else Counter[str]()
        kept = tuple(sorted(word for word, n in counts.items() if n >= RARE))
        idf = [np.log((1 + len(texts)) / (1 + counts[word])) + 1 for word in kept]
        return cls(kept, np.array(idf, np.float32), encoder)

    def rows(self, texts: Sequence[str]) -> Floats:
        """Features float32 (n, words + dimensions): two blocks, each of length 1 (0 where no word is known)."""
        places = {word: column for column, word in enumerate(self.vocabulary)}
        table = np.zeros((len(texts), len(places)), np.float32)
        for row, text in enumerate(texts):
            for word, n in Counter(words(text)).items():
                if word in places:
                    table[row, places[word]] = 1 + np.log(n)
        table *= self.idf
        table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
        if self.encoder is None:
            return table
        return np.hstack([table, self.encoder.encode([cleaned(text) for text in texts])])


@dataclass(frozen=True)
class TopicRouter:
    """softmax((features · weightsᵀ + bias) / temperature): a probability for every label.

    `weights` float32 (labels, features), `bias` (labels,). `threshold` is the probability from which a message goes
    straight to its team: below it, a wrong route would cost more than a person's look.
    """

    labels: tuple[str, ...]
    features: Features
    weights: Floats
    bias: Floats
    temperature: float
    threshold: float

    def probabilities(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Probabilities float64 (n, labels); each row sums to 1."""
        scores = (self.features.rows(texts) @ self.weights.T + self.bias).astype(np.float64) / self.temperature
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: npt.NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
        return result

    def topic(self, question: str) -> Topic:
        """The likeliest topic of one message, of any length and language; nonsense gets a low probability."""
        row = self.probabilities([question])[0]
        best = int(row.argmax())
        return Topic(self.labels[best], float(row[best]), bool(row[best] >= self.threshold))

    def save(self, path: Path = STORED) -> None:
        """Write the router as arrays, whole or not at all; the same router is the same bytes."""
        content = io.BytesIO()
        np.savez_compressed(
            content,
            labels=np.array(self.labels),
            vocabulary=np.array(self.features.vocabulary),
            idf=self.features.idf,
            weights=self.weights.astype(np.float32),
            bias=self.bias.astype(np.float32),
            decisions=np.array([self.temperature, self.threshold]),
        )
        write_bytes(path, content.getvalue())

    @classmethod
    def load(cls, encoder: Encoder, path: Path = STORED) -> "TopicRouter":
        """Open a stored router. Raises TopicError if the file is no router, or not one for these dimensions."""
        try:
            with np.load(path, allow_pickle=False) as file:
                labels, vocabulary = (tuple(file[name].tolist()) for name in ("labels", "vocabulary"))
                idf, weights, bias = (file[name] for name in ("idf", "weights", "bias"))
                temperature, threshold = file["decisions"].tolist()
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise TopicError(f"{path} is no topic router ({error}). {AGAIN}") from None
        width = encoder.encode([""]).shape[1] + len(vocabulary)
        if weights.shape != (len(labels), width) or bias.shape != (len(labels),) or idf.shape != (len(vocabulary),):
            raise TopicError(
                f"{path} has weights {weights.shape}; {len(labels)} labels and {width} features need others. {AGAIN}"
            )
        return cls(labels, Features(vocabulary, idf, encoder), weights, bias, temperature, threshold)


AGAIN = "Fit it again with: course.py evaluate routers --fit"
