"""From a pandas frame to what a signature takes."""

from serving import tensors


def to_columns(frame, signature):
    """Returns those columns of a frame that a signature takes.

    A missing text is asked for as an empty one, a missing number as NaN.

    Args:
        frame: Raw rows; it may lack columns, and have others.
        signature: The `Signature`.

    Returns:
        Dict from input name to list or array.
    """
    return {
        name: _filled(frame[name], spec)
        for name, spec in signature.inputs.items()
        if name in frame
    }


def _filled(series, spec):
    is_missing = series.isna()
    if is_missing.any():
        blank = "" if spec.kind == tensors.STRING else float("nan")
        series = series.astype(object).mask(is_missing, blank)
    # A list of lists becomes a matrix, an array of lists does not.
    return series.tolist() if series.dtype == object else series.to_numpy()
