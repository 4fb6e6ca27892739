"""User ids between the types they come in and the text they are kept as."""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from tfmtl.audience.store.bad_rows import BadRow
from tfmtl.audience.store.store_part import locked_setting
from tfmtl.audience.store.store_part import write_setting
from tfmtl.audience.store.tables import SETTING

WHOLE = "integer"
TEXT = "string"
_LARGEST = str(np.iinfo(np.int64).max)


class UserIds(NamedTuple):
    """Ids as they are kept.

    Args:
        texts: Their text; None where one is missing.
        kind: `WHOLE` or `TEXT`; None if it cannot be known.
        bad: Rows beside these, in which no id can be found.
    """

    texts: pd.Series
    kind: str | None
    bad: Sequence[BadRow] = ()


def array_of(values: Any, name: str) -> np.ndarray:
    """Returns ids in one row, or refuses them.

    Args:
        values: Ids.
        name: Name of the argument, for the message.

    Raises:
        ValueError: If this is no list of ids.
    """
    is_list = isinstance(values, Iterable) and not isinstance(
        values, str | bytes | Mapping
    )
    if is_list and not hasattr(values, "__array__"):
        # An array of numbers would make floats of them if one is missing.
        array = np.empty(len(values := list(values)), object)
        array[:] = values
    else:
        array = np.asarray(values) if is_list else np.zeros(())
    if array.ndim != 1:
        raise ValueError(
            f"`{name}` should list the ids of users. Received: {name} of type "
            f"{type(values).__name__}, shape {array.shape}."
        )
    return array


def ids_of(values: Any, name: str) -> UserIds:
    """Returns ids that a program gives.

    Args:
        values: Whole numbers or text.
        name: Name of the argument, for the message.

    Raises:
        ValueError: If they are neither.
    """
    index = array_of(values, name)
    kind = pd.api.types.infer_dtype(index, skipna=True)
    if kind == "empty":
        return UserIds(pd.Series([None] * len(index), dtype=object), None)
    if kind not in (WHOLE, TEXT):
        raise ValueError(
            f"`{name}` should be whole numbers or text, all of one type; "
            f"convert them. Received: {kind} values, first "
            f"{index[:5].tolist()}."
        )
    try:
        kept = pa.array(
            index,
            pa.int64() if kind == WHOLE else pa.string(),
            from_pandas=True,
        )
    except (OverflowError, pa.ArrowInvalid) as error:
        raise ValueError(
            f"`{name}` should be whole numbers of 64 bits, with sign; use "
            f"text for longer ones. Received: first {index[:5].tolist()}."
        ) from error
    return UserIds(kept.cast(pa.string()).to_pandas(), kind)


def ids_of_text(texts: pd.Series, kind: str | None) -> UserIds:
    """Returns ids that a file of text gives.

    Args:
        texts: What stands there; blanks around it do not count.
        kind: What they are to be; None to tell from what stands there.
    """
    texts = texts.str.strip()
    texts = texts.where(texts != "", None)
    if kind is None:
        kind = WHOLE if is_whole(texts[texts.notna()]).all() else TEXT
    return UserIds(texts, kind)


def is_whole(texts: pd.Series) -> pd.Series:
    """Tells which texts are whole numbers as the store writes them.

    Args:
        texts: Texts, none missing.
    """
    fits = texts.str.fullmatch(r"0|-?[1-9][0-9]{0,18}").astype(bool)
    digits = texts.str.lstrip("-")
    return fits & ((digits.str.len() < 19) | (digits <= _LARGEST))


def as_typed(texts: list[str], kind: str | None) -> np.ndarray:
    """Returns kept ids in the type that they came in.

    Args:
        texts: The ids as they are kept.
        kind: What they are.
    """
    if kind == WHOLE:
        return pa.array(texts, pa.string()).cast(pa.int64()).to_numpy()
    return np.array(texts, object)


def typed(texts: list[str], kind: str | None) -> np.ndarray:
    """Returns kept ids in the type that they came in, sorted.

    Args:
        texts: The ids as they are kept.
        kind: What they are.
    """
    return np.sort(as_typed(texts, kind))


def known_kind(connection: sa.Connection) -> str | None:
    """Returns what the ids of the store are, None before there is any.

    Args:
        connection: A connection.
    """
    return connection.execute(
        sa.select(SETTING.c.value).where(SETTING.c.name == "id_kind")
    ).scalar_one()


def agree_on_kind(
    connection: sa.Connection, kind: str | None, source: str
) -> None:
    """Keeps what the ids of the store are, or refuses ids of another kind.

    Args:
        connection: A connection within a transaction that writes.
        kind: What the new ids are; None if it cannot be known.
        source: Where they came from, for the message.

    Raises:
        ValueError: If there are ids of another kind.
    """
    if kind is None or kind == known_kind(connection):
        return
    before = locked_setting(connection, "id_kind")
    if before is None:
        write_setting(connection, "id_kind", kind)
    elif before != kind:
        raise ValueError(
            "User ids should be of one type in all of a store, as the user "
            f"base has them; convert these. Received: {kind} ids from "
            f"{source}, {before} ids in the store."
        )
