"""Says in words where models are ahead, and where they are not."""

from tfmtl.experiments.summary import Summary


def verdict(summary: Summary) -> str:
    """Returns a sentence for each model that is held against the baselines.

    Args:
        summary: The numbers.

    Example:

    >>> values = {"auc": {"A": [0.6, 0.7], "ours": [0.5, 0.6]}}
    >>> summary = Summary(
    ...     ("A", "ours"), ("A",), (0, 1), ("auc",), values, best={})
    >>> verdict(summary)
    'ours is behind the best baseline in auc (A).'
    """
    sentences = []
    for model in summary.challengers:
        found = {c: summary.compare(model, c) for c in summary.columns}
        behind = {
            column: one.baseline
            for column, one in found.items()
            if not one.gain > 0
        }
        if behind:
            columns = ", ".join(f"{c} ({name})" for c, name in behind.items())
            sentences.append(
                f"{model} is behind the best baseline in {columns}."
            )
        else:
            sentences.append(
                f"{model} is ahead of the best baseline in every column."
            )
    return " ".join(sentences)
