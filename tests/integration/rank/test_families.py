#!/usr/bin/env python3
"""The indicators of every family against planted cells and states: test_families.py CITYOPS-DB CITYOPS-RANK

Counts: rollup cells of random whole numbers, over two writer slots, on days around the ends of months, of every district, kind
and flag; what a cell gets of an entity is tested in the core. Quantiles: typed states whose instants lie around the ends of
months of a zone with daylight saving, some pairs in the wrong order. Orders that cross the end of a month both ways are told
one by one. Every figure is computed again with Python's fractions: no line is shared with the program.
"""
import csv
import datetime as dt
import io
import os
import random
from collections import Counter
from fractions import Fraction
from zoneinfo import ZoneInfo

from planted import RANK, equal, in_a_database, literal, nearest, rounded, run, share, sql

ZONE = ZoneInfo("America/New_York")
UTC = dt.timezone.utc
AREAS = """code,kind,parent,name_zh,name_en,group,valid_from,valid_until,aliases
01,district,,东区,East,,,,
02,district,,西区,West,,,,
03,district,,北区,North,,,,
T1,town,03,一镇,Townone,,,,
V1,village,T1,一村,Villageone,,,,
V2,village,T1,二村,Villagetwo,,,,
V3,village,T1,三村,Villagethree,,,,
V4,village,01,四村,Villagefour,,,,
"""
CODES = ["01", "02", "03", "unassigned"]
MOVED = dt.date(2015, 3, 1)
ALIASES = f"name,code,kind,valid_from,valid_until\nMoving,01,district,,{MOVED}\nMoving,02,district,{MOVED},\n"
NAMES = {"01": "01", "East": "01", " 西区 ": "02", "North": "03", "Atlantis": "unassigned"}
# of each source: its table, whether it has cohorts, the column of its kinds, their names, and its flags (void, duplicate)
LEVELS = ["not-stated", "especially-serious", "serious", "larger", "general"]
THEMES = ["not-stated", "environment", "traffic-order"]
TYPES = ["not-stated", "news-report", "special-bulletin", "flash-bulletin", "duty-bulletin", "risk-report", "event-safeguarded",
         "problem-settled", "budget-allocated", "budget-paid"]
PAIRS = "known_verified known_dispatched known_arrived dispatched_arrived known_reopened known_cleared known_closed".split()
SUBSETS = [None, "escalated", "message-board"]
SOURCES = {
    "ticket_subset_day": ({1: "received", 2: "closed", 4: "visited"}, "subset", SUBSETS, [0, 0, 0, 1, 2, 4],
                          "tickets replied visited result_1 result_2 result_3 result_4 result_5 result_not_rated".split()),
    "incident_day": ({1: "known", 2: "closed", 3: "reopened"}, "level", LEVELS, [0, 0, 0, 1, 2],
                     ("incidents units units_arrived hospital_before_transport verified dispatched arrived reopened cleared closed "
                      "first_report_due first_reported first_report_on_time bulletins_flash bulletins_special bulletins_duty killed "
                      "severely_injured slightly_injured arrived_within_480s").split()
                     + [pair + end for pair in PAIRS for end in ("", "_negative", "_seconds")]),
    "problem_day": ({1: "found", 2: "due", 3: "rectified", 4: None, 5: None}, "theme", THEMES, [0, 0, 1],
                    ("problems notices assigned due rectified on_time late due_open rectified_before_found rectification_seconds "
                     "rechecked recheck_failed settled").split()),
    "recheck_day": ({0: "re-checked"}, "theme", THEMES, [0, 0, 1], "rechecks passed failed".split()),
    "traffic_hour": ({0: "measured"}, "hour", [f"{days}-{hour:02}" for days in ("working", "other") for hour in range(24)], [0],
                     ("readings overlapping_readings vehicles timed_vehicles travel_ms free_flow_ms occupancy_seconds "
                      "occupancy_permille_seconds queue_seconds queue_metre_seconds").split()),
    "activity_day": ({0: "done"}, "type", TYPES, [0, 0, 1], "activities amount_fen".split()),
}
COMPLAINT = 3
PEAK = [7, 8, 17, 18]
EDGES = [dt.date(2015, 1, 1), dt.date(2015, 2, 19), dt.date(2015, 3, 1), dt.date(2015, 3, 8), dt.date(2015, 4, 1)]
MARCH = (dt.date(2015, 3, 1), dt.date(2015, 4, 1))


# ---- the city ----

def make_cells(rng, table):
    cohorts, _, kinds, flags, measures = SOURCES[table]
    cells = {}
    for _ in range(60 * len(cohorts) * len(kinds)):
        day = rng.choice(EDGES) + dt.timedelta(days=rng.choice([-1, 0, 1, 12]))
        kind = rng.choice([number for number, name in enumerate(kinds) if name])
        nature = rng.choice([0, COMPLAINT]) if table == "ticket_subset_day" else 0
        key = (rng.randrange(2), rng.choice(list(cohorts)), day, rng.choice(CODES), kind, nature, rng.choice(flags))
        cells[key] = {name: rng.randrange(1, 50) for name in measures}
    return cells


# Days that are not what their weekday says: a Monday off, a Saturday at work.
CALENDAR = {dt.date(2015, 3, 9): False, dt.date(2015, 3, 7): True}


def make_hours(rng):
    """Cells of traffic as of the others, and the rows that are planted: civil hours, the two of one number apart."""
    cells, rows = {}, {}
    for day in {edge + dt.timedelta(days=i) for edge in [*EDGES, dt.date(2015, 11, 1)] for i in (-1, 0, 1, 2)}:
        hour = dt.datetime.combine(day, dt.time(), ZONE).astimezone(UTC)
        while day_of(hour) == day:
            wall = hour.astimezone(ZONE)
            working = CALENDAR.get(day, day.isoweekday() < 6)
            for slot, code, segment in [(s, c, x) for s in (0, 1) for c in CODES for x in ("A", "B") if rng.random() < 0.6]:
                cell = {name: rng.randrange(0, 50) for name in SOURCES["traffic_hour"][-1]}
                cell["free_flow_ms"] *= rng.randrange(2)  # hours without a known speed
                rows[(slot, hour, code, segment)] = cell
                cells[(slot, 0, day, code, wall.hour + (0 if working else 24), 0, 0, hour, segment)] = cell
            hour += dt.timedelta(hours=1)
    return cells, rows


def plant_hours(rows):
    names = SOURCES["traffic_hour"][-1]
    values = ", ".join(f"({slot}, '{hour}', '{code}', '{segment}', {', '.join(str(cell[name]) for name in names)})"
                       for (slot, hour, code, segment), cell in rows.items())
    sql(f"insert into cityops.traffic_hour (slot, hour, district, segment, {', '.join(names)}) values {values}")


def delays(cells, span, districts, kinds):
    """The ratio of each hour of each segment, ascending."""
    sums = {}
    for (_, _, day, code, kind, _, _, hour, segment), cell in cells.items():
        if span[0] <= day < span[1] and code in districts and kind in kinds:
            travel, free = sums.get((hour, code, segment), (0, 0))
            sums[(hour, code, segment)] = (travel + cell["travel_ms"], free + cell["free_flow_ms"])
    return sorted(Fraction(travel, free) for travel, free in sums.values() if free)


def plant_cells(table, cells):
    cohorts, kind, _, _, measures = SOURCES[table]
    unit = ["unit"] if table == "activity_day" else []
    of_nature = ["nature"] if table == "ticket_subset_day" else []
    columns = ["slot", *(["cohort"] if 0 not in cohorts else []), "day", "district", kind, *of_nature, "flags", *unit, *measures]
    rows = []
    for (slot, cohort, day, district, number, nature, flags), cell in cells.items():
        key = [slot, *([cohort] if 0 not in cohorts else []), f"'{day}'", f"'{district}'", number, *[nature for _ in of_nature], flags, *["''" for _ in unit]]
        rows.append("(" + ", ".join(str(value) for value in [*key, *(cell[name] for name in measures)]) + ")")
    sql(f"insert into cityops.{table} ({', '.join(columns)}) values {', '.join(rows)}")


def instant(rng):
    """Around the start of a civil day that begins a month, or that has no 02:00."""
    start = dt.datetime.combine(rng.choice(EDGES), dt.time(), ZONE).astimezone(UTC)
    return start + dt.timedelta(microseconds=rng.choice([-1, 0, 1, 3_600_000_000, 7_200_000_001, 86_400_000_000 * 9]))


def make_incident(rng):
    known = instant(rng)
    times = {"known": known}
    for stage in ("dispatched", "arrived", "closed", "reopened"):
        times[stage] = None
        if rng.random() < 0.8:
            times[stage] = known + dt.timedelta(microseconds=rng.choice([-1, 0, 1, 600_000_000, 1_234_567_891, 90_000_000_000]) + rng.randrange(9))
    if rng.random() < 0.1:
        times["known"] = None
    name = rng.choice([*NAMES, "", "Moving", "Moving"])
    return times | {"district": name, "town": "Townone" if name == "" else None, "level": rng.randrange(5),
                    "flags": rng.choice([0, 0, 0, 1, 2])}


def plant_incidents(incidents):
    rows = []
    for number, incident in enumerate(incidents):
        values = [f"'i{number}'", *(literal(incident[key]) for key in ("known", "dispatched", "arrived", "closed", "reopened", "district", "town"))]
        rows.append(f"('a', {', '.join(values)}, {incident['level'] or 'null'}, {incident['flags']}, 1, '', 0, 0)")
    sql("insert into cityops.incident (authority, entity_id, known_at, dispatched_at, arrived_at, closed_at, reopened_at, district, town, "
        f"level, flags, row_version, state, units, bulletins) values {', '.join(rows)}")


def district_of(incident, reached):
    """Names mean what they meant on the day on which it was known; of one that nobody knew, on the day of the cohort."""
    if incident["district"] == "Moving":
        return "01" if day_of(incident["known"] or reached) < MOVED else "02"
    return "03" if incident["town"] else NAMES[incident["district"]]


# ---- expectations ----

def cell_sum(cells, span, measure, cohort=0, districts=(), kinds=None, flags=(0,), natures=(0, 3)):
    return sum(cell[measure] for (_, of_cohort, day, district, kind, nature, flag, *_), cell in cells.items()
               if of_cohort == cohort and span[0] <= day < span[1] and district in districts and flag in flags and nature in natures
               and (kinds is None or kind in kinds))


def day_of(when):
    return when.astimezone(ZONE).date()


def took(incidents, pair, cohort, span, districts, flags=(0,), levels=None):
    """Microseconds, ascending."""
    out = []
    for incident in incidents:
        began, ended, reached = incident[pair[0]], incident[pair[1]], incident[cohort]
        if not (began and ended and reached and ended >= began and span[0] <= day_of(reached) < span[1]):
            continue
        if district_of(incident, reached) in districts and incident["flags"] in flags and (levels is None or incident["level"] in levels):
            out.append((ended - began) // dt.timedelta(microseconds=1))
    return sorted(out)


def quantile(values, tenths):
    return (Fraction(nearest(values, Fraction(tenths, 10)), 1_000_000) if values else None, len(values))


def expected_values(city, districts, span, year_span):
    subset = lambda measure, cohort, name: cell_sum(city["ticket_subset_day"], span, measure, cohort, kinds=[SUBSETS.index(name)],
                                                    natures=(COMPLAINT,), **of)
    weights = [0, 0, Fraction(6, 10), Fraction(8, 10), 1]
    ratings = lambda name: [subset(f"result_{level}", 4, name) for level in range(1, 6)]
    satisfied = lambda name: sum(weight * count for weight, count in zip(weights, ratings(name)))
    of = {"districts": districts}
    incidents, states, problems, rechecks, activities = (city[name] for name in ("incident_day", "states", "problem_day", "recheck_day", "activity_day"))
    count = lambda number: (Fraction(number), number)
    money = lambda kind: cell_sum(activities, year_span, "amount_fen", kinds=[TYPES.index(kind)], **of)
    problem = lambda measure, cohort, theme: cell_sum(problems, span, measure, cohort, kinds=[THEMES.index(theme)], **of)
    recheck = lambda measure: cell_sum(rechecks, span, measure, kinds=[THEMES.index("environment")], **of)
    on_time = cell_sum(incidents, span, "first_report_on_time", 1, **of)
    traffic = lambda measure, hours: cell_sum(city["traffic_hour"], span, measure, kinds=hours, **of)
    index = lambda hours: (share(traffic("travel_ms", hours), traffic("free_flow_ms", hours))[0], traffic("timed_vehicles", hours))
    delay = lambda hours: delays(city["traffic_hour"], span, districts, hours)
    p95 = lambda hours: (nearest(delay(hours), Fraction(95, 100)) if delay(hours) else None, len(delay(hours)))
    values = {
        "T02": index(PEAK),
        "T02all": index([*PEAK, *(hour + 24 for hour in PEAK)]),
        "T03": p95(PEAK),
        "T03night": p95([1, 2, 25, 26]),
        "W19": share(satisfied("escalated"), sum(ratings("escalated"))),
        "W19visits": share(satisfied("escalated"), subset("visited", 4, "escalated")),
        "M01": share(subset("replied", 1, "message-board"), subset("tickets", 1, "message-board")),
        "M02": share(satisfied("message-board"), sum(ratings("message-board"))),
        "E01": count(cell_sum(incidents, span, "incidents", 1, **of)),
        "E02": share(on_time, cell_sum(incidents, span, "incidents", 1, **of)),
        "E02due": share(on_time, cell_sum(incidents, span, "first_report_due", 1, **of)),
        "E03": quantile(took(states, ("dispatched", "arrived"), "known", span, districts), 9),
        "E04p50": quantile(took(states, ("known", "closed"), "closed", span, districts), 5),
        "E04p90": quantile(took(states, ("known", "closed"), "closed", span, districts), 9),
        "T01": quantile(took(states, ("known", "reopened"), "reopened", span, districts), 9),
        "T04": share(problem("settled", 1, "traffic-order"), problem("problems", 1, "traffic-order")),
        "O01": share(problem("on_time", 2, "environment"), problem("due", 2, "environment")),
        "O02": share(recheck("failed"), recheck("rechecks")),
        "O03": count(problem("problems", 1, "environment")),
        "P01": share(money("budget-paid"), money("budget-allocated")),
    }
    kinds = TYPES[1:8]
    for number, kind in enumerate(kinds, 1):
        values[f"A0{number}"] = count(cell_sum(activities, span, "activities", kinds=[TYPES.index(kind)], **of))
    return values


PROFILE = """id: families
version: 1
valid: {from: 2015-01-01, until: 2016-01-01}
zone: America/New_York
month-starts-on: STARTS
caliber: {natures: [complaint]}   # concerns orders alone
indicators:
  - {id: W19, satisfaction-weights: [0, 0, 0.6, 0.8, 1], rule: watched}
  - {id: W19, key: W19visits, satisfaction-weights: [0, 0, 0.6, 0.8, 1], over: visits, rule: watched}
  - {id: M01, rule: watched}
  - {id: M02, satisfaction-weights: [0, 0, 0.6, 0.8, 1], rule: watched}
  - {id: E01, rule: watched}
  - {id: E02, weight: 40, rule: {type: proportional, full: 1000}, missing: zero}
  - {id: E02, key: E02due, over: due, rule: watched}
  - {id: E03, quantile: 0.9, rule: watched}
  - {id: E04, key: E04p50, rule: watched}
  - {id: E04, key: E04p90, quantile: 0.9, rule: watched}
  - {id: T01, quantile: 0.9, rule: watched}
  - {id: T02, hours: [7, 8, 17, 18], days: working, rule: watched}
  - {id: T02, key: T02all, hours: [7, 8, 17, 18], rule: watched}
  - {id: T03, quantile: 0.95, hours: [7, 8, 17, 18], days: working, rule: watched}
  - {id: T03, key: T03night, quantile: 0.95, hours: [1, 2], days: all, rule: watched}
  - {id: T04, rule: watched}
  - {id: O01, weight: 60, rule: {type: proportional, full: 1000}, missing: zero}
  - {id: O02, rule: watched}
  - {id: O03, rule: watched}
  - {id: P01, rule: watched}
""" + "".join(f"  - {{id: A0{number}, rule: watched}}\n" for number in range(1, 8))
UNITS = {"T02": (1, 2), "T02all": (1, 2), "T03": (1, 2), "T03night": (1, 2), "E03": (Fraction(1, 3600), 2), "E04p50": (Fraction(1, 3600), 2), "E04p90": (Fraction(1, 3600), 2), "T01": (Fraction(1, 3600), 2),
         "E01": (1, 0), "O03": (1, 0)} | {f"A0{number}": (1, 0) for number in range(1, 8)}


def check_row(what, values, row):
    for key, (value, n) in values.items():
        factor, digits = UNITS.get(key, (100, 2))
        equal(f"{what} {key}", ("" if value is None else rounded(value * factor, digits), str(n)), (row[key], row[key + "_n"]))


def check_profile(city, folder, starts_on, options, span, year_span):
    path = os.path.join(folder, f"families-{starts_on}.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(PROFILE.replace("STARTS", str(starts_on)))
    rows = list(csv.DictReader(io.StringIO(run(RANK, "month", "--profile", path, *options, "--format", "csv"))))
    by_code = {row["district"]: row for row in rows if row["row"] in ("district", "unassigned")}
    equal("districts", sorted(CODES), sorted(by_code))
    for code in CODES:
        values = expected_values(city, [code], span, year_span)
        check_row(f"{options} {code}", values, by_code[code])
        if code != "unassigned":
            total = sum((Fraction(weight, 10) * (values[key][0] or 0) for key, weight in (("E02", 40), ("O01", 60))), Fraction(0))
            capped = sum((min(Fraction(weight), Fraction(weight, 10) * (values[key][0] or 0)) for key, weight in (("E02", 40), ("O01", 60))), Fraction(0))
            equal(f"total of {code}", str(capped), by_code[code]["total_exact"])
            equal(f"no cap was reached by {code}", total, capped)
    pooled = next(row for row in rows if row["row"] == "pooled")
    check_row(f"{options} pooled", expected_values(city, CODES, span, year_span), pooled)


def sums_by_row(cells):
    """Of each (month, cohort, district, kind) the sums of the measures."""
    out = {}
    for (_, cohort, day, code, kind, *_), cell in cells.items():
        row = out.setdefault((f"{day:%Y-%m}", cohort, code, kind), Counter())
        row.update(cell)
    return out


def check_figures(city, family, tables):
    rows = list(csv.DictReader(io.StringIO(run(RANK, "figures", "--family", family, "--month", "2015-02", "--months", "2", "--format", "csv"))))
    seen = 0
    quantiles = {("known", "arrival_p90_hours"): (("dispatched", "arrived"), 9), ("closed", "clearance_p50_hours"): (("known", "closed"), 5),
                 ("closed", "clearance_p90_hours"): (("known", "closed"), 9), ("reopened", "reopening_p90_hours"): (("known", "reopened"), 9)}
    kind_title = SOURCES[tables[0]][1]
    index = {(row["month"], row["district"], row["cohort"], row[kind_title]): row for row in rows}
    sums = {table: sums_by_row(city[table]) for table in tables}
    for month in (2, 3):
        span = (dt.date(2015, month, 1), dt.date(2015, month + 1, 1))
        for code in CODES:
            for table in tables:
                cohorts, _, kinds, flags, measures = SOURCES[table]
                for (cohort, name), (number, kind) in [(c, k) for c in cohorts.items() if c[1] for k in enumerate(kinds) if k[1]]:
                    row = index[(f"2015-{month:02}", code, name, kind)]
                    seen += 1
                    counted = sums[table].get((f"2015-{month:02}", cohort, code, number), Counter())
                    equal(f"figures {table} {month} {code} {name} {kind}", [str(counted[measure]) for measure in measures],
                          [row[measure] for measure in measures])
                    every = {"districts": [code], "kinds": [number], "flags": set(flags)}
                    for (of_cohort, column), (pair, tenths) in quantiles.items() if family == "incident" else ():
                        value, _ = quantile(took(city["states"], pair, name, span, [code], (0, 1, 2), [number]), tenths)
                        equal(f"figures {code} {name} {kind} {column}", rounded(value / 3600, 8) if value is not None and of_cohort == name else "", row[column])
                    if table == "problem_day":
                        before = lambda of: cell_sum(city[table], (dt.date.min, span[1]), "problems", of, **every)
                        left = {1: 4, 2: 5}.get(cohort)
                        equal(f"stock {code} {name} {kind}", str(before(cohort) - before(left)) if left else "", row["stock_end"])
    equal(f"rows of {family}", seen, len(rows))


# Months, villages, themes, flags and problems: V2 and V4 share a rank, the second of which three were asked for.
VILLAGES = [("2015-01-01", "V1", 1, 0, 7), ("2015-02-01", "V1", 1, 0, 2), ("2015-03-01", "V2", 1, 0, 5), ("2015-01-01", "V4", 1, 0, 5),
            ("2015-03-01", "V3", 1, 0, 4), ("2015-03-01", "V3", 2, 0, 90), ("2015-02-01", "V3", 1, 1, 90), ("2015-04-01", "V3", 1, 0, 90),
            ("2014-12-01", "V2", 1, 0, 90), ("2015-02-01", "unassigned", 1, 0, 60), ("2015-02-01", "", 1, 0, 3)]


def check_villages():
    names = SOURCES["problem_day"][-1]
    values = ", ".join(f"({slot}, 1, '{month}', '03', '{village}', {theme}, {flags}, {', '.join(str(problems * (name == 'problems')) for name in names)})"
                       for slot, (month, village, theme, flags, problems) in enumerate(VILLAGES))
    sql(f"insert into cityops.problem_month (slot, cohort, month, district, village, theme, flags, {', '.join(names)}) values {values}")
    listed = lambda *options: [(row["rank"], row["shared"], row["village"], row["district_name"], row["problems"])
                               for row in csv.DictReader(io.StringIO(run(RANK, "villages", "--format", "csv", *options)))]
    unranked = [("", "", "unassigned", "", "60"), ("", "", "", "", "3")]
    first = ("1", "no", "V1", "North", "9")
    shared = [("2", "yes", "V2", "North", "5"), ("2", "yes", "V4", "East", "5")]
    equal("the worst of the quarter", [first, *shared, *unranked], listed("--month", "2015-01", "--worst", "2"))
    equal("one", [first, *unranked], listed("--month", "2015-01", "--worst", "1"))
    equal("all", [first, *shared, ("4", "no", "V3", "North", "4"), *unranked], listed("--month", "2015-01", "--worst", "9"))
    equal("a year", ("1", "no", "V3", "North", "94"), listed("--year", "2015")[0])
    equal("of traffic order", [("1", "no", "V3", "North", "90")], listed("--month", "2015-01", "--theme", "traffic-order"))


# ---- orders that cross the end of a month ----

# Of district 01, in local time: due, first closed; told by what March and April must say of each alone.
CROSSINGS = [
    # due in March, closed in April: overdue at March's end, taken over by April and closed there
    ("2015-03-31 23:59:59.999999", "2015-04-01 00:00:00", {"2015-03": (0, 1, 1), "2015-04": (1, 1, 0)}),
    # closed in March, due in April: April's alone, and never overdue
    ("2015-04-01 00:00:00", "2015-03-31 23:59:59.999999", {"2015-03": (0, 0, 0), "2015-04": (1, 1, 0)}),
    # due in February, closed in March
    ("2015-02-28 12:00:00", "2015-03-01 00:00:00", {"2015-03": (1, 1, 0), "2015-04": (0, 0, 0)}),
    # due in February, open for good: in every month's denominator and stock
    ("2015-02-28 23:59:59", None, {"2015-03": (0, 1, 1), "2015-04": (0, 1, 1)}),
    # due and closed in March
    ("2015-03-08 03:00:00", "2015-03-08 01:59:59", {"2015-03": (1, 1, 0), "2015-04": (0, 0, 0)}),
]
CROSSING_PROFILE = """id: crossings
version: 1
valid: {from: 2015-01-01}
zone: America/New_York
indicators:
  - {id: W05, weight: 100, rule: proportional}
  - {id: W15, rule: watched}
"""


def plant_order(number):
    due, closed, _ = CROSSINGS[number]
    local = lambda text: dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)
    days = {3: day_of(local(due))}
    if closed:
        days[6] = day_of(max(local(due), local(closed)))
    measures = "tickets closed closed_before_received within_24h within_72h within_7d within_30d handling_seconds due on_time late " \
        "due_open contact_yes contact_no unit_solved unit_explained visited contacted solved result_1 result_2 result_3 result_4 " \
        "result_5 result_not_rated double_satisfied second_rated second_satisfied reworked closed_without_rework escalated extended".split()
    sql("".join(f"insert into cityops.ticket_day (slot, cohort, day, district, nature, flags, {', '.join(measures)}) "
                f"values ({number}, {cohort}, '{day}', '01', 0, 0, 1{', 0' * (len(measures) - 1)});" for cohort, day in days.items()))


def check_crossings(folder):
    path = os.path.join(folder, "crossings.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(CROSSING_PROFILE)
    for number in range(len(CROSSINGS)):
        plant_order(number)
        for month in ("2015-03", "2015-04"):
            closed, due, overdue = (sum(case[2][month][i] for case in CROSSINGS[:number + 1]) for i in range(3))
            rows = csv.DictReader(io.StringIO(run(RANK, "month", "--profile", path, "--month", month, "--format", "csv")))
            row = next(row for row in rows if row["district"] == "01")
            equal(f"{month} after order {number}: closing, of how many, overdue at the end",
                  (rounded(100 * Fraction(closed, due), 2) if due else "", str(due), str(overdue)), (row["W05"], row["W05_n"], row["W15"]))


def test(folder):
    rng = random.Random(110)
    tables = [table for table in SOURCES if table != "traffic_hour"]
    city = {table: make_cells(rng, table) for table in tables}
    city["traffic_hour"], hours = make_hours(rng)
    city["states"] = [make_incident(rng) for _ in range(500)]
    for table in tables:
        plant_cells(table, city[table])
    plant_hours(hours)
    plant_incidents(city["states"])
    year = dt.date(2015, 1, 1)
    check_profile(city, folder, 1, ["--month", "2015-03"], MARCH, (year, MARCH[1]))
    check_profile(city, folder, 1, ["--month", "2015-02", "--months", "2"], (dt.date(2015, 2, 1), MARCH[1]), (year, MARCH[1]))
    check_profile(city, folder, 19, ["--month", "2015-03"], (dt.date(2015, 2, 19), dt.date(2015, 3, 19)), (dt.date(2014, 12, 19), dt.date(2015, 3, 19)))
    check_figures(city, "hotline-subsets", ["ticket_subset_day"])
    check_figures(city, "incident", ["incident_day"])
    check_figures(city, "inspection", ["problem_day", "recheck_day"])
    check_profile(city, folder, 1, ["--month", "2015-11"], (dt.date(2015, 11, 1), dt.date(2015, 12, 1)), (year, dt.date(2015, 12, 1)))
    check_figures(city, "traffic", ["traffic_hour"])
    check_figures(city, "activity", ["activity_day"])
    check_villages()
    check_crossings(folder)


in_a_database("rank_families", {"areas": AREAS, "aliases": ALIASES, "calendar": "day,working,name\n" + "".join(
    f"{day},{'yes' if working else 'no'},\n" for day, working in CALENDAR.items())}, test)
