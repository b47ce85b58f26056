"""A share or a mean with its 95 % interval: bootstrap over questions, fixed seed."""

import random
from collections.abc import Iterable
from math import fsum

_RESAMPLES = 400
_SEED = 7

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
    draw = random.Random(_SEED)
    means = sorted(fsum(draw.choices(seen, k=len(seen))) / len(seen) for _ in range(_RESAMPLES))
    return round(means[int(0.025 * _RESAMPLES)], 4), round(means[int(0.975 * _RESAMPLES) - 1], 4)
