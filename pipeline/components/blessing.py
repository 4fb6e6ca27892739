"""Writes a blessing that TFX's own components understand."""

import os
from collections.abc import Sequence

from tfx import types
from tfx.components.evaluator import constants
from tfx.utils import io_utils


def bless(
    blessing: types.Artifact,
    model: types.Artifact,
    baselines: Sequence[types.Artifact],
    reasons: Sequence[str],
) -> None:
    """Writes the decision as TFX's Evaluator does, and the reasons.

    Args:
        blessing: The artifact to write.
        model: The model it is about.
        baselines: The model it was compared with, or none.
        reasons: Why it is not blessed; blessed if there are none.
    """
    blessing.set_string_custom_property(
        constants.ARTIFACT_PROPERTY_CURRENT_MODEL_URI_KEY, model.uri
    )
    blessing.set_int_custom_property(
        constants.ARTIFACT_PROPERTY_CURRENT_MODEL_ID_KEY, model.id
    )
    for baseline in baselines:
        blessing.set_string_custom_property(
            constants.ARTIFACT_PROPERTY_BASELINE_MODEL_URI_KEY, baseline.uri
        )
        blessing.set_int_custom_property(
            constants.ARTIFACT_PROPERTY_BASELINE_MODEL_ID_KEY, baseline.id
        )
    name, value = constants.BLESSED_FILE_NAME, constants.BLESSED_VALUE
    if reasons:
        name = constants.NOT_BLESSED_FILE_NAME
        value = constants.NOT_BLESSED_VALUE
        blessing.set_string_custom_property(
            constants.ARTIFACT_PROPERTY_BLESSING_MESSAGE_KEY, "; ".join(reasons)
        )
    io_utils.write_string_file(os.path.join(blessing.uri, name), "")
    blessing.set_int_custom_property(
        constants.ARTIFACT_PROPERTY_BLESSED_KEY, value
    )
