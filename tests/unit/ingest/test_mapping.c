// Mapping files: what is wrong is named with line, column and the nearest known word; the shipped
// ones load.
#include "ingest/mapping.h"

#include "files.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define HEAD                                                                                       \
    "family: hotline\n"                                                                            \
    "source: s\n"                                                                                  \
    "authority: a\n"                                                                               \
    "row: snapshot\n"                                                                              \
    "zone: America/New_York\n"                                                                     \
    "entity: ID\n"
#define EVENT_HEAD                                                                                 \
    "family: hotline\n"                                                                            \
    "source: s\n"                                                                                  \
    "authority: a\n"                                                                               \
    "row: event\n"                                                                                 \
    "entity: ID\n"

#define READINGS_HEAD                                                                              \
    "family: traffic\n"                                                                            \
    "source: s\n"                                                                                  \
    "authority: a\n"                                                                               \
    "row: readings\n"                                                                              \
    "zone: Australia/Melbourne\n"                                                                  \
    "entity: ID\n"

static const struct {
    const char *yaml, *message;
} mistakes[] = {
    {"family: hotline\nsorce: s\n", "m.yaml:2:1: unknown key \"sorce\"; the nearest is \"source\""},
    {"family: hotline\n", "m.yaml:1:1: the key \"source\" is missing: The system that states this, "
                          "as its events name it; at most 64 bytes."},
    {"family: hotlin\nsource: s\nauthority: a\nrow: event\nentity: ID\n",
     "m.yaml:1:9: unknown family \"hotlin\"; the nearest is \"hotline\""},
    {"- a\n", "m.yaml:1:3: here a list of \"key: value\" lines is needed"},
    {HEAD "facts: {receved_us: A}\n",
     "m.yaml:7:9: unknown field \"receved_us\"; the nearest is \"received_us\""},
    {HEAD "facts: {received_us: }\n", "m.yaml:7:9: \"received_us\" needs a value"},
    {HEAD "facts: {due_us: {column: A, fromat: rfc3339}}\n",
     "m.yaml:7:29: unknown key of a field \"fromat\"; the nearest is \"format\""},
    {HEAD "facts: {due_us: {column: A, format: \"%H\"}}\n",
     "m.yaml:7:38: time format \"%H\" has no whole date: it needs %Y, %m and %d"},
    {HEAD "facts: {due_us: {column: A, value: B}}\n",
     "m.yaml:7:9: due_us needs either \"column\" or \"value\""},
    {HEAD "facts: {due_us: {columns: [A]}}\n",
     "m.yaml:7:18: \"columns\" joins at least two; of one say \"column\""},
    {HEAD "facts: {nature: {columns: [A, B]}}\n",
     "m.yaml:7:18: \"columns\" is for times and texts, and nature takes a enum"},
    {HEAD "facts: {district: D}\nparts: [{facts: {town: T}}]\n",
     "m.yaml:7:1: \"facts\" belongs to one of the \"parts\""},
    {HEAD "parts: []\n", "m.yaml:7:1: \"parts\" needs a list: \"- part: incident\""},
    {HEAD "parts: [{part: ticket}]\n",
     "m.yaml:7:10: the mapping states nothing: it needs \"facts\" or \"occurrences\""},
    {HEAD "parts: [{part: ticket, fact: {town: T}}]\n",
     "m.yaml:7:24: unknown key of a part \"fact\"; the nearest is \"facts\""},
    {HEAD "facts: {due_us: {column: A, type: text}}\n",
     "m.yaml:7:35: due_us takes a time, not a text"},
    {HEAD "facts: {due_us: {column: A, trim: false}}\n",
     "m.yaml:7:29: \"trim\" is for a text, and due_us takes a time"},
    {HEAD "facts:\n  channel:\n    column: A\n    map: {Call: phon}\n",
     "m.yaml:10:17: unknown channel \"phon\"; the nearest is \"phone\""},
    {HEAD "facts: {channel: {column: A, default: other}}\n",
     "m.yaml:7:30: \"default\" is for words that a \"map\" does not list"},
    {HEAD "facts: {district: D}\ncomplete: [closing]\n",
     "m.yaml:8:12: unknown kind of occurrences \"closing\"; the nearest is \"closings\""},
    {HEAD "facts: {district: D}\nrepeated: frist\n",
     "m.yaml:8:11: unknown repeated \"frist\"; the nearest is \"first\""},
    {HEAD "facts: {district: D}\nprogress: as_of\nas_of: {column: T}\n",
     "m.yaml:8:1: progress is stated until the as_of of a whole file, and here every row has its "
     "own"},
    {HEAD "facts: {district: D}\nas_of: {column: T, file: x}\n",
     "m.yaml:8:1: \"as_of\" needs either \"column\" or \"file\""},
    {HEAD "facts: {district: D}\nevents: []\n",
     "m.yaml:8:1: \"events\" is for row: event, and this mapping has row: snapshot"},
    {HEAD "occurrences:\n  - kind: closings\n    fields: {closed_us: C}\n",
     "m.yaml:8:5: an occurrence needs either \"id\" or \"ordinal\""},
    {HEAD "occurrences:\n  - kind: closings\n    ordinal: 0\n",
     "m.yaml:9:14: \"ordinal\" has to be a whole number from 1 to 4294967295"},
    {HEAD "occurrences:\n  - kind: closings\n    ordinal: 99999999999999999999\n",
     "m.yaml:9:14: \"ordinal\" has to be a whole number from 1 to 4294967295"},
    {HEAD "occurrences:\n  - {kind: closings, ordinal: 4294967296, fields: {closed_us: C}}\n",
     "m.yaml:8:31: \"ordinal\" has to be a whole number from 1 to 4294967295"},
    {HEAD "part: tiket\nfacts: {town: T}\n",
     "m.yaml:7:7: unknown part \"tiket\"; the nearest is \"ticket\""},
    {HEAD "part: repli:7\nfacts: {town: T}\n",
     "m.yaml:7:7: unknown part \"repli:7\"; the nearest is \"reply:\""},
    {HEAD "parts: [{part: {column: P, prefix: \"dispach:\"}, facts: {town: T}}]\n",
     "m.yaml:7:37: unknown part \"dispach:\"; the nearest is \"dispatch:\""},
    {HEAD "facts: {received_us: {value: 2016-01-13T08:59:60Z}}\n",
     "m.yaml:7:30: \"2016-01-13T08:59:60Z\" is no time like rfc3339 (wrong from character 1)"},
    {HEAD, "m.yaml:1:1: the mapping states nothing: it needs \"facts\" or \"occurrences\""},
    {EVENT_HEAD "events:\n  - kind: recieved\n    occurred: T\n",
     "m.yaml:7:11: unknown kind of event \"recieved\"; the nearest is \"received\""},
    {EVENT_HEAD "time: \"%Y-%m-%d\"\nevents:\n  - kind: received\n    occurred: T\n",
     "m.yaml:9:5: the time format \"%Y-%m-%d\" has no offset, so a zone is needed: zone: "
     "Asia/Shanghai"},
    {EVENT_HEAD "delimiter: ab\n",
     "m.yaml:6:12: a delimiter is one character (but no quote), or the word tab"},
    {EVENT_HEAD "encoding: utf-16\n",
     "m.yaml:6:11: unknown encoding \"utf-16\"; the nearest is \"utf-8\""},
    {EVENT_HEAD "part: x\n",
     "m.yaml:6:1: \"part\" is for row: snapshot, and this mapping has row: event"},
    {EVENT_HEAD "as_of: option\n",
     "m.yaml:6:1: \"as_of\" is for row: snapshot or readings, and this mapping has row: event"},
    {"family: traffic\nsource: s\nauthority: a\nrow: snapshot\nentity: ID\n",
     "m.yaml:4:6: traffic is stated by row: readings"},
    {"family: hotline\nsource: s\nauthority: a\nrow: readings\nentity: ID\n",
     "m.yaml:4:6: row: readings is for family traffic, and this is hotline"},
    {READINGS_HEAD, "m.yaml:1:1: the key \"readings\" is missing: what a row measures"},
    {READINGS_HEAD "readings: {vehicles: n}\n",
     "m.yaml:7:1: \"readings\" needs either \"from\" (a row is one reading) or \"day\" (a row is a "
     "day)"},
    {READINGS_HEAD "readings: {from: t, vehicles: n}\n",
     "m.yaml:7:1: \"from\" needs \"length_s\": how long the reading is"},
    {READINGS_HEAD "readings: {from: t, length_s: 300}\n",
     "m.yaml:7:1: the readings measure nothing: say vehicles, speed, occupancy or queue"},
    {READINGS_HEAD "readings: {from: t, length_s: 0, vehicles: n}\n",
     "m.yaml:7:31: \"length_s\" has to be a whole number from 1 to 900"},
    {READINGS_HEAD "readings: {day: d, every_s: 420, vehicles: {pattern: V%d}}\n",
     "m.yaml:7:29: a length is a whole part of 15 minutes, like 900, 300 or 60 seconds"},
    {READINGS_HEAD "readings: {from: t, length_s: 300, speed: v}\n",
     "m.yaml:7:36: speed needs a unit: unit: km/h, m/s or mph"},
    {READINGS_HEAD "readings: {from: t, length_s: 300, speed: {column: v, unit: kmh}}\n",
     "m.yaml:7:61: unknown unit \"kmh\"; the nearest is \"km/h\""},
    {READINGS_HEAD "readings: {from: t, length_s: 300, vehicle: n}\n",
     "m.yaml:7:36: unknown key of readings \"vehicle\"; the nearest is \"vehicles\""},
    {READINGS_HEAD "readings: {from: t, length_s: 300, vehicles: {pattern: V%d}}\n",
     "m.yaml:7:36: vehicles needs \"column\", because a row has one reading"},
    {READINGS_HEAD "readings: {from: t, length_s: 300, every_s: 300, vehicles: n}\n",
     "m.yaml:7:36: \"every_s\" is for rows with many readings: day"},
    {READINGS_HEAD "readings: {day: d, vehicles: {pattern: V%d}}\n",
     "m.yaml:7:12: \"day\" needs \"every_s\": how long each slot is"},
    {READINGS_HEAD "readings: {day: d, every_s: 900, count: 100, vehicles: {pattern: V%d}}\n",
     "m.yaml:7:41: \"count\" has to be a whole number from 1 to 96"},
    {READINGS_HEAD "readings: {day: d, every_s: 10, vehicles: {pattern: V%d}}\n",
     "m.yaml:7:29: a row has at most 1440 slots"},
    {READINGS_HEAD "readings: {day: d, every_s: 900, vehicles: V00}\n",
     "m.yaml:7:34: a row with many readings has a column for each: vehicles: {pattern: V%02d}"},
    {READINGS_HEAD "readings: {day: d, every_s: 900, vehicles: {pattern: V%s}}\n",
     "m.yaml:7:54: a pattern has one number in it, written %d or %02d, like V%02d"},
    {READINGS_HEAD "readings: {day: d, every_s: 900, vehicles: {pattern: V00}}\n",
     "m.yaml:7:54: a pattern has one number in it, written %d or %02d, like V%02d"},
};

Test(mapping, names_place_and_nearest_word_of_a_mistake)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct error error = ERROR_INIT;
        struct mapping *mapping = mapping_parse("m.yaml", text_from(mistakes[i].yaml), &error);
        cr_expect_null(mapping);
        cr_expect_eq(error.class, ERROR_BAD_CONFIG);
        cr_expect_str_eq(error.text, mistakes[i].message);
        mapping_free(mapping);
    }
}

Test(mapping, names_place_of_broken_yaml_and_of_repeated_keys)
{
    static const char *const texts[] = {"family: [hotline\nsource: s\n",
                                        "family: hotline\nfamily: hotline\n", "a: \"x\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct error error = ERROR_INIT;
        cr_expect_null(mapping_parse("m.yaml", text_from(texts[i]), &error));
        cr_expect_eq(error.class, ERROR_BAD_CONFIG);
        cr_expect_eq(strncmp(error.text, "m.yaml:", 7), 0, "%s", error.text);
        cr_expect_not_null(strstr(error.text, ": not YAML: "), "%s", error.text);
    }
}

Test(mapping, refuses_an_unknown_zone_with_its_place)
{
    struct error error = ERROR_INIT;
    cr_assert_null(mapping_parse("m.yaml",
                                 TEXT("family: hotline\nsource: s\nauthority: a\nrow: "
                                      "snapshot\nentity: ID\nzone: Amerika/New_York\n"),
                                 &error));
    cr_assert_eq(strncmp(error.text, "m.yaml:6:7: ", 12), 0, "%s", error.text);
    cr_assert_not_null(strstr(error.text, "America/New_York"), "%s", error.text);
}

Test(mapping, of_melbourne_says_which_columns_are_slots_of_which_length)
{
    struct error error = ERROR_INIT;
    struct mapping *mapping = mapping_load("ingest/mappings/melbourne-scats.yaml", &error);
    cr_assert_not_null(mapping, "%s", error.text);
    char *printed;
    size_t size;
    FILE *out = open_memstream(&printed, &size);
    mapping_print(mapping, out);
    fclose(out);
    cr_expect_not_null(
        strstr(printed, "readings, 96 in a row\n"
                        "  day                <- column \"Date\", a time like %m/%d/%Y in "
                        "Australia/Melbourne\n"
                        "  length_s           <- 900, integer\n"
                        "  series             <- columns \"Location\" \"HF VicRoads Internal\"\n"
                        "  vehicles           <- columns \"V00\" to \"V95\"\n"),
        "%s", printed);
    free(printed);
    mapping_free(mapping);
}

Test(mapping, of_boston_says_what_it_does)
{
    struct error error = ERROR_INIT;
    struct mapping *mapping = mapping_load("ingest/mappings/boston-311.yaml", &error);
    cr_assert_not_null(mapping, "%s", error.text);
    char *printed;
    size_t size;
    FILE *out = open_memstream(&printed, &size);
    mapping_print(mapping, out);
    fclose(out);
    cr_assert_not_null(strstr(printed, "due_us             <- column \"TARGET_DT\", a time like "
                                       "%m/%d/%Y %I:%M:%S %p in America/New_York"));
    cr_assert(mapping->sends_progress);
    cr_assert_eq(mapping->events[0].complete_kind_count, 1);
    free(printed);
    mapping_free(mapping);
}

// The rows of the README's tables of keys, as they have to stand there.
static char *documented_keys(void)
{
    char *rows;
    size_t size, count;
    FILE *out = open_memstream(&rows, &size);
    const struct mapping_key *keys = mapping_keys(&count);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "| `%s` | %s | %s |\n", keys[i].name, keys[i].required ? "yes" : "",
                keys[i].meaning);
    fclose(out);
    return rows;
}

Test(mapping, is_documented_key_by_key_and_by_no_other)
{
    char *readme = file_content("ingest/mappings/README.md"), *rows = documented_keys(), *shown;
    size_t size, length;
    cr_assert_not_null(readme);
    FILE *out = open_memstream(&shown, &size);
    for (const char *line = readme; *line; line += length + (line[length] == '\n')) {
        length = strcspn(line, "\n");
        if (strncmp(line, "| `", 3) == 0)
            fprintf(out, "%.*s\n", (int)length, line);
    }
    fclose(out);
    cr_expect_str_eq(shown, rows);
    free(shown);
    free(rows);
    free(readme);
}

Test(mapping, worked_out_in_its_documentation_can_be_loaded)
{
    static const char start[] = "```yaml\n";
    char *readme = file_content("ingest/mappings/README.md"), *yaml = strstr(readme, start);
    struct error error = ERROR_INIT;
    cr_assert_not_null(yaml);
    yaml += sizeof start - 1;
    struct text text = {yaml, (uint32_t)(strstr(yaml, "```") - yaml)};
    struct mapping *mapping = mapping_parse("README.md", text, &error);
    cr_expect_not_null(mapping, "%s", error.text);
    mapping_free(mapping);
    free(readme);
}

// "TICKET_CHANNEL_PROVINCE_TRANSFER = 5" for word 5 of the channels.
Test(mapping, spells_enums_as_the_proto_does)
{
    static const struct {
        enum family family;
        uint16_t kind, field;
        const char *prefix;
    } enums[] = {
        {FAMILY_HOTLINE, 0, 11, "TICKET_NATURE_"},    {FAMILY_HOTLINE, 0, 12, "TICKET_CHANNEL_"},
        {FAMILY_HOTLINE, 14, 7, "TICKET_OUTCOME_"},   {FAMILY_HOTLINE, 15, 9, "SATISFACTION_"},
        {FAMILY_HOTLINE, 15, 10, "SATISFACTION_"},    {FAMILY_INCIDENT, 0, 12, "INCIDENT_LEVEL_"},
        {FAMILY_INCIDENT, 11, 6, "BULLETIN_KIND_"},   {FAMILY_INSPECTION, 0, 7, "PROBLEM_THEME_"},
        {FAMILY_INSPECTION, 0, 8, "PROBLEM_ORIGIN_"}, {FAMILY_ACTIVITY, 0, 6, "ACTIVITY_TYPE_"}};
    for (size_t i = 0; i < sizeof enums / sizeof *enums; i++) {
        size_t count, used;
        char line[128];
        snprintf(line, sizeof line, "proto/cityops/v1/%s.proto", family_get(enums[i].family)->name);
        char *proto = file_content(line);
        const char *const *words =
            field_words_of(enums[i].family, enums[i].kind, enums[i].field, &count);
        for (size_t value = 1; value <= count; value++) {
            used = (size_t)snprintf(line, sizeof line, "  %s", enums[i].prefix);
            for (const char *at = value < count ? words[value] : ""; *at; at++)
                line[used++] = *at >= 'a' && *at <= 'z' ? (char)(*at - 32) : *at;
            snprintf(line + used, sizeof line - used, " = %zu;", value);
            if (value < count)
                cr_expect_not_null(strstr(proto, line), "%s", line);
        }
        snprintf(line, sizeof line, "  %s", enums[i].prefix);
        size_t values = 0;
        for (const char *at = proto; (at = strstr(at, line)); at++)
            values++;
        cr_expect_eq(values, count, "%s has %zu values with UNSPECIFIED", enums[i].prefix, values);
        free(proto);
    }
}

Test(mapping, shipped_for_incidents_and_traffic_load)
{
    static const char *const paths[] = {
        "ingest/mappings/sf-fire.yaml", "ingest/mappings/barcelona-accidents-2014.yaml",
        "ingest/mappings/barcelona-accidents-2016.yaml", "ingest/mappings/melbourne-scats.yaml"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct error error = ERROR_INIT;
        struct mapping *mapping = mapping_load(paths[i], &error);
        cr_assert_not_null(mapping, "%s", error.text);
        cr_expect_str_eq(mapping->family->name, mapping->readings ? "traffic" : "incident");
        mapping_free(mapping);
    }
}
