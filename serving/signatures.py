"""What goes into and comes out of a served function."""

import dataclasses
from collections.abc import Mapping

from serving import tensors

_INITIALIZER = "__saved_model_init_op"


@dataclasses.dataclass(frozen=True)
class TensorSpec:
    """Type and shape of one input or output.

    Args:
        kind: Value of the enum `tensorflow.DataType`.
        shape: Sizes, None where any will do; None if even the rank is free.
    """

    kind: int
    shape: tuple[int | None, ...] | None

    def accepts(self, shape):
        """Returns whether a tensor of this shape may be sent.

        Args:
            shape: Tuple of ints.
        """
        return self.shape is None or (
            len(shape) == len(self.shape)
            and all(
                expected in (None, size)
                for expected, size in zip(self.shape, shape, strict=True)
            )
        )

    def __str__(self):
        if self.shape is None:
            return f"{tensors.type_name(self.kind)} of any shape"
        sizes = ["batch" if size is None else str(size) for size in self.shape]
        comma = "," if len(sizes) == 1 else ""
        return (
            f"{tensors.type_name(self.kind)} of shape "
            f"({', '.join(sizes)}{comma})"
        )


@dataclasses.dataclass(frozen=True)
class Signature:
    """The inputs and outputs of one served function.

    Args:
        inputs: Mapping from name to `TensorSpec`.
        outputs: Mapping from name to `TensorSpec`.
    """

    inputs: Mapping[str, TensorSpec]
    outputs: Mapping[str, TensorSpec]


def from_proto(definition):
    """Returns the `Signature` of a `SignatureDef`.

    Args:
        definition: The message, of a SavedModel or of GetModelMetadata.
    """
    return Signature(_specs(definition.inputs), _specs(definition.outputs))


def from_map(definitions):
    """Returns a dict from name to `Signature`, those for calling only.

    Args:
        definitions: Mapping from name to `SignatureDef`. The initializer that
            TensorFlow saves beside the model is left out.
    """
    return {
        name: from_proto(definitions[name])
        for name in sorted(definitions)
        if name != _INITIALIZER
    }


def _specs(infos):
    return {name: _spec(infos[name]) for name in sorted(infos)}


def _spec(info):
    if info.tensor_shape.unknown_rank:
        return TensorSpec(info.dtype, None)
    sizes = (dim.size for dim in info.tensor_shape.dim)
    return TensorSpec(
        info.dtype, tuple(None if size < 0 else size for size in sizes)
    )
