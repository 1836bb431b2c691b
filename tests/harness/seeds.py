"""Where the drawings of a random test begin; tests/unit/support/replay.h is the same for C, seed.sh for scripts.

CITYOPS_SEED=N runs a seed again. Otherwise drawings begin where the command line says, else at CITYOPS_RUN_SEED, which tests/run takes from the
commit, else at a seed of the system's. A variable that is empty is not set.
"""
import os


def fixed(test, seed):
    """For what new drawings would break by chance: CITYOPS_SEED, else `seed`; printed with the test's name."""
    seed = int(os.environ.get("CITYOPS_SEED") or seed)
    print(f"{test}: seed {seed} (CITYOPS_SEED={seed} replays)", flush=True)
    return seed


def first(test, arguments=()):
    """For what meets something new with every commit; of the arguments of the command line the first is a seed."""
    return fixed(test, next(iter(arguments), None) or os.environ.get("CITYOPS_RUN_SEED") or int.from_bytes(os.urandom(4), "big"))
