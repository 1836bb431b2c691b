// cityops-publish: files and simulated cities into Kafka.
#include "ingest/publish_file.h"
#include "ingest/publish_simulate.h"

static const struct command commands[] = {
    {.name = "file",
     .arguments = "MAPPING FILE...",
     .summary = "Read files through a mapping and publish their events",
     .details = "CSV or JSON lines, plain or gzip; - is standard input. A mapping (YAML; see "
                "ingest/mappings/README.md) says\n"
                "which column is what. Rows that cannot be read go to the reject file with line "
                "and reason, and the exit\n"
                "status is 4. Nothing counts as delivered before all in-sync replicas have it. "
                "Publishing a file again\n"
                "changes nothing: equal statements have equal ids.",
     .examples =
         "cityops-publish file --brokers localhost:9092 --as-of 2016-01-13T08:00:00-05:00 "
         "boston-311.yaml boston-311-2015.csv.gz\n"
         "zcat events.jsonl.gz | cityops-publish file -b localhost:9092 hotline-events.yaml -",
     .keys = publish_file_keys,
     .run = publish_file_run},
    {.name = "check",
     .arguments = "MAPPING [FILE...]",
     .summary = "Check a mapping, print what it does, and try it on files without sending anything",
     .details = "Mistakes are named with file, line and column. Files are read as `file` reads "
                "them, needing no broker.",
     .examples = "cityops-publish check boston-311.yaml\n"
                 "cityops-publish check --as-of 2016-01-13T08:00:00-05:00 boston-311.yaml "
                 "boston-311-2015.csv.gz",
     .keys = publish_check_keys,
     .run = publish_check_run},
    {.name = "simulate",
     .arguments = "",
     .summary = "Invent a city's year of events of all families and publish it",
     .details = "Deterministic: the same options give the same events everywhere. Offices keep "
                "hours, weekends and days off; the storm\n"
                "that raises incidents also raises complaints and slows traffic; districts "
                "differ; statements are corrected and\n"
                "withdrawn, arrive late, out of order and twice. --truth says by area and month "
                "what the product has to answer.\n"
                "When all is delivered, progress is stated through 40 days after the year's end.",
     .examples = "cityops-publish simulate --describe --areas areas.csv --sources sources.csv\n"
                 "cityops-publish simulate --brokers localhost:9092 --year 2022 --tickets 120000 "
                 "--truth truth.csv",
     .keys = publish_simulate_keys,
     .run = publish_simulate_run},
    {0},
};

int main(int argc, char **argv)
{
    static const struct program program = {
        .name = "cityops-publish",
        .summary = "publishes city events from files to Kafka",
        .commands = commands,
    };
    return command_main(&program, argc, argv);
}
