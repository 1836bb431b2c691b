"""Reads and writes CSV extracts byte for byte, whatever their encoding, with "," or ";" between fields."""
import csv
import gzip
import io
import sys


def read(path):
    """The delimiter, the header and the rows of a file; "-" is stdin."""
    if path == "-":
        content = sys.stdin.buffer.read()
    else:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            content = file.read()
    text = io.StringIO(content.decode("latin-1"), newline="")  # each byte is one character, and comes back as itself
    delimiter = ";" if ";" in text.readline() else ","
    text.seek(0)
    header, *rows = csv.reader(text, delimiter=delimiter)
    return delimiter, header, rows


def write(delimiter, header, rows):
    """To stdout."""
    text = io.TextIOWrapper(sys.stdout.buffer, encoding="latin-1", newline="")
    out = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    out.writerow(header)
    out.writerows(rows)
    text.flush()
