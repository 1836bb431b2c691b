#!/usr/bin/env python3
"""change_rows.py FILE.csv.gz COUNT: the file as a later extract, in which COUNT tickets have changed: another
neighbourhood, a closing removed (reopened) or added or moved, a due time removed or moved. The same for the same input."""
import csv
import gzip
import random
import sys

with gzip.open(sys.argv[1], "rt", encoding="utf-8", newline="") as file:
    reader = csv.DictReader(file)
    header, rows = reader.fieldnames, list(reader)
chance = random.Random(500)
places = sorted({r["neighborhood"] for r in rows})
for number, row in enumerate(chance.sample(rows, int(sys.argv[2]))):
    change = number % 5
    if change == 0:
        row["neighborhood"] = chance.choice([p for p in places if p != row["neighborhood"]])
    elif change == 1:
        row["CLOSED_DT"] = "" if row["CLOSED_DT"] else "01/15/2016 09:30:00 AM"
    elif change == 2:
        row["TARGET_DT"] = "" if row["TARGET_DT"] else "12/31/2015 11:59:59 PM"
    elif change == 3:
        row["CLOSED_DT"] = "11/01/2015 01:30:00 AM"
    else:
        row["TARGET_DT"] = "06/30/2015 05:00:00 PM"
        row["neighborhood"] = ""
out = csv.DictWriter(sys.stdout, header, lineterminator="\n")
out.writeheader()
out.writerows(rows)
