#!/usr/bin/env python3
"""What is written down of profiles and indicators against the program: documented.py CITYOPS-RANK FOLDER-OF-RANK

The schema for editors, by an independent validator: every shipped profile holds, what cityops-rank refuses for its form does not, and
both know the same keys. The catalogue in INDICATORS.md is the table that computes. Exit status 77: no validator is installed.
"""
import copy
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
    import yaml
except ImportError as error:
    print(f"SKIPPED: {error}")
    sys.exit(77)

RANK, FOLDER = sys.argv[1:]
checks = 0


def check(holds, sentence):
    global checks
    checks += 1
    if not holds:
        sys.exit(f"FAILED: {sentence}")


class Loader(yaml.SafeLoader):  # days stay text, as in YAML 1.2
    yaml_implicit_resolvers = {key: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
                               for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def program_says(profile):
    """What `profiles check` answers; empty when it is good."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        json.dump(profile, file)
        file.flush()
        done = subprocess.run([RANK, "profiles", "check", file.name], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr


with open(os.path.join(FOLDER, "profiles", "profile.schema.json"), encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
shipped = sorted(glob.glob(os.path.join(FOLDER, "profiles", "*.yaml")))
check(len(shipped) >= 15, "profiles are shipped")
for path in shipped:
    with open(path, encoding="utf-8") as file:
        errors = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(yaml.load(file, Loader))]
    check(not errors, f"{path}: {errors}")

BASE = {"id": "x", "version": 1, "valid": {"from": "2022-01-01"}, "zone": "Asia/Shanghai", "title": {"en": "x"}, "caliber": {"void": "only"},
        "window": {"from": "midnight"}, "total": {"full": 100}, "tie-breaks": [{"indicator": "W04"}], "lists": {"red": {"places": 5}},
        "items": [{"item": "calls", "type": "entered", "weight": 10}, {"item": "thanks", "type": "bonus", "most": 5}],
        "indicators": [{"id": "W04", "weight": 90, "rule": {"type": "proportional", "full": 100}},
                       {"id": "W20", "within": {"hours": 5}, "rule": "watched"},
                       {"define": {"id": "X", "source": "tickets", "cohort": "due", "better": "higher", "numerator": ["due"]}, "rule": "watched"},
                       {"id": "W09", "rule": {"type": "watched"}},
                       {"id": "W04", "key": "soon", "deadline": {"working-days": 5, "by": {"enquiry": {"hours": 24}, "praise": "stated"}}, "channels": ["web"], "categories": ["a"], "rule": "watched"},
                       {"id": "W05", "deadline": {"by": {"enquiry": {"working-days": 1}}}, "rule": "watched"}]}
check(not program_says(BASE) and validator.is_valid(BASE), f"the base is good: {program_says(BASE)}")

# Each is a mistake of form: both refuse it.
MISTAKES = [("version", 0), ("version", "soon"), ("valid", {}), ("valid", {"from": "2022-1-1"}), ("subject", "river"), ("month-starts-on", 29),
            ("window", {"from": "noon"}), ("caliber", {"natures": []}), ("caliber", {"void": "no"}), ("indicators", []), ("indicators", "W04"),
            ("indicators", [{"weight": 100, "rule": "proportional"}]), ("indicators", [{"id": "W04", "weight": "much", "rule": "proportional"}]),
            ("indicators", [{"id": "W04", "weight": 100, "rule": "proportionate"}]),
            ("indicators", [{"id": "W04", "weight": 100, "rule": {"type": "deduct-below-baseline"}}]),
            ("indicators", [{"id": "W04", "weight": 100, "rule": {"type": "ratio-to-target"}}]),
            ("indicators", [{"id": "W09", "weight": 100, "satisfaction-weights": [0, 1], "rule": "proportional"}]),
            ("indicators", [{"id": "W20", "within": {"hours": 1, "working-days": 1}, "rule": "watched"}]),
            ("indicators", [{"id": "W04", "deadline": {"hours": 1, "working-days": 1}, "rule": "watched"}]),
            ("indicators", [{"id": "W04", "deadline": {}, "rule": "watched"}]),
            ("indicators", [{"id": "W04", "deadline": {"by": {"enquiry": "soon"}}, "rule": "watched"}]),
            ("indicators", [{"id": "W04", "channels": ["website"], "rule": "watched"}]), ("indicators", [{"id": "W04", "categories": [], "rule": "watched"}]),
            ("indicators", [{"id": "D01", "require": ["colour"], "rule": "watched"}]),
            ("items", [{"item": "x", "type": "bonus", "weight": 5}]), ("items", [{"item": "x", "type": "gift", "most": 5}]),
            ("total", {"round": 9}), ("lists", {"red": {"places": 0}}), ("lists", {"green": {"places": 1}}), ("groups", "some"),
            ("tie-breaks", [{"first": "higher"}]), ("id", ""), ("id", "a/b"), ("zone", ""), ("items", [{"item": "", "type": "bonus", "most": 5}]),
            ("indicators", [{"id": "W04", "key": "", "rule": "watched"}])]
for key, value in MISTAKES:
    profile = copy.deepcopy(BASE)
    profile[key] = value
    check(program_says(profile), f"cityops-rank refuses {key}: {value}")
    check(not validator.is_valid(profile), f"the schema refuses {key}: {value}")

# The keys that the program knows, asked by one that nothing is near to, are those of the schema.
indicator = schema["$defs"]["indicator"]
items = schema["properties"]["items"]["items"]["oneOf"]
PLACES = [([], schema), (["valid"], schema["properties"]["valid"]), (["title"], schema["$defs"]["title"]), (["caliber"], schema["$defs"]["caliber"]),
          (["window"], schema["properties"]["window"]), (["total"], schema["properties"]["total"]), (["lists"], schema["properties"]["lists"]),
          (["tie-breaks", 0], schema["properties"]["tie-breaks"]["items"]), (["lists", "red"], schema["properties"]["lists"]["properties"]["red"]),
          (["indicators", 0], indicator), (["indicators", 1, "within"], indicator["properties"]["within"]),
          (["indicators", 2, "define"], indicator["properties"]["define"]), (["indicators", 4, "deadline"], indicator["properties"]["deadline"]),
          (["indicators", 4, "deadline", "by", "enquiry"], schema["$defs"]["limit"]), (["items", 0], items[0]), (["items", 1], items[1])]
rules = {rule["properties"]["type"]["const"]: rule for rule in indicator["properties"]["rule"]["anyOf"] if "properties" in rule}
PLACES.append((["indicators", 0, "rule"], rules["proportional"]))
for place, part in PLACES:
    profile = copy.deepcopy(BASE)
    target = profile
    for step in place:
        target = target[step]
    target["zzzzzzzzzzzzzzzz"] = 1
    said = re.search(r'"zzzzzzzzzzzzzzzz"; known are: (.*)', program_says(profile))
    check(said, f"an unknown key of {place} is refused: {program_says(profile)}")
    check(sorted(said.group(1).strip().split(", ")) == sorted(part["properties"]), f"keys of {place}: {said.group(1)} and {sorted(part['properties'])}")

# Versions that are checked together.
def check_together(first, second):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, changes in (("a", first), ("b", second)):
            paths.append(os.path.join(folder, f"{name}.yaml"))
            with open(paths[-1], "w", encoding="utf-8") as file:
                json.dump({**BASE, **changes}, file)
        return subprocess.run([RANK, "profiles", "check", *paths], capture_output=True, text=True, check=False).stderr


check(check_together({"valid": {"from": "2022-01-01", "until": "2022-08-01"}}, {"version": 2, "valid": {"from": "2022-08-01"}}) == "",
      "versions that follow each other are good")
check("hold on the same days" in check_together({}, {"version": 2}), "versions that overlap are refused")
check("a changed rule is another version" in check_together({}, {"valid": {"from": "2023-01-01"}}), "two files of one version are refused")

# The catalogue.
with open(os.path.join(FOLDER, "INDICATORS.md"), encoding="utf-8") as file:
    documented = file.read()
for language in ("en", "zh"):
    table = subprocess.run([RANK, "indicators", "--format", "md", "--lang", language], capture_output=True, text=True, check=True).stdout.strip()
    check(table and table in documented, f"INDICATORS.md has the table of `cityops-rank indicators --format md --lang {language}`: make it anew")
print(f"{checks} checks of what is documented, all hold")
