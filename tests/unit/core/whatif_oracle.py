#!/usr/bin/env python3
"""Finds by trying everything what `whatif` found by searching, in random groups.

Usage: whatif_oracle.py PROGRAM [SEED [CASES]]. Scores by its own fractions, from the rules as DOMAIN 4 has them; a move is made on the
counts (a rating of a level becomes one of another), not on a value. CITYOPS_SEED=N replays from a case.
"""
import json
import math
import os
import subprocess
import sys
from fractions import Fraction
from itertools import combinations, product

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "harness"))
import seeds  # noqa: E402

UNITS = {"W04": "share", "W03": "share", "W11": "share", "W09": "share", "W15": "count", "A01": "count"}
LOWER = {"W11", "W15"}
ENDLESS = 40  # of a count without end, so many are tried; the answer may be more


def rounded(value, digits):
    scale = 10 ** digits
    away = math.floor(abs(value) * scale + Fraction(1, 2))
    return Fraction(away if value >= 0 else -away, scale)


def measure(indicator, sums):
    """(value or None, n) of the counts."""
    top, bottom = sums
    if indicator["id"] == "W09":
        n = sum(bottom)
        return (sum(Fraction(w) * c for w, c in zip(indicator["levels"], top)) / n if n else None), n
    if UNITS[indicator["id"]] == "count":
        return Fraction(sum(top)), sum(top)
    n = sum(bottom)
    return (Fraction(sum(top), n) if n else None), n


class Group:
    def __init__(self, case):
        self.case, self.indicators = case, case["indicators"]

    def status(self, indicator, value, n):
        if indicator["rule"]["type"] == "watched":
            return "watched"
        if value is None:
            too_few = indicator["missing"] == "exclude" and indicator["minimum"] > 0
            return "few" if too_few else "missing"
        return "few" if n < indicator["minimum"] else "scored"

    def points(self, indicator, x, xs):
        """Of the printed value x, among those of the whole group."""
        rule, weight, lower = indicator["rule"], Fraction(indicator["weight"]), indicator["id"] in LOWER
        kind = rule["type"]
        if kind == "proportional":
            full = Fraction(rule["full"])
            share = (full - x if lower else x) / full
            return max(Fraction(0), min(weight, weight * share))
        if kind == "deduct":
            short = x - Fraction(rule["baseline"]) if lower else Fraction(rule["baseline"]) - x
            return weight if short <= 0 else max(Fraction(rule["floor"]), weight - Fraction(rule["slope"]) * short)
        if kind == "rank-points":
            better = sum((o < x) if lower else (o > x) for o in xs)
            return Fraction(rule["points"][better]) if better < len(rule["points"]) else Fraction(rule["beyond"])
        if kind == "relative-to-best":
            best = min(xs) if lower else max(xs)
            return weight if x == best else weight * (best / x if lower else x / best)
        if kind == "share-of-total":
            return weight * x / sum(xs) if sum(xs) else Fraction(0)
        if kind == "full-if-any":
            return Fraction(0) if UNITS[indicator["id"]] == "count" and x <= 0 else weight
        target = sum(xs) / len(xs) if rule["target"] == "mean" else Fraction(rule["target"])
        over, under = (target, x) if lower else (x, target)
        cap = Fraction(rule["cap"])
        points = weight * (min(cap, over / under) if under > 0 else cap)
        tolerance = Fraction(rule["over"])
        ahead = target - x if lower else x - target
        if tolerance >= 0 and target > 0 and ahead > tolerance * target:
            points = max(Fraction(0), points - Fraction(rule["deduction"]))
        return points

    def rank(self, counts):
        """{code: (rank, total)}; of those without a rank (0, None)."""
        measured = {code: [measure(i, s) for i, s in zip(self.indicators, sums)] for code, sums in counts.items()}
        printed = {}
        for code, values in measured.items():
            for at, ((value, n), indicator) in enumerate(zip(values, self.indicators)):
                if value is None:
                    continue
                x = value * 100 if UNITS[indicator["id"]] == "share" else value
                printed[code, at] = rounded(x, indicator["digits"]) if indicator["digits"] >= 0 else x
        status = {(code, at): self.status(i, *measured[code][at])
                  for code in counts for at, i in enumerate(self.indicators)}
        totals = {}
        for district in self.case["districts"]:
            code, total, present, weights, ranked = district["code"], Fraction(0), Fraction(5), Fraction(5), True
            total += Fraction(district["item"]) if Fraction(district["item"]) < 5 else 5
            for at, indicator in enumerate(self.indicators):
                if status[code, at] == "watched":
                    weights += Fraction(indicator["weight"])
                    continue
                weight = Fraction(indicator["weight"])
                weights += weight
                if status[code, at] == "few" or (status[code, at] == "missing" and indicator["missing"] == "exclude"):
                    ranked = False
                elif status[code, at] == "missing":
                    if indicator["missing"] == "redistribute":
                        continue
                    total += weight if indicator["missing"] == "full" else 0
                else:
                    xs = [printed[c, at] for c in counts if status[c, at] == "scored"]
                    total += self.points(indicator, printed[code, at], xs)
                present += weight
            if ranked:
                totals[code] = total * weights / present
        def key(code):
            digits = self.case["total_digits"]
            first = rounded(totals[code], digits) if self.case["sort_rounded"] else totals[code]
            ties = []
            for at, higher in self.case["ties"]:
                value = measured[code][at][0]
                ties.append((0, 0) if value is None else (1, value if higher else -value))
            return (first, *ties)
        return {code: (1 + sum(key(o) > key(code) for o in totals), totals[code]) if code in totals else (0, None)
                for code in counts}


def moved(indicator, sums, moves):
    """Every way to make so many moves on the counts."""
    top, bottom = list(sums[0]), list(sums[1])
    if indicator["id"] == "W09":
        levels = [Fraction(w) for w in indicator["levels"]]
        best = levels.index(max(levels))
        lower = [at for at in range(5) if levels[at] < max(levels)]
        for taken in product(*(range(min(top[at], moves) + 1) for at in lower)):
            if sum(taken) == moves:
                out = list(top)
                for at, count in zip(lower, taken):
                    out[at] -= count
                    out[best] += count
                yield [out, out]
    elif indicator["id"] == "W03" and moves <= bottom[1]:
        yield [[top[0] + moves, *top[1:]], [bottom[0] + moves, bottom[1] - moves, *bottom[2:]]]
    elif indicator["id"] == "W04" and moves <= bottom[0] - top[0]:
        yield [[top[0] + moves, *top[1:]], bottom]
    elif indicator["id"] == "W11" and moves <= top[0]:
        yield [[top[0] - moves, *top[1:]], bottom]
    elif indicator["id"] == "W15" and moves <= sum(top):
        yield [[top[0], top[1] - moves, *top[2:]], bottom]
    elif indicator["id"] == "A01":
        yield [[top[0] + moves, *top[1:]], bottom]


def greedy(indicator, ways):
    """Where points are taken off beyond a target, the choice of ratings matters: the documented one is the greatest gain."""
    ways = list(ways)
    return [max(ways, key=lambda sums: measure(indicator, sums)[0])] if ways else []


def check_case(case, deep):
    group, subject, wanted = Group(case), case["subject"], case["rank"]
    counts = {d["code"]: d["sums"] for d in case["districts"]}
    where = f"seed {case['seed']}"
    now = group.rank(counts)
    for d in case["districts"]:
        assert now[d["code"]][0] == d["rank"], f"{where}: {d['code']} ranks {now[d['code']]}, printed {d['rank']}"

    def after(changes):
        """The best rank of the subject, of all ways to make the moves, with the total that goes with it."""
        ways = []
        for at, moves in changes.items():
            indicator = case["indicators"][at]
            made = moved(indicator, counts[subject][at], moves)
            ways.append(list(made) if case["answers"][at]["monotone"] else greedy(indicator, made))
        found = []
        for way in product(*ways):
            sums = list(counts[subject])
            for at, changed in zip(changes, way):
                sums[at] = changed
            found.append(group.rank({**counts, subject: sums})[subject])
        return max(found, key=lambda f: (f[0] != 0, -f[0], f[1] or 0)) if found else None

    def reaches(changes):
        state = after(changes)
        return state is not None and 0 < state[0] <= wanted

    outcomes = {"cases": 1}
    limits = []
    for at, (indicator, answer) in enumerate(zip(case["indicators"], case["answers"])):
        say = f"{where}, indicator {at} {indicator['id']} {indicator['rule']['type']}: {answer}"
        decides = indicator["rule"]["type"] != "watched" or any(t[0] == at for t in case["ties"])
        possible = []
        value, n = measure(indicator, counts[subject][at])
        while value is not None and len(possible) < ENDLESS and \
                next(moved(indicator, counts[subject][at], len(possible) + 1), None):
            possible.append(len(possible) + 1)
        limits.append(len(possible) if decides else 0)
        outcomes[answer["outcome"]] = outcomes.get(answer["outcome"], 0) + 1
        if not decides:
            assert answer["outcome"] == "watched", say
            continue
        if not possible:
            assert answer["outcome"] == "no-case", say
            continue
        first = next((m for m in possible if reaches({at: m})), None)
        if answer["outcome"] == "reached" and answer["moves"] > ENDLESS:
            assert first is None and indicator["id"] == "A01", f"{say}: brute force reaches it with {first}"
        elif answer["outcome"] == "reached":
            assert answer["moves"] == first, f"{say}: brute force needs {first}"
        elif answer["outcome"] in ("unreached", "given-up"):
            assert first is None, f"{say}: brute force reaches it with {first}"
            endless = indicator["id"] == "A01"
            assert endless or (answer["outcome"] == "unreached" and answer["limit"] == len(possible)), say
        else:
            raise AssertionError(say)
        if answer["outcome"] in ("reached", "unreached") and answer["moves"] <= ENDLESS:
            rank, total = after({at: answer["moves"]})
            assert rank == answer["rank"] and (not rank or total == Fraction(answer["total"])), \
                f"{say}: brute force gives rank {rank}, total {total}"
    if deep:
        outcomes["combinations"] = check_together(case, limits, reaches)
        outcomes["combinations found"] = len(case["together"])
    return outcomes


def check_together(case, limits, reaches):
    costs = [Fraction(i["cost"]) for i in case["indicators"]]
    found = {tuple(at for at, m in enumerate(t["moves"]) if m): t for t in case["together"]}
    assert case["whole"], f"seed {case['seed']}: not searched whole"
    order = [Fraction(t["cost"]) for t in case["together"]]
    assert order == sorted(order), f"seed {case['seed']}: not in the order of cost"
    usable = [at for at, limit in enumerate(limits)
              if limit and case["answers"][at]["monotone"] and case["indicators"][at]["id"] != "A01"]
    checked = 0
    for size in (2, 3):
        for members in combinations(usable, size):
            cheapest = None
            choices = sorted(product(*(range(1, limits[at] + 1) for at in members)),
                             key=lambda moves: sum(costs[at] * m for at, m in zip(members, moves)))
            for moves in choices:
                if reaches(dict(zip(members, moves))):
                    cheapest = sum(costs[at] * m for at, m in zip(members, moves))
                    break
            say = f"seed {case['seed']}, together {members}: {found.get(members)}, brute force {cheapest}"
            assert (members in found) == (cheapest is not None), say
            if cheapest is not None:
                answer = found[members]
                assert answer["proven"] and Fraction(answer["cost"]) == cheapest, say
                changes = {at: answer["moves"][at] for at in members}
                assert sum(costs[at] * m for at, m in changes.items()) == cheapest and reaches(changes), say
            checked += 1
    return checked


def main():
    program = sys.argv[1]
    seed = seeds.first("whatif", sys.argv[2:])
    cases = int(sys.argv[3]) if len(sys.argv) > 3 else 20000 if os.environ.get("CITYOPS_LONG") else 2000
    run = subprocess.run([program, str(seed), str(cases)], stdout=subprocess.PIPE, check=True)
    sums = {}
    for number, line in enumerate(run.stdout.splitlines()):
        for name, count in check_case(json.loads(line), number % 8 == 0).items():
            sums[name] = sums.get(name, 0) + count
    print("whatif:", ", ".join(f"{count} {name}" for name, count in sorted(sums.items())))
    for name in ("reached", "unreached", "no-case", "watched", "combinations", "combinations found"):
        assert sums.get(name), f"no case was {name}: the oracle has looked at nothing"


if __name__ == "__main__":
    main()
