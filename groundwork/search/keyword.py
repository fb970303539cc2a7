"""BM25 over chunks, through bm25s; the tokens are ours, since what counts as a word decides what can be found."""

import re
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

WORD = re.compile(r"[a-z0-9]+(?:[.'’-][a-z0-9]+)*")
STOP = frozenset(
    "a an and are as at be but by can do does for from had has have how i if in is it its me my of on or our so that "
    "the their them then there these they this those to was we were what when where which who will with would you "
    "your".split()
)


def stem(word: str) -> str:
    """Take a plural's s off (the S-stemmer of Harman, "How effective is suffixing?", JASIS 1991).

    >>> [stem(word) for word in ("tents", "batteries", "class", "7.25")]
    ['tent', 'battery', 'class', '7.25']
    """
    if word.endswith("ies") and not word.endswith(("eies", "aies")) and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("us", "ss", "is")) and len(word) > 3:
        return word[:-1]
    return word


def tokenize(text: str) -> list[str]:
    """Lower-case words without stop words, plurals folded; codes and amounts such as `tx-40` and `4.50` stay whole."""
    words = (word.removesuffix("'s").removesuffix("’s") for word in WORD.findall(text.lower()))
    return [stem(word) for word in words if word not in STOP]


class Keywords:
    """BM25 (Lucene's variant, k1 = 1.2, b = 0.75) over texts; scores every text at once."""

    def __init__(self, model: bm25s.BM25, size: int) -> None:
        self._model, self._size = model, size

    @classmethod
    def build(cls, texts: Sequence[str]) -> "Keywords":
        """Index texts; the order of the texts is the order of the scores."""
        model = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        tokens = [tokenize(text) or [""] for text in texts]
        model.index(tokens, show_progress=False)
        return cls(model, len(texts))

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """BM25 of the query against every text, float32 (n,); zero where no word is shared."""
        known = [token for token in dict.fromkeys(tokenize(query)) if token in self._model.vocab_dict]
        if not known:
            return np.zeros(self._size, np.float32)
        result: npt.NDArray[np.float32] = self._model.get_scores(known)
        return result

    def frequency(self, word: str) -> int:
        """In how many texts a word of `tokenize` stands."""
        row = self._model.vocab_dict.get(word)
        if row is None:
            return 0
        starts = self._model.scores["indptr"]
        return int(starts[row + 1] - starts[row])

    def save(self, folder: Path) -> None:
        """Write to a folder, as plain arrays and JSON."""
        self._model.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> "Keywords":
        """Open by memory map; nothing is unpickled."""
        return cls(bm25s.BM25.load(str(folder), mmap=True, load_corpus=False, allow_pickle=False), size)
