#!/usr/bin/env python3
"""What a city's bulletin prints of its districts, and the ranks of the counts behind it; shares nothing with the programs.

    bulletin.py figures CITY.json OWN MONTH
        rows for `cityops-db load figures`: of every district but OWN, in per cent with one digit; satisfaction with its number of cases
    bulletin.py rank CITY.json OWN.json OWN POSSIBLE.json
        OWN's rank by the counts of both, and that it is among the ranks of POSSIBLE.json (status 1: it is not)
    bulletin.py explained EXPLAIN.json OWN.json OWN
        the terms that explain prints are those of OWN's counts, and add up to its score
    bulletin.py moves WHATIF.json CITY.json OWN.json OWN FIGURES.csv
        what whatif names reaches the rank against the city's counts, and against every district at the best end of its digits; one move
        less does not reach it against those ends
The json is that of `cityops-rank`; of CITY and OWN that of `month`.
"""
import csv
import json
import math
import sys
from fractions import Fraction

INDICATORS = ("W09", "W04", "W11")


def districts(path):
    with open(path, encoding="utf-8") as file:
        return {row["district"]: row for row in json.load(file)["rows"] if row["row"] == "district"}


def share(row, key):
    """In per cent, exactly: what is printed with two digits is of so many whole cases."""
    n = int(row[f"{key}_n"])
    return Fraction(100 * round(Fraction(row[key]) * n / 100), n)


def figures(city, own, month):
    print("subject,indicator,period,value,n,rounding,source,date")
    for code, row in sorted(districts(city).items()):
        for key in INDICATORS if code != own else ():
            tenths = int(10 * share(row, key) + Fraction(1, 2))
            n = row[f"{key}_n"] if key == "W09" else ""
            print(f"{code},{key},{month},{tenths // 10}.{tenths % 10},{n},half-up,monthly bulletin {month},{month}-28")


def score(satisfied, on_time, back):
    return satisfied / 2 + 3 * on_time / 10 + 20 * max(0, min(1, (20 - back) / 20))


def total(row):
    return score(*(share(row, key) for key in INDICATORS))


def rank(city, own_file, own, possible):
    totals = {code: total(row) for code, row in districts(city).items() if code != own}
    mine = total(districts(own_file)[own])
    place = 1 + sum(other > mine for other in totals.values())
    row = next(row for row in districts(possible).values() if row["district"] == own)
    print(f"rank {place} of {len(totals) + 1} by all counts; possible by the printed digits: {row['ranks']}")
    sys.exit(str(place) not in str(row["ranks"]).split())


def explained(answer, own_file, own):
    with open(answer, encoding="utf-8") as file:
        rows = json.load(file)["rows"]
    mine = districts(own_file)[own]
    parts = {row["indicator"]: Fraction(row["part"]) for row in rows if row["row"] == "term"}
    lost = {row["indicator"]: Fraction(row["lost"]) for row in rows if row["row"] == "term"}
    expected = dict(zip(INDICATORS, (share(mine, "W09") / 2, 3 * share(mine, "W04") / 10, 20 - share(mine, "W11"))))
    print(f"{len(parts)} terms add up to {float(sum(parts.values())):.4f}, {float(sum(lost.values())):.4f} below 100")
    sys.exit(parts != expected or sum(parts.values()) != total(mine) or sum(lost.values()) != 100 - total(mine))


def best_totals(path):
    """Of each district the greatest total that its digits allow, where an end that is open counts as if it belonged to them."""
    best = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            half, n = Fraction(1, 20), row["n"]
            value = Fraction(row["value"])
            if row["indicator"] == "W11":
                end = value - half
            elif n:
                end = Fraction(100 * (math.ceil((value + half) * int(n) / 100) - 1), int(n))
            else:
                end = value + half
            best.setdefault(row["subject"], {})[row["indicator"]] = end
    return [score(*(ends[key] for key in INDICATORS)) for ends in best.values()]


def moves(answer, city, own_file, own, printed):
    with open(answer, encoding="utf-8") as file:
        rows = [row for row in json.load(file)["rows"] if row["row"] == "indicator"]
    counted = [total(row) for code, row in districts(city).items() if code != own]
    best, mine, broken = best_totals(printed), districts(own_file)[own], 0
    wanted = 1 + sum(other > total(mine) for other in best) - 1  # one better than now, which is what whatif asks for
    shares = {key: share(mine, key) for key in INDICATORS}

    def place(key, more, others):
        step = Fraction(100 * more, int(mine[f"{key}_n"]))
        moved = dict(shares, **{key: shares[key] + (-step if key == "W11" else step)})
        return 1 + sum(other > score(*(moved[name] for name in INDICATORS)) for other in others)

    for row in rows:
        if row["outcome"] != "reached":
            continue
        key, more = row["indicator"], int(row["moves"])
        least = place(key, more, best) <= wanted < place(key, more - 1, best)
        fine = least and place(key, more, counted) <= wanted
        broken += not fine
        print(f"{key}: {more} moves reach rank {place(key, more, best)} against the best ends, {place(key, more, counted)} against the counts; "
              f"{more - 1} rank {place(key, more - 1, best)}{'' if fine else ': WRONG'}")
    sys.exit(bool(broken) or not rows)


{"figures": figures, "rank": rank, "explained": explained, "moves": moves}[sys.argv[1]](*sys.argv[2:])
