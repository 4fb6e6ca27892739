"""The gain curve as a drawing."""

import dataclasses
import math
from collections.abc import Sequence

from tfmtl.audience.service.gain_curve import GainCurve
from tfmtl.estimate import Estimate

WIDTH, HEIGHT = 720, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 24, 22, 52
_MOST_TICKS = 7
_SHARES = (0, 0.2, 0.4, 0.6, 0.8, 1)


@dataclasses.dataclass(frozen=True)
class Tick:
    """A place on an axis, and what to write there."""

    place: float
    text: str


@dataclasses.dataclass(frozen=True)
class GainChart:
    """Places within a drawing of `WIDTH` × `HEIGHT`.

    Args:
        curve: Points of the curve, as the attribute of a polyline.
        band: Points around its interval.
        sizes: Ticks of the axis of sizes.
        shares: Ticks of the axis of shares.
        chosen: Where the chosen size is, with what is found there.
        left: Left end of the axes; the others likewise.
        right: Right end.
        top: Upper end.
        bottom: Lower end.
    """

    curve: str
    band: str
    sizes: tuple[Tick, ...]
    shares: tuple[Tick, ...]
    chosen: tuple[float, float] | None
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    top: float = _TOP
    bottom: float = HEIGHT - _BOTTOM


def gain_chart(curve: GainCurve, size: int | None) -> GainChart:
    """Returns the drawing of a gain curve.

    Args:
        curve: The curve.
        size: The chosen size, if one is chosen.
    """
    points = curve.points()
    start = (0, Estimate(0.0, 0.0, 0.0))
    middle = [(n, found.value) for n, found in (start, *points)]
    low = [(n, found.low) for n, found in points]
    high = [(n, found.high) for n, found in points]
    chosen = None
    if size is not None:
        x, y = _place(curve.pool, size, curve.found(size).value)
        chosen = (x, y)
    return GainChart(
        _line(curve.pool, middle),
        _line(curve.pool, [*low, *reversed(high)]),
        tuple(
            Tick(_place(curve.pool, n, 0)[0], f"{n:,}")
            for n in _round(curve.pool)
        ),
        tuple(
            Tick(_place(curve.pool, 0, share)[1], f"{share:.0%}")
            for share in _SHARES
        ),
        chosen,
    )


def _round(end: int) -> list[int]:
    """Returns some round numbers up to an end."""
    power = 10 ** max(math.floor(math.log10(end)) - 1, 0)
    steps = (power * factor for factor in (1, 2, 5, 10, 20, 50, 100))
    step = next(step for step in steps if end / step <= _MOST_TICKS)
    return list(range(0, end + 1, step))


def _place(pool: int, size: float, share: float) -> tuple[float, float]:
    width, height = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    x = _LEFT + width * size / pool
    y = _TOP + height * (1 - min(share, 1.0))
    return round(x, 1), round(y, 1)


def _line(pool: int, points: Sequence[tuple[int, float]]) -> str:
    places = (_place(pool, size, share) for size, share in points)
    return " ".join(f"{x},{y}" for x, y in places)
