#!/usr/bin/env python3
"""What profiles can say beyond indicators, against planted sums: test_rules.py CITYOPS-DB CITYOPS-RANK

Base, deductions and bonuses from adjustments, red and black lists, flagged targets. Every expectation is worked out by hand here.
"""
import csv
import io
import json
import os
import re

from planted import DB, RANK, equal, in_a_database, run, sql

DISTRICTS = ["01", "02", "03", "04", "05"]


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def plant(on_time_of_ten):
    """Ten orders due in March of each district, so many of them closed on time."""
    for code, on_time in on_time_of_ten.items():
        sql(f"insert into cityops.ticket_day select 1, 3, '2015-03-10', '{code}', 2, 0, 10, 10, 0, 0, 0, 0, 0, 0, 10, {on_time}, {10 - on_time}, "
            "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0;")


def rank(profile, *options, status=0):
    return run(RANK, "month", "--profile", profile, *(options or ["--month", "2015-03"]), "--format", "csv", status=status)


def rows_of(text):
    return {row["district"]: row for row in csv.DictReader(io.StringIO(text)) if row["row"] == "district"}


HEAD = "id: rules\nversion: 1\nvalid: {from: 2015-01-01}\nzone: America/New_York\nindicators:\n"
ITEMS = HEAD + """  - {id: W04, weight: 80, rule: proportional}
items:
  - {item: calls, type: entered, weight: 20, missing: zero}
  - {item: blame, type: deduction, most: 3}
  - {item: thanks, type: bonus, most: 2}
"""
COLUMNS = "subject,item,period,points,reason,evidence,date\n"


def load(folder, rows):
    run(DB, "load", "adjustments", write(folder, "adjustments.csv", COLUMNS + rows))


def check_adjustments(folder):
    profile = write(folder, "items.yaml", ITEMS)
    load(folder, "01,calls,2015-03,17.5,tested,memo 1,2015-04-01\n01,blame,2015-03,-2,late,memo 2,2015-03-20\n"
         "01,blame,2015-Q1,-9,yearly,memo 3,2015-03-20\n01,blame,2015-03,-1.25,late again,memo 4,2015-03-21\n"
         "02,thanks,2015-03,7,letters,memo 5,2015-03-22\n02,flowers,2015-03,1,?,memo 6,2015-03-22\n01,blame,2015-04,-3,later,memo 7,2015-04-22\n")
    equal("what is loaded counts only in the next generation", "72", rows_of(rank(profile))["01"]["total_exact"])
    run(DB, "rebuild", "--rollups")
    plant(PLANTED)
    rows = rows_of(rank(profile))
    equal("entered, and deductions up to their limit", ("17.50", "-3.00", "0.00", "173/2"), tuple(rows["01"][k] for k in ("calls", "blame", "thanks", "total_exact")))
    equal("a bonus up to its limit, nothing entered is zero", ("0.00", "2.00", "66"), tuple(rows["02"][k] for k in ("calls", "thanks", "total_exact")))
    facts = json.loads(run(RANK, "month", "--profile", profile, "--month", "2015-03", "--format", "json"))["facts"]
    equal("an item that the profile lacks is said", ("4", "1"), (facts["adjustments_used"], facts["adjustments_unused"]))
    quarter = rows_of(rank(profile, "--month", "2015-01", "--months", "3"))
    equal("a quarter holds its months' and its own", "-3.00", quarter["01"]["blame"])
    equal("the quarter's bonus", "2.00", quarter["02"]["thanks"])
    load(folder, "01,blame,2015-03,2,wrong sign,memo,2015-03-20\n")
    run(DB, "rebuild", "--rollups")
    plant(PLANTED)
    equal("a deduction that adds", True, 'line 2 of the adjustments that are loaded: the item "blame" is a deduction: write points below 0' in rank(profile, status=2))
    load(folder, "01,calls,2015-03,15,a,memo,2015-03-20\n01,calls,2015-03,6,b,memo,2015-03-20\n")
    run(DB, "rebuild", "--rollups")
    plant(PLANTED)
    equal("more than the weight", True, 'line 3 of the adjustments that are loaded: the item "calls" is a part of the full mark: its points lie between 0 and its weight'
          in rank(profile, status=2))


def check_lists(folder):
    profile = write(folder, "lists.yaml", HEAD + "  - {id: W04, weight: 100, rule: proportional}\nlists: {red: {places: 1, of: group}, black: {places: 1, of: all}}\n")
    rows = rows_of(rank(profile))
    equal("lists", {"05": "", "01": "red", "02": "red", "03": "black", "04": "black"}, {code: row["list"] for code, row in rows.items()})


def check_target(folder):
    profile = write(folder, "target.yaml", HEAD + "  - {id: W04, weight: 100, rule: {type: ratio-to-target, target: 60, over-target: 30, over-deduction: 5}}\n")
    rows = rows_of(rank(profile))
    equal("a target exceeded by half", ("95", "target mis-set? exceeded by more than 30 % (W04)"), (rows["01"]["total_exact"], rows["01"]["note"]))
    equal("a target missed", ("200/3", ""), (rows["03"]["total_exact"], rows["03"]["note"]))


def wilson(successes, n):
    share, z2 = successes / n, 1.959963984540054**2
    reach = (z2 * share * (1 - share) / n + z2 * z2 / (4 * n * n)) ** 0.5
    return tuple(f"{100 * (share + z2 / (2 * n) + sign * reach) / (1 + z2 / n):.2f}" for sign in (-1, 1))


def check_own(folder):
    """late of due, defined in the profile; and intervals on request."""
    profile = write(folder, "own.yaml", HEAD + "  - {define: {id: X1, source: tickets, cohort: due, better: lower, numerator: [due, -on_time], denominator: [due]}, "
                    "weight: 100, rule: {type: proportional, full: 100}}\n  - {id: W04, rule: watched}\n  - {id: W09, rule: watched}\n")
    deviation = write(folder, "deviation.yaml", HEAD + "  - {id: P02, of: W04, target: 80, rule: watched}\n  - {id: W04, weight: 100, rule: proportional}\n")
    equal("90 % is an eighth above a target of 80 %", "12.50", rows_of(rank(deviation))["01"]["P02"])
    equal("40 % is half below it", "-50.00", rows_of(rank(deviation))["03"]["P02"])
    rows = rows_of(rank(profile))
    equal("late orders", ("10.00", "10", "90"), tuple(rows["01"][key] for key in ("X1", "X1_n", "total_exact")))
    equal("the best of those that are late least", "1", rows["01"]["rank"])
    equal("no intervals unasked", False, "W04_low" in rows["01"])
    rows = rows_of(rank(profile, "--month", "2015-03", "--wilson"))
    for code, on_time in PLANTED.items():
        equal(f"interval of {code}", wilson(on_time, 10), (rows[code]["W04_low"], rows[code]["W04_high"]))
    plain, shrunk = rank(profile, "--month", "2015-03"), rank(profile, "--month", "2015-03", "--shrinkage")
    standing = lambda text: [(row["rank"], row["total_exact"], row["W04"]) for row in csv.DictReader(io.StringIO(text))]
    equal("shrinkage decides no rank", standing(plain), standing(shrunk))
    drawn = {row["district"]: row for row in csv.DictReader(io.StringIO(shrunk)) if row["row"] == "district"}
    models = re.findall(r"(inner|outer) W04: mean ([0-9.]+) %, weight ([0-9.e+]+) cases", drawn["01"]["shrinkage"])
    equal("both groups have a model of their own", ["inner", "outer"], sorted(group for group, _, _ in models))
    for group, mean, weight in models:
        members = {code: on_time for code, on_time in PLANTED.items() if (code in ("01", "03")) == (group == "inner")}
        for code, on_time in members.items():
            expected = 100 * (on_time + float(weight) * float(mean) / 100) / (10 + float(weight))
            equal(f"{code} is drawn towards its group's mean: {expected}", True, abs(float(drawn[code]["W04_shrunk"]) - expected) < 0.02)
    equal("no interval of no cases", ("", ""), (rows["01"]["W09_low"], rows["01"]["W09_high"]))


def check_versions(folder):
    """Months before and after a change of the rule, each by the version that holds in it."""
    older = write(folder, "older.yaml", HEAD.replace("2015-01-01}", "2015-01-01, until: 2015-04-01}") + "  - {id: W04, weight: 100, rule: proportional}\n")
    newer = write(folder, "newer.yaml", HEAD.replace("version: 1", "version: 2").replace("2015-01-01}", "2015-04-01}")
                  + "  - {id: W04, weight: 100, rule: {type: proportional, full: 200}}\n")
    both = f"{older},{newer}"
    each = list(csv.DictReader(io.StringIO(run(RANK, "month", "--profile", both, "--month", "2015-02", "--months", "3", "--each", "--format", "csv"))))
    apart = [row for path, month in ((older, "2015-02"), (older, "2015-03"), (newer, "2015-04"))
             for row in csv.DictReader(io.StringIO(run(RANK, "month", "--profile", path, "--month", month, "--format", "csv")))]
    equal("each month by its version is the month ranked by it alone", apart, each)
    equal("three months by two versions", [("2015-02", "1"), ("2015-03", "1"), ("2015-04", "2")], sorted({(row["period"], row["profile_version"]) for row in each}))
    equal("without --each the version is chosen, too", "2", list(csv.DictReader(io.StringIO(rank(both, "--month", "2015-04"))))[0]["profile_version"])
    other = write(folder, "other.yaml", HEAD.replace("version: 1", "version: 2").replace("2015-01-01}", "2015-04-01}") + "  - {id: W01, weight: 100, rule: share-of-total}\n")
    equal("tables of other columns, one array", ["2015-03", "2015-04"], [document["facts"]["period"] for document in
          json.loads(run(RANK, "month", "--profile", f"{older},{other}", "--month", "2015-03", "--months", "2", "--each", "--format", "json"))])
    equal("of one month, too", 1, len(json.loads(run(RANK, "month", "--profile", both, "--month", "2015-03", "--each", "--format", "json"))))
    for sentence, profiles, *options in (
            ("older.yaml and ", f"{older},{other}", "--each"), (f"{other} have other columns, which one CSV file cannot hold", f"{older},{other}", "--each"),
            ("rank the months before and after the change apart, each by its version (month --each --profile FILE,FILE)", both),
            ("are both rules version 1", f"{older},{older}", "--each")):
        message = rank(profiles, "--month", "2015-03", "--months", "2", *options, status=2)
        equal(f"{sentence}: {message}", True, sentence in message)


def check_names(folder):
    """No key of a profile may be the name of another column: JSON would keep one of the two."""
    profile = write(folder, "items.yaml", ITEMS)
    heads = set()
    for options in (["--month", "2015-03", "--wilson", "--shrinkage", "--cut-off"], ["--month", "2015-03", "--printed", "missing"], ["--month", "2015-03", "--months", "3"]):
        head = rank(profile, *options).splitlines()[0].split(",")
        equal("each name once", len(head), len(set(head)))
        heads |= set(head)
    for name in sorted(heads - {"W04"}):
        taken = write(folder, "taken.yaml", HEAD + f"  - {{id: W04, weight: 80, rule: proportional}}\n  - {{id: W05, key: {name}, rule: watched}}\n"
                      + ITEMS[ITEMS.index("items:"):])
        message = run(RANK, "profiles", "check", taken, status=2)
        equal(f"{name} is a column: {message}", True, f'"{name}"' in message)


def check_bad_input(folder):
    """Each is a clear error or a stated flag, by name."""
    good = HEAD + "  - {id: W04, weight: 100, rule: proportional}\n"
    profile = write(folder, "good.yaml", good)

    def refused(what, text, sentence, *options):
        message = rank(write(folder, "bad.yaml", text), *options, status=2)
        equal(f"{what}: {message}", True, sentence in message)

    sql("update cityops.ticket_day set cohort = 1, due = 0, on_time = 0, late = 0 where district = '02'")
    rows = rows_of(rank(profile))
    equal("zero denominators: orders, but none due", ("", "0", "", "not ranked: no value of: W04"), tuple(rows["02"][key] for key in ("W04", "W04_n", "rank", "note")))
    equal("missing districts: one without anything is listed", ("", "not ranked: no orders"), tuple(rows["05"][key] for key in ("rank", "note")))
    refused("a profile dated after the period", good, "bad.yaml: the profile holds from 2015-01-01, but 2014-12 begins on 2014-12-01: take an earlier version",
            "--month", "2014-12")
    refused("a rule that changes inside the period", good.replace("2015-01-01}", "2015-01-01, until: 2015-08-01}"), "bad.yaml: the profile holds until 2015-08-01, but "
            "2015 lasts until 2016-01-01: rank the months before and after the change apart, each by its version (month --each --profile FILE,FILE)", "--year", "2015")
    refused("weights that do not add up", good.replace("100", "95"), "bad.yaml:6:6: the weights add up to 95, but total.full says 100")
    refused("unknown ids", good.replace("W04", "W99"), 'bad.yaml:6:10: unknown indicator "W99"; did you mean "W09"?')
    good_profile = write(folder, "whom.yaml", good)
    for what, sentence, *options in (
            ("a version of figures that nobody asked for", "add --printed missing (or first), or leave it out", "--month", "2015-03", "--printed-version", "1"),
            ("intervals of printed shares", "--wilson is worked out from counted cases", "--month", "2015-03", "--printed", "missing", "--wilson"),
            ("printed shares drawn to a mean", "--shrinkage is worked out from counted cases", "--month", "2015-03", "--printed", "first", "--shrinkage"),
            ("digits of full width", "--month ２０１５-03: write a month as 2015-03; its digits or signs are full-width (全角)", "--month", "２０１５-03"),
            ("their number, too", "--months: '３' is not a whole number; its digits or signs are full-width", "--month", "2015-03", "--months", "３")):
        refused(what, good, sentence, *options)
    message = run(RANK, "whatif", "01", "x/2015-03", "--printed-version", "1", status=2)
    equal(f"printed figures of a published result: {message}", True, "figures of its own: leave --printed-version out" in message)
    message = run(RANK, "whatif", b"\xe7\x95\xaa\xff\xe7\xa6\xba", "--profile", good_profile, "--month", "2015-03", status=2)
    equal(f"a byte that is no letter: {message}", True, '"番\\xff禺" is nobody in rules 1' in message)
    message = run(DB, "load", "areas", write(folder, "overlap.csv", "code,kind,aliases\n01,district,Old\n02,district,Old\n"), status=2)
    equal(f"overlapping aliases: {message}", True, 'overlap.csv:2 and ' in message and 'district name "Old" means "01" and "02" on the same days' in message)
    facts = json.loads(run(RANK, "month", "--profile", profile, "--month", "2199-11", "--format", "json"))["facts"]
    equal("a month in the future is provisional, and says what is missing", ("provisional", "nothing was ever aggregated; no source has ever told how far it has published"),
          (facts["status"], facts["missing"]))
    message = run(RANK, "profiles", "check", profile, write(folder, "bad.yaml", good.replace("W04", "W99")), write(folder, "void.yaml", "id:\n"), status=2)
    equal(f"every file is looked at: {message}", [True] * 3, [sentence in message for sentence in
          ('bad.yaml:6:10: unknown indicator "W99"', "void.yaml:1:1: id must not be empty", "2 of 3 profiles cannot be used")])
    towns = write(folder, "towns.yaml", good + "subject: town\n")
    equal("nobody to rank", True, "nobody to rank: no area of this kind is known on these days" in run(RANK, "month", "--profile", towns, "--month", "2015-03"))


PLANTED = {"01": 9, "02": 8, "03": 4, "04": 4}


def test(folder):
    plant(PLANTED)
    check_lists(folder)
    check_target(folder)
    check_own(folder)
    check_versions(folder)
    check_names(folder)
    check_adjustments(folder)
    check_bad_input(folder)


in_a_database("rank_rules", {"areas": "code,kind,group\n" + "".join(f"{code},district,{'inner' if code in ('01', '03') else 'outer'}\n" for code in DISTRICTS)}, test)
