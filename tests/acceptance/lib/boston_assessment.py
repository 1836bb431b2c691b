#!/usr/bin/env python3
"""What was published of a month of Boston, against the city's own rows.

    boston_assessment.py diff BEFORE AFTER MONTH FINAL.csv RESTATED.csv DIFF.csv
        two extracts, what `cityops-rank results RESULT --format csv` printed of both results, and of `diff` between them
    boston_assessment.py whatif ROWS MONTH NEIGHBOURHOOD WHATIF.csv
        an extract, and what `cityops-rank whatif` printed: the orders in time that the neighbourhood lacks of the next better rank

Counts rows, ranks shares and takes medians anew, by the rule of rank/profiles/boston-on-time.yaml; shares nothing with the program.
Prints "ok: ..." or "NOT ok: ..." for each figure.
"""
import csv
import datetime as dt
import gzip
import sys
from collections import defaultdict
from fractions import Fraction
from zoneinfo import ZoneInfo

MINIMUM = 5
LAYOUT = "%m/%d/%Y %I:%M:%S %p"
ZONE, UTC = ZoneInfo("America/New_York"), dt.timezone.utc
csv.field_size_limit(1 << 30)
broken = 0


def told(fine, sentence):
    global broken
    broken += not fine
    print(f"{'ok' if fine else 'NOT ok'}: {sentence}")


def compare(sentence, expected, found):
    wrong = [f"{key}: expected {expected.get(key)}, found {found.get(key)}" for key in sorted(set(expected) | set(found), key=str) if expected.get(key) != found.get(key)]
    for line in wrong[:10]:
        print(line)
    told(expected and not wrong, f"{sentence}, {len(wrong)} different")


def instant(text):
    """Local times of an hour that comes twice are the earlier ones; those of an hour that does not exist are as before the change."""
    return dt.datetime.strptime(text, LAYOUT).replace(tzinfo=ZONE).astimezone(UTC) if text else None


class Month:
    """What an extract counts in one month, by ticket and by neighbourhood."""

    def __init__(self, path, month):
        self.terms = {}  # (neighbourhood, indicator, term, ticket): 1
        self.sums = defaultdict(int)
        self.hours = defaultdict(list)  # of neighbourhoods: seconds
        self.places = set()
        with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                place = row["neighborhood"].strip() or "(missing)"  # an area of its own
                if row["OPEN_DT"][6:10] + "-" + row["OPEN_DT"][:2] != month:
                    continue
                self.places.add(place)
                self.count(row["CASE_ENQUIRY_ID"].strip(), place, *(instant(row[name]) for name in ("OPEN_DT", "TARGET_DT", "CLOSED_DT")))

    def count(self, ticket, place, opened, due, closed):
        self.add(place, "W01", "numerator: received.tickets", ticket)
        if due:
            self.add(place, "W04", "denominator: received.due", ticket)
            if closed and closed <= due:
                self.add(place, "W04", "numerator: received.on_time", ticket)
        if closed and closed >= opened:
            self.add(place, "W18", "observed", ticket)
            self.hours[place].append(round((closed - opened).total_seconds()))

    def add(self, place, indicator, term, ticket):
        self.terms[place, indicator, term, ticket] = 1
        self.sums[place, indicator, term] += 1

    def share(self, place):
        due = self.sums[place, "W04", "denominator: received.due"]
        return Fraction(self.sums[place, "W04", "numerator: received.on_time"], due) if due >= MINIMUM else None

    def shares(self):
        return {place: self.share(place) for place in self.places if self.share(place) is not None}

    def median(self, place):
        times = sorted(self.hours[place])
        if not times:
            return ""
        hours = Fraction(times[(len(times) - 1) // 2] + times[len(times) // 2], 2) / 3600
        return str(Fraction(int(100 * hours + Fraction(1, 2)), 100))  # as it is printed: half up

    def figures(self):
        shares = self.shares()
        for place in self.places:
            share = self.share(place)
            rank = "" if share is None else str(1 + sum(other > share for other in shares.values()))
            yield place, (rank, "" if share is None else str(100 * share), str(self.sums[place, "W01", "numerator: received.tickets"]), self.median(place))


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def exact(text):
    return str(Fraction(text)) if text else ""


def diff(before_file, after_file, month, final, restated, difference):
    before, after = Month(before_file, month), Month(after_file, month)
    for name, extract, path in (("final", before, final), ("restated", after, restated)):
        found = {row["district"]: (row["rank"], exact(row["total_exact"]), row["W01"], exact(row["W18"])) for row in rows(path) if row["W01"] != "0" and row["row"] == "district"}
        compare(f"Boston {month} {name}: {len(found)} neighbourhoods' ranks, shares in time, requests and medians by {sum(extract.sums[place, 'W01', 'numerator: received.tickets'] for place in extract.places)} rows",
                dict(extract.figures()), found)
    keys = before.terms.keys() | after.terms.keys()
    expected = {key: (before.terms.get(key, 0), after.terms.get(key, 0)) for key in keys if before.terms.get(key, 0) != after.terms.get(key, 0)}
    parts = rows(difference)
    found = {(part["subject"], part["indicator"], part["what"], part["entity"]): (int(part["left"]), int(part["right"])) for part in parts if part["level"] == "entity-sum"}
    compare(f"Boston {month}: the difference ends at {len({key[3] for key in expected})} tickets, {len(expected)} numbers of them as the rows have it", expected, found)
    summed = defaultdict(int)
    for (place, indicator, term, _), (left, right) in expected.items():
        summed[place, indicator, term] += right - left
    compare(f"Boston {month}: {sum(value != 0 for value in summed.values())} sums differ by what those tickets add up to",
            {key: value for key, value in summed.items() if value},
            {(part["subject"], part["indicator"], part["what"]): int(part["difference"]) for part in parts if part["level"] == "sum" and part["difference"] != "0"})
    shares = (before.shares(), after.shares())
    compare(f"Boston {month}: totals differ as the shares do",
            {place: 100 * (shares[1][place] - shares[0][place]) for place in shares[0].keys() & shares[1].keys() if shares[0][place] != shares[1][place]},
            {part["subject"]: Fraction(part["difference"]) for part in parts if part["level"] == "total" and part["difference"] not in ("", "0")})


def whatif(path, month, place, answers):
    extract = Month(path, month)
    shares, due = extract.shares(), extract.sums[place, "W04", "denominator: received.due"]
    on_time = extract.sums[place, "W04", "numerator: received.on_time"]
    rank = 1 + sum(other > shares[place] for other in shares.values())
    moves = next(more for more in range(due - on_time + 1)
                 if 1 + sum(other > Fraction(on_time + more, due) for name, other in shares.items() if name != place) < rank)
    answer = next(row for row in rows(answers) if row["indicator"] == "W04")
    told((answer["outcome"], answer["moves"], exact(answer["value_after"])) == ("reached", str(moves), str(Fraction(on_time + moves, due) * 100)),
         f"Boston {month}: {place} leaves rank {rank} by {answer['moves']} requests more in time, of {due - on_time}: {on_time}/{due} counted, {moves} by trial")


{"diff": diff, "whatif": whatif}[sys.argv[1]](*sys.argv[2:])
sys.exit(1 if broken else 0)
