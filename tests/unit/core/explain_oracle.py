#!/usr/bin/env python3
"""Finds by scoring again what `explain` says of a district: the parts of its score, and what one entity costs.

Usage: explain_oracle.py PROGRAM [SEED [CASES]]. The scores are those of whatif_oracle.py's own fractions; a part is the term's points, with the
weights of what is missing shared out; an entity is saved in the counts, case by case. CITYOPS_SEED=N replays from a case.
"""
import json
import math
import os
import subprocess
import sys
from fractions import Fraction

import whatif_oracle as scored

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "harness"))
import seeds  # noqa: E402

scored.UNITS.update({"W08": "share", "O02": "share", "W20": "share", "W18": "hours", "E03": "hours"})
scored.LOWER.update({"O02", "W18", "E03"})
QUANTILES, LIMITS = {"W18", "E03"}, {"W20"}
plain_measure = scored.measure


def measure(indicator, sums):
    if indicator["id"] in LIMITS:
        return (Fraction(sum(sums[0]), len(sums[0])) if sums[0] else None), len(sums[0])
    if indicator["id"] not in QUANTILES:
        return plain_measure(indicator, sums)
    hours = sorted(Fraction(s, 3600) for s in sums[0])
    if not hours:
        return None, 0
    place = Fraction(indicator["quantile"]) * len(hours)
    low = hours[math.ceil(place) - 1]
    high = hours[int(place)] if indicator["midpoint"] and place.denominator == 1 and place < len(hours) else low
    return (low + high) / 2, len(hours)


scored.measure = measure


def saved(indicator, sums, entity):
    """The district's counts, had the entity been saved; None where no entity of the indicator can be."""
    name, (top, bottom) = indicator["id"], ([*sums[0]], [*sums[1]])
    of, over = entity["top"], entity["bottom"]
    if name == "A01":
        return None
    if name in QUANTILES:
        top[top.index(entity["observed"])] = min(top)
    elif name in LIMITS:
        top[top.index(entity["observed"])] = 1
    elif name == "W09":
        weights = [Fraction(w) for w in indicator["levels"]]
        best = weights.index(max(weights))
        for level in range(5):
            if weights[level] < max(weights):
                for counts in (top, bottom):
                    counts[level] -= of[level]
                    counts[best] += of[level]
    elif name in ("W03", "W08"):
        top[0] += over[1]
        bottom[0] += over[1]
        bottom[1] -= over[1]
    elif name == "W04":
        top[0] += over[0] - of[0]
    else:  # one fewer counts
        top = [t - o for t, o in zip(top, of)]
    return [top, bottom]


def inputs(case, group, counts, at):
    """What the rule reads of the districts that it scores."""
    indicator, xs = case["indicators"][at], {}
    for code, sums in counts.items():
        value, n = measure(indicator, sums[at])
        if group.status(indicator, value, n) == "scored":
            x = value * 100 if scored.UNITS[indicator["id"]] == "share" else value
            xs[code] = scored.rounded(x, indicator["digits"]) if indicator["digits"] >= 0 else x
    return xs


def terms(case, counts):
    """(part of each indicator and of the item, weights, present), of every ranked district."""
    group = scored.Group(case)
    measured = {code: [measure(i, s) for i, s in zip(case["indicators"], sums)] for code, sums in counts.items()}
    out = {}
    for code in counts:
        present = weights = Fraction(5)
        points, full = [], []
        for at, indicator in enumerate(case["indicators"]):
            weight = Fraction(indicator["weight"])
            weights += weight
            status = group.status(indicator, *measured[code][at])
            given = status == "missing" and indicator["missing"] == "redistribute"
            if status == "watched" or given:
                points.append(Fraction(0))
                full.append(Fraction(0))
                continue
            present += weight
            full.append(weight)
            if status == "missing":
                points.append(weight if indicator["missing"] == "full" else Fraction(0))
                continue
            xs = inputs(case, group, counts, at)
            points.append(group.points(indicator, xs[code], list(xs.values())) if code in xs else Fraction(0))
        district = next(d for d in case["districts"] if d["code"] == code)
        points.append(min(Fraction(5), Fraction(district["item"])))
        full.append(Fraction(5))
        out[code] = ([p * weights / present for p in points], [f * weights / present for f in full], weights / present)
    return out


def check_case(case):
    counts = {d["code"]: d["sums"] for d in case["districts"]}
    where, subject = f"seed {case['seed']}", case["subject"]
    group = scored.Group(case)
    now = group.rank(counts)
    score = now[subject][1]
    assert score is not None, f"{where}: {subject} has no rank"
    ranked = [code for code in counts if now[code][1] is not None]
    own = terms(case, counts)
    parts, full, scale = own[subject]
    told = case["terms"]
    digits = case["total_digits"]
    total = scored.rounded(score, digits) if digits >= 0 else score
    assert Fraction(case["total"]) == total and Fraction(case["rounding"]) == total - score, f"{where}: {case['total']}, {total}"
    assert Fraction(case["scale"]) == scale, f"{where}: scale {case['scale']}, {scale}"
    assert sum(Fraction(t["part"]) for t in told) == score, f"{where}: parts do not add up to {score}"
    assert sum(Fraction(t["first_part"]) for t in told) == now[case["first"]][1], f"{where}: the first's parts"
    assert case["first"] in [c for c in ranked if now[c][1] == max(now[r][1] for r in ranked)] or case["sort_rounded"], f"{where}: first"
    sums = {"cases": 1}
    for at, term in enumerate(told):
        say = f"{where}, term {at}: {term}"
        assert Fraction(term["part"]) == parts[at], f"{say}: {parts[at]}"
        assert Fraction(term["full"]) == full[at] and Fraction(term["lost"]) == full[at] - parts[at], say
        best = max(own[code][0][at] for code in ranked)
        assert Fraction(term["best_part"]) == best and own[term["best"]][0][at] == best, f"{say}: {best}"
        sums["scaled parts"] = sums.get("scaled parts", 0) + (scale != 1)
    for at, (indicator, term) in enumerate(zip(case["indicators"], told)):
        if term["target"]:
            xs = inputs(case, group, counts, at)
            assert subject in xs, f"{where}: a target of {indicator['id']}, which is not scored"
            points = group.points(indicator, Fraction(term["target"]), list(xs.values()))
            assert points >= Fraction(indicator["weight"]), f"{where}: {indicator}: {term['target']} gives {points}"
            name = f"target, {indicator['rule']['type']}"
            sums[name] = sums.get(name, 0) + 1
    by_indicator = {}
    for entity in case["entities"]:
        at = entity["indicator"]
        indicator = case["indicators"][at]
        say = f"{where}, entity {entity} of {indicator['id']} {indicator['rule']['type']}"
        after = saved(indicator, counts[subject][at], entity)
        if after is None:
            assert not entity["costs"], say
            continue
        then = group.rank({**counts, subject: [after if i == at else s for i, s in enumerate(counts[subject])]})[subject][1]
        if not entity["costs"]:
            name = "costs nothing"
            assert then == score, f"{say}: {then} instead of {score}"
        elif then is None:
            name = "no rank then"
            assert not entity["ranked"], say
        else:
            name = f"costs, {indicator['id']}"
            assert entity["ranked"] and Fraction(entity["cost"]) == then - score, f"{say}: {then - score}"
            by_indicator.setdefault(at, []).append((Fraction(entity["gain"]), Fraction(entity["cost"])))
            sums["changes the score"] = sums.get("changes the score", 0) + (then != score)
        sums[name] = sums.get(name, 0) + 1
    for at, costs in by_indicator.items():
        costs.sort()
        dearer = [cost for _, cost in costs]
        if told[at]["monotone"] and case["indicators"][at]["id"] not in QUANTILES:
            assert dearer == sorted(dearer), f"{where}, indicator {at}: a greater gain costs less: {costs}"
    return sums


def main():
    program = sys.argv[1]
    seed = seeds.first("explain", sys.argv[2:])
    cases = int(sys.argv[3]) if len(sys.argv) > 3 else 20000 if os.environ.get("CITYOPS_LONG") else 2000
    run = subprocess.run([program, str(seed), str(cases)], stdout=subprocess.PIPE, check=True)
    sums = {}
    for line in run.stdout.splitlines():
        for name, count in check_case(json.loads(line)).items():
            sums[name] = sums.get(name, 0) + count
    print("explain:", ", ".join(f"{count} {name}" for name, count in sorted(sums.items())))
    costly = [f"costs, {name}" for name in ("W03", "W04", "W08", "W09", "W11", "W15", "W18", "W20", "E03", "O02")]
    targets = [f"target, {rule}" for rule in ("proportional", "deduct", "relative-to-best", "ratio-to-target")]
    for name in (*targets, "scaled parts", "changes the score", "costs nothing", *costly):
        assert sums.get(name), f"no case: {name}: the oracle has looked at nothing"


if __name__ == "__main__":
    main()
