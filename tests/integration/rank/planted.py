"""What the planted tests of cityops-rank share: a database of their own, the programs, and arithmetic on fractions.

Each test runs as: test_NAME.py CITYOPS-DB CITYOPS-RANK, on the server that PGHOST names.
"""
import math
import os
import subprocess
import sys
import tempfile
from fractions import Fraction

DB, RANK = sys.argv[1:3]
checks = 0


def equal(what, expected, got):
    global checks
    checks += 1
    if expected != got:
        sys.exit(f"FAILED: {what}: expected {expected!r}, got {got!r}")


def sql(statements):
    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"], input=statements, text=True, check=True, stdout=subprocess.DEVNULL)


def sql_rows(query):
    """The first column of each row, as text."""
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", query], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def run(program, *arguments, status=0, lang="C.UTF-8"):
    environment = dict(os.environ, LC_ALL=lang, CITYOPS_WAIT="0")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, env=environment, check=False)
    equal(f"status of {arguments}: {done.stderr}", status, done.returncode)
    return done.stdout if status == 0 else done.stderr


def literal(value):
    return "null" if value is None else f"'{value}'"


def share(numerator, denominator):
    return (Fraction(numerator, denominator) if denominator else None, denominator)


def nearest(values, quantile):
    return values[math.ceil(quantile * len(values)) - 1]


def rounded(value, digits):
    scaled = math.floor(abs(value) * 10**digits * 2 + 1) // 2
    text = str(scaled).rjust(digits + 1, "0")
    return (text[:-digits] + "." + text[-digits:] if digits else text) if value >= 0 else "-" + text


def in_a_database(name, reference, test):
    """Calls test(FOLDER) with a migrated database of New York's zone that knows these reference data (CSV text by kind)."""
    if not os.environ.get("PGHOST"):
        print("SKIPPED: PGHOST is not set")
        return
    name = f"{name}_{os.getpid()}"
    os.environ["PGDATABASE"] = "postgres"
    sql(f"create database {name}")
    os.environ["PGDATABASE"] = name
    try:
        with tempfile.TemporaryDirectory() as folder:
            run(DB, "migrate", "--zone", "America/New_York")
            for kind, text in reference.items():
                path = os.path.join(folder, f"{kind}.csv")
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                run(DB, "load", kind, path)
            run(DB, "rebuild", "--rollups")
            test(folder)
    finally:
        os.environ["PGDATABASE"] = "postgres"
        sql(f"drop database {name} with (force)")
    print(f"{checks} checks against figures of an independent computation, all equal")
