#!/usr/bin/env python3
"""reconcile_oracle.py RANK AREAS.csv MONTH FROM UNTIL SEED CASES NOW.csv INSTANT THEN.csv: plants ways of counting, prints their figures as people
do, and compares what `cityops-rank reconcile` finds with every combination counted here: from the columns of `cityops-db export states` as known
now and at an instant, and from the dispatches in the states' bytes (core/state_bytes.h), with code of its own.
"""
import bisect
import concurrent.futures
import csv
import datetime as dt
import itertools
import json
import random
import shlex
import subprocess
import sys
from fractions import Fraction

NATURES = ["not-stated", "enquiry", "request", "complaint", "report", "suggestion", "praise"]
FLAGS = ["excluded", "void", "duplicate"]
CHANNELS = {"all": {0, 1, 2}, "without-letters": {0, 2}, "phone": {0}, "letters": {1}}
SCOPES = {"district": ("district",), "towns": ("towns",), "units": ("units",), "towns-and-units": ("towns", "units")}
COHORTS = {"received": "received_at", "closed": "last_closed_at", "due": "due_at", "visited": "visited_at"}


# ---- tickets ----

class Areas:
    def __init__(self, rows):
        self.by_code = {row["code"]: row for row in rows}
        self.names = {}
        for row in rows:
            for name in {row["code"], row["name_zh"], row["name_en"], *row["aliases"].split("|")} - {""}:
                self.names[row["kind"], "" if name == '""' else name] = row["code"]

    def find(self, kind, name):
        return self.names.get((kind, name.strip()))

    def unit(self, name):
        return self.find("unit", name) or self.find("town", name)

    def above(self, code, kind="district"):
        while code and self.by_code[code]["kind"] != kind:
            code = self.by_code[code]["parent"]
        return code or None

    def districts(self):
        return [code for code, row in self.by_code.items() if row["kind"] == "district"]


class Bytes:
    def __init__(self, data):
        self.data, self.at = data, 0

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def number(self):
        shift = out = 0
        while True:
            byte = self.byte()
            out |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return out

    def signed(self):
        number = self.number()
        return number >> 1 if number % 2 == 0 else -(number >> 1) - 1

    def text(self, length):
        self.at += length
        return self.data[self.at - length:self.at].decode("utf-8", "replace")


def occurrences(data):
    """(kind, key) to {field: value of the greatest version}, and the versions of withdrawals."""
    b = Bytes(data)
    b.byte()
    out = {}
    if b.at == len(data):
        return out
    for _ in range(b.number()):
        length = b.number()
        b.text(b.number() if length == 0 else length)
    recorded, id_length = [], 0
    before = 0
    for _ in range(b.number()):
        head = b.number()
        delta = b.number()
        before += delta * 1_000_000 if head & 1 else delta
        recorded.append(before)
        if head & 2:
            b.number()
        if not head & 4:
            id_length = b.number()
        b.at += id_length // 2 if head & 8 else id_length
        b.at += 8
    for _ in range(b.number()):
        b.number(), b.number()
    kind, version = 0, None
    total, read = b.number(), 0
    while read < total:
        kind += b.number()
        key = b.text(b.number())
        field, slots = 0, {}
        for _ in range(b.number()):
            head = b.number()
            field += head >> 4
            if not head & 8:
                version = b.number()
            code = head & 7
            value = None
            if code == 1:
                value = b.signed()
            elif code == 2:
                value = b.text(b.number())
            elif code == 3:
                value = recorded[version] + b.signed() * 1_000_000
            elif code == 4:
                value = recorded[version] + b.signed()
            elif code == 5:
                value = 1
            elif code == 6:
                value = recorded[version]
            if field not in slots or version > slots[field][0]:
                slots[field] = (version, value)
            read += 1
        merged = out.setdefault((kind, key), {})
        for field, slot in slots.items():
            if field not in merged or slot[0] > merged[field][0]:
                merged[field] = slot
    return out


DISPATCH, STATED = 10, 1
AT, UNIT, SIGN_DUE, SIGNED, RETURNED = 5, 6, 7, 8, 9


def instant(text):
    if not text:
        return None
    day = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (day - dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)) // dt.timedelta(microseconds=1)


def dispatches(state):
    for (kind, _), fields in occurrences(bytes.fromhex(state)).items():
        value = {field: slot[1] for field, slot in fields.items()}
        if kind == DISPATCH and STATED in fields:
            yield value.get(AT), (value.get(UNIT) or "").strip(), value.get(SIGN_DUE), value.get(SIGNED), value.get(RETURNED)


def read_tickets(path, areas, begin, end):
    """What counts in [begin, end): {(what, weights, over): {(cohort, list, place, class, nature, flags): (numerator, denominator)}}."""
    cells = {}

    def add(what, cohort, places, ticket, numerator, denominator=0, weights=None, over=None):
        of_what = cells.setdefault((what, weights, over), {})
        for name, place in places.items():
            if place is not None:
                key = (cohort, name, place, *ticket)
                old = of_what.get(key, (0, 0))
                of_what[key] = (old[0] + numerator, old[1] + denominator)

    with open(path, encoding="utf-8", newline="") as file:
        lines = itertools.takewhile(lambda line: line.strip(), file)
        for row in csv.DictReader(lines):
            if row["table"] != "ticket":
                break
            unit, named = row["unit"].strip(), row["district"].strip()
            unit_code = areas.unit(unit) if unit else None
            if named:
                district = areas.find("district", named)
            else:
                district = areas.above(unit_code) or areas.find("district", unit) or areas.find("district", "")
            town, village = row["town"].strip(), row["village"].strip()
            lies = areas.find("town", town) if town else areas.find("village", village) if village else unit_code
            lies = areas.above(lies, "town")
            places = {"district": district or "unassigned", "towns": (areas.above(lies) or "unassigned") if lies else None,
                      "units": (areas.above(unit_code) or "unassigned") if unit_code else None}
            channel = int(row["channel"] or 0)
            ticket = (0 if channel == 1 else 1 if channel == 6 else 2, int(row["nature"] or 0), int(row["flags"]))
            of = list(dispatches(row["state"]))
            assert len(of) == int(row["dispatches"]), row
            due, first_closed = instant(row["due_at"]), instant(row["first_closed_at"])
            closed = bool(row["last_closed_at"])
            result = int(row["result"] or 0)
            for cohort, column in COHORTS.items():
                at = instant(row[column])
                if at is None or not begin <= at < end:
                    continue
                add("tickets", cohort, places, ticket, 1)
                add("dispatches", cohort, places, ticket, len(of))
                if cohort != "visited":
                    add("W04", cohort, places, ticket, int(due is not None and closed and first_closed <= due), int(due is not None))
                if cohort != "due":
                    add("W07", cohort, places, ticket, int(bool(row["visited_at"]) and row["solved"] == "true"), int(bool(row["visited_at"])))
                    for weights, tenths in WEIGHTS.items():
                        rated = 1 <= result <= 5
                        add("W09", cohort, places, ticket, tenths[result - 1] if rated else 0, 10 * rated, weights, "rated")
                        add("W09", cohort, places, ticket, tenths[result - 1] if rated else 0, 10 * bool(row["visited_at"]), weights, "visits")
                if cohort == "closed":
                    add("W12", cohort, places, ticket, int(int(row["reworks"]) > 0), int(closed))
            for at, to, sign_due, signed, returned in of:
                if at is None or not begin <= at < end:
                    continue
                own = dict(places)
                if to:
                    code = areas.unit(to)
                    own = {"district": (areas.above(code) if code else areas.find("district", to)) or "unassigned",
                           "units": (areas.above(code) or "unassigned") if code else None}
                    town_code = areas.above(code, "town") if code else None
                    own["towns"] = (areas.above(town_code) or "unassigned") if town_code else None
                add("dispatches", "dispatched", own, ticket, 1)
                add("W02", "dispatched", own, ticket, int(sign_due is not None and signed is not None and signed <= sign_due), 1)
                add("W11", "dispatched", own, ticket, int(returned is not None), 1)
    return cells


WEIGHTS = {"0,0,0,1,1": (0, 0, 0, 10, 10), "0,0,1,1,1": (0, 0, 10, 10, 10), "0,0,0.9,1,1": (0, 0, 9, 10, 10), "0,0,0.6,0.8,1": (0, 0, 6, 8, 10)}
USUAL_COHORTS = {"tickets": "received", "dispatches": "dispatched", "W04": "due", "W07": "received", "W09": "received", "W12": "closed",
                 "W11": "dispatched", "W02": "dispatched"}


# ---- every combination ----

class Space:
    """All ways of counting some things: values in the order of `at(position)`. `whats`: how many settings each thing's formula differs in."""

    def __init__(self, knowledge, whats, natures, districts, only=None):
        self.natures, self.bases, self.numerators, self.denominators = natures, [], [], []
        self.subsets = 1 << len(natures)
        self.whats, self.only = whats, only
        self.is_share = all(what.startswith("W") for what in whats)
        for known, cells in knowledge.items():
            for formula, of_what in cells.items():
                if formula[0] not in whats:
                    continue
                by = {}
                for (cohort, listed, place, group, nature, flags), pair in of_what.items():
                    by.setdefault(cohort, {}).setdefault((listed, place, group, flags), {})[nature] = pair
                for cohort, of_cohort in sorted(by.items()):
                    for (channels, groups), with_flags in itertools.product(CHANNELS.items(), range(8)):
                        self.add_lists(of_cohort, (formula, known, cohort), channels, groups, with_flags, districts)

    def add_lists(self, by, of, channels, groups, with_flags, districts):
        sums = {}
        for (listed, place, group, flags), natures in by.items():
            if group in groups and not flags & ~with_flags:
                vector = sums.setdefault((listed, place), [(0, 0)] * len(NATURES))
                for nature, pair in natures.items():
                    vector[nature] = (vector[nature][0] + pair[0], vector[nature][1] + pair[1])
        for scope, lists in SCOPES.items():
            for place in (["all", "districts", "mean"] if scope == "district" else ["all"]) + districts:
                if (self.only and place != self.only) or (place == "mean" and not self.is_share):
                    continue
                base = (*of, channels, with_flags, scope, place)
                if place == "mean":
                    self.add_mean(base, [self.subset_sums([sums.get(("district", one))]) for one in districts])
                else:
                    vectors = [vector for (listed, at), vector in sums.items() if listed in lists and
                               (place == "all" or at == place or (place == "districts" and at in districts))]
                    self.add(base, *self.subset_sums(vectors))

    def subset_sums(self, vectors):
        vectors = [vector for vector in vectors if vector]
        numerators, denominators = [0], [0]
        for nature in self.natures:
            numerator, denominator = sum(v[nature][0] for v in vectors), sum(v[nature][1] for v in vectors)
            numerators += [value + numerator for value in numerators]
            denominators += [value + denominator for value in denominators]
        return numerators, denominators

    def add(self, base, numerators, denominators):
        self.bases.append(base)
        self.numerators += numerators
        self.denominators += denominators if self.is_share else [1] * self.subsets

    def add_mean(self, base, districts):
        numerators, denominators = [], []
        for subset in range(self.subsets):
            shares = [Fraction(n[subset], d[subset]) for n, d in districts if d[subset]]
            mean = sum(shares) / len(shares) if shares else None
            numerators.append(mean.numerator if shares else 0)
            denominators.append(mean.denominator if shares else 0)
        self.add(base, numerators, denominators)

    def usable(self, position):
        return position % self.subsets != 0 and self.denominators[position] != 0

    def value(self, position):
        return Fraction((100 if self.is_share else 1) * self.numerators[position], self.denominators[position])

    def way(self, position):
        formula, known, cohort, channels, with_flags, scope, place = self.bases[position // self.subsets]
        subset = position % self.subsets
        natures = [NATURES[n] for i, n in enumerate(self.natures) if subset >> i & 1]
        return (*formula, known, cohort, "all" if len(natures) == len(self.natures) else ",".join(natures),
                ",".join(f for i, f in enumerate(FLAGS) if with_flags >> i & 1) or "none", channels, scope, place)

    def cost(self, position, first_known):
        formula, known, cohort, channels, with_flags, scope, place = self.bases[position // self.subsets]
        chosen = bin(position % self.subsets).count("1")
        left_out = len(self.natures) - chosen
        return (self.whats[formula[0]] + (formula[1] not in (None, "0,0,0,1,1")) + (formula[2] not in (None, "rated")) +
                min(left_out, chosen + 1) + (known != first_known) + (cohort != USUAL_COHORTS[formula[0]]) + (channels != "all") +
                (scope != "district") + bin(with_flags).count("1") + (not self.only and place != "all"))

    def sort(self):
        """Positions by value, for intervals."""
        self.order = sorted((p for p in range(len(self.numerators)) if self.usable(p)), key=self.sort_key)
        self.values = [self.sort_key(p) for p in self.order]

    def sort_key(self, position):  # floats first, exact where they are near
        return 100.0 * self.numerators[position] / self.denominators[position] if self.is_share else self.numerators[position]

    def fits(self, intervals):
        low, high = min(i[0] for i in intervals), max(i[1] for i in intervals)
        first = bisect.bisect_left(self.values, float(low) - 1e-6)
        last = bisect.bisect_right(self.values, float(high) + 1e-6)
        return {p for p in self.order[first:last] if any(i[0] <= self.value(p) < i[1] for i in intervals)}

    def nearest(self, printed, intervals, count):
        """Different values that do not fit, nearest first."""
        right = bisect.bisect_left(self.values, float(printed))
        left, out = right - 1, []
        seen = set()

        def take(position):
            value = self.value(position)
            if value not in seen and not any(i[0] <= value < i[1] for i in intervals):
                out.append(value)
            seen.add(value)

        while (left >= 0 or right < len(self.order)) and len(out) < count + 2:
            if right == len(self.order) or (left >= 0 and printed - self.values[left] <= self.values[right] - printed):
                take(self.order[left])
                left -= 1
            else:
                take(self.order[right])
                right += 1
        return sorted(abs(value - printed) for value in out)[:count]


# ---- figures as people print them ----

def print_figure(draw, value, is_share):
    """The text, its value, the interval of each rounding, and the rounding to tell."""
    digits = draw.choice([1, 2, 2, 2, 3]) if is_share else 0
    unit = 1
    if not is_share and value >= 2000 and draw.random() < 0.5:
        unit, digits = 10000, draw.choice([2, 3])
    step = Fraction(unit, 10**digits)
    truncated = draw.random() < 0.4
    steps = value / step
    steps = int(steps) if truncated else int(steps + Fraction(1, 2))
    printed = steps * step
    text = str(steps).rjust(digits + 1, "0")
    text = text[:-digits] + "." + text[-digits:] if digits else text
    if unit > 1:
        text += "万"
    elif is_share:
        text += draw.choice(["", "%"])
    elif draw.random() < 0.5:
        text = f"{int(text):,}"
    both = {"half-up": (printed - step / 2, printed + step / 2), "truncated": (printed, printed + step)}
    told = draw.choice(["unknown", "truncated" if truncated else "half-up"])
    return text, printed, [both[told]] if told in both else list(both.values()), told


def commanded(line):
    """What a command line counts, in the order of a way."""
    program, count, what, *words = shlex.split(line)
    assert (program, count) == ("cityops-rank", "count"), line
    said = dict(zip((word[2:] for word in words[::2]), words[1::2]))
    return (what, said.get("weights"), said.get("over"), said.get("as-of", "now"), said.get("cohort", USUAL_COHORTS[what]), said.get("natures", "all"),
            said.get("with", "none"), said.get("channels", "all"), said.get("scope", "district"), said.get("of", "all"))


class Case:
    def __init__(self, rank, space, options, month, cut_offs, draw):
        self.rank, self.space = rank, space
        usable = [p for p in (draw.randrange(len(space.numerators)) for _ in range(1000)) if space.usable(p)]
        size = lambda p: space.denominators[p] if space.is_share else space.numerators[p]
        self.planted = next((p for p in usable if size(p) >= 20 and space.numerators[p] and space.value(p) != 100), usable[0])
        self.text, self.printed, self.intervals, told = print_figure(draw, space.value(self.planted), space.is_share)
        self.arguments = ["reconcile", self.text, "--month", month, "--rounding", told, "--most", "1000000", "--nearest", "4",
                          "--cut-offs", ",".join(cut_offs), *options, "--format", "json"]
        self.first_known = cut_offs[0]
        self.wrong, self.found, self.fit_count, self.rows = [], False, 0, []

    def run(self):
        done = subprocess.run([self.rank, *self.arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.wrong.append(f"status {done.returncode}: {done.stderr.strip()}")
            return self
        answer = json.loads(done.stdout)
        self.rows = answer["rows"]
        self.fit_count = int(answer["facts"]["fit_count"])
        return self

    def check(self):
        space = self.space
        key = lambda row: tuple(row[name] for name in ("what", "weights", "over", "known", "cohort", "natures", "with", "channels", "scope", "of"))
        fits = [row for row in self.rows if row["fits"] == "yes"]
        expected = {space.way(p): p for p in space.fits(self.intervals)}
        found = {key(row): row for row in fits}
        self.found = space.way(self.planted) in found
        if not self.found:
            self.wrong.append(f"did not find {space.way(self.planted)}")
        for way in list(expected.keys() - found.keys())[:3]:
            self.wrong.append(f"did not report {way}")
        for way in list(found.keys() - expected.keys())[:3]:
            self.wrong.append(f"reported {way}, which does not fit")
        if len(fits) != self.fit_count or len(found) != len(fits):
            self.wrong.append(f"{self.fit_count} fits, {len(fits)} listed, {len(found)} different")
        for way, row in found.items():
            p = expected.get(way)
            if p is not None and (Fraction(str(row["value"])) != space.value(p) or row["settings"] != space.cost(p, self.first_known)):
                self.wrong.append(f"{way}: {row['value']} with {row['settings']} settings, not {space.value(p)} with {space.cost(p, self.first_known)}")
        for row in self.rows:
            if commanded(row["command"]) != key(row):
                self.wrong.append(f"{row['command']} is not {key(row)}")
        costs = [row["settings"] for row in fits]
        if costs != sorted(costs):
            self.wrong.append("the plainest are not first")
        near = [abs(Fraction(str(row["difference"]))) for row in self.rows if row["fits"] == "no"]
        if near != space.nearest(self.printed, self.intervals, 4):
            self.wrong.append(f"nearest {near}, not {space.nearest(self.printed, self.intervals, 4)}")


def reproduce(case, draw):
    """Runs the command lines of the first rows and of another."""
    wrong = []
    rows = case.rows[:1] + draw.sample(case.rows, min(2, len(case.rows)))
    for row in rows:
        words = shlex.split(row["command"])
        done = subprocess.run([case.rank, *words[1:], "--format", "json"], capture_output=True, text=True, check=False)
        figure = json.loads(done.stdout)["rows"][0]["figure"] if done.returncode == 0 else done.stderr.strip()
        if str(figure) != str(row["value"]):
            wrong.append(f"{row['command']}: {figure}, not {row['value']}")
    return wrong, len(rows)


def main():
    rank, areas_path, month, begin, end, seed, cases, now_path, moment, then_path = sys.argv[1:]
    with open(areas_path, encoding="utf-8", newline="") as file:
        areas = Areas(list(csv.DictReader(file)))
    begin, end = instant(begin), instant(end)
    now = read_tickets(now_path, areas, begin, end)
    then = read_tickets(then_path, areas, begin, end)
    draw = random.Random(int(seed))
    natures, both = ({key[4] for cells in known for of_what in cells.values() for key in of_what} for known in ([now], [now, then]))
    natures, both = sorted(natures), sorted(both)
    districts = areas.districts()
    one = draw.choice(districts)
    counts = {"tickets": 0, "dispatches": 1}
    spaces = [([], ["now"], Space({"now": now}, counts, natures, districts)),
              (["--of", "all"], ["now", moment], Space({"now": now, moment: then}, counts, both, districts, "all"))]
    for what in ("W04", "W09", "W07", "W12", "W11", "W02"):
        spaces.append((["--what", what, "--of", one], ["now"], Space({"now": now}, {what: 0}, natures, districts, one)))
    spaces.append((["--what", "W12"], ["now"], Space({"now": now}, {"W12": 0}, natures, districts)))
    spaces.append((["--what", "W04", "--of", "mean"], ["now"], Space({"now": now}, {"W04": 0}, natures, districts, "mean")))
    for *_, space in spaces:
        space.sort()
    planned = [Case(rank, space, options, month, cut_offs, draw)
               for options, cut_offs, space in (spaces[i % len(spaces)] for i in range(int(cases)))]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(Case.run, planned))
    reproduced, wrong = 0, []
    for i, case in enumerate(planned):
        if not case.wrong:
            case.check()
        if i % 5 == 0:
            faults, count = reproduce(case, draw)
            case.wrong += faults
            reproduced += count
        wrong += [f"{shlex.join(case.arguments)}: {fault}" for fault in case.wrong]
    for line in wrong[:12]:
        print(line)
    several = sum(1 for case in planned if case.fit_count > 1)
    print(f"{sum(case.found for case in planned)} of {len(planned)} planted ways found (seed {seed}), {several} figures with several ways, "
          f"{sum(case.fit_count for case in planned)} ways in all, each as here; {reproduced} command lines run again, {len(wrong)} faults")
    sys.exit(1 if wrong or any(not case.found for case in planned) else 0)


main()
