"""What the experts make of all users, kept for campaign after campaign."""

import json
import os
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tfmtl.audience.retrieval.finished_shards import fingerprint
from tfmtl.audience.retrieval.judge_function import judge_function
from tfmtl.audience.retrieval.representation_file import COMPARED
from tfmtl.audience.retrieval.representation_file import JUDGED
from tfmtl.audience.retrieval.representation_file import RepresentationFile
from tfmtl.audience.retrieval.score_function import Scoring
from tfmtl.audience.retrieval.shard import Block
from tfmtl.audience.retrieval.shard import Shard
from tfmtl.audience.retrieval.similar_users import SimilarUsers
from tfmtl.audience.retrieval.user_base import UserBase
from tfmtl.audience.retrieval.wanted_ids import WantedIds
from tfmtl.models import MetaHeac

DESCRIPTION = "representations.json"
_BLOCK = 65_536


class UserRepresentations:
    """Stored representations of users, from which audiences are chosen.

    `tfmtl.audience.encode_user_base` computes them. As long as campaigns tune
    no more than `tfmtl.training.heads`, the representations are those of all
    of them, and `tfmtl.audience.retrieve` has gates and critics to compute
    only. It takes them in place of a `UserBase`.

    Args:
        path: Folder of the representations.

    Attributes:
        shards: Their files, which hold the ids.
        dtype: How the numbers are kept.

    Raises:
        ValueError: If the folder holds none, or not all.

    Example:

        stored = tfmtl.audience.encode_user_base(general, users, "stored/")
        for campaign, model in customised.items():
            tfmtl.audience.retrieve(
                model, stored, 10_000, f"{campaign.name}.parquet",
                campaign=campaign.features, exclude=campaign.seeds,
            )

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), sec. 2 and 3.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        description = description_of(self.path)
        if description is None:
            raise ValueError(
                "The folder should hold the representations of all users; "
                "`encode_user_base` makes them, and goes on where it was "
                f"stopped. Received: path={str(path)!r}."
            )
        self.dtype = np.dtype(description["dtype"])
        self._weights = description["weights"]
        self._ids = UserBase(self.path, description["id_column"])
        self.shards = self._ids.shards
        self.id_column = self._ids.id_column
        self.id_field = self._ids.id_field
        self.id_kind = self._ids.id_kind
        self.kind = f"representations of {self.dtype}"

    def __len__(self) -> int:
        return len(self._ids)

    def ids(self) -> np.ndarray:
        """Returns the ids of all users, `(users,)`, shard by shard."""
        return self._ids.ids()

    def vectors(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yields ids and vectors, `(users, width)` float32.

        A vector is the mean of what the experts make of a user.
        """
        for shard in self.shards:
            for ids, columns in self._blocks(shard, [COMPARED]):
                yield ids, columns[COMPARED].astype(np.float32)

    def direction(self, ids: Any) -> np.ndarray:
        """Returns in which direction some users differ from all.

        It is the mean of their vectors less the mean of all. Others with a
        large product with it differ in the same way; in angle alone it is
        those in the middle who are the nearest.

        Args:
            ids: Theirs; those that nobody knows are passed by.

        Returns:
            `(1, width)`.

        Raises:
            ValueError: If none is known, or they are of another type.
        """
        wanted = WantedIds(self.id_kind, candidates=ids)
        total, found, count = 0.0, [], 0
        for some, vectors in self.vectors():
            total += vectors.sum(axis=0, dtype=float)
            found.append(vectors[wanted.are_wanted(some)])
            count += len(some)
        theirs = np.concatenate(found)
        if not len(theirs):
            raise ValueError(
                "`ids` should be those of users that have been encoded. "
                "Received: none that is known."
            )
        return theirs.mean(axis=0, keepdims=True) - total / count

    def nearest(self, ids: Any, size: int, exclude: Any = ()) -> np.ndarray:
        """Returns the users who differ from all in the direction of some.

        Args:
            ids: Ids of some users, such as seeds.
            size: How many.
            exclude: Ids of users to leave out.

        Returns:
            Their ids, the most like them first.

        Raises:
            ValueError: As of `direction`, or if there are not so many.

        Example:

            near = stored.nearest(seeds, 100_000, exclude=seeds)
            tfmtl.audience.retrieve(
                model, users, 10_000, "audience.csv", candidates=near,
            )
        """
        similar = SimilarUsers.streamed(self.vectors)
        return similar.nearest(self.direction(ids), size, exclude)[0][0]

    def scoring(self, model: Any, campaign: Mapping[str, Any]) -> Scoring:
        """Returns how these users are read and judged.

        Args:
            model: A `MetaHeac` of which only the heads have been tuned.
            campaign: One value for each feature that is the campaign's.

        Raises:
            ValueError: If the model is another, or its experts or tables are
                not those that made the representations.
        """
        if expert_weights(model) != self._weights:
            raise ValueError(
                "The model's experts and tables of user features should be "
                "those that made the representations: tune the heads only, "
                "`FineTuning(adapt=tfmtl.training.heads)`, encode the users "
                "anew, or retrieve from the `UserBase`. Received: a model "
                "with other weights."
            )
        return Scoring(
            lambda shard: self._blocks(shard, JUDGED),
            judge_function(model, campaign),
        )

    def _blocks(self, shard: Shard, parts: Sequence[str]) -> Iterator[Block]:
        file = RepresentationFile(shard.path)
        return file.blocks(shard, self.id_column, _BLOCK, parts)


def description_of(folder: Path) -> dict[str, str] | None:
    """Returns what a folder holds, None if that is not all.

    Args:
        folder: Folder of representations.
    """
    path = folder / DESCRIPTION
    if not path.is_file():
        return None
    description: dict[str, str] = json.loads(path.read_text("utf-8"))
    return description


def expert_weights(model: MetaHeac) -> str:
    """Returns what differs when a model's representations of users do.

    Args:
        model: A `MetaHeac`.

    Raises:
        ValueError: If it is another model, which does not represent users
            apart from campaigns.
    """
    if not isinstance(model, MetaHeac):
        raise ValueError(
            "Only MetaHeac represents users apart from campaigns; retrieve "
            "from the `UserBase` with other models. Received: "
            f"model of type {type(model).__name__}."
        )
    if not model.built:
        model.build()
    weights = [*model.user_encoder.weights, *model.experts.weights]
    return fingerprint(*map(np.asarray, weights))
