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
    compared, ties, unranked, different = 0, 0, 0, []
    for key in sorted(ours.keys() | oracle.keys()):
        share = shares.get(key)
        peers = [other for (_, month), other in shares.items() if month == key[1]]
        expected = ("", "", "")
        if share is not None:
            expected = (str(1 + sum(other > share for other in peers)), "yes" if peers.count(share) > 1 else "no", str(100 * share))
        row = ours.get(key)
        got = (row["rank"], row["shared"], row["total_exact"]) if row else None
        compared += 1
        ties += expected[1] == "yes"
        unranked += expected[0] == ""
        if got != expected:
            different.append(f"{key}: expected {expected}, got {got}")
    for line in different[:20]:
        print(line)
    print(f"on-time ranking: {compared} districts and months compared, {ties} shared ranks, {unranked} not ranked, {len(different)} different")
    sys.exit(1 if different or not compared else 0)


main()
