#!/usr/bin/env python3
"""measure.py POSTMASTER_PID COMMAND...: runs a command and prints wall_s cpu_s postgres_cpu_s peak_mib.

postgres_cpu_s is what the server's processes that ended meanwhile have used: the command's own connections. The command's
output goes to stderr."""
import os
import resource
import subprocess
import sys
import time


def children_cpu(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


postmaster = int(sys.argv[1])
before, start = children_cpu(postmaster), time.monotonic()
status = subprocess.run(sys.argv[2:], stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False).returncode
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
for _ in range(40):  # the server reaps a backend a moment after it ended
    time.sleep(0.05)
print(f"{wall:.3f} {used.ru_utime + used.ru_stime:.3f} {children_cpu(postmaster) - before:.3f} {used.ru_maxrss / 1024:.0f}")
sys.exit(status)
