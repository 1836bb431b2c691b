# shellcheck shell=bash disable=SC2034 # what scripts use
# Where the drawings of a random test begin; tests/unit/support/replay.h is the same for C, seeds.py for Python. Source it, then:
#
#   seed_drawn               sets SEED: CITYOPS_SEED, else CITYOPS_RUN_SEED, else one of the system's; prints it; seeds RANDOM
#   seed_of_run              prints a seed for everything that a run draws: CITYOPS_RUN_SEED, else one of the commit, so that
#                            a commit's run can be repeated and another commit's meets other cases; of the system's where
#                            there is no git, and of a long run

seed_of_system() { od -An -N4 -tu4 /dev/urandom | tr -d ' '; }

seed_drawn() {
    SEED=${CITYOPS_SEED:-${CITYOPS_RUN_SEED:-$(seed_of_system)}}
    RANDOM=$SEED
    echo "seed $SEED (CITYOPS_SEED=$SEED replays the choices)"
}

seed_of_run() {
    local commit=
    if [ -z "${CITYOPS_LONG:-}" ]; then commit=$(git -c safe.directory='*' rev-parse --verify --quiet HEAD 2> /dev/null) || true; fi
    if [ -n "${CITYOPS_RUN_SEED:-}" ]; then echo "$CITYOPS_RUN_SEED"; elif [ -n "$commit" ]; then echo "$((16#${commit:0:8}))"; else seed_of_system; fi
}
