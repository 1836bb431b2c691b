#!/usr/bin/env python3
"""cityops-rank against a small city that is planted into PostgreSQL: test_planted.py CITYOPS-DB CITYOPS-RANK

Makes tickets at random (seeded), plants them as typed state columns and as rollup rows over two writer slots, and computes
every figure again from the tickets with Python's fractions: no line is shared with the program. Uses a database of its own
on the server that PGHOST names.
"""
import csv
import datetime as dt
import io
import json
import os
import random
import subprocess
from fractions import Fraction
from zoneinfo import ZoneInfo

from planted import RANK, equal, in_a_database, literal, nearest, rounded, run, share, sql

ZONE = ZoneInfo("America/New_York")
UTC = dt.timezone.utc
DISTRICTS = {"01": ("East", "东区", "inner"), "02": ("West", "西区", "inner"), "03": ("North", "北区", "outer"),
             "04": ("South", "南区", "outer"), "05": ("Empty", "空区", "outer")}
MEASURES = ("tickets closed closed_before_received within_24h within_72h within_7d within_30d handling_seconds due on_time late "
            "due_open contact_yes contact_no unit_solved unit_explained visited contacted solved result_1 result_2 result_3 "
            "result_4 result_5 result_not_rated double_satisfied second_rated second_satisfied reworked closed_without_rework "
            "escalated extended").split()


# ---- the city ----

def make_ticket(rng, number):
    received = dt.datetime(2015, 1, 20, tzinfo=UTC) + dt.timedelta(seconds=rng.randrange(100 * 86400))
    ticket = {"id": f"t{number}", "received": received, "due": None, "closed": None, "visited": None, "result": 0,
              "contacted": 0, "solved": 0, "reworked": rng.random() < 0.1, "nature": rng.choice([0, 2, 3]),
              "flags": rng.choice([0] * 12 + [1, 2, 4, 5]), "district": rng.choice(["01", "East", " 西区 ", "02", "03", "North", "04", "Atlantis"])}
    if rng.random() < 0.8:
        ticket["due"] = received + dt.timedelta(hours=rng.choice([24, 72, 240]))
    if rng.random() < 0.8:
        ticket["closed"] = received + dt.timedelta(seconds=rng.choice([-3600, 1800, 86400, 86401, 200000, 900000, 3000000]) + rng.randrange(3))
        if rng.random() < 0.5:
            ticket["visited"] = max(received, ticket["closed"]) + dt.timedelta(days=rng.randrange(20))
            ticket["result"] = rng.randrange(1, 7)
            ticket["contacted"], ticket["solved"] = rng.randrange(2), rng.randrange(2)
    return ticket


def district_of(ticket):
    name = ticket["district"].strip()
    for code, names in DISTRICTS.items():
        if name in (code, *names[:2]):
            return code
    return "unassigned"


def day_of(instant):
    return instant.astimezone(ZONE).date()


def elapsed(ticket):
    seconds = (ticket["closed"] - ticket["received"]).total_seconds() if ticket["closed"] else -1
    return int(seconds) if seconds >= 0 else None


def measures_of(ticket):
    out = dict.fromkeys(MEASURES, 0)
    took = elapsed(ticket)
    out.update(tickets=1, closed=int(ticket["closed"] is not None), due=int(ticket["due"] is not None),
               closed_before_received=int(ticket["closed"] is not None and took is None), visited=int(ticket["visited"] is not None),
               contacted=ticket["contacted"], solved=ticket["solved"], reworked=int(ticket["reworked"]),
               handling_seconds=took or 0, closed_without_rework=int(ticket["closed"] is not None and not ticket["reworked"]))
    for name, hours in (("24h", 24), ("72h", 72), ("7d", 168), ("30d", 720)):
        out["within_" + name] = int(took is not None and took <= hours * 3600)
    if ticket["due"]:
        out["on_time"] = int(ticket["closed"] is not None and ticket["closed"] <= ticket["due"])
        out["due_open"] = int(ticket["closed"] is None)
        out["late"] = 1 - out["on_time"] - out["due_open"]
    if ticket["result"]:
        out["result_not_rated" if ticket["result"] == 6 else f"result_{ticket['result']}"] = 1
    return out


def cohorts_of(ticket):
    out = {1: ticket["received"]}
    if ticket["closed"]:
        out[2], out[5] = ticket["closed"], max(ticket["received"], ticket["closed"])
    if ticket["due"]:
        out[3] = ticket["due"]
        if ticket["closed"]:
            out[6] = max(ticket["due"], ticket["closed"])
    if ticket["visited"]:
        out[4] = ticket["visited"]
    return out


def plant(tickets, dispatches):
    cells = {}
    statements = ["begin;"]
    for number, ticket in enumerate(tickets):
        statements.append(
            "insert into cityops.ticket (authority, entity_id, row_version, state, received_at, due_at, first_closed_at, last_closed_at, "
            "district, nature, flags, dispatches, returns, closings, reworks, escalations) values "
            f"('a', '{ticket['id']}', 1, '', '{ticket['received']}', {literal(ticket['due'])}, {literal(ticket['closed'])}, "
            f"{literal(ticket['closed'])}, {literal(ticket['district'])}, {ticket['nature'] or 'null'}, {ticket['flags']}, 0, 0, 0, 0, 0);")
        for cohort, instant in cohorts_of(ticket).items():
            key = (number % 2 + 1, cohort, day_of(instant), district_of(ticket), ticket["nature"], ticket["flags"])
            cell = cells.setdefault(key, dict.fromkeys(MEASURES, 0))
            for name, value in measures_of(ticket).items():
                cell[name] += value
    for key, cell in cells.items():
        slot, cohort, day, district, nature, flags = key
        statements.append(f"insert into cityops.ticket_day values ({slot}, {cohort}, '{day}', '{district}', {nature}, {flags}, "
                          + ", ".join(str(cell[name]) for name in MEASURES) + ");")
    for district, day, count, returned in dispatches:
        statements.append("insert into cityops.dispatch_day values "
                          f"(1, '{day}', '{district}', 'unassigned', 2, 0, {count}, {count}, {count}, {count}, {returned});")
    statements.append("insert into cityops.ledger (cluster, topic, partition, origin_offset, next_offset, generation, end_seen_at) "
                      "select 'k', 'cityops.hotline.v1', p, 0, 1000 + p, max(generation), '2015-05-01 04:00+00' "
                      "from cityops.generation, generate_series(0, 1) p group by p;")
    sql("\n".join(statements + ["commit;"]))


# ---- expectations ----

def taken(ticket, caliber):
    return caliber == "all" or ticket["flags"] == 0


def cohort_sum(tickets, cohort, span, name):
    return sum(measures_of(t)[name] for t in tickets if cohort in cohorts_of(t) and span[0] <= day_of(cohorts_of(t)[cohort]) < span[1])


def stock(tickets, entered, left, day):
    before = lambda cohort: sum(1 for t in tickets if cohort in cohorts_of(t) and day_of(cohorts_of(t)[cohort]) < day)
    return before(entered) - before(left)


def durations(tickets, cohort, span):
    return sorted(elapsed(t) for t in tickets if elapsed(t) is not None and span[0] <= day_of(cohorts_of(t)[cohort]) < span[1])


def satisfaction(tickets, span):
    weights = {1: 0, 2: 0, 3: Fraction(6, 10), 4: Fraction(8, 10), 5: 1}
    rated = {level: cohort_sum(tickets, 4, span, f"result_{level}") for level in weights}
    return share(sum(weights[level] * count for level, count in rated.items()), sum(rated.values()))


def expected_values(tickets, dispatches, district, span):
    due = cohort_sum(tickets, 3, span, "tickets") + stock(tickets, 3, 6, span[0])
    handling = durations(tickets, 2, span)
    sent = [d for d in dispatches if d[0] in district and span[0] <= d[1] < span[1]]
    return {
        "W01": (Fraction(cohort_sum(tickets, 1, span, "tickets")), cohort_sum(tickets, 1, span, "tickets")),
        "W04": share(cohort_sum(tickets, 3, span, "on_time"), cohort_sum(tickets, 3, span, "due")),
        "W05": share(due - stock(tickets, 3, 6, span[1]), due),
        "W07": share(cohort_sum(tickets, 4, span, "solved"), cohort_sum(tickets, 4, span, "visited")),
        "W09": satisfaction(tickets, span),
        "W11": share(sum(d[3] for d in sent), sum(d[2] for d in sent)),
        "W12": share(cohort_sum(tickets, 2, span, "reworked"), cohort_sum(tickets, 2, span, "closed")),
        "W15": (Fraction(stock(tickets, 3, 6, span[1])),) * 2,
        "p90": (Fraction(nearest(handling, Fraction(9, 10))) if handling else None, len(handling)),
    }


FACTORS = {"W01": 1, "W15": 1, "p90": Fraction(1, 3600)}
DIGITS = {"W01": 0, "W15": 0}


PROFILE = """id: planted
version: 2
title: {en: Planted, zh: 试验}
valid: {from: 2015-01-01, until: 2016-01-01}
zone: America/New_York
indicators:
  - {id: W01, rule: watched}
  - {id: W04, weight: 40, rule: {type: deduct-below-baseline, baseline: 95, slope: 1}}
  - {id: W05, rule: watched}
  - {id: W07, cohort: visited, rule: watched}
  - {id: W09, cohort: visited, weight: 50, satisfaction-weights: [0, 0, 0.6, 0.8, 1], rule: proportional, minimum-denominator: 2}
  - {id: W11, weight: 10, missing: full, rule: {type: proportional, full: 20}}
  - {id: W12, rule: watched}
  - {id: W15, rule: watched}
  - {id: W18, key: p90, quantile: 0.9, rule: watched}
"""


def expected_total(values):
    w04, w09, w11 = values["W04"][0], values["W09"][0], values["W11"][0]
    if w04 is None or w09 is None or values["W09"][1] < 2:
        return None
    late = max(Fraction(95) - 100 * w04, Fraction(0))
    returned = Fraction(10) if w11 is None else max(Fraction(0), 10 * (20 - 100 * w11) / 20)
    return max(Fraction(0), 40 - late) + 50 * w09 + returned


def check_month(tickets, dispatches, profile, options, span, each_name):
    counted = [t for t in tickets if taken(t, "profile")]
    of = {code: [t for t in counted if district_of(t) == code] for code in [*DISTRICTS, "unassigned"]}
    values = {code: expected_values(own, dispatches, [code], span) for code, own in of.items()}
    totals = {code: expected_total(values[code]) for code in DISTRICTS if code != "05"}
    rows = list(csv.DictReader(io.StringIO(run(RANK, "month", "--profile", profile, *options, "--format", "csv"))))
    by_code = {row["district"]: row for row in rows if row["row"] in ("district", "unassigned")}
    equal("districts listed", sorted(of), sorted(by_code))
    for code, row in by_code.items():
        for key, (value, n) in values[code].items():
            text = "" if value is None else rounded(value * FACTORS.get(key, 100), DIGITS.get(key, 2))
            equal(f"{each_name} {code} {key}", (text, str(n)), (row[key], row[key + "_n"]))
        total = totals.get(code)
        equal(f"{each_name} {code} total", "" if total is None else str(total), row["total_exact"])
        better = [c for c in totals if total is not None and totals[c] is not None and totals[c] > total and DISTRICTS[c][2] == DISTRICTS[code][2]]
        equal(f"{each_name} {code} rank", "" if total is None else str(1 + len(better)), row["rank"])
    equal("a district without orders", "not ranked: no orders", by_code["05"]["note"])
    equal("the unassigned area", ("", "unassigned"), (by_code["unassigned"]["rank"], by_code["unassigned"]["name"]))
    for group in ("inner", "outer"):
        codes = [code for code in DISTRICTS if DISTRICTS[code][2] == group]
        pooled = expected_values([t for t in counted if district_of(t) in codes], dispatches, codes, span)
        row = next(r for r in rows if r["row"] == "pooled" and r["group"] == group)
        for key, (value, n) in pooled.items():
            text = "" if value is None else rounded(value * FACTORS.get(key, 100), DIGITS.get(key, 2))
            equal(f"pooled {group} {key}", (text, str(n)), (row[key], row[key + "_n"]))
        known = [values[code]["W04"][0] for code in codes if values[code]["W04"][0] is not None]
        row = next(r for r in rows if r["row"] == "mean" and r["group"] == group)
        equal(f"mean {group} W04", rounded(100 * sum(known) / len(known), 2), row["W04"])
    return rows


def check_figures(tickets):
    rows = list(csv.DictReader(io.StringIO(run(RANK, "figures", "--month", "2015-02", "--months", "3", "--format", "csv"))))
    names = {1: "received", 2: "closed", 3: "due", 4: "visited"}
    seen = 0
    for month in (2, 3, 4):
        span = (dt.date(2015, month, 1), dt.date(2015, month + 1, 1))
        for code in [*DISTRICTS, "unassigned"]:
            own = [t for t in tickets if district_of(t) == code]
            for cohort, name in names.items():
                row = next((r for r in rows if (r["month"], r["district"], r["cohort"]) == (f"2015-{month:02}", code, name)), None)
                seen += 1
                for measure in MEASURES:
                    equal(f"figures {month} {code} {name} {measure}", str(cohort_sum(own, cohort, span, measure)), row[measure])
                if cohort > 2:
                    continue
                took = durations(own, cohort, span)
                middle = Fraction(took[(len(took) - 1) // 2] + took[len(took) // 2], 2) if took else None
                equal("p50", "" if middle is None else rounded(middle / 3600, 8), row["p50_hours"])
                equal("p90", rounded(Fraction(nearest(took, Fraction(9, 10)), 3600), 8) if took else "", row["p90_hours"])
                if cohort == 1:
                    equal("backlog", str(stock(own, 1, 5, span[1])), row["stock_end"])
    equal("rows", seen, len([r for r in rows if r["cohort"] != "dispatched"]))


def check_output(profile):
    document = json.loads(run(RANK, "month", "--profile", profile, "--month", "2015-03", "--format", "json", "--cut-off"))
    facts = document["facts"]
    equal("cut-off", "k/cityops.hotline.v1[0]=1000 k/cityops.hotline.v1[1]=1001", facts["cut_off"])
    equal("status without any progress", "provisional", facts["status"])
    equal("what is missing", "no source has ever told how far it has published", facts["missing"])
    digest = subprocess.run(["sha256sum", profile], capture_output=True, text=True, check=True).stdout.split()[0]
    equal("rule version", digest, facts["rule_sha256"])
    sql("insert into cityops.source_progress values ('k', 'cityops.hotline.v1', 's', '2015-04-01 04:00+00')")
    facts = json.loads(run(RANK, "month", "--profile", profile, "--month", "2015-03", "--format", "json"))["facts"]
    equal("status after the last source", ("complete", ""), (facts["status"], facts["missing"]))
    facts = json.loads(run(RANK, "month", "--profile", profile, "--month", "2015-04", "--format", "json"))["facts"]
    equal("status of a later month", "provisional", facts["status"])
    equal("who is missing", "source s has not published everything up to the period's end", facts["missing"])
    facts = json.loads(run(RANK, "month", "--profile", profile, "--month", "2015-05", "--format", "json"))["facts"]
    equal("partitions are missing", True, "partition cityops.hotline.v1[1] was not yet seen to its end after the period" in facts["missing"])
    sql("update cityops.ledger set stopped_at = '2015-06-01', stopped_reason = 'test' where partition = 0")
    facts = json.loads(run(RANK, "month", "--profile", profile, "--month", "2015-03", "--format", "json"))["facts"]
    equal("a stopped partition", "partition cityops.hotline.v1[0] is stopped", facts["missing"])
    chinese = run(RANK, "month", "--profile", profile, "--month", "2015-03", lang="zh_CN.UTF-8")
    equal("Chinese by locale", True, "名次" in chinese and "东区" in chinese and "试验 · 2015-03" in chinese)
    head = lambda which: run(RANK, "month", "--profile", profile, "--month", "2015-03", "--format", "md", "--columns", which).splitlines()[2]
    equal("the points alone", "| rank | code | district | group | W04 | W09 | W11 | total | note |", head("points"))
    equal("the total alone", "| rank | code | district | group | total | note |", head("total"))
    columns = lambda *options: run(RANK, "month", "--profile", profile, "--month", "2015-03", "--format", "csv", *options)
    equal("machines get all", columns(), columns("--columns", "total"))
    equal("markdown", True, "| --- |" in run(RANK, "month", "--profile", profile, "--month", "2015-03", "--format", "md"))
    each = list(csv.DictReader(io.StringIO(run(RANK, "month", "--profile", profile, "--year", "2015", "--each", "--format", "csv"))))
    equal("each month once", [f"2015-{m:02}" for m in range(1, 13)], sorted({row["period"] for row in each}))
    equal("same bytes again", *(run(RANK, "month", "--profile", profile, "--month", "2015-03", "--format", "csv") for _ in range(2)))


def check_refusals(profile):
    message = run(RANK, "month", "--profile", profile, "--month", "2014-12", status=2)
    equal("a profile dated after the period", True, "the profile holds from 2015-01-01, but 2014-12 begins on 2014-12-01" in message)
    message = run(RANK, "month", "--profile", profile, "--month", "2015-12", "--months", "2", status=2)
    equal("a rule that ends inside the period", True, "the profile holds until 2016-01-01" in message)
    message = run(RANK, "month", "--profile", "rank/profiles/guangzhou-monthly.yaml", "--month", "2022-12", status=2)
    equal("another zone", True, "the rollups are summed in America/New_York" in message)


def test(folder):
    profile = os.path.join(folder, "planted.yaml")
    with open(profile, "w", encoding="utf-8") as file:
        file.write(PROFILE)
    rng = random.Random(311)
    tickets = [make_ticket(rng, number) for number in range(400)]
    dispatches = [(code, dt.date(2015, 3, 1) + dt.timedelta(days=i), 5 + i, i % 3) for i, code in enumerate(["01", "02", "03", "01"])]
    plant(tickets, dispatches)
    march = (dt.date(2015, 3, 1), dt.date(2015, 4, 1))
    check_month(tickets, dispatches, profile, ["--month", "2015-03"], march, "March")
    check_month(tickets, dispatches, profile, ["--month", "2015-02", "--months", "3"], (dt.date(2015, 2, 1), dt.date(2015, 5, 1)), "spring")
    check_month(tickets, dispatches, profile, ["--year", "2015"], (dt.date(2015, 1, 1), dt.date(2016, 1, 1)), "year")
    check_figures(tickets)
    check_output(profile)
    check_refusals(profile)


in_a_database("rank_planted", {"areas": "code,kind,parent,name_zh,name_en,group,valid_from,valid_until,aliases\n"
              + "".join(f"{code},district,,{chinese},{english},{group},,,\n" for code, (english, chinese, group) in DISTRICTS.items())}, test)
