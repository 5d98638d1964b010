"""What the scripts share that compare commands, round by round. Not a script itself."""

from __future__ import annotations

import os
import platform
import random
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timezone

from collectbench.judge.statistics import lower_half_mean
from collectbench.measure.machine.environment import cpu_model
from collectbench.measure.process.launch import Finished

RESAMPLES = 2000


def children_env() -> dict[str, str]:
    """Our environment, but bytecode is written: else pytest would rewrite every test file in every round."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def cpu_s(finished: Finished) -> float:
    """User and system time of a child that must have collected.

    Raises:
        SystemExit: it did not.
    """
    if finished.exit_code not in (0, 1):
        sys.exit(f"pytest ended with exit code {finished.exit_code}: there is nothing to compare")
    return finished.user_s + finished.system_s


def ratio(base: Sequence[float], head: Sequence[float]) -> float:
    """The ratio of the lower-half means, `head` over `base`."""
    return lower_half_mean(head) / lower_half_mean(base)


def difference(base: Sequence[float], head: Sequence[float]) -> float:
    """What `head` takes less than `base`, as the difference of the lower-half means."""
    return lower_half_mean(base) - lower_half_mean(head)


def interval(
    base: Sequence[float],
    head: Sequence[float],
    source: random.Random,
    statistic: Callable[[Sequence[float], Sequence[float]], float] = ratio,
) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of the statistic, resampling pairs."""
    found = []
    for _ in range(RESAMPLES):
        chosen = source.choices(range(len(base)), k=len(base))
        found.append(statistic([base[i] for i in chosen], [head[i] for i in chosen]))
    found.sort()
    return found[int(0.025 * RESAMPLES)], found[int(0.975 * RESAMPLES)]


def machine() -> str:
    """The machine and the day, as one line."""
    return f"{platform.platform()}, {os.cpu_count()} x {cpu_model()}, {datetime.now(timezone.utc):%Y-%m-%d}"
