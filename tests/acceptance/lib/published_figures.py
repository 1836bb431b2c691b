#!/usr/bin/env python3
"""published_figures.py CITYOPS-DB CITYOPS-RANK TABLES.json PROFILES: figures that cities have published, computed again by cityops-rank.

The inputs that a page states are planted as sums of a rollup; what cityops-rank prints has to be what the page prints. Where a page
does not state its rule, the line says what was inferred. Uses the database that PGDATABASE names, which has to be empty.
"""
import csv
import io
import json
import os
import subprocess
import sys
import tempfile

DB, RANK, TABLES, PROFILES = sys.argv[1:]
broken = 0
MEASURES = []


def sql(statements):
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"], input=statements, text=True, check=True, stdout=subprocess.PIPE)
    return done.stdout


def run(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=True).stdout


def check(what, published, got):
    global broken
    broken += published != got
    print(f"{'ok' if published == got else 'NOT ok'}: {what}: published {published}, computed {got}")


def write(name, text):
    path = os.path.join(FOLDER, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def plant(code, day, cohort=3, nature=3, **counts):
    """Sums of one cell of ticket_day."""
    unknown = counts.keys() - set(MEASURES)
    assert not unknown, unknown
    values = ", ".join(str(counts.get(name, 0)) for name in MEASURES)
    sql(f"insert into cityops.ticket_day (slot, cohort, day, district, nature, flags, {', '.join(MEASURES)}) "
        f"values (1, {cohort}, '{day}', '{code}', {nature}, 0, {values});")


def ranking(profile, month):
    """The rows of a month by district."""
    text = run(RANK, "month", "--profile", profile, "--month", month, "--format", "csv", "--wilson")
    return {row["district"]: row for row in csv.DictReader(io.StringIO(text)) if row["row"] == "district"}


def profile_of(*lines):
    return write("profile.yaml", "\n".join(["id: published", "version: 1", "valid: {from: 2020-01-01}", "zone: Asia/Shanghai", "groups: none", *lines, ""]))


# ---- deductions below a baseline: rate -> points ----

CLOSING = {"89.82": (150, 167, "14.82"), "80": (4, 5, "5.00"), "66.67": (2, 3, "0.00")}
SATISFACTION = [("2022-05", 1, 95, {"70.59": (12, 17, "12.80"), "75": (3, 4, "15.00")}),
                ("2022-09", 2, 98, {"75": (3, 4, "13.50"), "87.5": (7, 8, "19.75"), "83.33": (5, 6, "17.67"), "50": (1, 2, "12.50")})]


def deductions():
    for month, version, baseline, rates in SATISFACTION:
        profile = os.path.join(PROFILES, f"deduct-below-baseline.{version}.yaml")
        for code, (rate, (satisfied, rated, _)) in enumerate(rates.items(), 1):
            plant(f"c{code}", month + "-10", cohort=4, tickets=rated, visited=rated, result_4=satisfied, result_2=rated - satisfied)
        if version == 1:
            for code, (on_time, due, _) in enumerate(CLOSING.values(), 1):
                plant(f"c{code}", month + "-10", tickets=due, due=due, on_time=on_time, late=due - on_time)
        rows = ranking(profile, month)
        for code, (rate, (_, _, points)) in enumerate(rates.items(), 1):
            check(f"satisfaction {rate} % below {baseline}", points, rows[f"c{code}"]["W09_points"])
        if version == 1:
            for code, (rate, (_, _, points)) in enumerate(CLOSING.items(), 1):
                check(f"closing on time {rate} % below 95", points, rows[f"c{code}"]["W04_points"])
            check("a unit without orders is listed, not ranked", ("", "not ranked: no orders"), (rows["c6"]["rank"], rows["c6"]["note"]))


# ---- tables of cities ----

def ningguo(table):
    """Dissatisfied of the hotline's cases; closing of all cases, to whole per cent."""
    month = table["period"]
    for code, row in enumerate(table["rows"], 1):
        hotline, online = sum(row[3:6]), sum(row[6:9])
        plant(f"c{code}", month + "-10", nature=3, tickets=hotline, due=hotline, on_time=row[3], late=row[4], closed=row[3] + row[4], result_2=row[14])
        plant(f"c{code}", month + "-10", nature=5, tickets=online, due=online, on_time=row[6], late=row[7], closed=row[6] + row[7])
    totals = table["totals"]
    plant("c6", month + "-10", tickets=totals["派单"], due=totals["派单"], on_time=totals["按时结案"], late=totals["超时办理"], closed=totals["派单"])
    own = "  - {define: {id: X, source: tickets, cohort: due, better: higher, numerator: [%s], denominator: [%s]}, weight: 100, missing: redistribute, %srule: proportional}"
    wanted = [("dissatisfied of the hotline's cases", own % ("result_2", "tickets", "caliber: {natures: [complaint]}, "), 15),
              ("cases closed", own % ("closed", "tickets", ""), 12), ("cases closed on time", own % ("on_time", "tickets", ""), 13)]
    for name, line, column in wanted:
        rows = ranking(profile_of("indicators:", line, "total: {round: 0}"), month)
        for code, row in enumerate(table["rows"], 1):
            check(f"{table['city']} {month} {row[1]}: {name} %", str(row[column]), rows[f"c{code}"]["total"])
    check(f"{table['city']} {month}: all cases closed on time %", str(totals["按时结案率"]), rows["c6"]["total"])
    print("open: whom the page leaves out after its fifth unit; that the dissatisfied are of the hotline's cases alone is inferred")


def panjin(table):
    """The score's rule is not stated: 0.2 closing + 0.3 satisfaction + 0.5 feedback and visits gives every printed score."""
    month = "2023-02"
    for code, row in enumerate(table["rows"], 1):
        closed, satisfied, feedback, visited = (round(100 * value) for value in row[3:7])
        plant(f"c{code}", month + "-10", tickets=10000, closed=closed, result_4=satisfied, contact_yes=feedback, visited=visited)
    lines = [f"  - {{define: {{id: X{i}, source: tickets, cohort: due, better: higher, numerator: [{name}], denominator: [tickets]}}, weight: {weight}, "
             "missing: redistribute, rule: proportional}" for i, (name, weight) in enumerate((("closed", 20), ("result_4", 30), ("contact_yes", 25), ("visited", 25)))]
    rows = ranking(profile_of("indicators:", *lines, "total: {round: 1}"), month)
    for code, row in enumerate(table["rows"], 1):
        check(f"{table['city']} {row[1]}: score", f"{row[8]:.1f}", rows[f"c{code}"]["total"])
    print("open: the rule (these weights are inferred from the six rows; others near them fit too), and why the zones stand apart")
    totals = table["totals"]
    shares("盘锦市 shares of what was passed on", "2023-03", [round(10000 * totals["县区经济区_万件"]), round(10000 * totals["市直部门_万件"])],
           [totals["县区占转办"], totals["市直占转办"]])
    shares("盘锦市 answered directly, of all", "2023-04", [round(10000 * totals["直接答复_万件"]), round(10000 * (totals["受理诉求_万件"] - totals["直接答复_万件"]))],
           [totals["直接答复率"]])


def shares(name, month, intakes, published):
    for code, intake in enumerate(intakes, 1):
        plant(f"c{code}", month + "-10", cohort=1, tickets=intake)
    rows = ranking(profile_of("indicators:", "  - {id: W01, weight: 100, rule: share-of-total}", "total: {round: 2}"), month)
    for code, share in enumerate(published, 1):
        check(f"{name} %", f"{share:.2f}", rows[f"c{code}"]["total"])


def tangshan(table):
    totals = table["totals"]
    natures = ["咨询", "求助", "投诉", "建议", "举报", "感谢", "其它"]
    shares(f"{table['city']} {table['period']} share of a nature", table["period"], [totals[name] for name in natures], [totals["咨询占比"], totals["求助占比"]])
    print(f"open: why the shares are of the natures' sum, {sum(totals[name] for name in natures)}, and not of the {totals['受理']} stated as received")


# ---- intervals ----

def intervals():
    plant("c1", "2022-11-10", tickets=6, due=6, on_time=5, late=1)
    plant("c2", "2022-11-10", tickets=20000, due=20000, on_time=18764, late=1236)
    rows = ranking(profile_of("indicators:", "  - {id: W04, weight: 100, rule: proportional}"), "2022-11")
    for code, name, published in (("c1", "5/6", "43.7-97.0"), ("c2", "18,764/20,000", "93.5-94.2")):
        got = rows[code]["W04_low"], rows[code]["W04_high"]
        again = "-".join(f"{int(float(end) * 10 + 0.5) / 10:.1f}" for end in got)
        check(f"Wilson interval of {name}, {got[0]}-{got[1]} %, these digits rounded once more", published, again)


with tempfile.TemporaryDirectory() as FOLDER:
    areas = write("areas.csv", "code,kind\n" + "".join(f"c{i},district\n" for i in range(1, 8)))
    run(DB, "load", "areas", areas)
    run(DB, "rebuild", "--rollups")
    MEASURES = [name for name in sql("select column_name from information_schema.columns where table_schema = 'cityops' and table_name = 'ticket_day' "
                                     "order by ordinal_position").split() if name not in ("slot", "cohort", "day", "district", "nature", "flags")]
    deductions()
    with open(TABLES, encoding="utf-8") as tables:
        by_city = {table["city"]: table for table in json.load(tables)["tables"]}
    ningguo(by_city["宁国市(宣城)"])
    panjin(by_city["盘锦市"])
    tangshan(by_city["唐山市"])
    intervals()
sys.exit(1 if broken else 0)
