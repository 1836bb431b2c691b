#!/usr/bin/env python3
"""What SQL says of every indicator, against what the command prints: test_analysts.py CITYOPS-DB CITYOPS-RANK

Random cells in every rollup and random states, around the ends of months of a zone with daylight saving; then every indicator that
the command's catalogue lists, of every district, from cityops.indicators and from `cityops-rank month`. The two share no code: the
command computes from the table in C, which test_planted.py and test_families.py check against fractions.
"""
import csv
import datetime as dt
import io
import os
import random
import re
import subprocess
import sys
from zoneinfo import ZoneInfo

from planted import DB, RANK, equal, in_a_database, literal, run, sql

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "harness"))
import indicators_sql  # noqa: E402
import seeds  # noqa: E402

ZONE = ZoneInfo("America/New_York")
AREAS = """code,kind,parent,name_zh,name_en,valid_from,valid_until,aliases
01,district,,东区,East,,,
02,district,,西区,West,,,
03,district,,北区,North,,2015-03-10,
04,district,,空区,Empty,,,
T1,town,02,一镇,Townone,,,
U1,unit,01,一局,Unitone,,,Bureau
"""
ALIASES = "name,code,kind,valid_from,valid_until\nMoving,01,district,,2015-03-01\nMoving,02,district,2015-03-01,\n"
CALENDAR = "day,working,name\n2015-03-09,no,\n2015-03-07,yes,\n"
CODES = ["01", "02", "03", "unassigned"]
NAMES = ["01", "East", " 西区 ", "North", "Atlantis", "Moving", "Moving", ""]
UNITS = ["", "U1", "Bureau", "Townone", "East", "Nobody"]
# of each rollup by day: the numbers of its cohorts, the column of its kinds with their numbers, its flags
ROLLUPS = {
    "ticket_day": ({"cohort": range(1, 7), "nature": [0, 1, 3], "flags": [0, 0, 0, 1, 2, 4, 5]}),
    "ticket_subset_day": ({"cohort": [1, 2, 4], "subset": [1, 2], "nature": [0, 3], "flags": [0, 0, 1, 2, 4]}),
    "dispatch_day": ({"nature": [0, 1, 3], "flags": [0, 0, 0, 1, 2, 4]}),
    "incident_day": ({"cohort": [1, 2, 3], "level": range(5), "flags": [0, 0, 0, 1, 2]}),
    "problem_day": ({"cohort": range(1, 6), "theme": range(3), "flags": [0, 0, 1]}),
    "recheck_day": ({"theme": range(3), "flags": [0, 0, 1]}),
    "activity_day": ({"type": range(10), "flags": [0, 0, 1]}),
}
EDGES = [dt.date(2015, 1, 1), dt.date(2015, 2, 19), dt.date(2015, 3, 1), dt.date(2015, 3, 8), dt.date(2015, 3, 19), dt.date(2015, 4, 1)]


def rows_of(query):
    done = subprocess.run(["psql", "-X", "-q", "--csv", "-v", "ON_ERROR_STOP=1", "-c", query], capture_output=True, text=True, check=True)
    return list(csv.DictReader(io.StringIO(done.stdout)))


# ---- the city ----

def columns_of(table):
    return [(row["column_name"], row["data_type"]) for row in rows_of(
        f"select column_name, data_type from information_schema.columns where table_schema = 'cityops' and table_name = '{table}' order by ordinal_position")]


def insert(table, rows):
    names = ", ".join(rows[0])
    values = ", ".join("(" + ", ".join(literal(value) for value in row.values()) + ")" for row in rows)
    sql(f"insert into cityops.{table} ({names}) values {values} on conflict do nothing")


def plant_rollup(rng, table, keys):
    measures = [name for name, kind in columns_of(table) if kind == "bigint"]
    rows = []
    for _ in range(1500):
        row = {"slot": rng.randrange(2), "day": rng.choice(EDGES) + dt.timedelta(days=rng.choice([-1, 0, 1, 12])), "district": rng.choice(CODES)}
        row |= {name: rng.choice(numbers) for name, numbers in keys.items()}
        if table in ("dispatch_day", "activity_day"):
            row["unit"] = rng.choice(["", "U1"])
        rows.append(row | {name: rng.randrange(1, 50) for name in measures})
    insert(table, rows)


def plant_hours(rng):
    measures = [name for name, kind in columns_of("traffic_hour") if kind == "bigint"]
    rows = []
    for day in {edge + dt.timedelta(days=i) for edge in EDGES for i in (-1, 0, 1)}:
        hour = dt.datetime.combine(day, dt.time(), ZONE).astimezone(dt.timezone.utc)
        for _ in range(25):
            for slot, code, segment in ((s, c, x) for s in (0, 1) for c in CODES for x in "AB" if rng.random() < 0.4):
                row = {"slot": slot, "hour": hour, "district": code, "segment": segment} | {name: rng.randrange(50) for name in measures}
                row["free_flow_ms"] *= rng.randrange(2)  # hours without a known speed
                rows.append(row)
            hour += dt.timedelta(hours=1)
    insert("traffic_hour", rows)


def instant(rng):
    start = dt.datetime.combine(rng.choice(EDGES), dt.time(), ZONE).astimezone(dt.timezone.utc)
    return start + dt.timedelta(microseconds=rng.choice([-1, 0, 1, 3_600_000_000, 7_200_000_001, 86_400_000_000 * 9]))


def later(rng, when):
    return when and rng.random() < 0.8 and when + dt.timedelta(
        microseconds=rng.choice([-1, 0, 1, 600_000_000, 1_234_567_891, 90_000_000_000]) + rng.randrange(9)) or None


def plant_states(rng):
    tickets, incidents = [], []
    for number in range(800):
        received, known = instant(rng), instant(rng)
        row = {"authority": "a", "entity_id": f"t{number}", "row_version": 1, "state": "", "received_at": received}
        row |= {"last_closed_at": later(rng, received), "district": rng.choice(NAMES), "unit": rng.choice(UNITS),
                "nature": rng.choice([None, 1, 3]), "category1": rng.choice([None, "noise"]), "due_at": rng.choice([None, received]), "flags": rng.choice([0, 0, 0, 1, 2, 4, 5])}
        row["first_closed_at"] = row["last_closed_at"]
        tickets.append(row | dict.fromkeys(["dispatches", "returns", "closings", "reworks", "escalations"], 0))
        row = {"authority": "a", "entity_id": f"i{number}", "row_version": 1, "state": "", "known_at": known}
        row |= {f"{stage}_at": later(rng, known) for stage in ("dispatched", "arrived", "closed", "reopened")}
        row |= {"district": rng.choice(NAMES), "town": rng.choice([None, "Townone"]), "level": rng.choice([None, 1, 2, 3, 4]),
                "flags": rng.choice([0, 0, 0, 1, 2]), "units": 1, "bulletins": 0}
        incidents.append(row)
    insert("ticket", tickets)
    plant_journal(rng, tickets)
    insert("incident", incidents)


def plant_journal(rng, tickets):
    sql("insert into cityops.ledger (cluster, topic, partition, origin_offset, next_offset, generation, end_seen_at) "
        "values ('c', 't', 0, 0, 100000, 1, '2016-01-01Z')")
    insert("source_progress", [{"cluster": "c", "topic": "t", "source": "s", "progress_until": "2016-01-01Z"}])
    sql("".join(f"select cityops.journal_month('2015-{month:02}-01Z');" for month in range(1, 5)))
    rows = []
    for offset in range(2000):
        occurred = instant(rng)
        arrived = occurred + dt.timedelta(microseconds=rng.choice([-1, 0, 86_399_999_999, 86_400_000_000, 86_400_000_001, 5_000_000_000]))
        rows.append({"partition_id": 1, "record_offset": offset, "family": rng.choice([1, 1, 1, 2]), "kind": 1, "arrived_at": arrived,
                     "occurred_at": rng.choice([occurred, occurred, None]), "authority": "a", "entity_id": rng.choice(tickets)["entity_id"], "value": ""})
    insert("journal", [row for row in rows if dt.datetime(2015, 1, 2, tzinfo=dt.timezone.utc) < row["arrived_at"]])


# ---- both ----

def check_catalogue():
    said = [{**row, "better": "" if row["better"] == "-" else row["better"]}
            for row in csv.DictReader(io.StringIO(run(RANK, "indicators", "--format", "csv")))]
    view = rows_of("""select id, name_en, name_zh, better, unit, cohort || case when other_cohorts = '{}' then ''
        else ' (or ' || array_to_string(other_cohorts, ', ') || ')' end as cohort, formula from cityops.indicator_catalogue order by id""")
    view = {row["id"]: row for row in view}
    for row in said:
        got = view.pop(row["id"], {"id": "none"})
        equal(f"{row['id']} in cityops.indicator_catalogue", {key: row[key] for key in got}, got)
    equal("there are no others in it", {}, view)


def check_documented():
    """Every view is in sql/README.md and can be read by an analyst, who finds a meaning beside each column."""
    run(DB, "roles")
    columns = rows_of("select c.relname, a.attname, coalesce(col_description(c.oid, a.attnum), '') as meaning from pg_class c join pg_attribute a on a.attrelid = c.oid "
                      "where c.relnamespace = 'cityops'::regnamespace and c.relkind = 'v' and a.attnum > 0")
    equal("columns without a meaning", [], [f"{column['relname']}.{column['attname']}" for column in columns if not column["meaning"]])
    views = {column["relname"] for column in columns}
    with open("sql/README.md", encoding="utf-8") as readme:
        text = readme.read()
    equal("views that sql/README.md does not name", [], sorted(view for view in views if f"`cityops.{view}`" not in text))
    for view in sorted(views - {"dead_letters"}): # the owner's
        rows_of(f"set role cityops_analyst; select * from cityops.{view} limit 1")
    with open("sql/views/0095_columns.sql", encoding="utf-8") as file:
        described = re.findall(r"^ +\('([a-z_*]+)', '([a-z0-9_]+)',", file.read(), re.M)
    known = {(column["relname"], column["attname"]) for column in columns}
    equal("meanings of no column", [], [pair for pair in described if pair not in known and not (pair[0] == "*" and any(pair[1] == name for _, name in known))])


def check_refusals():
    for arguments, text in [("'2015-03-01', '2015-03-01'", "the range of days is empty: from 2015-03-01 until before 2015-03-01"),
                            ("'2015-03-01', '2015-04-01', wanted => '{W04, W99}'", 'wanted: there is no "W99"'),
                            ("'2015-03-01', '2015-04-01', natures => '{complaints}'", 'natures: there is no "complaints"'),
                            ("'2015-03-01', '2015-04-01', also => '{all}'", 'also: there is no "all"'),
                            ("'2015-03-01', '2015-04-01', by_cohort => 'opened'", 'by_cohort: there is no "opened"'),
                            ("'2015-03-01', '2015-04-01', quantile => 90", "quantile: 90 does not lie above 0 and not above 1"),
                            ("'2015-03-01', '2015-04-01', peak_days => 'sunny'", 'peak_days: there is no "sunny"'),
                            ("'2015-03-01', '2015-04-01', required => '{colour}'", 'required: there is no "colour"'),
                            ("'2015-03-01', '2015-04-01', target_of => 'W18', target => 5", 'target_of: there is no "W18"'),
                            ("'2015-03-01', '2015-04-01', target => 5", "target: P02 needs both"),
                            ("'2015-03-01', '2015-04-01', weights => '{1}'", "weights: five are needed"),
                            ("'2015-03-01', '2015-04-01', weights => '{1, 1, 0.6, 0, 0}'", "weights: {1,1,0.6,0,0} do not lie between 0 and 1, or fall"),
                            ("'2015-03-01', '2015-04-01', weights => '{0, 0, 0, 1, 2}'", "weights: {0,0,0,1,2} do not lie between 0 and 1, or fall"),
                            ("'2015-03-01', '2015-04-01', weights => '{0, 0, null, 1, 1}'", "weights: {0,0,NULL,1,1} do not lie"),
                            ("'2015-03-01', '2015-04-01', peak_hours => '{7, 24}'", "peak_hours: {7,24} are no hours of a day"),
                            ("'2015-03-01', '2015-04-01', peak_hours => '{}'", "peak_hours: {} are no hours of a day"),
                            ("'2015-03-01', '2015-04-01', within => '-1 hour'", "within: -01:00:00 is no limit"),
                            ("'2015-03-01', '2015-04-01', year_day => '2015-03-02'", "year_day: the year of P01 cannot begin on 2015-03-02")]:
        done = subprocess.run(["psql", "-X", "-q", "-c", f"select * from cityops.indicators({arguments})"], capture_output=True, text=True, check=False)
        equal(f"{arguments} is refused: {done.stderr}", True, done.returncode != 0 and text in done.stderr)


def test(folder):
    rng = random.Random(seeds.first("analysts"))
    for table, keys in ROLLUPS.items():
        plant_rollup(rng, table, keys)
    plant_hours(rng)
    plant_states(rng)
    check_catalogue()
    check_documented()
    compare = lambda *arguments, **options: indicators_sql.compare(RANK, folder, equal, "America/New_York", *arguments, **options)
    seen = compare(["--month", "2015-03"], "'2015-03-01', '2015-04-01', target_of => 'W04', target => 80")
    indicators_sql.compare_exactly(RANK, folder, equal, "2015-03", "'2015-03-01', '2015-04-01', target_of => 'W04', target => 80")
    equal("every indicator counts something", [], [name for name in indicators_sql.catalogue(RANK) if name not in seen])
    compare(["--month", "2015-02"], "'2015-02-01', '2015-03-01', target_of => 'W09', target => 55.5", target="{of: W09, target: 55.5}")
    compare(["--month", "2015-01", "--months", "3"], "'2015-01-01', '2015-04-01', quantile => 0.9, by_cohort => 'closed', natures => '{complaint, not-stated}', "
            "target_of => 'W01', target => 300",
            caliber="{natures: [complaint, not-stated]}", quantile="0.9", cohort="closed", target="{of: W01, target: 300}")
    compare(["--month", "2015-03"], "'2015-03-01', '2015-04-01', by_cohort => 'received', also => '{excluded, void}', quantile => 0.07, "
            "weights => '{0, 0.1, 0.6, 0.8, 1}', peak_hours => '{0, 3, 23}', peak_days => 'all', "
            "within => '1 hour', required => '{due_at, district, unit}', target_of => 'W04', target => 80",
            caliber="{excluded: include, void: include}", quantile="0.07", cohort="received", weights="[0, 0.1, 0.6, 0.8, 1]", hours="[0, 3, 23]", days="all", within=1,
            required="[due_at, district, unit]")
    compare(["--month", "2015-03"], "'2015-02-19', '2015-03-19', also => '{duplicate}', year_day => '2014-12-19', quantile => 1, "
            "target_of => 'W04', target => 80",
            caliber="{duplicate: include}", quantile="1", starts_on=19)
    for cohort in ("known", "visited", "found", "due"):
        compare(["--month", "2015-03"], f"'2015-03-01', '2015-04-01', by_cohort => '{cohort}', target_of => 'W04', target => 80", cohort=cohort)
    query = lambda what, where="": rows_of(f"select indicator, district, numerator, denominator, n, value, shown from {what} {where} order by 1, 2")
    equal("the view of the month", query("cityops.indicators('2015-03-01', '2015-04-01')"), query("cityops.monthly_indicators", "where month = '2015-03-01'"))
    equal("only what is wanted", query("cityops.indicators('2015-03-01', '2015-04-01')", "where indicator in ('W18', 'W04')"),
          query("cityops.indicators('2015-03-01', '2015-04-01', '{W18, W04}')"))
    equal("months in the view", ["2014-12-01", "2015-01-01", "2015-02-01", "2015-03-01", "2015-04-01"],
          [row["month"] for row in rows_of("select distinct month from cityops.monthly_indicators where indicator = 'A01' order by 1")])
    check_refusals()


in_a_database("rank_analysts", {"areas": AREAS, "aliases": ALIASES, "calendar": CALENDAR}, test)
