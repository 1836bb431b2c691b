#!/usr/bin/env bash
# Runs robustness_salib.py with SALib, which PyPI has and Debian has not, in a virtual environment that is kept for the next time.
# Skipped (77) where it cannot be had.
#   robustness_salib.sh PROGRAM FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$1 folder=$2
# Without what SALib only plots with.
wanted=(SALib==1.6.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 python-dateutil six multiprocess==0.70.19 dill==0.4.1)
log=$(mktemp)
trap 'rm -f "$log"' EXIT

usable() { "$folder/bin/python" -c 'import SALib.sample.sobol, SALib.analyze.sobol' > /dev/null 2>&1; }

if ! usable && ! { python3 -m venv --clear "$folder" && timeout --foreground 240 "$folder/bin/pip" install --quiet --timeout 20 --retries 1 --no-deps "${wanted[@]}" && usable; } > "$log" 2>&1; then
    tail -n 3 "$log"
    echo "SALib cannot be had: it needs python3-venv and PyPI"
    exit 77
fi
exec "$folder/bin/python" -B "$here/robustness_salib.py" "$program"
