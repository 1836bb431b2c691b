"""The sum of the parts in what `explain --format json` printed, as an exact fraction; the numbers of the other columns are checked on the way.

Usage: explain_sums.py FILE
"""
import json
import sys
from fractions import Fraction

with open(sys.argv[1]) as file:
    rows = json.load(file, parse_float=Fraction, parse_int=Fraction)["rows"]


def number(row, key):
    return Fraction(row[key]) if row[key] is not None else Fraction(0)


parts = [row for row in rows if row["row"] in ("term", "item") and row["part"] is not None]
total, = (row for row in rows if row["row"] == "total")
for row in parts:
    name = row["indicator"]
    assert number(row, "part") + number(row, "lost") == number(row, "full"), name
    assert number(row, "part") + number(row, "lost_to_best") == number(row, "best_part"), name
    assert number(row, "share_of_score") * number(total, "part") == 100 * number(row, "part"), name
assert sum(number(row, "share_of_score") for row in parts) == 100
assert sum(number(row, "lost_to_first") for row in parts) == number(total, "lost_to_first")
print(sum(number(row, "part") for row in parts))
