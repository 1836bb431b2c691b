// Rows of readings: slots on the wall clock, series, units, what is not measured, and what refuses a row.
#include "extracted.h"

#include <criterion/criterion.h>

#define HEAD                                                                                       \
    "family: traffic\n"                                                                            \
    "source: s\n"                                                                                  \
    "authority: a\n"                                                                               \
    "row: readings\n"                                                                              \
    "zone: Australia/Melbourne\n"                                                                  \
    "entity: site\n"
// A day of four slots of 15 minutes, from the wall clock's time in the column.
#define DAYS                                                                                       \
    HEAD "readings:\n"                                                                             \
         "  day: {column: day, format: \"%m/%d/%Y %H:%M\"}\n"                                      \
         "  every_s: 900\n"                                                                        \
         "  count: 4\n"                                                                            \
         "  series: approach\n"                                                                    \
         "  vehicles: {pattern: V%02d}\n"                                                          \
         "  empty: [n/a, \"-1\"]\n"
#define DAY_HEADER "site,approach,day,V00,V01,V02,V03\n"
#define AS_OF "2006-12-01T00:00:00Z"
#define RECORDED " @1164931200\n"
// 1161957600 is 2006-10-28 00:00 in Melbourne (UTC+10); summer time starts on the 29th at 02:00.

static struct outcome expect(const char *yaml, const char *rows, const char *events,
                             const char *rejects)
{
    struct outcome outcome = extract_text(yaml, rows, AS_OF);
    outcome_expect(&outcome, events, rejects);
    cr_expect_eq(outcome.counts.rows, outcome.counts.rejected + outcome.counts.superseded +
                                          outcome.counts.silent + outcome.counts.events);
    return outcome;
}

Test(readings, of_a_wide_row_are_one_event_with_a_slot_for_each_column)
{
    expect(DAYS, DAY_HEADER "0970,North,10/28/2006 00:00,86,0,52,7\n",
           "0970 North|1161957600|900:86,-,-,- North|1161958500|900:0,-,-,- "
           "North|1161959400|900:52,-,-,- North|1161960300|900:7,-,-,-" RECORDED,
           NULL);
}

Test(readings, that_are_empty_or_listed_as_empty_are_not_measured)
{
    struct outcome outcome = expect(
        DAYS, DAY_HEADER "1,N,10/28/2006 00:00,, 5 ,n/a,-1\n2,N,10/28/2006 00:00,,n/a,-1, \n",
        "1 N|1161958500|900:5,-,-,-" RECORDED, NULL);
    cr_expect_eq(outcome.counts.silent, 1);
}

Test(readings, lose_blanks_around_keys_but_no_zero_before_them)
{
    expect(DAYS, DAY_HEADER "\" 0970 \",\" N  \",10/28/2006 00:00,1,,,\n",
           "0970 N|1161957600|900:1,-,-,-" RECORDED, NULL);
}

Test(readings, of_an_hour_that_does_not_exist_move_into_a_series_of_their_own)
{
    // 01:30, 01:45, and 02:00 and 02:15, which are 03:00 and 03:15.
    struct outcome outcome =
        expect(DAYS, DAY_HEADER "1,N,10/29/2006 01:30,1,2,3,4\n1,N,10/29/2006 03:00,5,6,7,8\n",
               "1 N|1162049400|900:1,-,-,- N|1162050300|900:2,-,-,- N~gap|1162051200|900:3,-,-,- "
               "N~gap|1162052100|900:4,-,-,-" RECORDED
               "1 N|1162051200|900:5,-,-,- N|1162052100|900:6,-,-,- N|1162053000|900:7,-,-,- "
               "N|1162053900|900:8,-,-,-" RECORDED,
               NULL);
    cr_expect_eq(outcome.counts.findings.moved, 2);
    cr_expect_eq(outcome.counts.findings.twice, 0);
}

Test(readings, of_an_hour_that_exists_twice_are_those_of_the_first)
{
    // 2007-03-25: 02:00 to 03:00 twice; the first starts at 15:00Z on the 24th.
    struct outcome outcome = expect(DAYS, DAY_HEADER "1,,03/25/2007 01:45,1,2,,4\n",
                                    "1 |1174747500|900:1,-,-,- |1174748400|900:2,-,-,- "
                                    "|1174750200|900:4,-,-,-" RECORDED,
                                    NULL);
    cr_expect_eq(outcome.counts.findings.moved, 0);
    cr_expect_eq(outcome.counts.findings.twice, 2);
}

Test(readings, that_are_no_volume_refuse_their_row_with_line_and_column)
{
    struct outcome outcome =
        expect(DAYS,
               DAY_HEADER "1,N,10/28/2006 00:00,1,-5,,\n2,N,10/28/2006 00:00,1,many,,\n"
                          "3,N,10/28/2006 00:00,1.5,,,\n4,N,28.10.2006,1,,,\n5,N,,1,,,\n"
                          " ,N,10/28/2006 00:00,1,,,\n7,N,10/28/2006 00:00,1,2,3\n"
                          "8,N,10/28/2006 00:07,1,,,\n9,N,10/28/2006 00:00,200000,,,\n",
               "",
               "file,line,reason,row\n"
               "\"\",2,\"column \"\"V01\"\": \"\"-5\"\" is negative\",\"1,N,10/28/2006 "
               "00:00,1,-5,,\"\n"
               "\"\",3,\"column \"\"V01\"\": \"\"many\"\" is no number\",\"2,N,10/28/2006 "
               "00:00,1,many,,\"\n"
               "\"\",4,\"column \"\"V00\"\": \"\"1.5\"\" is no whole number\",\"3,N,10/28/2006 "
               "00:00,1.5,,,\"\n"
               "\"\",5,\"column \"\"day\"\": \"\"28.10.2006\"\" is no time like %m/%d/%Y %H:%M "
               "(wrong from character 1)\",\"4,N,28.10.2006,1,,,\"\n"
               "\"\",6,\"column \"\"day\"\" is empty, and day has to be stated\",\"5,N,,1,,,\"\n"
               "\"\",7,\"column \"\"site\"\" is empty, and entity has to be stated\",\" "
               ",N,10/28/2006 00:00,1,,,\"\n"
               "\"\",8,\"the row has 6 columns, the header has 7\",\"7,N,10/28/2006 00:00,1,2,3\"\n"
               "\"\",9,\"reading.outside-slot: from_us has to be a multiple of the reading's "
               "length\",\"8,N,10/28/2006 00:07,1,,,\"\n"
               "\"\",10,\"reading.out-of-range: a quantity is greater than any road can "
               "show\",\"9,N,10/28/2006 00:00,200000,,,\"\n");
    cr_expect_eq(outcome.counts.rejected, 9);
}

Test(readings, that_are_not_in_the_mappings_encoding_refuse_their_row)
{
    expect(DAYS, DAY_HEADER "1,Nord\xfcst,10/28/2006 00:00,1,,,\n", "",
           "file,line,reason,row\n\"\",2,\"column \"\"approach\"\": the text is not UTF-8 without "
           "NUL; see encoding in the mapping\",\"1,Nord\xfcst,10/28/2006 00:00,1,,,\"\n");
}

Test(readings, of_one_key_that_say_the_same_count_once_and_others_are_refused_by_default)
{
    struct outcome outcome =
        expect(DAYS,
               DAY_HEADER "1,N,10/28/2006 00:00,1,,,\n1, N,10/28/2006 00:00,1,,,\n"
                          "1,S,10/28/2006 00:00,1,,,\n1,S,10/28/2006 00:00,2,,,\n"
                          "1,N,10/29/2006 00:00,1,,,\n",
               "1 N|1161957600|900:1,-,-,-" RECORDED "1 N|1162044000|900:1,-,-,-" RECORDED,
               "file,line,reason,row\n"
               "\"\",4,\"the key stands in 2 rows that differ, first in line 4 (repeated: "
               "all-equal)\",\"1,S,10/28/2006 00:00,1,,,\"\n"
               "\"\",5,\"the key stands in 2 rows that differ, first in line 4 (repeated: "
               "all-equal)\",\"1,S,10/28/2006 00:00,2,,,\"\n");
    cr_expect_eq(outcome.counts.superseded, 1);
}

Test(readings, of_one_key_count_by_the_mappings_rule)
{
    expect(DAYS "repeated: last\n",
           DAY_HEADER "1,S,10/28/2006 00:00,1,,,\n1,S,10/28/2006 00:00,2,,,\n",
           "1 S|1161957600|900:2,-,-,-" RECORDED, NULL);
}

// ---- Rows of one reading ----

#define SINGLES                                                                                    \
    HEAD "as_of: {column: seen, format: unix_s}\n"                                                 \
         "readings:\n"                                                                             \
         "  from: {column: start, format: \"%Y-%m-%d %H:%M\"}\n"                                   \
         "  length_s: {column: seconds}\n"                                                         \
         "  series: lane\n"                                                                        \
         "  vehicles: n\n"                                                                         \
         "  speed: {column: v, unit: km/h}\n"                                                      \
         "  occupancy: {column: o, unit: percent}\n"                                               \
         "  queue: q\n"
#define SINGLE_HEADER "site,lane,start,seconds,n,v,o,q,seen\n"

static void expect_singles(const char *rows, const char *events, const char *rejects)
{
    struct outcome outcome = extract_text(SINGLES, rows, NULL);
    outcome_expect(&outcome, events, rejects);
}

Test(readings, of_a_row_are_in_the_units_of_events_rounded_half_up)
{
    expect_singles(SINGLE_HEADER "g7,2,2006-10-28 00:00,300,12,63.5,7.25,40,1161958000\n"
                                 "g7,2,2006-10-28 00:05,60,,,0,,1161958001\n",
                   "g7 2|1161957600|300:12,17639,73,40 @1161958000\n"
                   "g7 2|1161957900|60:-,-,0,- @1161958001\n",
                   NULL);
}

Test(readings, of_one_slot_may_come_again_later)
{
    expect_singles(SINGLE_HEADER "g7,2,2006-10-28 00:00,300,12,,,,1161958000\n"
                                 "g7,2,2006-10-28 00:00,300,13,,,,1161959000\n",
                   "g7 2|1161957600|300:12,-,-,- @1161958000\n"
                   "g7 2|1161957600|300:13,-,-,- @1161959000\n",
                   NULL);
}

Test(readings, refuse_a_length_that_is_no_part_of_a_window)
{
    expect_singles(SINGLE_HEADER "g7,2,2006-10-28 00:00,0,12,,,,1161958000\n"
                                 "g7,2,2006-10-28 00:00,420,12,,,,1161958001\n"
                                 "g7,2,2006-10-28 00:00,300,12,-3.5,,,1161958002\n",
                   "",
                   "file,line,reason,row\n"
                   "\"\",2,\"the reading's length is not above 0 seconds\",\"g7,2,2006-10-28 "
                   "00:00,0,12,,,,1161958000\"\n"
                   "\"\",3,\"reading.length: length_s has to be a whole part of 15 "
                   "minutes\",\"g7,2,2006-10-28 00:00,420,12,,,,1161958001\"\n"
                   "\"\",4,\"column \"\"v\"\": \"\"-3.5\"\" is negative\",\"g7,2,2006-10-28 "
                   "00:00,300,12,-3.5,,,1161958002\"\n");
}

Test(readings, come_from_json_lines_with_numbers_as_they_are)
{
    expect(
        HEAD "format: jsonl\n"
             "readings:\n"
             "  from: {column: at, format: rfc3339}\n"
             "  length_s: 60\n"
             "  vehicles: n\n"
             "  speed: {column: mean.v, unit: m/s}\n",
        "{\"site\":\"007\",\"at\":\"2006-10-28T00:00:00+10:00\",\"n\":12,\"mean\":{\"v\":63.1}}\n"
        "{\"site\":\"007\",\"at\":\"2006-10-28T00:01:00+10:00\",\"n\":null,\"mean\":{\"v\":0.0725}}"
        "\n"
        "{\"site\":\"007\",\"at\":\"2006-10-28T00:02:00+10:00\",\"n\":-3}\n",
        "007 |1161957600|60:12,63100,-,-" RECORDED "007 |1161957660|60:-,73,-,-" RECORDED,
        "file,line,reason,row\n"
        "\"\",3,\"column \"\"n\"\": \"\"-3\"\" is "
        "negative\",\"{\"\"site\"\":\"\"007\"\",\"\"at\"\":\"\"2006-10-28T00:02:00+10:00\"\","
        "\"\"n\"\":-3}\"\n");
}

// ---- Ids ----

Test(readings, have_an_id_that_changes_with_content_and_as_of_alone)
{
    static const char *const rows[] = {
        DAY_HEADER "1,N,10/28/2006 00:00,1,2,,\n", DAY_HEADER "1,N ,10/28/2006 00:00, 1,02,,\n",
        DAY_HEADER "1,N,10/28/2006 00:00,1,3,,\n", DAY_HEADER "1,S,10/28/2006 00:00,1,2,,\n",
        DAY_HEADER "1,N,10/28/2006 00:00,1,,2,\n"};
    struct outcome first = extract_text(DAYS, rows[0], AS_OF);
    struct outcome later = extract_text(DAYS, rows[0], "2006-12-01T00:00:01Z");
    cr_expect_str_neq(strrchr(first.events, ' '), strrchr(later.events, ' '));
    for (size_t i = 1; i < sizeof rows / sizeof *rows; i++) {
        struct outcome other = extract_text(DAYS, rows[i], AS_OF);
        bool is_same = strcmp(strrchr(first.events, ' '), strrchr(other.events, ' ')) == 0;
        cr_expect_eq(is_same, i == 1, "rows %zu", i);
        outcome_drop(&other);
    }
    outcome_drop(&first);
    outcome_drop(&later);
}
