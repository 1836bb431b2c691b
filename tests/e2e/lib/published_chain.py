#!/usr/bin/env python3
"""The chain of published results, computed again from rows: published_chain.py < ROWS

Each line of input is a JSON object with the columns of cityops.published_result, the document in hex. For every chain: numbers from 1 on
without a gap, the SHA-256 of each document and of each link, and that each document is its own canonical form (keys in order, no blanks,
integers alone). Prints one line per chain; the first thing that is wrong ends it. Shares nothing with the program.
"""
import hashlib
import json
import sys


def no_fractions(text):
    raise ValueError(f"{text} is no integer")


chains = {}
for line in sys.stdin:
    row = json.loads(line)
    chains.setdefault((row["profile"], row["subjects"]), []).append(row)
for name, rows in sorted(chains.items()):
    head, finals = "0" * 64, {}
    for number, row in enumerate(sorted(rows, key=lambda row: row["number"]), start=1):
        document = bytes.fromhex(row["document"])
        said = json.loads(document, parse_float=no_fractions)
        digest = hashlib.sha256(document).hexdigest()
        link = hashlib.sha256(f"{head} {digest}\n".encode()).hexdigest()
        canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        rule = hashlib.sha256(said["profile"]["text"].encode()).hexdigest()
        for what, found, stored in (("number", number, row["number"]), ("document", digest, row["document_sha256"]),
                                    ("previous", head, row["previous_sha256"]), ("link", link, row["chain_sha256"]),
                                    ("bytes", canonical, document), ("stage", said["stage"], row["stage"]),
                                    ("period", said["period"]["name"], row["period"]),
                                    ("profile", said["profile"]["id"], row["profile"]), ("rule", rule, said["profile"]["sha256"])):
            if found != stored:
                sys.exit(f"{name[0]}#{row['number']}: {what} is {found!r}, stored {stored!r}")
        head = link
    print(f"{name[0]}/{name[1]}: {len(rows)} results, head {head}")
