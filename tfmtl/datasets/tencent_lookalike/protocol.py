"""How the campaigns are divided into train, dev and test."""

import dataclasses

import numpy as np

from tfmtl.datasets import hashing

PARTS = ("train", "dev", "test")


@dataclasses.dataclass(frozen=True)
class Protocol:
    """A way of dividing campaigns; results of two are not to be compared.

    Args:
        test_share: Share of the campaigns to judge by.
        dev_share: Share of them to choose by.
        most_seeds_of_cold: Seeds up to which a campaign is cold; it is hot
            with more.
        seed: Int, makes another choice.

    Raises:
        ValueError: If a share is not above 0, or nothing is left to train on.

    Example:

    >>> parts = PAPER_PROTOCOL.parts(np.arange(172))
    >>> {name: int((parts == name).sum()) for name in PARTS}
    {'train': 83, 'dev': 20, 'test': 69}
    """

    test_share: float
    dev_share: float
    most_seeds_of_cold: int
    seed: int = 0

    def __post_init__(self) -> None:
        shares = self.test_share, self.dev_share
        if min(shares) <= 0 or sum(shares) >= 1:
            raise ValueError(
                "`test_share` and `dev_share` should be above 0, and below 1 "
                f"together. Received: test_share={self.test_share!r}, "
                f"dev_share={self.dev_share!r}."
            )

    def parts(self, campaigns: np.ndarray) -> np.ndarray:
        """Returns the part of each campaign, whatever their order.

        Args:
            campaigns: Ids, each once.

        Returns:
            `(campaigns,)` of "train", "dev" and "test".
        """
        order = np.argsort(hashing.uniform(campaigns, self.seed))
        shares = np.cumsum([self.test_share, self.dev_share])
        ends = np.round(shares * len(campaigns)).astype(int)
        parts = np.full(len(campaigns), "train")
        parts[order[: ends[0]]] = "test"
        parts[order[ends[0] : ends[1]]] = "dev"
        return parts


# Zhu et al., 2021, sec. 4.1: 60 % to learn from, of which a fifth is dev here.
PAPER_PROTOCOL = Protocol(0.4, 0.12, most_seeds_of_cold=4000)
# Their published code.
OFFICIAL_CODE_PROTOCOL = Protocol(0.5, 0.1, most_seeds_of_cold=2000)
