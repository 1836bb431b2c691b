// cityops-rank: from what was counted to who comes first, and why.
#include "rank/commands.h"

static const struct command commands[] = {
    {.name = "month",
     .arguments = "",
     .summary = "The ranking of the districts in a month, a year or several months",
     .details =
         "Reads rollups, states, generation and ledger in one moment, scores them by the profile "
         "with exact "
         "fractions, and prints every figure with its denominator and the versions that it depends "
         "on. A period of "
         "which events may still be missing is printed as provisional, with what is missing.\n"
         "--as-of gives the ranking as it was known at an earlier cut-off: the journal below it is "
         "folded again. Not of readings of traffic, which the journal does not hold.\n"
         "--printed takes, of districts without events here, the figures that they printed "
         "(cityops-db load figures): a printed 93.82 is an interval, so points and totals are "
         "intervals, and the table says which rank is certain and which ranks are possible. For "
         "rules of a subject's own figures these are exactly the ranks that some choice inside the "
         "digits gives; relative rules (share, relative to best, mean as target, rank points) give "
         "an outer bound, or, where at most 20000 choices are left, all of them are ranked. The "
         "red and the black list are left out.",
     .examples =
         "cityops-rank month --profile rank/profiles/guangzhou-monthly.yaml --month 2022-12\n"
         "cityops-rank month --profile rank/profiles/guangzhou-monthly.yaml --year 2022 --each "
         "--format csv\n"
         "cityops-rank month --profile rank/profiles/guangzhou-monthly.yaml --month 2022-12 "
         "--printed missing\n"
         "cityops-rank month --profile rank/profiles/deduct-below-baseline.1.yaml,"
         "rank/profiles/deduct-below-baseline.2.yaml --year 2022 --each\n"
         "cityops-rank month --profile rank/profiles/guangzhou-monthly.yaml --month 2022-04 "
         "--as-of "
         "2022-05-03T09:00:00+08:00",
     .keys = month_keys,
     .run = month_run},
    {.name = "announce",
     .arguments = "",
     .summary = "Publishes a period's ranking; appeals are open until a date",
     .details =
         "The result is stored with every input figure, the profile's text, the versions and the "
         "cut-off that it depends on, under its number in the chain of its profile: it is never "
         "edited. A period of which events are missing is refused with exit status 6; a source "
         "that will stay silent can be accepted by name and reason. What was announced before is "
         "printed as it was stored; when today's figures differ, the exit status is 5.",
     .examples = "cityops-rank announce --profile rank/profiles/guangzhou-monthly.yaml --month "
                 "2022-12 --appeals-until 2023-01-10",
     .keys = announce_keys,
     .run = announce_run},
    {.name = "close",
     .arguments = "",
     .summary = "Makes a period's ranking final",
     .details =
         "After its announcement and the last day of appeals, by the clock of PostgreSQL. "
         "Of a period that is final already, prints what is stored; when today's figures "
         "differ, says so with exit status 5. An incomplete period is refused with exit "
         "status 6.\n"
         "A quarter or a year is closed from its events as they are known, as a result of its "
         "own. The sum of published months is not closed again: it is its parts and nothing "
         "else, each final already; month --basis as-published prints it with their names "
         "and hashes, and changes only when one of them is restated.",
     .examples =
         "cityops-rank close --profile rank/profiles/guangzhou-monthly.yaml --month 2022-12",
     .keys = close_keys,
     .run = close_run},
    {.name = "restate",
     .arguments = "",
     .summary = "Publishes a final period anew, beside what was published, with a reason",
     .examples =
         "cityops-rank restate --profile rank/profiles/guangzhou-monthly.yaml --month 2022-12 "
         "--reason 'late reports of Panyu'",
     .keys = restate_keys,
     .run = restate_run},
    {.name = "results",
     .arguments = "[RESULT]",
     .summary = "What was published, with the heads of the chains; or one result as it was stored",
     .details = "A RESULT is PROFILE/PERIOD (the newest), PROFILE/PERIOD/announced, .../final, "
                ".../restated-1, or PROFILE#NUMBER. Keep a head of the chain elsewhere: prove "
                "--head finds out whether what was published before it is still there.",
     .examples = "cityops-rank results\n"
                 "cityops-rank results guangzhou-monthly/2022-12/final --document | sha256sum",
     .keys = results_keys,
     .run = results_run},
    {.name = "diff",
     .arguments = "[LEFT [RIGHT]]",
     .summary =
         "Why two rankings differ, down to the tickets: published results, cut-offs, profiles",
     .details =
         "LEFT and RIGHT are published results; what is left out is a ranking as known now, or at "
         "--as-of (left) and --to-as-of (right), under --profile and --to-profile; or, with "
         "--basis "
         "as-published (--to-basis), several months as the sum of their final results.\n"
         "The parts add up exactly: points of indicators to the total; own value, peers' values "
         "and "
         "rule to the points; the entities' points to those of the own value; their whole numbers "
         "to "
         "the sums. In csv and json all numbers are exact fractions. Values are in per cent, hours "
         "or counts.",
     .examples =
         "cityops-rank diff guangzhou-monthly/2022-11/final guangzhou-monthly/2022-11/restated-1\n"
         "cityops-rank diff guangzhou-monthly/2022-11/final\n"
         "cityops-rank diff --profile a.yaml --to-profile b.yaml --month 2022-11\n"
         "cityops-rank diff --profile a.yaml --quarter 2022-Q4 --basis as-published\n"
         "cityops-rank diff --profile a.yaml --month 2022-11 --as-of 2022-12-03T09:00:00+08:00",
     .keys = diff_keys,
     .run = diff_run},
    {.name = "whatif",
     .arguments = "SUBJECT [RESULT]",
     .summary = "The least change by which one subject reaches a better rank",
     .details =
         "Of each indicator how many moves are needed (one unsatisfied visit becomes satisfied, "
         "one "
         "late order is closed in time, ...; cityops-rank indicators lists them), the others' "
         "figures held fixed; the whole group is scored again, so that relative rules count. One "
         "move less does not reach the rank. A profile may say what a move costs (move-cost); by "
         "cost, combinations of several indicators are ordered. The search for combinations tries "
         "at most 100000 rankings, and says when it stopped there. Others of which only printed "
         "figures are known (--printed missing) may have any value inside their digits: the rank "
         "is reached when it is certain; beside it stands from how many moves on it is possible.\n"
         "SUBJECT is a code or a name; RESULT a published result, else the ranking as known.",
     .examples = "cityops-rank whatif Panyu --profile rank/profiles/guangzhou-monthly.yaml "
                 "--month 2022-11\n"
                 "cityops-rank whatif 440113 guangzhou-monthly/2022-11/final --rank 1 --together 3",
     .keys = whatif_keys,
     .run = whatif_run},
    {.name = "explain",
     .arguments = "SUBJECT [RESULT]",
     .summary = "What one subject's score is made of, and the tickets that cost it most",
     .details =
         "Every term: the formula in words, the counts, the points, the value that earns full "
         "marks, what is "
         "lost to full marks, to the best of the term and to the first of the ranking. The parts "
         "add up to the "
         "score exactly; in csv and json all numbers are exact fractions.\n"
         "Under each indicator the tickets, incidents, problems or hours of a road that cost most: "
         "what happened, "
         "and by how much the score would be higher had this one been saved (closed in time, rated "
         "as highly as "
         "can be, not returned, ...), all else held fixed; the whole group is scored again, so "
         "that relative rules "
         "count. They are read from the states of the ranking's cut-off, and must add up to its "
         "sums.\n"
         "SUBJECT is a code or a name; RESULT a published result, else the ranking as known.",
     .examples = "cityops-rank explain Panyu --profile rank/profiles/guangzhou-monthly.yaml "
                 "--month 2022-11\n"
                 "cityops-rank explain 440113 guangzhou-monthly/2022-11/final --top 20",
     .keys = explain_keys,
     .run = explain_run},
    {.name = "robustness",
     .arguments = "[SUBJECT] [RESULT]",
     .summary = "How far ranks rest on weights, rule, minimum denominators and chance",
     .details =
         "Draws weights around the profile's (each uniformly within --spread, then scaled to their "
         "old sum, as COINr and the JRC do) and values as their numbers of cases leave them open, "
         "and ranks the group again each time: the probability of each rank, its percentiles, and "
         "the pairs that are not told apart. Ranks without each indicator are exact. Sobol's "
         "indices say which of weights, scoring rule, minimum denominators and chance moves the "
         "rank most: first order is the share of the variance that goes when that choice alone is "
         "settled, total the share that stays while it alone is open.\n"
         "SUBJECT is a code or a name; without it the indices are of the mean absolute shift of "
         "all ranks. RESULT is a published result, else the ranking as known.",
     .examples = "cityops-rank robustness Panyu --profile rank/profiles/guangzhou-monthly.yaml "
                 "--month 2022-11\n"
                 "cityops-rank robustness 440113 guangzhou-monthly/2022-11/final --draws 100000\n"
                 "cityops-rank robustness guangzhou-monthly/2022-11/final --spread 0",
     .keys = robustness_keys,
     .run = robustness_run},
    {.name = "reconcile",
     .arguments = "FIGURE",
     .summary = "Which ways of counting give a figure that somebody printed",
     .details =
         "FIGURE is as it was printed: 345,300, 34.53万, 93.82 or 93.82%. Every combination of "
         "what "
         "puts an order into the period, of natures, of excluded, void and duplicate orders, of "
         "channels, of whose lists are added up, and of cut-offs is compared with the printed "
         "digits, exactly. Of those that fit, the one that differs in fewest settings from the "
         "usual way (the profile's) comes first; then the nearest values that do not fit. Each is "
         "printed as a command line of cityops-rank count, on the same database.\n"
         "Shares are those of one period's orders or dispatches: no stocks, quantiles or subsets "
         "of orders. The exit status is 5 when nothing fits. Reads the states of all tickets, and "
         "of each cut-off but now the journal.",
     .examples = "cityops-rank reconcile 34.53万 --year 2022\n"
                 "cityops-rank reconcile 93.82 --what W09 --month 2022-11 --of Panyu --cut-offs "
                 "now,end,published",
     .keys = reconcile_keys,
     .run = reconcile_run},
    {.name = "count",
     .arguments = "WHAT",
     .summary = "One figure of orders, counted as the options say",
     .details =
         "WHAT is tickets, dispatches, a measure of cityops.ticket_day or dispatch_day (late, "
         "reworked, ...), or an indicator of one period's orders or dispatches (W04). Two careful "
         "people give two figures of one month because they differ in one of these options; "
         "cityops-rank reconcile finds which.\n"
         "In csv and json the figure is an exact fraction. Reads the states of all tickets.",
     .examples = "cityops-rank count tickets --month 2022-11 --cohort closed --natures "
                 "complaint,report --with void\n"
                 "cityops-rank count dispatches --year 2022 --scope towns-and-units --of Panyu\n"
                 "cityops-rank count W09 --month 2022-11 --of mean --as-of "
                 "2022-12-05T09:00:00+08:00",
     .keys = count_keys,
     .run = count_run},
    {.name = "scorecard",
     .arguments = "FILE",
     .summary = "Points, grade and faults of a self-evaluation's table of targets and actuals",
     .details =
         "By the rule of self-evaluations: a target that is met earns its weight, else weight x "
         "actual / target. From the numbers alone it finds weights that do not add up, targets "
         "exceeded by far, a subject that has two figures, indicators that are not split into "
         "quantity, quality, timeliness and cost, a grade without a score, claims that the "
         "figures do not bear out. Needs no database. The shipped example explains the keys.",
     .examples = "cityops-rank scorecard rank/scorecards/panyu-2022.yaml --lang zh",
     .keys = scorecard_keys,
     .run = scorecard_run},
    {.name = "vintages",
     .arguments = "SUBJECT",
     .summary = "How a figure was revised, and what a month that is not settled will become",
     .details =
         "Prints each month of the period as it was known at its end and at the ends of the later "
         "months (or --days after), folded from one pass over the journal; or, with --closings, as "
         "announced, final and restated. A month is settled --settled month ends after its own. "
         "Then the mean and the mean absolute revision, and whether they have a bias; and of each "
         "month that is not settled what it "
         "is likely to become, with an interval and the probability of each final rank, and how "
         "often such forecasts of past months, from what was known then, held.\n"
         "Counts are forecast by the chain ladder (numerator and denominator apart), quantiles and "
         "totals by their mean revision, with Student's t; core/vintages.h has the sources. Below "
         "4 settled months there is no forecast. FIGURE is an indicator of the profile, total, or "
         "rank; not of readings of traffic, which the journal does not hold.",
     .examples = "cityops-rank vintages Panyu --of W04 --profile "
                 "rank/profiles/guangzhou-monthly.yaml --year 2022 --later 3\n"
                 "cityops-rank vintages 440113 --of rank --profile "
                 "rank/profiles/guangzhou-monthly.yaml --month 2022-01 --months 18 --days 4\n"
                 "cityops-rank vintages Panyu --closings --profile "
                 "rank/profiles/guangzhou-monthly.yaml --year 2022",
     .keys = vintages_keys,
     .run = vintages_run},
    {.name = "prove",
     .arguments = "RESULT",
     .summary = "Computes a published result again from the journal, and compares the bytes",
     .details =
         "Checks the chain's hashes, folds the journal below the result's cut-off, scores by the "
         "profile's text that was published, and lists what differs, with exit status 5. Hourly "
         "sums of traffic, which the journal does not hold, are taken from the result. Needs the "
         "rights of an analyst, and to make temporary tables.",
     .examples = "cityops-rank prove guangzhou-monthly/2022-12/final",
     .keys = prove_keys,
     .run = prove_run},
    {.name = "figures",
     .arguments = "",
     .summary = "Every count by month, district and cohort, without any rule",
     .details =
         "One row per month, district and cohort, zeros too; of the families incident, "
         "inspection and activity also per level, theme and type. Beside the counts: "
         "quantiles of times in hours, and of cohorts that make stocks what was open (cohort "
         "received or found) or overdue (cohort due) at the month's start and end.",
     .examples = "cityops-rank figures --month 2015-01 --months 12 --format csv\n"
                 "cityops-rank figures --family incident --year 2022 --format csv",
     .keys = figures_keys,
     .run = figures_run},
    {.name = "villages",
     .arguments = "",
     .summary = "The villages in which most problems were found in a quarter",
     .details = "Problems found by inspection in civil months, void ones left out, of one theme. "
                "Villages with equal numbers share their rank and are listed together, so that the "
                "list may be longer than --worst. Problems of no known village stand at the end, "
                "without a rank.",
     .examples = "cityops-rank villages --month 2022-01 --worst 61",
     .keys = villages_keys,
     .run = villages_run},
    {.name = "brief",
     .arguments = "",
     .summary = "The six conditions of a day on one page, and what is unusual",
     .details = "Passenger flow: vehicles that sensors count. Public sentiment: hotline orders "
                "received. Online opinion: letters to the message "
                "board. Police: incidents known. Hazards: incidents and problems found whose "
                "category names one of --hazards. Epidemic: orders and "
                "incidents whose category names one of --epidemics. All areas together, or "
                "one --district; void ones left out.\n"
                "Each day and hour is compared with the same weekday in the weeks before (a day "
                "off in the week with days off, a working weekend "
                "with working days): a robust level, and as much spread as those days have shown. "
                "On at most --false-alarms per cent of "
                "ordinary days anything on the page is called unusual, all conditions and hours "
                "together. Hours in which a source was silent are "
                "said and not judged.",
     .examples = "cityops-rank brief --day 2022-06-18\n"
                 "cityops-rank brief --day 2022-06-18 --district Panyu\n"
                 "cityops-rank brief --day 2022-06-18 --as-of 2022-06-19T08:00:00+08:00",
     .keys = brief_keys,
     .run = brief_run},
    {.name = "indicators",
     .arguments = "",
     .summary = "The catalogue of indicators",
     .keys = indicators_keys,
     .run = indicators_run},
    {.name = "profiles",
     .arguments = "check FILE...",
     .summary = "Whether profiles can be used: file, line and column of what is wrong",
     .details =
         "Versions of one rule that are given together must follow each other. For editors there "
         "is a JSON schema beside the shipped profiles: profile.schema.json.",
     .examples = "cityops-rank profiles check rank/profiles/*.yaml",
     .keys = profiles_keys,
     .run = profiles_run},
    {0},
};

static const struct program program = {
    .name = "cityops-rank",
    .summary = "computes the monthly assessment of districts from what was counted",
    .commands = commands,
};

int main(int argc, char **argv)
{
    return command_main(&program, argc, argv);
}
