#!/usr/bin/env python3
"""shuffle_rows.py FILE.csv.gz PERCENT: the rows in another order, PERCENT of them twice; the same for the same input."""
import csv
import gzip
import random
import sys

with gzip.open(sys.argv[1], "rt", encoding="utf-8", newline="") as file:
    header, *rows = list(csv.reader(file))
chance = random.Random(20150101)
rows += chance.sample(rows, len(rows) * int(sys.argv[2]) // 100)
chance.shuffle(rows)
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(header)
out.writerows(rows)
