"""A share or a mean with its 95 % interval: bootstrap over questions, fixed seed; of many, by the normal rule."""

import random
from collections.abc import Iterable
from math import fsum, sqrt
from statistics import pstdev

_RESAMPLES = 400
_SEED = 7
_MANY = 2000  # from here on both rules agree to a tenth of a percent, and resampling takes minutes

Figure = dict[str, float]
"""value, low, high, n."""


def share(values: Iterable[float]) -> Figure | None:
    """The mean of outcomes (True counts as 1), or nothing when there are none."""
    seen = [float(value) for value in values]
    if not seen:
        return None
    low, high = _interval(seen)
    return {"value": round(fsum(seen) / len(seen), 4), "low": low, "high": high, "n": len(seen)}


def _interval(seen: list[float]) -> tuple[float, float]:
    if min(seen) == max(seen):
        # All the same: resampling shows no spread, the rule of three does.
        spread = min(1.0, 3 / len(seen))
        return (round(seen[0] - spread, 4), seen[0]) if seen[0] else (0.0, round(spread, 4))
    if len(seen) >= _MANY:
        return _normal(seen)
    draw = random.Random(_SEED)
    means = sorted(fsum(draw.choices(seen, k=len(seen))) / len(seen) for _ in range(_RESAMPLES))
    return round(means[int(0.025 * _RESAMPLES)], 4), round(means[int(0.975 * _RESAMPLES) - 1], 4)


def _normal(seen: list[float]) -> tuple[float, float]:
    middle, spread = fsum(seen) / len(seen), 1.96 * pstdev(seen) / sqrt(len(seen))
    return round(max(0.0, middle - spread), 4), round(min(1.0, middle + spread), 4)
