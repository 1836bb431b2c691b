#!/usr/bin/env python3
"""A city around Spring Festival of 2022, and what deadlines of a rule make of it.

    deadlines.py plant FOLDER SEED                     orders.csv, problems.csv, incidents.csv
    deadlines.py check FOLDER CALENDAR.csv MONTH DOCUMENT    the sums of a published result, of each indicator and district

Deadlines are found by walking day by day and span by span over the calendar's days; sums are counted from the planted rows. Shares
nothing with the program. Prints how many sums were compared; the first that differs ends it.
"""
import csv
import datetime as dt
import json
import os
import random
import sys

ZONE = dt.timezone(dt.timedelta(hours=8))
DISTRICTS = ("440113", "440105", "440106")
SPANS = ((9, 12), (14, 18))
TICK = dt.timedelta(microseconds=1)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def write(folder, name, head, rows):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(head.split())
        out.writerows(rows)


def plant(folder, seed):
    chance = random.Random(seed)
    first = dt.datetime(2022, 1, 14, tzinfo=ZONE)
    text = lambda instant: instant.isoformat() if instant else ""
    after = lambda instant, hours, likely: instant + dt.timedelta(seconds=chance.randrange(hours * 3600)) if instant and chance.random() < likely else None
    # Some at the very ends of days and working hours, where a second decides.
    moment = lambda: chance.choice((first + chance.randrange(36 * 24 * 3600) * dt.timedelta(seconds=1),
                                    first + chance.randrange(36) * DAY + chance.choice((0, 9, 12, 14, 18)) * HOUR - chance.randrange(2) * dt.timedelta(seconds=1)))
    orders, problems, incidents = [], [], []
    for number in range(900):
        received, dispatched = moment(), None
        dispatched = after(received, 6, 0.9)
        closed = after(received, chance.choice((24, 72, 300, 600)), 0.9)
        if closed and chance.random() < 0.4:  # at a midnight or at the end of work, or a second before
            closed = received.replace(hour=0, minute=0, second=0) + chance.randrange(1, 9) * DAY + chance.choice((0, 18)) * HOUR - chance.randrange(2) * dt.timedelta(seconds=1)
        extended = chance.choice(("", "", "", "true", "false"))
        signed = after(dispatched, 12, 0.8)
        if signed and chance.random() < 0.3:
            signed = signed.replace(hour=chance.choice((9, 11, 14, 18)), minute=0, second=0) + chance.randrange(2) * dt.timedelta(seconds=1)
        orders.append((f"T{number}", chance.choice(DISTRICTS), text(received), text(after(received, 500, 0.8)), chance.choice(("enquiry", "request", "complaint", "suggestion", "")),
                       chance.choice(("phone", "web", "wechat", "")), chance.choice(("环境", "噪音", "")), text(closed), extended, text(received + HOUR if extended else None),
                       text(dispatched), text(after(dispatched, 8, 0.7)), text(signed)))
    for number in range(400):
        found = moment()
        assigned = after(found, 48, 0.9)
        problems.append((f"P{number}", chance.choice(DISTRICTS), text(found), text(after(found, 200, 0.7)), chance.choice(("environment", "traffic_order", "")), text(assigned),
                         text(after(assigned, chance.choice((72, 200)), 0.9))))
        known = moment()
        incidents.append((f"E{number}", chance.choice(DISTRICTS), text(known), text(after(known, 4, 0.7)), chance.choice(("serious", "larger", "general", "")), text(after(known, 5, 0.9))))
    write(folder, "orders.csv", "id district received due nature channel category closed approved extended dispatched sign_due signed", orders)
    write(folder, "problems.csv", "id district found due theme assigned rectified", problems)
    write(folder, "incidents.csv", "id district known due level sent", incidents)


def later(order, due):
    """An approved extension keeps the stated time where it is later."""
    return order["due"] if order["approved"] == "true" and order["due"] and order["due"] > due else due


class Calendar:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.listed = {dt.date.fromisoformat(row["day"]): row["working"] == "yes" for row in csv.DictReader(file)}

    def works(self, day):
        return self.listed.get(day, day.weekday() < 5)

    def days(self, begun, count):
        """The first instant after the count-th working day after the day of `begun`: too late."""
        day = begun.astimezone(ZONE).date()
        while count:
            day += DAY
            count -= self.works(day)
        return dt.datetime.combine(day + DAY, dt.time(), ZONE)

    def hours(self, begun, count):
        """The last instant in time."""
        left, day = count * HOUR, begun.astimezone(ZONE).date()
        while True:
            for from_hour, until_hour in SPANS if self.works(day) else ():
                start, end = (dt.datetime.combine(day, dt.time(hour), ZONE) for hour in (from_hour, until_hour))
                start = max(start, begun)
                if start < end and left <= end - start:
                    return start + left
                left -= max(end - start, dt.timedelta())
            day += DAY


    def due(self, order):
        """By nature, as tests/e2e/deadlines has it."""
        received, nature = order["received"], order["nature"]
        if nature == "suggestion":
            return order["due"]
        if nature == "complaint":
            return later(order, received + 48 * HOUR)
        return later(order, self.days(received, 1 if nature == "enquiry" else 5) - TICK)


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield {key: dt.datetime.fromisoformat(value) if "T" in value and ":" in value else value for key, value in row.items()}


def check(folder, calendar_path, month, document_path):
    calendar = Calendar(calendar_path)
    year, number = map(int, month.split("-"))
    begin, end = dt.datetime(year, number, 1, tzinfo=ZONE), dt.datetime(year, number + 1, 1, tzinfo=ZONE)
    inside = lambda instant: instant and begin <= instant < end
    expected = {}

    def add(key, district, top, bottom):
        sums = expected.setdefault((key, district), [0, 0])
        sums[0] += bool(top)
        sums[1] += bool(bottom)

    for row in read(folder, "orders.csv"):
        received, closed, stated = row["received"], row["closed"], row["due"]
        due = calendar.due(row)
        hours = later(row, calendar.hours(received, 16))
        for key, limit in (("stated", stated), ("natures", due), ("hours", hours)):
            add(key, row["district"], inside(limit) and closed and closed <= limit, inside(limit))
        left = max(due, closed) if due and closed else None
        add("closing", row["district"], inside(left), inside(due))
        if due and due < begin and not (left and left < begin):
            add("closing", row["district"], False, True)  # carried over
        add("open", row["district"], due and due < end and not (left and left < end), False)
        dispatched = row["dispatched"]
        if inside(dispatched):
            add("signing", row["district"], row["signed"] and row["signed"] <= calendar.hours(dispatched, 4), True)
        if inside(received):
            chosen = row["channel"] in ("web", "wechat") and row["category"] == "环境"
            add("web", row["district"], chosen and closed, chosen)
    for row in read(folder, "problems.csv"):
        due = row["due"]
        if row["assigned"]:
            due = row["assigned"] + 72 * HOUR if row["theme"] == "environment" else calendar.days(row["assigned"], 3) - TICK
        add("rectified", row["district"], inside(due) and row["rectified"] and row["rectified"] <= due, inside(due))
    for row in read(folder, "incidents.csv"):
        due = {"general": row["known"] + 3 * HOUR, "larger": row["due"]}.get(row["level"], row["known"] + HOUR)
        if inside(row["known"]):
            add("E02", row["district"], due and row["sent"] and row["sent"] <= due, True)

    with open(document_path, encoding="utf-8") as file:
        document = json.load(file)
    found = {}
    for row in document["rows"]:
        for key, figure in row["indicators"].items():
            if row["code"] in DISTRICTS:
                found[key, row["code"]] = [sum(figure["sums"]["numerator"]), sum(figure["sums"]["denominator"])]
    for key in sorted(expected.keys() | found.keys()):
        if expected.get(key) != found.get(key):
            sys.exit(f"{month}, {key}: expected {expected.get(key)}, found {found.get(key)}")
    apart = sum(expected["natures", district] != expected["stated", district] for district in DISTRICTS)
    print(f"{month}: {len(expected)} numerators and denominators as walking the calendar gives them; {apart} districts' by nature and working days are not those by the stated times")


def late(folder, calendar_path, explained_path):
    """Of the orders that cost points of "natures" in one district: the stated reason names the deadline that they missed."""
    calendar, compared = Calendar(calendar_path), 0
    orders = {row["id"]: row for row in read(folder, "orders.csv")}
    with open(explained_path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["indicator"] != "natures" or row["entity"] not in orders:
                continue
            order = orders[row["entity"]]
            due = calendar.due(order)
            done = "not closed" if not order["closed"] else "closed"
            wanted = f"due {due.astimezone(ZONE):%Y-%m-%d %H:%M}"
            if not row["note"].startswith(wanted) or done not in row["note"] or (order["closed"] and order["closed"] <= due):
                sys.exit(f"{row['entity']}: expected {wanted}, {done}; found {row['note']}")
            compared += 1
    print(f"{compared} orders are late by the deadlines of their natures, as explained")
    sys.exit(compared == 0)


if sys.argv[1] == "plant":
    plant(sys.argv[2], int(sys.argv[3]))
elif sys.argv[1] == "late":
    late(*sys.argv[2:])
else:
    check(*sys.argv[2:])
