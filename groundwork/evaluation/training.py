"""`course.py train`: the cross-encoder in two steps, from how people ask to how this shop's customers ask.

First on the pages of other companies (`matching`), which takes the better part of an hour on two cores; what it gives
is kept under `build/`, so that after an interruption only the second step is made again. Then, more gently, on the
expected and the open questions of the shop's own pages (`matching_shop`), an hour more. What is stored lies between
the two fits, nearer to the second: it chooses as well as the second does, and knows better when nothing answers (dev).

The stored weights were not made in one run. Their first step was stopped at step 1,000 of 1,105; the second went over
the items of the first round of expected questions; from what lies between, a third went on over four tenths of the
items of two rounds, and a fourth over 16,000 items: every unanswered question and a sample of the others.
"""

from groundwork.evaluation.matching import by_cosine, held_out, load, nearest_first
from groundwork.evaluation.matching_shop import mixed
from groundwork.models.cross_encoder import stored_change
from groundwork.models.embed import default_embedder
from groundwork.paths import BUILD

GENTLE = 4e-5  # rate of the second step
SHARE = 0.7  # of the way from the first fit to the second, chosen on dev from 0.5, 0.7 and 1


def train(epochs: float, shop_epochs: float, seed: int, fresh: bool = False) -> None:
    """Fit and store the cross-encoder; `fresh` does not take over an earlier first step."""
    from groundwork.evaluation.cross_encoder_torch import between, fit, store

    first = BUILD / "train" / f"general-{epochs:g}-{seed}.safetensors"
    if fresh or not first.exists():
        first.parent.mkdir(parents=True, exist_ok=True)
        pages = nearest_first([item for item in load() if not held_out(item)], by_cosine(default_embedder()))
        store(fit(pages, epochs, seed), first)
    general = stored_change(first)
    store(between(general, fit(mixed(default_embedder(), seed), shop_epochs, seed, GENTLE, general), SHARE))
