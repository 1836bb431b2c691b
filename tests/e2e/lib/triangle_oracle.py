"""Holds what `vintages --format csv` printed against rankings of each cut-off by itself, and against forecasts worked out anew.

  triangle_oracle.py cells VINTAGES.csv KEY FOLDER    FOLDER/<known_at>.csv: `month --each --as-of <known_at> --format csv`
  triangle_oracle.py forecasts VINTAGES.csv count|share|value SETTLED [HIGH]

Shares no code with the product: exact fractions of Python, Student's t by integration. Prints what it compared, or the first difference
with status 1.
"""

import csv
import math
import sys
from decimal import ROUND_HALF_UP, Decimal, getcontext
from fractions import Fraction

getcontext().prec = 60
MONTHS_MIN, PRIOR = 4, 2


def fail(text):
    print(text)
    sys.exit(1)


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rounded(value):
    if value.denominator == 1:
        return str(value.numerator), f"{value.numerator}.00"
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    return (str(decimal.quantize(Decimal("0.01"), ROUND_HALF_UP)),)


def cells(path, key, folder):
    compared, with_value = 0, 0
    rankings = {}
    for row in rows_of(path):
        if row["row"] != "vintage":
            continue
        code, at, month = row["subject"].split()[0], row["known_at"], row["month"]
        if at not in rankings:
            rankings[at] = {(r["period"], r["subject"] if "subject" in r else r["district"]): r for r in rows_of(f"{folder}/{at}.csv")}
        other = rankings[at].get((month, code))
        where = f"{code} {month} as known at {at}"
        if other is None:
            fail(f"{where}: month has no such row")
        pairs = [(row["cut_off_digest"], other["cut_off_digest"])]
        if not row.get("unranked"):
            pairs += [(row["rank"], other["rank"]), (row["shared"], other["shared"] if other["rank"] else ""),
                      (row["total"], other["total_exact"])]
        if key == "total":
            pairs.append((row["value"], other["total_exact"]))
        elif key == "rank":
            pairs.append((row["value"], other["rank"]))
        elif row["value"]:
            value = Fraction(row["value"])
            if other[key] not in rounded(value):
                fail(f"{where}: {key} is {row['value']}, month prints {other[key]}")
            pairs.append((row["n"], other[f"{key}_n"]))
        else:
            pairs.append(("", other[key]))
        for left, right in pairs:
            if left != right:
                fail(f"{where}: '{left}' where month has '{right}'")
        compared += 1
        with_value += row["value"] != ""
    if not with_value:
        fail("nothing was compared")
    print(f"{compared} cells, {with_value} with a value, are those of {len(rankings)} folds")


# ---- forecasts ----


def student_cdf(t, freedom, steps=4000):
    """0.5 + the integral of the density from 0 to t, by Simpson's rule."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    width = t / steps
    total = 0.0
    for i in range(steps + 1):
        weight = 1 if i in (0, steps) else 4 if i % 2 else 2
        total += weight * (1 + (i * width) ** 2 / freedom) ** (-(freedom + 1) / 2)
    return 0.5 + scale * total * width / 3


QUANTILES = {}


def student_quantile(freedom):
    """Of 95 %: intervals of 90 %."""
    if freedom not in QUANTILES:
        low, high = 0.0, 50.0
        for _ in range(60):
            middle = (low + high) / 2
            if student_cdf(middle, freedom) < 0.95:
                low = middle
            else:
                high = middle
        QUANTILES[freedom] = low
    return QUANTILES[freedom]


def forecast(kind, past, now, high):
    """None, or (value, from, until). past: pairs of (numerator, denominator, value), early and settled."""
    weight = {"count": lambda f: f[0], "share": lambda f: f[1], "value": lambda f: 1}[kind]
    used = [pair for pair in past if weight(pair[0]) > 0]
    if len(used) < MONTHS_MIN or weight(now) <= 0:
        return None
    sums = [[float(sum(pair[side][i] for pair in past)) for i in range(3)] for side in (0, 1)]
    chance = 0.0
    if kind == "count":
        factor = sums[1][0] / sums[0][0]
        grow = lambda f: float(f[0]) * factor
        errors = [(float(e[0]), float(s[0]) / float(e[0]) - factor) for e, s in used]
        chance = max(0.0, factor - 1)
    elif kind == "share":
        growth = sums[1][1] / sums[0][1]
        factor = sums[1][0] / sums[0][0] / growth
        grow = lambda f: float(f[0]) / float(f[1]) * factor
        errors = [(float(e[1]), float(s[0]) / float(s[1]) - grow(e)) for e, s in used]
        if growth > 1:
            late = ((sums[1][0] - sums[0][0]) / high + 1) / (sums[1][1] - sums[0][1] + 2)
            late = min(1.0, max(0.0, late))
            chance = (growth - 1) / growth**2 * late * (1 - late) * high**2
    else:
        shift = (sums[1][2] - sums[0][2]) / len(past)
        grow = lambda f: float(f[2]) + shift
        errors = [(1.0, float(s[2]) - grow(e)) for e, s in used]
    prior = PRIOR if chance > 0 else 0
    freedom = len(used) - 1 + prior
    variance = (sum(w * e * e for w, e in errors) + prior * chance) / freedom
    reach = student_quantile(freedom) * math.sqrt(variance * (1 / float(weight(now)) + 1 / sum(w for w, _ in errors)))
    if kind == "count":
        reach *= float(now[0])
    clamp = lambda x: max(0.0, x) if kind == "count" else min(high, max(0.0, x)) if kind == "share" else x
    return [clamp(x) for x in (grow(now), grow(now) - reach, grow(now) + reach)]


def forecasts(path, kind, settled, high):
    figures, compared, tested = {}, 0, 0
    months, printed = [], []
    scale = 100 if high == 100 else 1
    for row in rows_of(path):
        if row["row"] == "vintage":
            if row["month"] not in months:
                months.append(row["month"])
            if row["value"]:
                figures[months.index(row["month"]), int(row["age"])] = (
                    Fraction(row["numerator"] or 0) * scale, Fraction(row["denominator"] or 0), Fraction(row["value"]))
        elif row["row"] == "forecast":
            printed.append(row)

    def at(month, age):
        past = [(figures[i, age], figures[i, settled]) for i in range(month + age - settled + 1)
                if i != month and (i, age) in figures and (i, settled) in figures]
        return forecast(kind, past, figures[month, age], high) if (month, age) in figures else None

    for row in printed:
        month, age = months.index(row["month"]), int(row["age"])
        wanted = at(month, age)
        got = [row["value"], row["from"], row["until"]]
        if wanted is None and any(got):
            fail(f"{row['month']}: a forecast {got} where there is none")
        if wanted is not None:
            if not all(got) or any(abs(float(g) - w) > 1e-5 * max(1, abs(w)) for g, w in zip(got, wanted)):
                fail(f"{row['month']}: forecast {got}, recomputed {wanted}")
            compared += 1
        hits = tests = 0
        for i in range(len(months)):
            if (i, settled) not in figures or (i, age) not in figures:
                continue
            past = at(i, age)
            if past is not None:
                final = float(figures[i, settled][2])
                tests += 1
                hits += past[1] - 1e-7 <= final <= past[2] + 1e-7
        if [row["tested"], row["held"]] != [str(tests), str(hits)]:
            fail(f"{row['month']}: held {row['held']} of {row['tested']}, recomputed {hits} of {tests}")
        tested += tests
    if not compared or not tested:
        fail(f"nothing was compared ({compared} forecasts, {tested} tests)")
    print(f"{compared} forecasts and {tested} tests of past ones are those recomputed")


if __name__ == "__main__":
    if sys.argv[1] == "cells":
        cells(*sys.argv[2:5])
    else:
        forecasts(sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]) if len(sys.argv) > 5 else 0.0)
