#!/usr/bin/env python3
"""shuffle_rows.py FILE KEY: every row twice, in another order; the same for the same input.

Rows that have KEY's column in common keep their order among each other, since mappings may count the first of them.
"""
import random
import sys

import extract

delimiter, header, rows = extract.read(sys.argv[1])
key = header.index(sys.argv[2])
rows += rows
places = list(range(len(rows)))
random.Random(20150101).shuffle(places)
by_key = {}
for number, row in enumerate(rows):
    by_key.setdefault(row[key].strip(), []).append(number)
shuffled = [None] * len(rows)
for numbers in by_key.values():
    for place, number in zip(sorted(places[number] for number in numbers), numbers):
        shuffled[place] = rows[number]
extract.write(delimiter, header, shuffled)
