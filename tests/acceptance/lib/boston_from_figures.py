#!/usr/bin/env python3
"""boston_from_figures.py FIGURES.csv: the oracle's columns from what `cityops-rank figures --format csv` printed."""
import csv
import sys

with open(sys.argv[1], encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
cells = {}
for row in rows:
    cells.setdefault((row["district"], row["month"]), {})[row["cohort"]] = row
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow("district month created closed closed_by_snapshot neg w24h w72h w7d w30d due on_time late due_open med_h_utc "
             "p90_h_utc backlog_end".split())
for (district, month), cohorts in sorted(cells.items()):
    received, closed = cohorts["received"], cohorts["closed"]
    if received["tickets"] == "0" and closed["tickets"] == "0":
        continue
    out.writerow([district, month, received["tickets"], closed["tickets"], received["closed"],
                  received["closed_before_received"], received["within_24h"], received["within_72h"],
                  received["within_7d"], received["within_30d"], received["due"], received["on_time"], received["late"],
                  received["due_open"], received["p50_hours"], received["p90_hours"], received["stock_end"]])
