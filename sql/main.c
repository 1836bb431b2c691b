// cityops-db: the program of the database's owner. Its commands are the table below; what each does
// stands in its own file.
#include "sql/commands.h"

static const struct command commands[] = {
    {.name = "migrate",
     .arguments = "",
     .summary = "Create the database's tables, or bring them up to this program's version",
     .details = "Applies the numbered files of sql/migrations that were not applied yet, each in a "
                "transaction of its own, re-creates the views, and makes the first generation in a "
                "new database. Whoever runs it owns everything. Two at once are safe: the second "
                "waits and finds nothing to do.",
     .examples = "cityops-db migrate --zone Asia/Shanghai\n"
                 "cityops-db migrate --list",
     .keys = migrate_keys,
     .run = migrate_run},
    {.name = "roles",
     .arguments = "",
     .summary = "Create the group roles cityops_writer, cityops_analyst and cityops_publisher",
     .details = "Each may do only its part. Nobody logs in as one of them: grant them to your own "
                "roles. Needs the right to create roles. Can be run again at any time.",
     .examples = "cityops-db roles",
     .keys = roles_keys,
     .run = roles_run},
    {.name = "load",
     .arguments = "areas|aliases|calendar|sources|sensors|adjustments|figures FILE",
     .summary = "Load reference data from a CSV file as a new reference version",
     .details =
         "The file is checked whole before anything is written. Loading changes no figure: "
         "'cityops-db rebuild --rollups' sums the states again under the newest version.\n"
         "areas:    code,kind,parent,name_zh,name_en,group,valid_from,valid_until,aliases\n"
         "          kind: city, district, town, village or unit; aliases: separated by '|', where "
         "\"\" is the empty name\n"
         "aliases:  name,code,kind,valid_from,valid_until\n"
         "calendar: day,working,name   (working: yes or no; days that differ from Monday to "
         "Friday)\n"
         "sources:  source,topic\n"
         "sensors:  authority,code,name,district,road_segment,length_m,free_flow_km_h,window_s   "
         "(window: 300 or 900)\n"
         "adjustments: subject,item,period,points,reason,evidence,date   (points that people "
         "enter: "
         "deductions below 0; subject: an area's code; period: 2022-08, 2022-Q3 or 2022)\n"
         "figures:  subject,indicator,period,value,numerator,n,unit,rounding,source,date,corrects  "
         " "
         "(what others printed: value as printed, with n where it is known, or numerator and n; "
         "rounding: half-up, truncated or unknown). Each load adds to those before; of one "
         "figure what was published last counts. One figure and date has one value: a corrected "
         "one carries the day of its correction; \"corrects\" holds a value that was typed wrongly",
     .examples = "cityops-db load areas areas.csv && cityops-db rebuild --rollups",
     .keys = load_keys,
     .run = load_run},
    {.name = "rebuild",
     .arguments = "",
     .summary = "Make states and rollups anew from the journal, beside the running daemons",
     .details =
         "Folds the journal, writes what is stored otherwise, follows the tail, and holds the "
         "ledger "
         "only for the rest and the new generation, under the newest reference data: so a new "
         "measure, column or rollup reaches past months, and a mistake is mended. May be broken "
         "off "
         "and run again at any time. Memory grows with the number of entities.\n"
         "--rollups sums the rollups from the states alone, in one transaction: batches wait "
         "meanwhile, readers do not.\n"
         "Either makes a new generation; daemons see it at their next batch and reload.",
     .examples = "cityops-db rebuild\n"
                 "cityops-db rebuild --rollups",
     .keys = rebuild_keys,
     .run = rebuild_run},
    {.name = "verify",
     .arguments = "",
     .summary = "Prove the laws: fold the journal again and compare every state, sum and offset",
     .details = "Reads one moment of the database and changes nothing; may run beside the daemons. "
                "Memory grows with the number of entities. Exit status 5 when anything differs.\n"
                "--as-of checks what lies below an earlier cut-off, and prints how many states and "
                "cells it folds to, with digests by which two databases can be compared.",
     .examples = "cityops-db verify\n"
                 "cityops-db verify --as-of 2022-05-03T09:00:00+08:00",
     .keys = verify_keys,
     .run = verify_run},
    {.name = "accept-gap",
     .arguments = "[CLUSTER/TOPIC[PARTITION]|CLUSTER/TOPIC]",
     .summary = "Let a stopped partition go on, and record who accepted what is missing, and why",
     .details = "Without an argument it lists what waits. A daemon stops a partition where records "
                "are missing: "
                "retention ran past it, or the topic was recreated; and it does not begin with a "
                "topic that was counted of another cluster.\n\n"
                "Records that are lost are counted as lost, and the partition goes on where its "
                "log begins. A "
                "recreated topic is read from its first offset on, as a new log beside the old "
                "one: what was "
                "counted stays, and a record that comes again changes nothing. Another cluster's "
                "log is read from where it began when it was found. Daemons see it "
                "within a heartbeat.\n\n"
                "A topic in place of a partition: all of its partitions that are stopped, or "
                "none of them; each is recorded.",
     .examples = "cityops-db accept-gap\n"
                 "cityops-db accept-gap 'cityops.hotline.v1[3]' --reason 'retention of 3 days, "
                 "ticket 4711' "
                 "--by 'Li Wei'\n"
                 "cityops-db accept-gap cityops.hotline.v1 --reason 'made anew with 30 "
                 "partitions, ticket 4712'",
     .keys = accept_gap_keys,
     .run = accept_gap_run},
    {.name = "dead-letters",
     .arguments = "list|show|replay [LETTER...]",
     .summary = "List quarantined records, show one, and let them in again after a fix",
     .details = "A letter is called CLUSTER/TOPIC[PARTITION]@OFFSET.\n\n"
                "replay appends letters, named or chosen, to their topic's replay log, which the "
                "daemon reads "
                "like a partition: decoded, checked and counted like any record, once, above every "
                "cut-off. A "
                "letter is queued once. What fails again is a dead letter of its own, with the new "
                "reason.",
     .examples = "cityops-db dead-letters list --counts\n"
                 "cityops-db dead-letters show 'city/cityops.hotline.v1[0]@4711' --bytes hex\n"
                 "cityops-db dead-letters replay --failure reading.outside-window --reason "
                 "'sensors were loaded'",
     .keys = dead_letters_keys,
     .run = dead_letters_run},
    {.name = "erase",
     .arguments = "RECORD...",
     .summary = "Take out the bytes of records that should never have held personal data",
     .details =
         "A record is called CLUSTER/TOPIC[PARTITION]@OFFSET, in the journal or the quarantine; "
         "every "
         "record with the same bytes is erased with it. Hash, reason, who and when are left, and "
         "'cityops-db verify' lists them.\n\n"
         "An erased record states nothing any more: the states of its entity are folded again from "
         "what "
         "the journal still has, and the rollups change with them, in the same transaction. "
         "Batches wait "
         "for three passes over the journal. Questions as of an earlier cut-off say how many "
         "records they "
         "could not fold.",
     .examples = "cityops-db erase 'city/cityops.hotline.v1[0]@4711' --reason 'a phone number in "
                 "district' --by 'Li Wei'",
     .keys = erase_keys,
     .run = erase_run},
    {.name = "status",
     .arguments = "",
     .summary = "Show generation, ledger, outcomes, quarantine, journal and the rollups' grain",
     .keys = status_keys,
     .run = status_run},
    {.name = "export",
     .arguments = "states|rollups|slots",
     .summary = "Write states, rollups or slots of readings as sorted CSV, without what depends on "
                "batches",
     .details =
         "Row versions, writer slots and batches are left out, so equal events give equal bytes, "
         "however they arrived. States are hexadecimal, instants UTC, an absent value is "
         "empty without quotes. Slots are what the windows of traffic sensors hold, each "
         "as its last reading states it.",
     .examples = "cityops-db export states >states.csv\n"
                 "cityops-db export rollups --as-of 2022-05-03T09:00:00+08:00 >then.csv",
     .keys = export_keys,
     .run = export_run},
    {0},
};

static const struct program program = {
    .name = "cityops-db",
    .summary = "the database of cityops: tables, reference data, rebuilding and proof",
    .commands = commands,
};

int main(int argc, char **argv)
{
    return command_main(&program, argc, argv);
}
