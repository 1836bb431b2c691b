#!/usr/bin/env python3
"""boston_verdicts.py FILE.csv.gz OURS.csv AS_OF: the city's OnTime_Status against the product's times, ticket by ticket.

OURS has entity_id and '', open, ONTIME or OVERDUE. The city judges an open ticket by whether it was already late when the
extract was taken, and calls a ticket without a target ONTIME. Prints how many tickets disagree, by the reason that the
city's columns themselves show."""
import collections
import csv
import datetime
import gzip
import sys

LAYOUT = "%m/%d/%Y %I:%M:%S %p"
as_of = datetime.datetime.fromisoformat(sys.argv[3]).replace(tzinfo=None)
with open(sys.argv[2], encoding="utf-8", newline="") as file:
    ours = {row[0]: row[1] for row in csv.reader(file)}
agree, reasons = 0, collections.Counter()
with gzip.open(sys.argv[1], "rt", encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        city, mine = row["OnTime_Status"], ours[row["CASE_ENQUIRY_ID"]]
        if mine == "open":
            mine = "ONTIME" if datetime.datetime.strptime(row["TARGET_DT"], LAYOUT) > as_of else "OVERDUE"
        elif mine == "":
            mine = "ONTIME"
        if city == mine:
            agree += 1
        elif city == "":
            reasons["the city gives no verdict"] += 1
        elif not row["TARGET_DT"]:
            reasons["no target, yet the city calls it OVERDUE"] += 1
        elif not row["CLOSED_DT"]:
            reasons["open: its target passed while the extract was taken"] += 1
        else:
            reasons[f"closed: the city says {city}, its own two times say {mine}"] += 1
print(f"the city's OnTime_Status: {agree} tickets agree, {sum(reasons.values())} disagree")
for reason, count in reasons.most_common():
    print(f"  {count:6d} {reason}")
