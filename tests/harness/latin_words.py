#!/usr/bin/env python3
"""Latin words in what people read in Chinese.

    latin_words.py FILE ALLOWED...    prints those that are no id, unit or digest and match none of the regular expressions; status 1

As a module: strangers(text, allowed) lists them.
"""
import re
import sys

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")
WORD = re.compile(r"\w(?:[\w.+#/\[\]-]*[\w\]])?", re.ASCII)  # as ids, zones and names of topics are written
IDS = (r"[A-Z]\d\d(-P\d+)?",  # of the catalogue
       r"P\d+",  # a quantile
       r"n",  # how many cases
       r"unassigned",  # the code of names that no area has
       r"sha256", r"[0-9a-f]{16}", r"[0-9a-f]{64}",
       r"\w+/\w+")  # a zone


def strangers(text, allowed=()):
    known = re.compile("|".join(f"(?:{pattern})" for pattern in (*IDS, *allowed)))
    return sorted({word for word in WORD.findall(INSTANT.sub("", text)) if re.search("[A-Za-z]", word) and not known.fullmatch(word)})


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        found = strangers(file.read(), sys.argv[2:])
    print(*found)
    sys.exit(1 if found else 0)
