#!/usr/bin/env python3
"""Scores a published scorecard and random ones by other code, finds what is wrong with them, and compares with `cityops-rank scorecard`.

Usage: scorecard_oracle.py CITYOPS_RANK [SEED [CASES]]. CITYOPS_SEED=N replays.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "harness"))
import seeds  # noqa: E402

KINDS = ["quantity", "quality", "timeliness", "cost"]
GRADES = [("优", 90), ("良", 80), ("中", 60), ("差", 0)]
PUBLISHED = os.path.join(os.path.dirname(__file__), "../../../rank/scorecards/panyu-2022.yaml")


def run(program, path, *options):
    return subprocess.run([program, "scorecard", path, "--format", "json", *options], capture_output=True, text=True)


def read(program, path):
    done = run(program, path)
    assert done.returncode == 0, done.stderr
    out = json.loads(done.stdout)
    facts = out["facts"]
    return out["rows"], facts, [facts[f"finding_{i + 1}"] for i in range(int(facts["findings"]))]


def check_published(program):
    rows, facts, findings = read(program, PUBLISHED)
    points = {r["indicator"]: Fraction(str(r["points"])) for r in rows if r["row"] == "indicator"}
    assert points == {"incidents": Fraction(25, 2), "news-reports": Fraction(25, 2), "bulletins": Fraction(25, 2),
                      "problems": Fraction(25, 2), "satisfaction": 20, "events": 20}, points
    assert facts["points_total"] == "90 / 100" and facts["grade"] == "优", facts
    assert facts["points_rescaled"] == "100 / 100" and facts["grade_rescaled"] == "优", facts
    defects = {  # each defect that the domain page names, by the numbers that show it
        "weights: 50 + 40 = 90, not 100": "nobody says where the other 10 points are",
        "target-mis-set: incidents coordinated in time: target 400, actual 2,235: exceeded by 458.75 %, more than 30 %": "targets",
        "two-figures: incidents coordinated in time: 2,235 (this scorecard), 2,250 (another chapter)": "S4",
        "two-figures: special and flash bulletins: 60 (this scorecard), 413 (duty bulletins)": "bulletins",
        "two-figures: hotline orders: 345,300 (one chapter), 262,100 (another chapter)": "S1",
        "two-figures: issues of the six conditions: 137 (one chapter), 119 (another chapter)": "S5",
        "two-figures: place in the monthly assessment: among the first (monthly), first (overall)": "S2",
        "not-split: no indicator of quantity, quality, timeliness, cost; 6 indicators do not say what kind they are of": "S11",
        "no-score: a grade is stated without a score: 优": "S8",
    }
    assert findings == list(defects), findings


def share(level, cards):
    own = [c for c in cards if c["level"] == level["id"]]
    given = sum(Fraction(c["weight"]) for c in own if "weight" in c)
    sharers = [c for c in own if "weight" not in c]
    left = max(Fraction(0), Fraction(level["weight"]) - given)
    return {c["id"]: Fraction(c["weight"]) if "weight" in c else left / len(sharers) for c in own}


def expect(card):
    """(points by indicator, total, codes of findings with what they are about)."""
    weights, points, findings = {}, {}, []
    for level in card["levels"]:
        weights.update(share(level, card["indicators"]))
    total_weight = sum(Fraction(level["weight"]) for level in card["levels"])
    if total_weight != 100:
        findings.append("weights")
    for level in card["levels"]:
        own = sum(weights[c["id"]] for c in card["indicators"] if c["level"] == level["id"])
        if own != Fraction(level["weight"]):
            findings.append("level-weights")
    for c in card["indicators"]:
        weight, actual = weights[c["id"]], Fraction(c["actual"])
        lower = c.get("better") == "lower"
        if c["target"] == "mean" and "mean" not in c:
            if c.get("rank") == "1":
                points[c["id"]] = weight
            else:
                points[c["id"]] = None
                findings.append("target-unknown")
            met = points[c["id"]] is not None
        else:
            target = Fraction(c["mean"] if c["target"] == "mean" else c["target"])
            met = actual <= target if lower else actual >= target
            ratio = Fraction(1) if met else target / actual if lower else actual / target
            points[c["id"]] = weight * ratio
            ahead = (target - actual if lower else actual - target) / target
            if ahead > Fraction(card["theta"], 100):
                points[c["id"]] = max(Fraction(0), points[c["id"]] - card["deduction"])
                findings.append("target-mis-set")
            if not met:
                findings.append("not-met")
        if "completed" in c and points[c["id"]] is not None and (c["completed"] == "yes") != met:
            findings.append("claim")
    stated = {}
    for c in card["indicators"]:
        stated.setdefault(c["id"], []).append(c["actual"])
    for s in card["statements"]:
        stated.setdefault(s["subject"], []).append(s["value"])
    def around(text):
        unit = Fraction(1, 10 ** (len(text.split(".")[1]) if "." in text else 0))
        return Fraction(text) - unit / 2, Fraction(text) + unit
    for values in stated.values():
        ends = [around(v) for v in values]
        if any(a[0] >= b[1] or b[0] >= a[1] for a in ends for b in ends):
            findings.append("two-figures")
    kinds = [c.get("kind") for c in card["indicators"]]
    if None in kinds or any(k not in kinds for k in KINDS):
        findings.append("not-split")
    total = sum(p for p in points.values() if p is not None)
    scored = sum(weights[i] for i, p in points.items() if p is not None)
    rescaled = total * 100 / scored if scored else total
    grade = lambda p: next(word for word, least in GRADES if p >= least)
    if card["grade"]:
        findings.append("no-score")
        if card["grade"] not in (grade(total), grade(rescaled)):
            findings.append("other-grade")
    return points, total, rescaled, grade(total), findings


def draw(dice):
    levels = [{"id": f"l{i}", "weight": dice.choice(["50", "40", "10", "25", "33.5"])} for i in range(dice.randint(1, 3))]
    card = {"levels": levels, "indicators": [], "statements": [], "theta": dice.choice([0, 10, 30]),
            "deduction": dice.choice([0, 0, 2]), "grade": dice.choice([None, "优", "良", "中", "差"])}
    for i in range(dice.randint(1, 6)):
        c = {"id": f"i{i}", "level": dice.choice(levels)["id"],
             "target": dice.choice(["mean", str(dice.randint(1, 60)), f"{dice.randint(1, 99)}.5"]),
             "actual": dice.choice([str(dice.randint(0, 80)), f"{dice.randint(0, 99)}.{dice.randint(0, 99):02}"])}
        if dice.random() < .3:
            c["weight"] = dice.choice(["5", "12.5", "20"])
        if c["target"] == "mean":
            c.update(dice.choice([{"mean": "42.5"}, {"rank": "1"}, {"rank": "2"}, {}]))
        if dice.random() < .3:
            c["better"] = dice.choice(["lower", "higher"])
        if dice.random() < .6:
            c["kind"] = dice.choice(KINDS + ["effect"])
        if dice.random() < .4:
            c["completed"] = dice.choice(["yes", "no"])
        card["indicators"].append(c)
        if dice.random() < .4:
            value = dice.choice([c["actual"], str(round(float(c["actual"]))), str(dice.randint(0, 80))])
            card["statements"].append({"subject": c["id"], "value": value, "where": "elsewhere"})
    return card


def write(card, path):
    flow = lambda m: "{" + ", ".join(f'{k}: "{v}"' if k in ("actual", "value", "target") else f"{k}: {v}" for k, v in m.items()) + "}"
    with open(path, "w") as out:
        print("id: random\nsource: a test", file=out)
        print(f"rule: {{over-target: {card['theta']}, over-deduction: {card['deduction']}}}", file=out)
        if card["grade"]:
            print(f"stated: {{grade: {card['grade']}}}", file=out)
        for key in ("levels", "indicators", "statements"):
            if card[key]:
                print(f"{key}:", *(f"  - {flow(m)}" for m in card[key]), sep="\n", file=out)


def check_random(program, seed, path, seen):
    card = draw(random.Random(seed))
    write(card, path)
    rows, facts, findings = read(program, path)
    points, total, rescaled, grade, codes = expect(card)
    printed = {r["indicator"]: None if r["points"] is None else Fraction(str(r["points"])) for r in rows if r["row"] == "indicator"}
    say = f"seed {seed}: {open(path).read()}\n{findings}"
    assert printed == points, f"{say}\n{printed}\n{points}"
    assert Fraction(facts["points_total"].split(" / ")[0]) == total and facts["grade"] == grade, say
    assert Fraction(facts["points_rescaled"].split(" / ")[0]) == rescaled, f"{say}: {rescaled}"
    assert sorted(f.split(":")[0] for f in findings) == sorted(codes), f"{say}\n{codes}"
    for code in codes:
        seen[code] = seen.get(code, 0) + 1


HEAD = "id: bad\nsource: a test\nlevels: [{id: output, weight: 50}]\n"
BAD = [
    (HEAD, "a scorecard without targets: indicators are missing"),
    (HEAD + "indicators: []\n", "a scorecard without targets: indicators are missing"),
    (HEAD + "indicators:\n  - {id: a, level: output, actual: 5}\n", ":5:6: the indicator a has no target: what was aimed at?"),
    (HEAD + "indicators:\n  - {id: a, level: output, target: 0, actual: 5}\n", ":5:36: a target of 0 cannot be met by a part of it"),
    (HEAD + "indicators:\n  - {id: a, level: output, target: 5}\n", "the key \"actual\" is missing"),
    (HEAD + "indicators:\n  - {id: a, level: output, target: 5, actual: many}\n", "actual \"many\" is no printed figure"),
    (HEAD + "indicators:\n  - {id: a, level: output, weight: -5, target: 5, actual: 5}\n", ":5:36: a weight must be above 0"),
    (HEAD.replace("50", "-50") + "indicators:\n  - {id: a, level: output, target: 5, actual: 5}\n", "a weight must be above 0"),
    (HEAD + "stated: {grade: 好}\nindicators:\n  - {id: a, level: output, target: 5, actual: 5}\n", "unknown grade \"好\"; known are: 优, 良, 中, 差"),
    (HEAD + "indicators:\n  - {id: a, level: outptu, target: 5, actual: 5}\n", "unknown level \"outptu\"; did you mean \"output\"?"),
    (HEAD + "indicators:\n  - {id: a, level: output, kind: speed, target: 5, actual: 5}\n", "unknown kind \"speed\""),
    (HEAD + "indicators:\n  - {id: a, level: output, target: 5, actual: 5}\n  - {id: a, level: output, target: 5, actual: 5}\n", "\"a\" stands here twice"),
    (HEAD + "indicators:\n  - {id: a, level: output, target: 5, rank: 1, actual: 5}\n", "mean and rank belong to target: mean"),
    ("id: bad\nlevels: []\n", "the key \"source\" is missing"),
]


def main():
    program = sys.argv[1]
    seed = seeds.first("scorecards", sys.argv[2:])
    cases = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    check_published(program)
    seen = {}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "card.yaml")
        for text, expected in BAD:
            with open(path, "w") as out:
                out.write(text)
            done = run(program, path)
            assert done.returncode == 2 and expected in done.stderr, f"{text}: {done.returncode} {done.stderr}"
        for case in range(cases):
            check_random(program, seed + case, path, seen)
    print("scorecards:", ", ".join(f"{count} {code}" for code, count in sorted(seen.items())))
    for code in ("weights", "level-weights", "target-mis-set", "not-met", "claim", "target-unknown", "two-figures", "not-split",
                 "no-score", "other-grade"):
        assert seen.get(code), f"no card had {code}: the oracle has looked at nothing"


if __name__ == "__main__":
    main()
