#!/usr/bin/env python3
"""melbourne_sensors.py VOLUMES.csv.gz SITES.csv.gz: the sensors of the volumes as a file for `cityops-db load sensors`.

A site's segment is its description and number; one district. The list of sites writes numbers without leading zeros, and
some numbers twice: the signals (INT) count, else the first. Lengths and free-flow speeds are not known.
"""
import csv
import gzip
import sys


def rows(path):
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


sites = {}
for site in rows(sys.argv[2]):
    number = site["Site Number"].strip()
    if number not in sites or (site["Site Type"] == "INT" and sites[number]["Site Type"] != "INT"):
        sites[number] = site
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(["authority", "code", "name", "district", "road_segment", "window_s"])
for code in sorted({row["SCATS Number"].strip() for row in rows(sys.argv[1])}):
    name = sites[code.lstrip("0")]["Location Description"].strip()
    out.writerow(["vicroads-scats", code, name, "Melbourne", f"{code} {name}", 900])
