#!/usr/bin/env python3
"""Finds by choosing values inside the printed digits which ranks are possible, in random groups.

Usage: interval_oracle.py PROGRAM [SEED [CASES]]. Where all figures are finite (k of a known n) every choice is ranked; a range is
tried at its ends, just inside them, between, at each jump of the total and at both sides of it, and for a rank that the program claims and no
trial gave, a choice is searched that gives it. CITYOPS_SEED=N replays from a case.
"""
import json
import math
import os
import random
import subprocess
import sys
from fractions import Fraction
from itertools import product

import whatif_oracle
from whatif_oracle import Group, rounded

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "harness"))
import seeds  # noqa: E402

whatif_oracle.measure = lambda indicator, figure: figure  # (value or None, n)
NEAR = Fraction(1, 10 ** 9)


def cut(value, digits):
    return Fraction(math.floor(value * 10 ** digits), 10 ** digits)


def fits(share, figure):
    text, rounding = figure["printed"], figure["rounding"]
    digits = len(text.split(".")[1]) if "." in text else 0
    percent, printed = share * 100, Fraction(text)
    return (rounding != "truncated" and rounded(percent, digits) == printed) or \
        (rounding != "half-up" and cut(percent, digits) == printed)


def values_of(indicator, figure):
    """("exact", [v]), ("finite", [k/n, ...]) or ("range", low, high, high belongs to it), as shares."""
    if figure["value"] is None or "printed" not in figure:
        return ("exact", [Fraction(figure["value"]) if figure["value"] is not None else None])
    if figure["has_n"] and indicator["cases"]:
        n = figure["n"]
        return ("finite", [Fraction(k, n) for k in range(n + 1) if fits(Fraction(k, n), figure)])
    text = figure["printed"]
    unit = Fraction(1, 10 ** (len(text.split(".")[1]) if "." in text else 0))
    low = Fraction(text) - (0 if figure["rounding"] == "truncated" else unit / 2)
    high = Fraction(text) + (unit / 2 if figure["rounding"] == "half-up" else unit)
    closed = high > 100
    low, high = max(low, Fraction(0)), min(high, Fraction(100))
    if low == high:
        return ("exact", [low / 100])
    return ("range", low / 100, high / 100, closed)


def samples(values, jumps=()):
    if values[0] != "range":
        return values[1]
    _, low, high, closed = values
    width = high - low
    return [low, low + width * NEAR, (low + high) / 2, high - width * NEAR] + ([high] if closed else []) + list(jumps)


class Case:
    def __init__(self, case):
        self.case, self.group = case, Group(case)
        self.codes = [d["code"] for d in case["districts"]]
        self.values = {d["code"]: [values_of(i, f) for i, f in zip(case["indicators"], d["figures"])]
                       for d in case["districts"]}
        self.n = {d["code"]: [f["n"] for f in d["figures"]] for d in case["districts"]}
        first = {code: [samples(v)[0] for v in values] for code, values in self.values.items()}
        self.jumps, self.falls = {}, set()
        for code, values in self.values.items():
            self.jumps[code] = [self.jumps_of(first, code, at) for at in range(len(values))]

    def jumps_of(self, first, code, at):
        """Values at both sides of each jump of the total in this figure, and at the jump: there it may be least or most. Notes whether
        the total falls as the figure rises."""
        if self.values[code][at][0] != "range":
            return []
        _, low, high, _ = self.values[code][at]
        def total(value):
            return self.rank({**first, code: [value if i == at else v for i, v in enumerate(first[code])]})[code][1]
        steps = [low + (high - low) * Fraction(part, 16) * (1 - NEAR) for part in range(17)]
        totals = [total(value) for value in steps]
        if None in totals:
            return []
        if totals[-1] < totals[0]:
            self.falls.add((code, at))
        changes = [abs(b - a) for a, b in zip(totals, totals[1:])]
        usual, found = sorted(changes)[len(changes) // 2], []
        for before, after, change in zip(steps, steps[1:], changes):
            if change <= 2 * usual:
                continue
            for _ in range(40):
                middle = (before + after) / 2
                if abs(total(middle) - total(before)) > abs(total(after) - total(middle)):
                    after = middle
                else:
                    before = middle
            exactly = ((before + after) / 2).limit_denominator(10 ** 6)  # where it jumps, the total may be what it is nowhere else
            found += [before, after] + ([exactly] if before < exactly < after else [])
        return found

    def rank(self, choice):
        return self.group.rank({code: [(v, n if v is not None else 0) for v, n in zip(values, self.n[code])]
                                for code, values in choice.items()})

    def choices_of(self, code):
        return [list(c) for c in product(*map(samples, self.values[code], self.jumps[code]))]

    def is_finite(self):
        return all(v[0] != "range" for values in self.values.values() for v in values)

    def trials(self, most, dice):
        """Choices of the whole group: all, or so many of them."""
        lists = [self.choices_of(code) for code in self.codes]
        if math.prod(map(len, lists)) <= most:
            return [dict(zip(self.codes, c)) for c in product(*lists)], True
        return [dict(zip(self.codes, (dice.choice(some) for some in lists))) for _ in range(most)], False

    def between(self, code, part):
        """A choice of one: each range this part of the way to where the total is greater, for every finite choice of the others."""
        lists = [[v[1] + (v[2] - v[1]) * (1 - NEAR - part if (code, at) in self.falls else part)] if v[0] == "range" else v[1]
                 for at, v in enumerate(self.values[code])]
        return [list(c) for c in product(*lists)]

    def witness(self, code, wanted, base):
        """Whether some choice gives this rank: own totals are brought between the others' by halving, the others' are all samples."""
        others = [c for c in self.codes if c != code]
        lists = {c: self.choices_of(c) for c in others}
        def state(own, **rest):
            return self.rank({**base, **rest, code: own})
        totals = sorted({self.compared(self.rank({**base, o: c})[o][1]) for o in others for c in lists[o]
                         if self.rank({**base, o: c})[o][0]})
        targets = totals + [(a + b) / 2 for a, b in zip(totals, totals[1:])]
        tries = [c for part in range(65) for c in self.between(code, Fraction(part, 64) * (1 - NEAR))]
        for index in range(len(self.between(code, Fraction(1, 2)))):
            for target in targets:
                tries += self.halve(code, index, target, base)
        for own in tries:
            options = []  # of each other: a choice before, and one not before
            for o in others:
                seen = {}
                for c in lists[o]:
                    ranks = state(own, **{o: c})
                    if not ranks[o][0]:
                        seen[False] = c
                        continue
                    seen[self.is_before(ranks, {**base, o: c, code: own}, o, code)] = c
                options.append(seen)
            for picks in product((False, True), repeat=len(others)):
                if sum(picks) + 1 == wanted and all(p in seen for p, seen in zip(picks, options)):
                    choice = {**base, code: own, **{o: seen[p] for o, p, seen in zip(others, picks, options)}}
                    if self.rank(choice)[code][0] == wanted:
                        return True
        return False

    def is_before(self, ranks, choice, other, own):
        return ranks[other][0] < ranks[own][0]

    def compared(self, total):
        return rounded(total, self.case["total_digits"]) if self.case["sort_rounded"] else total

    def halve(self, code, index, target, base):
        def total(part):
            own = self.between(code, part)[index]
            return self.rank({**base, code: own})[code][1]
        low, high = Fraction(0), 1 - NEAR
        if total(low) is None or total(low) == total(high):
            return []
        rises = total(low) < total(high)
        out = []
        for _ in range(24):
            middle = (low + high) / 2
            now = total(middle)
            if now == target:
                return [self.between(code, middle)[index]]
            # straight between bends: where the line meets the target
            a, b = total(low), total(high)
            if a != b:
                at = low + (high - low) * (target - a) / (b - a)
                if low <= at <= high and total(at) == target:
                    return [self.between(code, at)[index]]
            out = [self.between(code, middle)[index]]
            if (now < target) == rises:
                low = middle
            else:
                high = middle
        return out


RELATIVE = ("rank-points", "relative-to-best", "share-of-total")


def is_relative(case):
    return any(i["rule"]["type"] in RELATIVE or (i["rule"]["type"] == "ratio-to-target" and i["rule"]["target"] == "mean")
               for i in case["indicators"])


def check_case(line, dice):
    if line.get("unfit"):
        raise AssertionError(f"seed {line['seed']}: a figure that was printed of k of n fits no k of n")
    case, where = Case(line), f"seed {line['seed']}"
    trials, all_of_them = case.trials(600, dice)
    found = {code: set() for code in case.codes}
    totals = {code: [] for code in case.codes}
    for choice in trials:
        for code, (rank, total) in case.rank(choice).items():
            found[code].add(rank)
            if total is not None:
                totals[code].append(case.compared(total))
    counts = {"groups": 1, "districts": len(case.codes)}
    finite, relative = case.is_finite(), is_relative(line)
    counts["finite groups" if finite else "groups with ranges"] = 1
    counts["relative groups" if relative else "own-figure groups"] = 1
    for d in line["districts"]:
        code, claimed = d["code"], set(d["ranks"]) or {0}
        say = f"{where}, {code}: {sorted(claimed)} {'exact' if d['exact'] else 'outer'}, chosen {sorted(found[code])}"
        assert found[code] <= claimed, f"{say}: a choice gives another rank"
        if 0 in claimed:
            continue
        low, high = Fraction(d["low"]), Fraction(d["high"])
        assert all(low <= t <= high for t in totals[code]), f"{say}: a total outside {low} .. {high}"
        counts["certain" if len(claimed) == 1 else "several ranks"] = counts.get(
            "certain" if len(claimed) == 1 else "several ranks", 0) + 1
        if max(claimed) - min(claimed) + 1 > len(claimed):
            counts["ranks with a gap"] = counts.get("ranks with a gap", 0) + 1
        if not d["exact"]:
            counts["outer bounds"] = counts.get("outer bounds", 0) + 1
            assert relative or line["ties"], f"{say}: a rule of own figures, but only a bound"
            if finite and all_of_them:
                raise AssertionError(f"{say}: few finite choices, but only a bound")
            continue
        if finite and all_of_them:
            assert found[code] == claimed, f"{say}: not every claimed rank is given by a choice"
            assert min(totals[code]) == low and max(totals[code]) == high, f"{say}: totals {low} .. {high}"
            counts["checked both ways by all choices"] = counts.get("checked both ways by all choices", 0) + 1
            continue
        for rank in sorted(claimed - found[code]):
            counts["ranks searched for"] = counts.get("ranks searched for", 0) + 1
            if not any(case.witness(code, rank, base) for base in dice.sample(trials, min(3, len(trials)))):
                raise AssertionError(f"{say}: no choice was found that gives rank {rank}")
        counts["checked both ways by search"] = counts.get("checked both ways by search", 0) + 1
    if finite and all_of_them and "whatif" in line:
        for name, count in check_whatif(case, trials, where).items():
            counts[name] = counts.get(name, 0) + count
    return counts


def check_whatif(case, trials, say):
    """That the least moves are the least, where every choice can be ranked."""
    asked = case.case["whatif"]
    subject, wanted = asked["subject"], asked["rank"]
    def ranks(at, moves):
        indicator, n = case.case["indicators"][at], case.n[subject][at]
        if indicator["id"] == "A01":
            step = moves
        else:
            step = Fraction(-moves if indicator["id"] == "W11" else moves, n) if n else 0
        out = set()
        before = case.n[subject][at]
        if indicator["id"] == "A01":
            case.n[subject][at] += moves
        for choice in trials:
            own = list(choice[subject])
            own[at] += step
            out.add(case.rank({**choice, subject: own})[subject][0] or 99)
        case.n[subject][at] = before
        return out
    counts = {}
    for name, worst in (("certain", max), ("possible", min)):
        for at, answer in enumerate(asked[name]):
            what = f"{say}, whatif {asked}, {name} {at}"
            reaches = lambda moves: worst(ranks(at, moves)) <= wanted
            if answer["outcome"] == "reached" and answer["moves"] < 1000:
                assert reaches(answer["moves"]), f"{what}: not reached"
                below = range(1, answer["moves"]) if answer["moves"] < 8 else [1, answer["moves"] // 2, answer["moves"] - 1]
                assert not any(reaches(m) for m in below), f"{what}: reached by fewer"
            elif answer["outcome"] == "unreached" and answer["limit"] < 1000:
                assert not any(reaches(m) for m in {1, answer["limit"] // 2 or 1, answer["limit"]}), f"{what}: reached"
            counts[f"{name} moves {answer['outcome']}"] = counts.get(f"{name} moves {answer['outcome']}", 0) + 1
    return counts


def main():
    program = sys.argv[1]
    seed = seeds.first("interval ranks", sys.argv[2:])
    cases = int(sys.argv[3]) if len(sys.argv) > 3 else 10000 if os.environ.get("CITYOPS_LONG") else 1000
    run = subprocess.run([program, str(seed), str(cases)], stdout=subprocess.PIPE, check=True)
    sums = {}
    for line in run.stdout.splitlines():
        line = json.loads(line)
        for name, count in check_case(line, random.Random(line["seed"])).items():
            sums[name] = sums.get(name, 0) + count
    print("interval ranks:", ", ".join(f"{count} {name}" for name, count in sorted(sums.items())))
    for name in ("certain", "several ranks", "ranks with a gap", "outer bounds", "relative groups",
                 "checked both ways by all choices", "checked both ways by search", "certain moves reached",
                 "certain moves unreached", "possible moves reached", "possible moves unreached"):
        assert sums.get(name), f"nothing was {name}: the oracle has looked at nothing"


if __name__ == "__main__":
    main()
