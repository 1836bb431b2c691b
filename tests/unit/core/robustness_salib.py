#!/usr/bin/env python3
"""Compares `robustness` with SALib and SciPy: robustness_salib.py PROGRAM

The same group, but drawn by SALib's own design (Sobol' sequence, choices as groups of inputs), values by SciPy's quantile functions, scored by
the NumPy below. And SALib's estimators on the outputs that the program estimated from: there every digit agrees.
"""
import json
import subprocess
import sys
import warnings

import numpy as np
from SALib.analyze import sobol as sobol_analyze
from SALib.sample import sobol as sobol_sample
from scipy.stats import beta, gamma

SEED, PAIRS, DRAWS = 20221101, 4096, 50000
CHOICES = ["weights", "rule", "minimum", "noise"]
WEIGHTS = np.array([40.0, 20.0, 10.0, 30.0])
LOWER = [False, True, True, False]
LEVELS = np.arange(5) / 4
MINIMUM = 20
RATINGS = 5  # levels, each drawn by a Gamma distribution of its own: their shares are Dirichlet-distributed
RULES = 5


def draw_values(counts, u):
    """[drawing, district, indicator], as printed, of uniform numbers [drawing, district, 3 + RATINGS]."""
    out = np.empty((u.shape[0], len(counts), 4))
    for d, (on_time, due, returned, dispatched, overdue, *ratings) in enumerate(counts):
        out[:, d, 0] = 100 * beta.ppf(u[:, d, 0], on_time + 0.5, due - on_time + 0.5)
        out[:, d, 1] = 100 * beta.ppf(u[:, d, 1], returned + 0.5, dispatched - returned + 0.5)
        out[:, d, 2] = gamma.ppf(u[:, d, 2], overdue + 0.5)
        parts = np.stack([gamma.ppf(u[:, d, 3 + level], ratings[level] + 0.5) for level in range(RATINGS)], axis=1)
        out[:, d, 3] = 100 * (parts @ LEVELS) / parts.sum(axis=1)
    return out


def points_of(values, rated, rule, minimum):
    """[drawing, district, indicator] of one rule and minimum; whether each district is ranked."""
    there = rated >= minimum
    out = np.zeros_like(values)
    for i, (weight, lower) in enumerate(zip(WEIGHTS, LOWER)):
        x = values[:, :, i]
        part = x[:, there] if i == 3 else x
        best = (part.min(axis=1) if lower else part.max(axis=1))[:, None]
        worst = (part.max(axis=1) if lower else part.min(axis=1))[:, None]
        if rule == 1:
            better = (part[:, None, :] < x[:, :, None] if lower else part[:, None, :] > x[:, :, None]).sum(axis=2)
            out[:, :, i] = weight * (part.shape[1] - 1 - better) / (part.shape[1] - 1)
        elif rule == 2:
            out[:, :, i] = weight * (best / x if lower else x / best)
        elif rule == 3:
            out[:, :, i] = weight * (x - worst) / (best - worst)
        elif rule == 4:
            z = (x - part.mean(axis=1)[:, None]) / part.std(axis=1, ddof=1)[:, None]
            out[:, :, i] = weight * (0.5 + (-z if lower else z) / 4)
        elif i == 0:
            out[:, :, i] = np.where(x >= 95, weight, np.maximum(10, weight - 2 * (95 - x)))
        elif i == 1:
            out[:, :, i] = weight * best / x
        elif i == 2:
            out[:, :, i] = weight * np.minimum(1, 5 / x)
        else:
            out[:, :, i] = weight * x / 100
    return out, there


def ranks_of(totals, there):
    """The unranked all stand behind the last ranked one."""
    better = (totals[:, None, :] > totals[:, :, None]) & there[None, None, :]
    return np.where(there[None, :], 1 + better.sum(axis=2), 1 + there.sum())


def ranks_of_drawings(counts, u, spread, minimums, vary_choices=True):
    """[drawing, district] of uniform numbers: weights, rule, minimum, noise."""
    rated = np.array([sum(row[5:]) for row in counts])
    factors = 1 + spread * (2 * u[:, :4] - 1)
    factors *= WEIGHTS.sum() / (factors @ WEIGHTS)[:, None]
    rule = np.minimum((u[:, 4] * RULES).astype(int), RULES - 1)
    minimum = np.minimum((u[:, 5] * len(minimums)).astype(int), len(minimums) - 1)
    if not vary_choices:
        rule[:], minimum[:] = 0, minimums.index(1)
    values = draw_values(counts, u[:, 6:].reshape(u.shape[0], len(counts), 3 + RATINGS))
    out = np.empty((u.shape[0], len(counts)))
    for r in range(RULES):
        for m, factor in enumerate(minimums):
            rows = (rule == r) & (minimum == m)
            if rows.any():
                points, there = points_of(values[rows], rated, r, MINIMUM * factor)
                out[rows] = ranks_of(np.einsum("sdi,si->sd", points, factors[rows]), there)
    return out


def nominal_ranks(counts):
    values = np.array([[[100 * c[0] / c[1], 100 * c[2] / c[3], c[4], 100 * np.dot(c[5:], LEVELS) / sum(c[5:])] for c in counts]])
    points, there = points_of(values, np.array([sum(c[5:]) for c in counts]), 0, MINIMUM)
    return ranks_of(points.sum(axis=2), there)[0]


def analyze(problem, outputs):
    found = sobol_analyze.analyze(problem, outputs, calc_second_order=False, num_resamples=400, seed=SEED)
    return np.array([found["S1"], found["S1_conf"], found["ST"], found["ST_conf"]]).T


def check_same_outputs(case):
    problem = {"num_vars": 4, "names": CHOICES, "bounds": [[0, 1]] * 4}
    found = analyze(problem, np.array(case["outputs"]))
    for name, ours, theirs in zip(CHOICES, np.array(case["indices"]), found):
        say = f"subject {case['subject']}, {name}: {ours}, SALib of the same outputs {theirs}"
        assert np.allclose(ours[[0, 3]], theirs[[0, 2]], atol=1e-9), say
        for (low, high), half in zip((ours[1:3], ours[4:6]), theirs[[1, 3]]):
            assert 0.8 < (high - low) / 2 / half < 1.25, say


def check_own_design(case, counts, ours_ranks, spread, minimums):
    """Within four standard errors of both together."""
    width = 6 + len(counts) * (3 + RATINGS)
    groups = ["weights"] * 4 + ["rule", "minimum"] + ["noise"] * (width - 6)
    problem = {"num_vars": width, "names": [f"x{i}" for i in range(width)], "bounds": [[0, 1]] * width, "groups": groups}
    u = sobol_sample.sample(problem, PAIRS, calc_second_order=False, seed=SEED)
    ranks = ranks_of_drawings(counts, np.clip(u, 1e-12, 1 - 1e-12), spread, minimums)
    outputs = np.abs(ranks - ours_ranks).mean(axis=1) if case["subject"] < 0 else ranks[:, case["at"]]
    worst = 0
    for name, ours, theirs in zip(CHOICES, np.array(case["indices"]), analyze(problem, outputs)):
        for what, at, low, high in (("first", 0, 1, 2), ("total", 3, 4, 5)):
            value, half = (theirs[0], theirs[1]) if what == "first" else (theirs[2], theirs[3])
            error = np.hypot((ours[high] - ours[low]) / 2, half) / 1.96
            off = abs(ours[at] - value)
            assert off < 4 * error + 1e-3, f"subject {case['subject']}, {name}, {what}: {ours[at]:.4f}, SALib {value:.4f}, off by {off / error:.1f} errors"
            worst = max(worst, off / error if error > 1e-4 else 0)
    return worst


def check_ranks(head, counts, codes):
    generator = np.random.default_rng(SEED)
    u = generator.random((DRAWS, 6 + len(counts) * (3 + RATINGS)))
    ranks = ranks_of_drawings(counts, u, head["spread"], head["minimums"], vary_choices=False)
    for d, code in enumerate(codes):
        for rank, ours in enumerate(head["ranks"][code], 1):
            own, theirs = ours / head["draws"], (ranks[:, d] == rank).mean()
            share = (ours + theirs * DRAWS) / (head["draws"] + DRAWS)
            error = np.sqrt(share * (1 - share) * (1 / head["draws"] + 1 / DRAWS)) + 1e-6
            assert abs(own - theirs) < 5 * error, f"{code} at rank {rank}: {own:.4f}, NumPy {theirs:.4f}"


def main():
    warnings.simplefilter("ignore", FutureWarning)
    run = subprocess.run([sys.argv[1], "vary", str(SEED), str(PAIRS)], stdout=subprocess.PIPE, check=True)
    head, *cases = [json.loads(line) for line in run.stdout.splitlines()]
    codes = sorted(head["counts"])
    counts = [head["counts"][code] for code in codes]
    ranks = nominal_ranks(counts)
    check_ranks(head, counts, codes)
    worst = 0
    for case in cases:
        case["at"] = codes.index("b")
        check_same_outputs(case)
        worst = max(worst, check_own_design(case, counts, ranks, head["spread"], head["minimums"]))
    assert len(cases) == 2
    print(f"indices agree with SALib: the same outputs to 1e-9, its own design to {worst:.1f} standard errors; {5 * len(counts)} chances of a rank with NumPy")


main()
