"""Checks that shards hold what users and features should."""

from collections.abc import Sequence

from tfmtl.audience.retrieval import arrow_arrays
from tfmtl.audience.retrieval.shard import Shard
from tfmtl.features import Feature
from tfmtl.features import NumericFeature
from tfmtl.features import id_width


def check_shards(shards: Sequence[Shard], id_column: str) -> None:
    """Refuses shards without ids, or that differ in their columns.

    Args:
        shards: All shards of a base.
        id_column: Name of the column of ids.

    Raises:
        ValueError: If one has no such column, other columns than the first,
            or ids that are neither whole numbers nor text.
    """
    first = shards[0]
    for shard in shards:
        if id_column not in shard.schema.names:
            raise ValueError(
                "The users should have a column of ids; name it by "
                f"`id_column`. Received: id_column={id_column!r}, columns "
                f"{sorted(shard.schema.names)} of {str(shard.path)!r}."
            )
        if not shard.schema.equals(first.schema):
            raise ValueError(
                "All files of a user base should have the same columns of the "
                "same types; write them anew. Received: "
                f"{_described(first)}, but {_described(shard)}."
            )
    kind = arrow_arrays.kind_of(first.schema.field(id_column).type)
    if kind not in (arrow_arrays.WHOLE, arrow_arrays.TEXT):
        raise ValueError(
            "Ids should be whole numbers or text. "
            f"Received: column {id_column!r} of {kind}."
        )


def check_column(feature: Feature, shard: Shard) -> None:
    """Refuses a shard whose column is not of its feature's type.

    Args:
        feature: The feature.
        shard: The shard, which has a column of its name.

    Raises:
        ValueError: If it is not.
    """
    received = arrow_arrays.kind_of(shard.schema.field(feature.name).type)
    whole = arrow_arrays.WHOLE
    if isinstance(feature, NumericFeature):
        accepted = [whole, arrow_arrays.FRACTIONS]
    elif id_width(feature) == 1:
        accepted = [whole, f"lists of {whole}"]
    else:
        accepted = [f"lists of {whole}"]
    if received not in accepted:
        raise ValueError(
            f"Column {feature.name!r} of the users should hold "
            f"{' or '.join(accepted)}; encode it, ids by a vocabulary. "
            f"Received: {received} in {str(shard.path)!r}."
        )


def widths_of(features: Sequence[Feature]) -> dict[str, int | None]:
    """Returns the width of each feature's matrix, None of single values.

    Args:
        features: Features.
    """
    return {
        f.name: None if isinstance(f, NumericFeature) else id_width(f)
        for f in features
    }


def _described(shard: Shard) -> str:
    kinds = {f.name: str(f.type) for f in shard.schema}
    return f"{kinds} in {shard.path.name!r}"
