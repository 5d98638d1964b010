"""What a change of the time costs in a day, in the units of those who wait and pay."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSettings:
    """The table `[tool.collectbench.cost]`.

    Attributes:
        runs_per_day: how often the tests are run, by everybody and by CI.
        workers: how many machines collect the tests in each run, such as the jobs of a matrix. Workers of pytest-xdist
            on one machine are one: they collect at the same time.
        price_per_minute: of one of these machines; None if nobody pays for it.
        currency: of the price, such as `EUR`.
    """

    runs_per_day: float
    workers: int = 1
    price_per_minute: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a change costs; what it saves if the figures are negative.

    Attributes:
        name: of the target that changed; `suite` for all targets together.
        run_s: seconds of each run.
        day_s: seconds of all machines in a day.
        runs_per_day: how many runs a day has.
        workers: the machines of each run.
        day_price: of all machines in a day; None without a price.
        currency: of the price.
    """

    name: str
    run_s: float
    day_s: float
    runs_per_day: float
    workers: int
    day_price: float | None = None
    currency: str = ""
