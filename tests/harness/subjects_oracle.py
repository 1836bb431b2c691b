#!/usr/bin/env python3
"""subjects_oracle.py TICKETS.csv AREAS.csv CALENDAR.csv KIND FROM UNTIL RANKING.csv: a ranking of towns, villages, units, channels or districts
in a window of instants, computed again from the typed columns of the tickets' states with fractions, against what
`cityops-rank month --format csv` printed under the profile of tests/e2e/ranking-subjects.
"""
import csv
import datetime as dt
import math
import sys
from fractions import Fraction

CHANNELS = ["not-stated", "phone", "web", "wechat", "app", "province-transfer", "message-board", "staff", "other"]


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def instant(text):
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


class Areas:
    def __init__(self, rows):
        self.by_code = {row["code"]: row for row in rows}
        self.names = {}
        for row in rows:
            for name in {row["code"], row["name_zh"], row["name_en"], *row["aliases"].split("|")} - {""}:
                self.names[row["kind"], "" if name == '""' else name] = row["code"]

    def find(self, kind, name):
        return self.names.get((kind, name.strip()))

    def above(self, code, kind):
        while code and self.by_code[code]["kind"] != kind:
            code = self.by_code[code]["parent"]
        return code or None

    def unit(self, name):
        return self.find("unit", name) or self.find("town", name)

    def subject(self, kind, ticket):
        town, village, unit = ticket["town"].strip(), ticket["village"].strip(), ticket["unit"].strip()
        if kind == "channel":
            return CHANNELS[int(ticket["channel"] or 0)]
        if kind == "village":
            code = self.find("village", village) if village else None
        elif kind == "unit":
            code = self.unit(unit) if unit else None
        elif kind == "town":
            code = self.find("town", town) if town else self.find("village", village) if village else self.unit(unit)
            code = self.above(code, "town")
        else:
            named = ticket["district"].strip()
            code = self.find("district", named) if named else self.above(self.unit(unit), "district")
        return code or "unassigned"


def rounded(value, digits):
    scaled = math.floor(abs(value) * 10**digits * 2 + 1) // 2
    text = str(scaled).rjust(digits + 1, "0")
    return text[:-digits] + "." + text[-digits:] if digits else text


def working_days(path):
    listed = {dt.date.fromisoformat(row["day"]): row["working"] == "yes" for row in read(path)}
    return lambda day: listed.get(day, day.weekday() < 5)


def worked(is_working, begin, end):
    """Working time from 9 to 12 and from 14 to 18 in Shanghai, day by day."""
    zone = dt.timezone(dt.timedelta(hours=8))
    begin, end = begin.astimezone(zone).replace(tzinfo=None), end.astimezone(zone).replace(tzinfo=None)
    day, total = begin.date(), dt.timedelta()
    while day <= end.date():
        for opens, closes in ((9, 12), (14, 18)):
            span = [max(begin, dt.datetime.combine(day, dt.time(opens))), min(end, dt.datetime.combine(day, dt.time(closes)))]
            if is_working(day) and span[0] < span[1]:
                total += span[1] - span[0]
        day += dt.timedelta(days=1)
    return total


def in_working_days(is_working, begin, end, count):
    zone = dt.timezone(dt.timedelta(hours=8))
    day = begin.astimezone(zone).date()
    while count:
        day += dt.timedelta(days=1)
        count -= is_working(day)
    return end.astimezone(zone).date() <= day


def print_hours(sorted_times):
    if not sorted_times:
        return ""
    p90 = sorted_times[math.ceil(Fraction(9, 10) * len(sorted_times)) - 1]
    return rounded(Fraction(p90 // dt.timedelta(microseconds=1), 3600 * 10**6), 2)


def expect(tickets, begin, end, is_working):
    """The cells of one subject."""
    inside = lambda t, column: t[column] is not None and begin <= t[column] < end
    due = [t for t in tickets if inside(t, "due_at")]
    on_time = sum(1 for t in due if t["first_closed_at"] and t["first_closed_at"] <= t["due_at"])
    rated = [int(t["result"]) for t in tickets if inside(t, "visited_at") and t["result"] and 1 <= int(t["result"]) <= 5]
    satisfied = sum(1 for level in rated if level >= 4)
    closed = [(t["received_at"], t["last_closed_at"]) for t in tickets
              if inside(t, "last_closed_at") and t["received_at"] and t["last_closed_at"] >= t["received_at"]]
    received = sum(1 for t in tickets if inside(t, "received_at"))
    in_days = sum(in_working_days(is_working, *pair, 5) for pair in closed)
    overdue = sum(1 for t in tickets if t["due_at"] and t["due_at"] < end) - sum(
        1 for t in tickets if t["due_at"] and t["first_closed_at"] and max(t["due_at"], t["first_closed_at"]) < end)
    return {
        "W01": str(received),
        "W04": rounded(Fraction(100 * on_time, len(due)), 2) if due else "", "W04_n": str(len(due)),
        "W09": rounded(Fraction(100 * satisfied, len(rated)), 2) if rated else "", "W09_n": str(len(rated)),
        "W15": str(overdue),
        "p90": print_hours(sorted(end - begin for begin, end in closed)), "p90_n": str(len(closed)),
        "work": print_hours(sorted(worked(is_working, *pair) for pair in closed)), "work_n": str(len(closed)),
        "whole": rounded(Fraction(100 * len([t for t in tickets if inside(t, "received_at") and t["town"] and t["due_at"]]), received), 2) if received else "", "whole_n": str(received),
        "within": rounded(Fraction(100 * in_days, len(closed)), 2) if closed else "", "within_n": str(len(closed)),
    }


def main():
    tickets_path, areas_path, calendar_path, kind, begin, end, ranking_path = sys.argv[1:]
    is_working = working_days(calendar_path)
    begin, end = instant(begin), instant(end)
    areas = Areas(read(areas_path))
    of = {row["code"]: [] for row in areas.by_code.values() if row["kind"] == kind}
    if kind == "channel":
        of = {name: [] for name in CHANNELS[1:]}
    for ticket in read(tickets_path):
        if ticket["flags"] != "0":
            continue
        for column in ("received_at", "due_at", "first_closed_at", "last_closed_at", "visited_at"):
            ticket[column] = instant(ticket[column])
        of.setdefault(areas.subject(kind, ticket), []).append(ticket)
    printed = {row["district"]: row for row in read(ranking_path) if row["row"] in ("district", "unassigned")}
    wrong, compared = [], 0
    for code in sorted(of.keys() | printed.keys()):
        expected = expect(of.get(code, []), begin, end, is_working)
        counted = any(expected[key] not in ("0", "") for key in expected)
        if code not in printed:
            if counted:
                wrong.append(f"{code} is not listed")
            continue
        got = {key: printed[code][key] for key in expected}
        compared += len(expected)
        if got != expected:
            wrong.append(f"{code}: expected {expected}, got {got}")
        if not of.get(code) and printed[code]["rank"]:
            wrong.append(f"{code} has no orders but rank {printed[code]['rank']}")
    for line in wrong[:10]:
        print(line)
    print(f"{kind}s in [{sys.argv[5]}, {sys.argv[6]}): {len(printed)} listed, {compared} figures compared, {len(wrong)} different")
    sys.exit(1 if wrong or not compared else 0)


main()
