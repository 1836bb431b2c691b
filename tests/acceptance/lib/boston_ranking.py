#!/usr/bin/env python3
"""boston_ranking.py ORACLE.csv RANKING.csv: each month's ranks by on-time closing, from the oracle's counts, against what
`cityops-rank month --profile rank/profiles/boston-on-time.yaml --year 2015 --each --format csv` printed.

Ranks share ties (1, 2, 2, 4) by the exact share; fewer than five requests with a target time are not ranked.
"""
import csv
import sys
from fractions import Fraction

MINIMUM = 5


def main():
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        oracle = {(row["district"], row["month"]): row for row in csv.DictReader(file) if row["month"] < "2016"}
    with open(sys.argv[2], encoding="utf-8", newline="") as file:
        ours = {(row["district"], row["period"]): row for row in csv.DictReader(file) if row["row"] == "district"}
    shares = {key: Fraction(int(row["on_time"]), int(row["due"])) for key, row in oracle.items() if int(row["due"]) >= MINIMUM}
    broken = compared = 0
    for month in sorted({month for _, month in ours.keys() | oracle.keys()}):
        peers = [share for (_, other), share in shares.items() if other == month]
        tally, different = {"ranked": 0, "shared": 0, "not ranked": 0}, []
        for key in sorted(key for key in ours.keys() | oracle.keys() if key[1] == month):
            share = shares.get(key)
            expected = ("", "", "")
            if share is not None:
                expected = (str(1 + sum(other > share for other in peers)), "yes" if peers.count(share) > 1 else "no", str(100 * share))
            row = ours.get(key)
            got = (row["rank"], row["shared"], row["total_exact"]) if row else None
            tally["ranked" if expected[0] else "not ranked"] += 1
            tally["shared"] += expected[1] == "yes"
            compared += 1
            if got != expected:
                different.append(f"{key}: expected {expected}, got {got}")
        broken += len(different)
        for line in different[:20]:
            print(line)
        first = sorted(row["name"] for key, row in ours.items() if key[1] == month and row["rank"] == "1")
        print(f"{'NOT ok' if different else 'ok'}: Boston {month}: " + ", ".join(f"{count} {name}" for name, count in tally.items())
              + f", {len(different)} different; first: {', '.join(first)}")
    print(f"on-time ranking: {compared} districts and months compared, {broken} different")
    sys.exit(1 if broken or not compared else 0)


main()
