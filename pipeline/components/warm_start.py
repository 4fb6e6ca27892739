"""Begins a training with the weights of the last blessed model."""

import json
import logging
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

import tensorflow as tf

import tfmtl
from pipeline.components.carry_over import carry_over
from tfmtl.files import write_text

VALUES_FILE = "assets.extra/vocabularies.json"
_LOG = logging.getLogger(__name__)


def write_values(path: str, values: Mapping[str, Sequence[str]]) -> None:
    """Writes into an exported model what the ids of its features stand for.

    Args:
        path: Folder of the SavedModel.
        values: By feature, the values of its ids from 1.
    """
    write_text(Path(path, VALUES_FILE), json.dumps(values))


def start_from(
    base_model: str | None,
    model: tfmtl.models.MultiTaskModel,
    values: Mapping[str, Sequence[str]],
) -> None:
    """Gives a model the weights of the last blessed one; see `carry_over`.

    Args:
        base_model: Folder of the last one's SavedModel. Without one the model
            stays as it is.
        model: The new model, built.
        values: By feature, the values of its ids from 1.

    Raises:
        ValueError: If the two do not fit together, or the last one does not
            say what its ids stand for.
    """
    if not base_model:
        return
    path = Path(base_model, VALUES_FILE)
    if not path.is_file():
        raise ValueError(
            "The last blessed model should hold the values of its ids in "
            f"{VALUES_FILE}; train anew, with `warm_start` off. Received: no "
            f"such file in {base_model}."
        )
    last = tf.saved_model.load(base_model).trainable_variables
    written = json.loads(path.read_text("utf-8"))
    _LOG.info(
        "  begins with the last blessed model, which knows %d of %d values",
        carry_over(last, written, model, values),
        sum(map(len, values.values())),
    )
