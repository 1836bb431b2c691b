#!/usr/bin/env python3
"""Whether a difference adds up, and is that of the tickets.

    difference_oracle.py DIFF.csv                               the parts add up, exactly
    difference_oracle.py DIFF.csv LEFT RIGHT AREAS FROM UNTIL   and its entities are those that two exports of states give

DIFF.csv is `cityops-rank diff --format csv`; LEFT and RIGHT are `cityops-db export states`; FROM and UNTIL are instants (RFC 3339)
between which the period lies. Of the states, what tickets count for W01, W04, W07, W09, W12 and W18 is worked out anew from their
columns, ordinary tickets alone, as rank/profiles/guangzhou-monthly.yaml has it. Shares nothing with the program. Prints what it compared.
"""
import csv
import datetime as dt
import sys
from collections import defaultdict
from fractions import Fraction

csv.field_size_limit(1 << 30)
parts = list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))


def fail(sentence):
    sys.exit(f"{sys.argv[1]}: {sentence}")


def number(part, column="difference"):
    return Fraction(part[column] or 0)


by_level = defaultdict(lambda: defaultdict(Fraction))
for part in parts:
    place = (part["subject"], part["indicator"])
    level = part["level"]
    by_level[level][place if level != "total" else part["subject"]] += number(part)
    if level == "points":
        by_level["points of all"][part["subject"]] += number(part)
    if level == "cause" and part["what"] == "own value":
        by_level["own value"][place] += number(part)
    if level == "entity":
        by_level["points of entities"][place] += number(part, "points")
    if level in ("sum", "entity-sum"):
        by_level[level + " of terms"][(*place, part["what"])] += number(part)


def add_up(whole, parts_of_it, sentence, only=None):
    for place in set(by_level[whole]) | set(by_level[parts_of_it]):
        if only is not None and place not in only:
            continue
        if by_level[whole][place] != by_level[parts_of_it][place]:
            fail(f"{sentence}, of {place}: {by_level[whole][place]} is not {by_level[parts_of_it][place]}")


ranked = {part["subject"] for part in parts if part["level"] == "total" and part["difference"]}
known = {(part["subject"], part["indicator"]) for part in parts if part["level"] == "value" and part["difference"]}
add_up("total", "points of all", "points do not add up to the total", ranked)
entered = {(part["subject"], part["indicator"]) for part in parts if part["level"] == "points" and part["what"]}
caused = {place for place in by_level["points"] if place not in entered}
add_up("points", "cause", "causes do not add up to the points", caused)
add_up("own value", "points of entities", "entities' points do not add up to the own value")
add_up("value", "entity", "entities do not add up to the value", known)
add_up("sum of terms", "entity-sum of terms", "entities do not add up to the sum")
print(f"{len(parts)} parts add up: {len(ranked)} totals, {len(caused)} points, {len(known)} values, {len(by_level['sum of terms'])} sums")
if len(sys.argv) == 2:
    sys.exit(0)

# ---- the tickets ----

left_file, right_file, areas_file = sys.argv[2:5]
period_from, period_until = (dt.datetime.fromisoformat(text) for text in sys.argv[5:7])
areas = list(csv.DictReader(open(areas_file, encoding="utf-8")))
parent = {area["code"]: area["parent"] for area in areas}
kind = {area["code"]: area["kind"] for area in areas}
codes = {}
for area in areas:
    for name in (area["code"], area["name_zh"], area["name_en"], *area["aliases"].split("|")):
        if name and name != '""':
            codes.setdefault((area["kind"], name.strip()), area["code"])


def district_of(row):
    name, unit = row["district"].strip(), row["unit"].strip()
    code = codes.get(("district", name)) if name else codes.get(("unit", unit)) if unit else None
    while code and kind.get(code) != "district":
        code = parent.get(code)
    return code or "unassigned"


def instant(text):
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def tickets(path):
    head = None
    for row in csv.reader(open(path, encoding="utf-8")):
        if row[0] == "table":
            head = row
        elif row[0] == "ticket":
            yield dict(zip(head, row))


def counted(row):
    """{(indicator, term): number} of one ticket."""
    out = defaultdict(int)
    if row["flags"] != "0":
        return out
    times = {name: instant(row[name]) for name in ("received_at", "due_at", "first_closed_at", "last_closed_at", "visited_at")}
    inside = {name: time is not None and period_from <= time < period_until for name, time in times.items()}
    received, due, first, last = (times[name] for name in ("received_at", "due_at", "first_closed_at", "last_closed_at"))
    if inside["received_at"]:
        out["W01", "numerator: received.tickets"] += 1
    if inside["due_at"]:
        out["W04", "denominator: due.due"] += 1
        out["W04", "numerator: due.on_time"] += first is not None and first <= due
    if inside["last_closed_at"]:
        out["W12", "denominator: closed.closed"] += 1
        out["W12", "numerator: closed.reworked"] += int(row["reworks"]) > 0
        out["W18", "observed"] += received is not None and last >= received
    if inside["visited_at"]:
        out["W07", "denominator: visited.visited"] += 1
        out["W07", "numerator: visited.solved"] += row["solved"] in ("t", "true")
        if row["result"] in "12345" and row["result"]:
            for where in ("numerator", "denominator"):
                out["W09", f"{where}: visited.result_{row['result']}"] += 1
    return out


def side(path):
    out = defaultdict(int)
    for row in tickets(path):
        for (indicator, term), value in counted(row).items():
            out[district_of(row), indicator, term, row["authority"], row["entity_id"]] += value
    return out


left, right = side(left_file), side(right_file)
expected = {key: (left[key], right[key]) for key in set(left) | set(right) if left[key] != right[key]}
found = {(part["subject"], part["indicator"], part["what"], part["authority"], part["entity"]): (int(part["left"]), int(part["right"]))
         for part in parts if part["level"] == "entity-sum" and part["indicator"] in ("W01", "W04", "W07", "W09", "W12", "W18")}
for key in sorted(set(expected) | set(found)):
    if expected.get(key) != found.get(key):
        fail(f"{key}: the states give {expected.get(key)}, the difference {found.get(key)}")
if not expected:
    fail("the states give no difference: nothing was compared")
print(f"{len(expected)} numbers of tickets are those of the states")
