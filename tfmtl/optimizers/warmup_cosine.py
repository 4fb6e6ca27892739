"""A learning rate that rises and then falls."""

import keras


def warmup_cosine(
    rate: float, steps: int, warmup_steps: int = 500
) -> keras.optimizers.schedules.LearningRateSchedule:
    """Returns a learning rate that rises from 0, and then falls to 0.

        rise = min(warmup_steps, steps // 4)
        rate * step / rise                                       up to `rise`
        rate * (1 + cos(pi * (step - rise) / (steps - rise))) / 2       after

    The first steps of Adam are as long as its rate, whatever the gradient:
    models whose weights are made by other weights are sent far by them.

    Args:
        rate: The highest learning rate.
        steps: Steps of the whole training, `epochs * batches`.
        warmup_steps: In how many steps it rises; a quarter of all at most.

    Raises:
        ValueError: If `steps` is not positive, or `warmup_steps` negative.

    Example:

    >>> schedule = tfmtl.optimizers.warmup_cosine(0.002, steps=2000)
    >>> [round(float(schedule(step)), 4) for step in (0, 250, 500, 1250, 2000)]
    [0.0, 0.001, 0.002, 0.001, 0.0]

    Reference:
        [Loshchilov and Hutter, 2017](https://arxiv.org/abs/1608.03983), eq. 5,
        without restarts.
    """
    if steps < 1 or warmup_steps < 0:
        raise ValueError(
            "`steps` should be positive and `warmup_steps` not negative. "
            f"Received: steps={steps}, warmup_steps={warmup_steps}."
        )
    rise = min(warmup_steps, steps // 4)
    return keras.optimizers.schedules.CosineDecay(
        0.0 if rise else rate,
        steps - rise,
        warmup_target=rate if rise else None,
        warmup_steps=rise,
    )
