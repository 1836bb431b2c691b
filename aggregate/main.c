// cityops-aggregate: the consumer daemon.
#include "aggregate/run.h"

static const struct command commands[] = {
    {.name = "run",
     .arguments = "",
     .summary = "Read events from Kafka and aggregate them exactly once into PostgreSQL",
     .details =
         "Journal, states, rollups, quarantine and offsets change in one transaction per "
         "batch; the offset is the\n"
         "ledger row in PostgreSQL, so that a crash at any moment neither loses nor counts "
         "twice. Run as many\n"
         "daemons of one group as the topics have partitions. While PostgreSQL does not "
         "answer, a daemon stays in its\n"
         "group, says what it waits for, and catches up afterwards. SIGTERM ends it cleanly. When "
         "daemons come or go,\n"
         "all partitions are handed out anew, unless every daemon of the group has\n"
         "-X partition.assignment.strategy=cooperative-sticky.",
     .examples = "cityops-aggregate run --brokers localhost:9092 --database dbname=cityops\n"
                 "cityops-aggregate run --brokers localhost:9092 --until-end --wait 0",
     .keys = run_keys,
     .run = run_daemon},
    {0},
};

int main(int argc, char **argv)
{
    static const struct program program = {
        .name = "cityops-aggregate",
        .summary = "aggregates city events from Kafka exactly once into PostgreSQL",
        .commands = commands,
    };
    return command_main(&program, argc, argv);
}
