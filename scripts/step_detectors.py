"""Other detectors of steps; history_steps.py starts it with the Python of .venvs/detectors.

Reads histories as JSON, a list of lists of seconds, and writes the indexes at which each detector sees a new level.
All have their defaults, but a segment of PELT has at least five runs and a step of Otava at least 5 %, as ours.
"""

from __future__ import annotations

import json
import math
import sys

import numpy as np
import ruptures
from numpy.typing import NDArray
from otava.analysis import compute_change_points

Values = NDArray[np.float64]


def otava(values: Values) -> list[int]:
    """Otava: E-divisive means in windows of 50 runs, t-tests with p < 0.001."""
    steps, _ = compute_change_points(list(values), window_len=50, max_pvalue=0.001, min_magnitude=0.05)
    return [int(step.index) for step in steps]


def pelt(values: Values) -> list[int]:
    """PELT of ruptures on logarithms, cost of the mean, with the usual penalty: 3 variances times ln n."""
    return _pelt(np.log(values), 1.0)


def corrected_pelt(values: Values) -> list[int]:
    """The same with the penalty times (1 + r) / (1 - r), r from first and second differences."""
    logarithms = np.log(values)
    squares = [float(np.mean((logarithms[lag:] - logarithms[:-lag]) ** 2)) for lag in (1, 2)]
    correlation = min(0.9, max(0.0, squares[1] / squares[0] - 1))
    return _pelt(logarithms, (1 + correlation) / (1 - correlation) / (1 - correlation))


def _pelt(logarithms: Values, factor: float) -> list[int]:
    variance = float(np.mean(np.diff(logarithms) ** 2)) / 2  # of independent noise; / (1 - r) of correlated noise
    penalty = 3 * max(variance, 1e-12) * math.log(len(logarithms)) * factor
    detector = ruptures.KernelCPD(kernel="linear", min_size=5)  # PELT for the squares around the mean, written in C
    steps = detector.fit(logarithms.reshape(-1, 1)).predict(pen=penalty)
    return [int(step) for step in steps[:-1]]


DETECTORS = {"Otava": otava, "PELT": pelt, "PELT, corrected penalty": corrected_pelt}


def main() -> None:
    """Read, judge, write."""
    histories = [np.array(values) for values in json.load(sys.stdin)]
    json.dump({name: [detect(values) for values in histories] for name, detect in DETECTORS.items()}, sys.stdout)


if __name__ == "__main__":
    main()
