"""Which seeds of a list are fine."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from tfmtl.audience.known_share import check_known
from tfmtl.audience.store.bad_rows import BadRow
from tfmtl.audience.store.bad_rows import Rule
from tfmtl.audience.store.bad_rows import rows_that_break
from tfmtl.audience.store.user_ids import WHOLE
from tfmtl.audience.store.user_ids import UserIds
from tfmtl.audience.store.user_ids import is_whole
from tfmtl.audience.user_table import id_index
from tfmtl.id_kind import id_kind

_THERE = Rule("Every row should have a user id.", "Fill it in, or drop it.")
_PLAIN = Rule("An id should be text without NUL.", "Mend or drop it.")
_OF_KIND = Rule(
    "User ids should be whole numbers, written plainly, as in the user base.",
    "Mend it, or drop the row.",
)
_ONCE = Rule("Every seed should be there once.", "Leave the repeated ones out.")


def sort_out(ids: UserIds, kind: str | None) -> tuple[list[BadRow], pd.Series]:
    """Returns the bad rows of a list of users, and the good ones.

    Args:
        ids: The list.
        kind: What ids are in the store or the user base.
    """
    texts, column = ids.texts, "user_id"
    bad = list(ids.bad)

    def take_out(rule: Rule, is_bad: pd.Series) -> None:
        nonlocal texts
        bad.extend(rows_that_break(rule, is_bad, texts, column))
        texts = texts[~is_bad]

    take_out(_THERE, texts.isna() | (texts.str.strip() == ""))
    take_out(_PLAIN, texts.str.contains("\0", regex=False).astype(bool))
    if kind == WHOLE and ids.kind == WHOLE:
        take_out(_OF_KIND, ~is_whole(texts))
    take_out(_ONCE, texts.duplicated())
    return bad, texts


@dataclasses.dataclass(frozen=True, eq=False)
class Known:
    """The users there are, if anybody is to look.

    Args:
        ids: Their ids; None if nobody is to look.
        kind: What the ids are.
        min_known: The least share of a list that has to be among them.
    """

    ids: pd.Index | None
    kind: str | None
    min_known: float

    @classmethod
    def of(cls, known: Any, min_known: float) -> "Known":
        """Returns the users there are.

        Args:
            known: Their ids; None if nobody is to look.
            min_known: The least share of a list that has to be among them.

        Raises:
            ValueError: If the share is none, or these are no ids.
        """
        if not 0 < min_known <= 1:
            raise ValueError(
                "`min_known` should be a share, 1 for all. "
                f"Received: min_known={min_known!r}."
            )
        if known is None:
            return cls(None, None, min_known)
        ids = id_index(known, "known")
        kind = id_kind(ids)
        if kind not in ("integer", "string"):
            raise ValueError(
                "`known` should hold the ids of users, whole numbers or text, "
                f"and none missing. Received: {kind} values, first "
                f"{ids[:5].tolist()}."
            )
        return cls(ids, kind, min_known)

    def among(self, texts: pd.Series, source: str) -> pd.Series:
        """Returns those of a list who are known.

        Args:
            texts: Ids as they are kept.
            source: Where they came from.

        Raises:
            ValueError: If too few are.
        """
        if self.ids is None:
            return texts
        own = texts.astype(np.int64) if self.kind == WHOLE else texts
        is_known = self.ids.get_indexer_for(pd.Index(own)) >= 0
        check_known(own[~is_known], len(own), self.min_known, source)
        return texts[is_known]


def check_count(count: int, min_seeds: int, source: str) -> None:
    """Refuses a list with which a campaign has too few seeds.

    Args:
        count: How many it would have.
        min_seeds: How many it should have.
        source: Where they came from.

    Raises:
        ValueError: If there are too few.
    """
    if count < min_seeds:
        raise ValueError(
            f"{source}: A campaign should have `min_seeds` seeds or more; "
            "find more of them, or accept fewer by a lower `min_seeds`. "
            f"Received: {count} seeds; min_seeds={min_seeds!r}."
        )
