"""Every indicator of every district, as cityops.indicators says in SQL and as `cityops-rank month` prints it.

Alone: indicators_sql.py CITYOPS-RANK FOLDER ZONE MONTH..., on the database that PGDATABASE names; of its complete months exact
fractions too, from the documents of results that it announces.
"""
import csv
import datetime as dt
import io
import json
import os
import subprocess
import sys
from fractions import Fraction


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"FAILED: {' '.join(command)}: {done.stderr}")
    return list(csv.DictReader(io.StringIO(done.stdout)))


def catalogue(rank):
    return [row["id"] for row in output(rank, "indicators", "--format", "csv")]


def profile(rank, zone, caliber="{}", quantile="0.5", cohort=None, weights="[0, 0, 0, 1, 1]", hours="[7, 8, 17, 18]", days="working", starts_on=1, within=24,
            required="[nature, category1]", target="{of: W04, target: 80}"):
    """A rule that watches the whole catalogue."""
    lines = [f"id: catalogue\nversion: 1\nvalid: {{from: 2010-01-01}}\nzone: {zone}\nmonth-starts-on: {starts_on}\ncaliber: {caliber}\nindicators:"]
    rows = {row["id"]: row for row in output(rank, "indicators", "--format", "csv")}
    for row in rows.values():
        settings = [f"id: {row['id']}", "weight: 100, rule: {type: proportional, full: 100}" if row["id"] == "W04" else "rule: watched"]
        counted = rows[target.split()[1].strip(",")] if row["id"] == "P02" else row
        if cohort and cohort in counted["cohort"].partition("(or ")[2].rstrip(")").split(", "):
            settings.append(f"cohort: {cohort}")
        if row["formula"].startswith("quantile"):
            settings.append(f"quantile: {quantile}")
        if row["id"] in ("T02", "T03"):
            settings.append(f"hours: {hours}, days: {days}")
        if row["id"] in ("W20", "D02"):
            settings.append(f"within: {{hours: {within}}}")
        if row["id"] == "D01":
            settings.append(f"require: {required}")
        if row["id"] == "P02":
            settings.append(target.strip("{}"))
        if row["id"] in ("W09", "W19", "M02"):
            settings.append(f"satisfaction-weights: {weights}")
        lines.append("  - {" + ", ".join(settings) + "}")
    return "\n".join(lines) + "\n"


def compare(rank, folder, equal, zone, period, arguments, **options):
    """Of the command's period and the function's arguments. Returns the indicators that count something somewhere."""
    path = os.path.join(folder, "catalogue.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(profile(rank, zone, **options))
    printed = {row["district"]: row for row in output(rank, "month", "--profile", path, *period, "--format", "csv") if row["row"] in ("district", "unassigned")}
    selected = output("psql", "-X", "-q", "--csv", "-v", "ON_ERROR_STOP=1", "-c", f"select * from cityops.indicators({arguments})")
    queried = {(row["district"], row["indicator"]): row for row in selected}
    equal(f"{period}: each once", len(selected), len(queried))
    counted = set()
    for district, row in printed.items():
        for name in catalogue(rank):
            said = (row[name], row[name + "_n"])
            got = queried.pop((district, name), None)
            # a district that is not there any more, and of which nothing counts, has no row in SQL
            equal(f"{period} {district} {name}", said, (got["shown"], got["n"]) if got else ("" if row[name] == "" else "0", "0"))
            if got and got["n"] != "0" and got["shown"] != "0":
                counted.add(name)
    equal(f"{period}: nothing else in SQL", {}, queried)
    return counted


def compare_exactly(rank, folder, equal, month, arguments):
    done = subprocess.run([rank, "announce", "--profile", os.path.join(folder, "catalogue.yaml"), "--month", month, "--appeals-until", "2030-01-01",
                           "--document"], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"FAILED: announce {month}: {done.stderr}")
    stored = {(row["code"], name): figure for row in json.loads(done.stdout)["rows"] for name, figure in row["indicators"].items()}
    for row in output("psql", "-X", "-q", "--csv", "-v", "ON_ERROR_STOP=1", "-c", f"select * from cityops.indicators({arguments})"):
        figure = stored.pop((row["district"], row["indicator"]))
        value = Fraction(row["numerator"]) / Fraction(row["denominator"] or 1) if row["numerator"] and row["denominator"] != "0" else None
        if row["indicator"] == "P02" and value is not None:
            value = (100 * value - 80) / 80
        equal(f"{month} {row['district']} {row['indicator']} exactly", (Fraction(figure["value"]) if figure["value"] else None, str(figure["n"])), (value, row["n"]))
        if value is not None:
            equal(f"{row} as a decimal", True, abs(Fraction(row["value"]) - value) < Fraction(1, 10**12))
    equal(f"{month}: of others nothing was counted", {}, {key: figure for key, figure in stored.items() if figure["n"] or figure["numerator"] not in (None, "0")})


def main():
    rank, folder, zone, *months = sys.argv[1:]
    compared = 0

    def equal(what, expected, got):
        nonlocal compared
        compared += 1
        if expected != got:
            sys.exit(f"FAILED: {what}: the command says {expected!r}, SQL {got!r}")
    for month in months:
        first = dt.date.fromisoformat(month + "-01")
        arguments = f"'{first}', ('{first}'::date + interval '1 month')::date, target_of => 'W04', target => 80"
        compare(rank, folder, equal, zone, ["--month", month], arguments)
        compare_exactly(rank, folder, equal, month, arguments)
    print(f"{compared} figures, each the same")


if __name__ == "__main__":
    main()
