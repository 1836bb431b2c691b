#!/usr/bin/env python3
"""Whether SQL views show the figures that a command printed: views_agree.py PRINTED.csv VIEWED.csv

PRINTED.csv is `cityops-rank results RESULT --format csv`; VIEWED.csv has code, indicator, value, n, points and unit of
cityops.published_figures. Values are rounded here as the command prints them: half up, two digits; counts whole.
"""
import csv
import sys
from decimal import ROUND_HALF_UP, Decimal

FACTORS = {"percent": Decimal(100), "hours": 1 / Decimal(3600), "count": Decimal(1), "ratio": Decimal(1)}
printed = {row["district"]: row for row in csv.DictReader(open(sys.argv[1], encoding="utf-8")) if row["row"] in ("district", "unassigned")}
compared = 0
for row in csv.DictReader(open(sys.argv[2], encoding="utf-8")):
    line = printed[row["code"]]
    value = row["value"] and str((Decimal(row["value"]) * FACTORS[row["unit"]]).quantize(Decimal("1" if row["unit"] == "count" else "0.01"), ROUND_HALF_UP))
    points = row["points"] and str(Decimal(row["points"]).quantize(Decimal("0.01"), ROUND_HALF_UP))
    found = [line[row["indicator"]], line[row["indicator"] + "_n"]]
    expected = [value, row["n"]]
    if row["indicator"] + "_points" in line and row["code"] != "unassigned":
        found.append(line[row["indicator"] + "_points"])
        expected.append(points)
    if found != expected:
        sys.exit(f"{row['code']}, {row['indicator']}: the command prints {found}, the view {expected}")
    compared += len(found)
if not compared:
    sys.exit("nothing was compared")
print(f"{compared} figures agree")
