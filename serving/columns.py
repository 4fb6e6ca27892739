"""Checks plain columns against a signature before anything is sent."""

import collections
import difflib

import numpy as np

from serving import tensors

_ONLY = {
    "f": "give numbers only, NaN for a missing one",
    "i": "give integers only, 0 or another one for what is missing",
    "u": "give integers only, 0 or another one for what is missing",
    "b": "give True or False only",
    "O": 'give strings only, "" for a missing one',
}


def to_inputs(columns, signature):
    """Returns the columns as the arrays that a signature wants.

    A list or a one-dimensional array becomes `(batch, 1)` where the signature
    wants that. Integers widen, and become floats where floats are wanted;
    nothing is rounded or parsed.

    Args:
        columns: Mapping from feature name to a list, array or pandas series.
        signature: The `Signature`.

    Returns:
        Dict from input name to array.

    Raises:
        ValueError: If there is no mapping, a name is no text, or at the first
            feature that is missing, unknown, or of the wrong type, rank or
            length, or a number that is infinite. Says which, what was
            expected, what came, and what to do.
    """
    if not hasattr(columns, "keys"):  # a pandas frame is no Mapping
        raise ValueError(
            "`columns` should map each feature's name to a list, one of "
            f"{sorted(signature.inputs)}. Received: columns={columns!r:.80}."
        )
    _check_names(columns, signature.inputs)
    inputs = {
        name: _reshaped(name, _typed(name, columns[name], spec), spec)
        for name, spec in signature.inputs.items()
    }
    _check_lengths(inputs, signature.inputs)
    return inputs


def _check_names(columns, expected):
    for name in columns:
        if not isinstance(name, str):
            raise ValueError(
                f"Every name in `columns` should be text; rename {name!r}. "
                f"Received: columns={list(columns)}."
            )
    missing = sorted(set(expected) - set(columns))
    extra = sorted(set(columns) - set(expected))
    for name in missing:
        close = difflib.get_close_matches(name, extra, n=1)
        remedy = f"rename {close[0]!r} to it" if close else "add it"
        raise ValueError(
            f"`columns` has no feature {name!r}, which the signature expects "
            f"as {expected[name]}; {remedy}. "
            f"Missing: {missing}. Received: columns={sorted(columns)}."
        )
    for name in extra:
        close = difflib.get_close_matches(name, expected, n=1)
        hint = f" (close to {close[0]!r})" if close else ""
        raise ValueError(
            f"The signature has no feature {name!r}{hint}; leave it out. "
            f"Expected: {sorted(expected)}. "
            f"Received: columns={sorted(columns)}."
        )


def _refuse(name, spec, received, remedy):
    return ValueError(
        f"Feature {name!r} should be {spec}; {remedy}. "
        f"Received: {name}={received}."
    )


def _typed(name, column, spec):
    try:
        values = np.asarray(column)
    except ValueError as error:
        raise _refuse(
            name, spec, "rows of different lengths", "pad them to one length"
        ) from error
    if spec.kind == tensors.STRING:
        return _as_bytes(name, values, spec)
    wanted = tensors.numpy_dtype(spec.kind)
    if values.dtype.kind == "O":
        values = _numbers(name, values, spec)
    # An empty list has no type of its own.
    if values.size == 0:
        return values.astype(wanted)
    allowed = {"f": "iuf", "i": "iu", "u": "iu", "b": "b"}[wanted.kind]
    if values.dtype.kind not in allowed:
        whole = wanted.kind in "iu" and values.dtype.kind == "f"
        first = "fill what is missing and " if whole else ""
        raise _refuse(
            name,
            spec,
            f"{values.dtype} values such as {values.item(0)!r}",
            f'{first}convert it, as `.astype("{wanted.name}")` does',
        )
    if wanted.kind == "f":
        return _finite(name, values, spec, wanted)
    if wanted.kind in "iu" and not np.can_cast(values.dtype, wanted):
        _check_range(name, values, spec, np.iinfo(wanted))
    return values.astype(wanted, copy=False)


def _finite(name, values, spec, wanted):
    """Refuses what is infinite, or too large for the type; NaN may pass."""
    with np.errstate(over="ignore"):
        result = values.astype(wanted, copy=False)
    infinite = np.isinf(result)
    if infinite.any():
        row = np.argwhere(infinite)[0]
        raise _refuse(
            name,
            spec,
            f"{values[tuple(row)]} in row {row[0] if row.size else 0}",
            f"keep it below {np.finfo(wanted).max:.4g} in size",
        )
    return result


def _numbers(name, values, spec):
    for row, value in enumerate(values.flat):
        if not isinstance(value, int | float | np.number | np.bool_):
            remedy = _ONLY[tensors.numpy_dtype(spec.kind).kind]
            raise _refuse(name, spec, f"{value!r} in row {row}", remedy)
    return np.array(values.tolist())


def _check_range(name, values, spec, info):
    low, high = values.min(), values.max()
    if low < info.min or high > info.max:
        raise _refuse(
            name,
            spec,
            f"values from {low} to {high}",
            f"keep it between {info.min} and {info.max}",
        )


def _as_bytes(name, values, spec):
    if values.size == 0:
        return values.astype(object)
    if values.dtype.kind not in "OSU":
        raise _refuse(
            name,
            spec,
            f"{values.dtype} values such as {values.item(0)!r}",
            "convert it, as `.astype(str)` does",
        )
    array = np.empty(values.size, object)
    for row, value in enumerate(values.flat):
        if isinstance(value, str):
            array[row] = value.encode()
        elif isinstance(value, bytes):
            array[row] = value
        else:
            raise _refuse(name, spec, f"{value!r} in row {row}", _ONLY["O"])
    return array.reshape(values.shape)


def _reshaped(name, array, spec):
    wanted = spec.shape
    if wanted and wanted[-1] == 1 and array.ndim == len(wanted) - 1 > 0:
        array = array[..., np.newaxis]
    if spec.accepts(array.shape):
        return array
    if array.ndim == 0:
        raise _refuse(
            name, spec, f"the scalar {array.item()!r}", "put it in a list"
        )
    raise _refuse(
        name, spec, f"shape {array.shape}", "give one row per prediction"
    )


def _check_lengths(inputs, specs):
    lengths = {
        name: len(array)
        for name, array in inputs.items()
        if specs[name].shape and specs[name].shape[0] is None
    }
    if len(set(lengths.values())) < 2:
        return
    # The odd one out is the likely culprit.
    (usual, _), *_ = collections.Counter(lengths.values()).most_common(1)
    fellow = next(name for name in lengths if lengths[name] == usual)
    for name, length in lengths.items():
        if length != usual:
            raise _refuse(
                name,
                specs[name],
                f"{length} rows",
                f"give it {usual} rows, as many as {fellow!r} has",
            )
