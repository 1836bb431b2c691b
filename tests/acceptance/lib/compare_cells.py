#!/usr/bin/env python3
"""Compares two CSV files cell by cell: compare_cells.py NAME ORACLE.csv OURS.csv KEY,KEY [COLUMN,COLUMN]

Every row of either file must be in both, and every column named (default: all the oracle's) must be equal: as text, or
as numbers to the oracle's printed digits. Prints each difference (the first 20) and one closing line; exit 1 when any.
"""
import csv
import decimal
import sys


def equal(oracle, ours):
    """Equal as text, or ours within half a unit of the oracle's last printed digit: a tie may be printed either way."""
    if oracle == ours:
        return True
    try:
        expected, got = decimal.Decimal(oracle), decimal.Decimal(ours)
    except decimal.InvalidOperation:
        return False
    digits = -expected.as_tuple().exponent
    if digits <= 0:
        return expected == got
    return abs(expected - got) * 2 <= decimal.Decimal(1).scaleb(-digits)


def rows(path, keys):
    with open(path, encoding="utf-8", newline="") as file:
        out = {}
        for row in csv.DictReader(file):
            key = tuple(row[k] for k in keys)
            if key in out:
                sys.exit(f"{path}: two rows of {key}")
            out[key] = row
        return out


def main():
    name, oracle_path, our_path, keys = sys.argv[1:5]
    keys = keys.split(",")
    oracle, ours = rows(oracle_path, keys), rows(our_path, keys)
    columns = sys.argv[5].split(",") if len(sys.argv) > 5 else [c for c in next(iter(oracle.values())) if c not in keys]
    compared, different = 0, []
    for key in sorted(oracle.keys() | ours.keys()):
        if key not in oracle or key not in ours:
            different.append(f"{key}: only in {'ours' if key in ours else 'the oracle'}")
            continue
        for column in columns:
            compared += 1
            if not equal(oracle[key][column], ours[key][column]):
                different.append(f"{key} {column}: oracle {oracle[key][column]}, ours {ours[key][column]}")
    for line in different[:20]:
        print(line)
    print(f"{name}: {len(oracle)} rows, {compared} cells compared, {len(different)} different")
    sys.exit(1 if different or not compared else 0)


main()
