#!/usr/bin/env python3
"""shrinkage_oracle.py PROGRAM: beta-binomial fits against the likelihood of an urn.

The probability of a subject's cases is that of drawing them one by one from an urn with weight x mean white and weight x (1 - mean)
black balls, to which each drawn ball returns with one of its colour (Polya). No other mean and weight that is tried, near the fitted
ones or anywhere, may be likelier; shares are the urns after their draws. Shares no code with the program.
"""
import math
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "harness"))
import seeds  # noqa: E402

GREATEST = 1e7
seed = seeds.first("shrinkage")
chance = random.Random(seed)


def likelihood(group, mean, weight):
    white, black = weight * mean, weight * (1 - mean)
    if white <= 0 or black <= 0:
        return -math.inf
    return math.fsum([math.log(white + i) for k, n in group for i in range(k)] + [math.log(black + i) for k, n in group for i in range(n - k)]
                     + [-math.log(weight + i) for k, n in group for i in range(n)])


def drawn():
    """A group of shares that differ much, little, or by chance alone; some of no cases."""
    weight, mean = 10 ** chance.uniform(-0.5, 5), chance.uniform(0.02, 0.98)
    group = []
    for _ in range(chance.randrange(2, 14)):
        n = chance.choice((0, 1, chance.randrange(2, 12), chance.randrange(10, 60), chance.randrange(50, 900)))
        share = chance.betavariate(weight * mean, weight * (1 - mean))
        group.append((sum(chance.random() < share for _ in range(n)), n))
    return group


def fail(sentence, group):
    sys.exit(f"seed {seed}, group {group}: {sentence}")


groups = [drawn() for _ in range(80)] + [[(5, 6), (8, 10), (800, 1000)], [(0, 5), (0, 9)], [(5, 5), (9, 9)], [(0, 4), (4, 4)], [(3, 4)], [(0, 0), (3, 4)]]
said = subprocess.run([sys.argv[1]], input="".join(" ".join(f"{k}/{n}" for k, n in group) + "\n" for group in groups), capture_output=True, text=True, check=True).stdout.splitlines()
fitted = none = tried = 0
for group, line in zip(groups, said, strict=True):
    if line == "none":
        none += 1
        if sum(n > 0 for _, n in group) >= 2:
            fail("has no fit", group)
        continue
    mean, weight, *shares = map(float, line.split())
    best = likelihood(group, mean, weight)
    others = [(mean + chance.gauss(0, 1) * step * mean * (1 - mean), weight * math.exp(chance.gauss(0, 1) * step)) for step in (1e-4, 1e-2, 0.1, 0.5) for _ in range(25)]
    others += [(chance.uniform(0, 1), 10 ** chance.uniform(-3, 7)) for _ in range(100)]
    for other_mean, other_weight in others:
        if 0 < other_mean < 1 and 1e-3 <= other_weight <= GREATEST:
            tried += 1
            if likelihood(group, other_mean, other_weight) > best + 1e-7 * (1 + abs(best)):
                fail(f"mean {other_mean} and weight {other_weight} are likelier than {mean} and {weight}", group)
    for (k, n), share in zip(group, shares, strict=True):
        if abs(share - (weight * mean + k) / (weight + n)) > 1e-12:
            fail(f"the share of {k}/{n} is not that of its urn: {share}", group)
    fitted += 1
print(f"seed {seed}: {fitted} groups fitted, none of {tried} other parameters is likelier; {none} groups of fewer than two shares have no fit")
sys.exit(not fitted or none < 2)
