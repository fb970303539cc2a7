"""The small neural network of `routers.network`, written in PyTorch (extra `deep`): the same layers, loss and rounds.

scikit-learn's network hides its loop; here it is: a batch, the loss, its gradient, a step.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

BATCH = 200


class Network:
    """A hidden layer of ReLUs, softmax, Adam with weight decay; scikit-learn's interface. One seed, one result."""

    def __init__(
        self, hidden: int = 64, rounds: int = 40, rate: float = 1e-3, decay: float = 1e-3, seed: int = 0
    ) -> None:
        self.hidden, self.rounds, self.rate, self.decay, self.seed = hidden, rounds, rate, decay, seed

    def fit(self, rows: npt.NDArray[np.float32], codes: npt.NDArray[np.intp]) -> "Network":
        """Fit on rows (n, features) and labels 0, 1, … (n,), in batches of 200, as scikit-learn does."""
        random = torch.Generator().manual_seed(self.seed)
        x, y = torch.from_numpy(rows), torch.from_numpy(np.asarray(codes, np.int64))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            self.layers = nn.Sequential(
                nn.Linear(x.shape[1], self.hidden), nn.ReLU(), nn.Linear(self.hidden, int(y.max()) + 1)
            )
        step = torch.optim.Adam(self.layers.parameters(), lr=self.rate)
        for _ in range(self.rounds):
            order = torch.randperm(len(x), generator=random)
            for batch in (order[start : start + BATCH] for start in range(0, len(x), BATCH)):
                loss = nn.functional.cross_entropy(self.layers(x[batch]), y[batch]) + self._penalty(len(batch))
                step.zero_grad()
                loss.backward()
                step.step()
        return self

    def predict_proba(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Probabilities (n, labels)."""
        with torch.no_grad():
            result: npt.NDArray[np.float64] = torch.softmax(self.layers(torch.from_numpy(rows)), dim=1).numpy()
        return result

    def _penalty(self, n: int) -> Any:
        """Half the decay times the squared weights, a batch's share: what scikit-learn calls alpha."""
        return self.decay / 2 / n * sum((layer**2).sum() for layer in self.layers.parameters() if layer.ndim == 2)
