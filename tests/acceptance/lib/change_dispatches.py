#!/usr/bin/env python3
"""change_dispatches.py FILE.csv.gz COUNT: the file as a later extract, in which COUNT units' rows have changed: an arrival
withdrawn or added, a return withdrawn (the call is open again) or moved; and as many calls lie in another district, in
all their rows. The same for the same input."""
import csv
import gzip
import random
import sys

with gzip.open(sys.argv[1], "rt", encoding="utf-8", newline="") as file:
    reader = csv.DictReader(file)
    header, rows = reader.fieldnames, list(reader)
chance = random.Random(2018)
for number, row in enumerate(chance.sample(rows, int(sys.argv[2]))):
    change = number % 3
    if change == 0:
        row["On Scene DtTm"] = "" if row["On Scene DtTm"] else row["Dispatch DtTm"]
    elif change == 1:
        row["Available DtTm"] = ""
    else:
        row["Available DtTm"] = "01/03/2019 09:30:00 AM"
moved = set(chance.sample(sorted({row["Call Number"] for row in rows}), int(sys.argv[2])))
for row in rows:
    if row["Call Number"] in moved:
        row["Supervisor District"] = str(int(row["Supervisor District"]) % 6 + 1)
out = csv.DictWriter(sys.stdout, header, lineterminator="\n")
out.writeheader()
out.writerows(rows)
