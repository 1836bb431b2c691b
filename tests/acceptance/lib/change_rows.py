#!/usr/bin/env python3
"""change_rows.py FILE KEY COUNT CHANGE...: the file as a later extract, in which COUNT rows have changed.

Rows that have KEY's column in common change together; KEY "-": each row on its own. The chosen ones take turns in the CHANGEs:
COLUMN= empties the column, COLUMN=* gives it what it has in another row, COLUMN=TEXT gives it this text. Bytes that no change
touches stay as they are, whatever the encoding. The same for the same input.
"""
import random
import sys

import extract

delimiter, header, rows = extract.read(sys.argv[1])
key = None if sys.argv[2] == "-" else header.index(sys.argv[2])
groups = {}
for number, row in enumerate(rows):
    groups.setdefault(number if key is None else row[key].strip(), []).append(row)
changes = []
for change in sys.argv[4:]:
    column, text = change.split("=", 1)
    changes.append((header.index(column), text))
chance = random.Random(500)
before = [list(row) for row in rows]
for number, name in enumerate(chance.sample(sorted(groups), int(sys.argv[3]))):
    column, text = changes[number % len(changes)]
    if text == "*":
        text = chance.choice(before)[column]
    for row in groups[name]:
        row[column] = text
extract.write(delimiter, header, rows)
