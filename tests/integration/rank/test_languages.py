#!/usr/bin/env python3
"""Every command of cityops-rank in Chinese and English: test_languages.py CITYOPS-DB CITYOPS-RANK

For people every word is of the language, by --lang and by the locale, but for ids, units and names, and columns stay apart at every
display cell; for machines everything is the same in both, but what is called a name, a note or words.
"""
import csv
import io
import itertools
import json
import os
import re
import subprocess
import sys
import unicodedata

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "harness"))
from latin_words import strangers
from planted import RANK, equal, in_a_database, run, sql, sql_rows

AREAS = """code,kind,parent,name_zh,name_en
01,district,,东区,East
02,district,,很长的西城区,West
V1,village,01,一村,Villageone
V2,village,02,很长的二村,Villagetwo
"""
PROFILE = """id: languages
version: 1
title: {zh: 考核, en: assessment}
valid: {from: 2015-01-01}
zone: America/New_York
indicators:
  - {id: O03, rule: watched}
  - {id: W04, weight: 100, rule: proportional}
"""
PLANTED = """
insert into cityops.ledger (cluster, topic, partition, origin_offset, next_offset, generation, end_seen_at) values ('c', 't', 0, 0, 1, 1, '2016-01-01Z');
insert into cityops.source_progress (cluster, topic, source, progress_until) values ('c', 't', 's', '2016-01-01Z');
"""
LISTS = """id: lists
version: 1
title: {zh: 红黑榜, en: lists}
valid: {from: 2015-01-01}
zone: America/New_York
indicators:
  - {id: W04, weight: 60, minimum-denominator: 15, rule: {type: ratio-to-target, target: 20, over-target: 30}}
  - {id: W09, cohort: closed, weight: 30, rule: proportional}
  - {define: {id: shape, source: tickets, cohort: due, better: higher, numerator: [on_time], denominator: [due]}, title: {zh: 自定义, en: own}, weight: 10, rule: proportional}
lists: {red: {places: 1, of: all}, black: {places: 1, of: all}}
"""
CHINESE = re.compile("[\u4e00-\u9fff]")
NAMES = ("languages", "V1", "V2", r"t\[0\]", "s", r"languages/2015-03/(announced|final)", r".*/languages\.yaml", os.environ.get("PGUSER", "postgres"))
SPOKEN = re.compile("name|note|.*_name|.*_words|.*_zh|.*_en")  # of machines' columns those in the chosen language


def cells(line):
    """One place for each cell of a terminal."""
    return "".join(c + ("\0" if unicodedata.east_asian_width(c) in "WF" else "") for c in line)


def columns_apart(lines):
    """How many columns a table shows, told by the cells that are blank in every line."""
    grid = [cells(line) for line in lines]
    width = max(map(len, grid))
    inked = "".join("x" if any(line.ljust(width)[i] != " " for line in grid) else " " for i in range(width))
    return len(inked.split())


def table_of(text, heading):
    """The lines from the heading on that are no facts, up to a blank one: another table."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.split()[:1] == [heading])
    return [line for line in itertools.takewhile(bool, lines[start:]) if not re.match(r"[^ ]+( [^ ]+)*: ", line)]


def check_chinese(name, command, *allowed):
    """In what people read in Chinese no word is English."""
    for form in ("table", "md"):
        equal(f"{name} in Chinese ({form}): words that are none", [], strangers(run(RANK, *command, "--lang", "zh", "--format", form), (*NAMES, *allowed)))


def spoken(row):
    return {key: value for key, value in row.items() if not SPOKEN.fullmatch(key)}


def check_table(name, command, heading_zh, heading_en, least, *allowed):
    for lang, locale, heading in (("zh", "zh_CN.UTF-8", heading_zh), ("en", "C.UTF-8", heading_en)):
        text = run(RANK, *command, "--lang", lang)
        lines = table_of(text, heading)
        equal(f"{name} in {lang}: the language of its heading", lang == "zh", bool(CHINESE.search(lines[0])))
        equal(f"{name} in {lang}: {least} columns stay apart: {lines[:3]}", True, columns_apart(lines) >= least)
        equal(f"{name}: the locale says {lang} as well as --lang", text, run(RANK, *command, lang=locale))
        equal(f"{name}: --lang is stronger than the locale", text, run(RANK, *command, "--lang", lang, lang="en_US.UTF-8" if lang == "zh" else "zh_CN.UTF-8"))
    check_chinese(name, command, *allowed)
    rows = {lang: list(csv.DictReader(io.StringIO(run(RANK, *command, "--lang", lang, "--format", "csv")))) for lang in ("zh", "en")}
    equal(f"{name}: csv says the same in both", *([spoken(row) for row in rows[lang]] for lang in ("en", "zh")))
    equal(f"{name}: keys are English", [], [key for row in rows["zh"] for key in row if CHINESE.search(key)])
    keys = lambda value: ({k: keys(v) for k, v in value.items()} if isinstance(value, dict) else [keys(v) for v in value] if isinstance(value, list) else None)
    documents = [json.loads(run(RANK, *command, "--lang", lang, "--format", "json")) for lang in ("zh", "en")]
    equal(f"{name}: json has the same keys in both", keys(documents[0]), keys(documents[1]))
    equal(f"{name}: json says the same in both", *([spoken(row) for row in document["rows"]] for document in documents))
    equal(f"{name}: json has the same facts in both", *(document.get("facts") for document in documents))


def plant_tickets():
    """01 closed 7 of its 10 due orders in time, 02 17 of 20."""
    names = [row for row in sql_rows("select column_name from information_schema.columns where table_name = 'ticket_day' and data_type = 'bigint'")]
    for district, due, on_time in (("01", 10, 7), ("02", 20, 17)):
        counted = {"tickets": due, "closed": on_time, "due": due, "on_time": on_time, "due_open": due - on_time, "visited": 4, "result_2": 1, "result_4": 3}
        sql(f"insert into cityops.ticket_day (slot, cohort, day, district, nature, flags, {', '.join(names)}) values "
            + ", ".join(f"(0, {cohort}, '2015-04-01', '{district}', 0, 0{''.join(f', {counted.get(name, 0)}' for name in names)})" for cohort in (1, 2, 3)))


def check_sentences(path):
    """What is missing, and what the sides of a difference are: of a month that is not complete."""
    missing = {"zh": "分区 t[0] 在期末之后尚未读至末尾；来源 s 尚未发布期末之前的全部事件",
               "en": "partition t[0] was not yet seen to its end after the period; source s has not published everything up to the period's end"}
    later = ["--profile", path, "--month", "2016-05"]
    sides = ["languages/2015-03/final", "--profile", path, "--month", "2015-03"]
    for lang, locale in (("zh", "zh_CN.UTF-8"), ("en", "C.UTF-8")):
        for how, options in ((f"--lang {lang}", {"lang": "C.UTF-8" if lang == "zh" else "zh_CN.UTF-8"}), (f"the locale {locale}", {"lang": locale})):
            chosen = ["--lang", lang] if how.startswith("--") else []
            said = run(RANK, "month", *later, *chosen, **options)
            equal(f"month by {how}: what is missing", [True, False], [missing[which] in said for which in (lang, "en" if lang == "zh" else "zh")])
            said = [line for line in run(RANK, "diff", *sides, *chosen, **options).splitlines() if re.match("(left|right|左|右): ", line)]
            equal(f"diff by {how}: two sides", 2, len(said))
            words = ("rule sha256", "reference", "fold", "generation", "cut-off", "as known now") if lang == "en" else ("规则", "参考数据", "折叠", "汇总代次", "截止点", "按现有事件")
            equal(f"diff by {how}: its words: {said}", [], [word for word in words if word not in said[1]])
            equal(f"diff by {how}: words of one language only: {said}", lang == "zh", any(CHINESE.search(line) for line in said))
            equal(f"diff by {how}: no English in Chinese", lang == "en", any(re.search("rule|reference|known", line) for line in said))
    facts = [json.loads(run(RANK, *command, "--lang", lang, "--format", "json"))["facts"] for command in (["month", *later], ["diff", *sides]) for lang in ("zh", "en")]
    equal("machines read what is missing in English", [missing["en"]] * 2, [fact["missing"] for fact in facts[:2]])
    equal("machines read the same sides", *[(fact["left_is"], fact["right_is"]) for fact in facts[2:]])


def test(folder):
    path = os.path.join(folder, "languages.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(PROFILE)
    lists = os.path.join(folder, "lists.yaml")
    with open(lists, "w", encoding="utf-8") as file:
        file.write(LISTS)
    with open(lists.replace("lists", "few"), "w", encoding="utf-8") as file:
        file.write(LISTS.replace("minimum-denominator: 15, ", ""))
    month = ["--month", "2015-03"]
    check_table("month of nothing", ["month", "--profile", path, *month], "名次", "rank", 4, "cityops-db", "load", "areas", "rebuild", "rollups")
    said = subprocess.run([RANK, "results"], capture_output=True, text=True, check=True)
    equal("no results: said beside the data", (True, ""), ("nothing has been published yet" in said.stderr, said.stdout))
    sql(PLANTED)
    names = "problems notices assigned due rectified on_time late due_open rectified_before_found rectification_seconds rechecked recheck_failed settled".split()
    sql(f"insert into cityops.problem_month (slot, cohort, month, district, village, theme, flags, {', '.join(names)}) values "
        + ", ".join(f"(0, 1, '2015-03-01', '0{i}', '{village}', 1, 0{f', {n}' * len(names)})" for i, village, n in ((1, "V1", 5), (2, "V2", 12345), (1, "", 3))))
    check_table("month", ["month", "--profile", path, *month], "名次", "rank", 4)
    check_table("villages", ["villages", *month], "名次", "rank", 6)
    plant_tickets()
    april = ["--month", "2015-04"]
    check_table("month with lists and intervals", ["month", "--profile", lists, *april, "--wilson", "--shrinkage"], "名次", "rank", 6, "lists", "shape")
    for more in ([], ["--together", "1", "--rank", "1"]):
        check_table(f"whatif {more}", ["whatif", "01", "--profile", path, *april, *more], "指标", "indicator", 6)
    check_table("explain", ["explain", "01", "--profile", path, *april, "--top", "0"], "指标", "indicator", 6)
    check_table("brief", ["brief", "--day", "2015-04-01"], "六情", "condition", 6, "Bonferroni")
    check_table("whatif of several indicators", ["whatif", "01", "--profile", lists.replace("lists", "few"), *april], "指标", "indicator", 6, "lists", "shape")
    drawn = "Beta", "Dirichlet", "Gamma", "Jeffreys", "Z", "Sobol", "Saltelli", "Jansen"
    for more in ([], ["01"]):
        check_table(f"robustness {more}", ["robustness", *more, "--profile", path, *april, "--draws", "200"], "名次", "rank", 1, *drawn)
    check_table("indicators", ["indicators"], "编号", "id", 6, "cityops-rank", "villages")
    catalogue = [line.split("|") for line in run(RANK, "indicators", "--lang", "zh", "--format", "md").splitlines() if re.match(r"\| [A-Z]\d\d ", line)]
    equal("indicators: every formula is Chinese", (True, []), (len(catalogue) > 30, [row[1] for row in catalogue if not CHINESE.search(row[6])]))
    for family in ("hotline", "hotline-subsets", "incident", "traffic", "inspection", "activity"):
        check_table(f"figures of {family}", ["figures", *month, "--family", family], "月份", "month", 5)
        headings = table_of(run(RANK, "figures", *month, "--family", family, "--lang", "zh"), "月份")[0].split()
        equal(f"figures of {family}: every heading is Chinese", [], [heading for heading in headings if not CHINESE.search(heading)])
        equal(f"figures of {family}: no heading is said twice", len(set(headings)), len(headings))
    check_table("announce", ["announce", "--profile", path, *month, "--appeals-until", "2015-04-10"], "名次", "rank", 4)
    check_table("close", ["close", "--profile", path, *month], "名次", "rank", 4)
    check_table("results", ["results"], "结果", "result", 5)
    check_table("a result", ["results", "languages/2015-03/final"], "名次", "rank", 4)
    for figure in ("total", "W04", "rank"):
        check_table(f"vintages of {figure}", ["vintages", "01", "--of", figure, "--closings", "--profile", path, *month, "--months", "2"], "月份", "month", 3)
    for command in (["prove", "languages/2015-03/final"], ["profiles", "check", path], ["diff", "languages/2015-03/final"]):
        equal(f"{command} in Chinese: words that are none", [], strangers(run(RANK, *command, "--lang", "zh"), NAMES))
        for lang in ("zh", "en"):
            text = run(RANK, *command, "--lang", lang)
            equal(f"{command} in {lang}", lang == "zh", bool(CHINESE.search(text)))
            equal(f"{command}: the locale says {lang} too", text, run(RANK, *command, lang="zh_CN.UTF-8" if lang == "zh" else "C.UTF-8"))
    check_sentences(path)
    commands = re.findall(r"^  ([a-z]+)  ", run(RANK, "--help"), re.M)
    equal("the commands are found", True, {"month", "prove", "restate"} <= set(commands))
    for command in commands:
        equal(f"{command} takes --lang", True, command == "help" or "--lang LANGUAGE" in run(RANK, command, "--help"))


in_a_database("rank_languages", {"areas": AREAS}, test)
