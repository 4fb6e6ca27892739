"""Which weights the inner steps of `MetaLearner` move."""

import keras


@keras.saving.register_keras_serializable("tfmtl")
def every_weight(variable: keras.Variable) -> bool:
    """Returns True.

    Example:

    >>> tfmtl.training.every_weight(keras.Variable(0.0))
    True
    """
    return True


@keras.saving.register_keras_serializable("tfmtl")
def no_embedding(variable: keras.Variable) -> bool:
    """Returns whether a weight is no table of a `FeatureEmbedding`.

    Example:

    >>> tfmtl.training.no_embedding(keras.Variable(0.0, name="kernel"))
    True
    """
    return variable.name != "table"


@keras.saving.register_keras_serializable("tfmtl")
def heads(variable: keras.Variable) -> bool:
    """Returns whether a weight is of a gate or a critic of `MetaHeac`.

    All others make of a user what is the same for every campaign.

    Example:

    >>> tfmtl.training.heads(keras.Variable(0.0, name="kernel"))
    False
    """
    parts = variable.path.split("/")
    return any(part.startswith(("expert_gate_", "critics_")) for part in parts)
