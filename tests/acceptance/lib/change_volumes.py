#!/usr/bin/env python3
"""change_volumes.py FILE.csv.gz COUNT: the file as a later extract, in which COUNT volumes have changed. The same for the same
input."""
import csv
import gzip
import random
import sys

with gzip.open(sys.argv[1], "rt", encoding="utf-8", newline="") as file:
    reader = csv.reader(file)
    header, rows = next(reader), list(reader)
chance = random.Random(1029)
volumes = [i for i, name in enumerate(header) if len(name) == 3 and name[0] == "V"]
for _ in range(int(sys.argv[2])):
    row, column = chance.choice(rows), chance.choice(volumes)
    row[column] = str(int(row[column]) + chance.randint(1, 99))
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(header)
out.writerows(rows)
