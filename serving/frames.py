"""From a pandas frame to what a signature takes."""

from serving import tensors


def to_columns(frame, signature):
    """Returns those columns of a frame that a signature takes.

    A missing text is asked for as an empty one, a missing number as NaN.

    Args:
        frame: Raw rows; it may lack columns, and have others.
        signature: The `Signature`.

    Returns:
        Dict from input name to list.
    """
    return {
        name: _filled(frame[name], spec)
        for name, spec in signature.inputs.items()
        if name in frame
    }


def _filled(series, spec):
    is_missing = series.isna()
    if not is_missing.any():
        return series.to_numpy()
    blank = "" if spec.kind == tensors.STRING else float("nan")
    return series.astype(object).mask(is_missing, blank).tolist()
