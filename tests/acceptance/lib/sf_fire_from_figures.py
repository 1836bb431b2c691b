#!/usr/bin/env python3
"""sf_fire_from_figures.py FIGURES.csv: the oracle's counts from what `cityops-rank figures --family incident` printed."""
import csv
import sys
from collections import Counter

COLUMNS = {"incidents": "incidents", "units": "units", "arrived": "arrived", "closed": "closed", "neg_dispatch": "known_dispatched_negative",
           "neg_arrive": "known_arrived_negative", "arrive_le_480s": "arrived_within_480s"}

sums = {}
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        if row["cohort"] == "known":  # a row for each level
            sums.setdefault((row["district"], row["month"]), Counter()).update({name: int(row[column]) for name, column in COLUMNS.items()})
print(",".join(["district", "month", *COLUMNS]))
for (district, month), counts in sorted(sums.items()):
    if counts["incidents"]:
        print(",".join([district, month, *(str(counts[name]) for name in COLUMNS)]))
