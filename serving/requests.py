"""Builds requests from plain columns, and reads the answers."""

import numpy as np
from tensorflow.core.example import example_pb2
from tensorflow_serving.apis import predict_pb2

from serving import tensors

_MAX_ANSWER = 1 << 27


def predict_request(
    model_name, inputs, signature_name="", version=None, label=None
):
    """Returns the message that asks for predictions.

    Args:
        model_name: Name the model is served under.
        inputs: Mapping from input name to array.
        signature_name: Served function; "" is the model's default.
        version: Optional version number. The default is the latest.
        label: Optional label of a version, for servers that have them.

    Returns:
        A `PredictRequest`.

    Raises:
        ValueError: If both `version` and `label` are given, or an array has
            no TensorFlow type.

    Example:

    >>> predict_request("m", {"age": np.array([[3]])}).model_spec.name
    'm'
    """
    request = predict_pb2.PredictRequest()
    set_model(request.model_spec, model_name, version, label)
    request.model_spec.signature_name = signature_name
    for name, array in inputs.items():
        request.inputs[name].CopyFrom(tensors.encode(array))
    return request


def set_model(spec, model_name, version=None, label=None):
    """Fills in which model, and which of its versions, is meant.

    Args:
        spec: `ModelSpec` to fill in.
        model_name: Name the model is served under.
        version: Optional version number.
        label: Optional label of a version.

    Raises:
        ValueError: If both `version` and `label` are given.
    """
    if version is not None and label is not None:
        raise ValueError(
            "Give `version` or `label`, not both. "
            f"Received: version={version!r}, label={label!r}."
        )
    spec.name = model_name
    if version is not None:
        spec.version.value = version
    if label is not None:
        spec.version_label = label


def predictions(response):
    """Returns the arrays of a `PredictResponse`, by output name.

    Args:
        response: The message.
    """
    return {
        name: tensors.decode(response.outputs[name], _MAX_ANSWER).copy()
        for name in sorted(response.outputs)
    }


def examples(features, columns):
    """Returns one serialized `tf.Example` a row.

    Numeric features become floats. The others become integers or strings, as
    their column is. Missing values are treated as `raw_examples` does.

    Args:
        features: Features of `tfmtl.features`; their names pick the columns.
        columns: Mapping from name to `(rows,)` or `(rows, length)` values.

    Returns:
        List of bytes, one a row.

    Raises:
        ValueError: If a feature has no column, a column has the wrong type
            or lengths differ.

    Example:

    >>> from tfmtl.features import NumericFeature
    >>> rows = examples([NumericFeature("price")], {"price": [1.5, 2.0]})
    >>> example = example_pb2.Example.FromString(rows[0])
    >>> example.features.feature["price"].float_list.value
    [1.5]
    """
    # Keras comes along, which a client that sends columns does not need.
    from tfmtl.features import NumericFeature

    chosen = {}
    for feature in features:
        if feature.name not in columns:
            raise ValueError(
                f"`columns` has no feature {feature.name!r}; add it. "
                f"Received: columns={sorted(columns)}."
            )
        values = np.asarray(columns[feature.name])
        if isinstance(feature, NumericFeature):
            values = _as_floats(feature.name, values)
        elif values.dtype.kind == "f" and values.size:
            raise ValueError(
                f"Categorical feature {feature.name!r} should hold integers "
                'or strings; convert it, for instance with `.astype("int64")`. '
                f"Received: {feature.name}={values.dtype} values."
            )
        chosen[feature.name] = values
    return raw_examples(chosen)


def raw_examples(columns):
    """Returns one serialized `tf.Example` a row, typed as the columns are.

    Args:
        columns: Mapping from name to `(rows,)` or `(rows, length)` values:
            integers, floats, or strings. Missing values (NaN, None) are left
            out, but for NaN in lists, as models are trained on it; a row
            without any other has no entry for the column.

    Returns:
        List of bytes, one a row.

    Raises:
        ValueError: If lengths differ or a value has no type in `tf.Example`.
    """
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    shapes = {name: array.shape for name, array in arrays.items()}
    lengths = {shape[:1] for shape in shapes.values()}
    if len(lengths) > 1 or () in lengths:
        raise ValueError(
            "Every column should have the same number of rows. "
            f"Received: shapes={shapes}."
        )
    parts = [_entries(name, array) for name, array in arrays.items()]
    # Serialized messages joined are the message with all their entries.
    return [b"".join(row) for row in zip(*parts, strict=True)]


def _as_floats(name, values):
    try:
        return values.astype(np.float32)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"Numeric feature {name!r} should hold numbers, NaN if missing. "
            f"Received: {name}={values.dtype} values such as "
            f"{values.item(0)!r}."
        ) from error


def _entries(name, array):
    """Serializes a column, each distinct value of it once."""
    if array.shape[1:] == (1,):
        array = array.reshape(-1)
    rows = array.tolist()
    try:
        if array.ndim > 1:
            return [_entry(name, row) for row in rows]
        # NaN is the value that differs from itself.
        made = {v: _entry(name, [v] if v == v else []) for v in set(rows)}
        return [made[value] for value in rows]
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"Feature {name!r} should hold integers, floats or strings only "
            f"({error}). Received: {name}={array.dtype} values such as "
            f"{rows[0]!r}."
        ) from error


def _entry(name, values):
    values = [value for value in values if value is not None]
    if not values:
        return b""
    example = example_pb2.Example()
    feature = example.features.feature[name]
    if isinstance(values[0], str):
        values = [value.encode() for value in values]
    if isinstance(values[0], bytes):
        feature.bytes_list.value.extend(values)
    elif isinstance(values[0], float):
        feature.float_list.value.extend(values)
    else:
        feature.int64_list.value.extend(values)
    return example.SerializeToString()
