// libsmartcols draws, jansson writes JSON; CSV and Markdown are a few lines here. Cells are kept as text until then.
#include "common/table.h"

#include "core/arena.h"
#include "core/buffer.h"

#include <errno.h>
#include <jansson.h>
#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

struct table_column {
    const char *key, *title;
    enum table_column_type type;
    enum table_audience audience;
};

struct table_fact {
    const char *key, *title, *value;
    enum table_audience audience;
};

struct table {
    struct arena arena;
    struct buffer columns, facts; // of the structs above
    struct buffer cells;          // of const char *, row by row
    size_t rows;
    const char *title;
};

bool table_format_parse(const char *word, enum table_format *format)
{
    static const char *const words[] = {"table", "csv", "json", "md"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(word, words[i]) == 0) {
            *format = (enum table_format)i;
            return true;
        }
    }
    return false;
}

struct table *table_new(void)
{
    struct table *table = calloc(1, sizeof *table);
    if (!table)
        abort();
    return table;
}

void table_free(struct table *table)
{
    if (!table)
        return;
    arena_free(&table->arena);
    buffer_free(&table->columns);
    buffer_free(&table->facts);
    buffer_free(&table->cells);
    free(table);
}

static const char *keep(struct table *table, const char *string)
{
    return string ? arena_string(&table->arena, text_from(string)) : NULL;
}

void table_add_column(struct table *table, const char *key, const char *title,
                      enum table_column_type type, enum table_audience audience)
{
    const struct table_column column = {keep(table, key), keep(table, title), type, audience};
    buffer_append(&table->columns, &column, sizeof column);
}

void table_add_row(struct table *table)
{
    table->rows++;
}

void table_add_cell(struct table *table, const char *value)
{
    const char *cell = keep(table, value);
    buffer_append(&table->cells, &cell, sizeof cell);
}

void table_add_fact(struct table *table, const char *key, const char *title, const char *value,
                    enum table_audience audience)
{
    const struct table_fact fact = {keep(table, key), keep(table, title), keep(table, value),
                                    audience};
    buffer_append(&table->facts, &fact, sizeof fact);
}

void table_set_title(struct table *table, const char *title)
{
    table->title = keep(table, title);
}

static size_t column_count(const struct table *table)
{
    return table->columns.length / sizeof(struct table_column);
}

static struct table_column column_at(const struct table *table, size_t position)
{
    struct table_column column;
    memcpy(&column, table->columns.bytes + position * sizeof column, sizeof column);
    return column;
}

static size_t fact_count(const struct table *table)
{
    return table->facts.length / sizeof(struct table_fact);
}

static struct table_fact fact_at(const struct table *table, size_t position)
{
    struct table_fact fact;
    memcpy(&fact, table->facts.bytes + position * sizeof fact, sizeof fact);
    return fact;
}

static const char *cell_at(const struct table *table, size_t row, size_t column)
{
    const char *cell;
    memcpy(&cell, table->cells.bytes + (row * column_count(table) + column) * sizeof cell,
           sizeof cell);
    return cell;
}

static bool is_for(enum table_audience audience, enum table_format format)
{
    bool machines = format == TABLE_CSV || format == TABLE_JSON;
    return audience == TABLE_FOR_ALL || (audience == TABLE_FOR_MACHINES) == machines;
}

static void print_facts(const struct table *table, enum table_format format, FILE *out)
{
    for (size_t i = 0; i < fact_count(table); i++) {
        struct table_fact fact = fact_at(table, i);
        if (is_for(fact.audience, format) && fact.value)
            fprintf(out, format == TABLE_MARKDOWN ? "- %s: %s\n" : "%s: %s\n", fact.title,
                    fact.value);
    }
}

static void fill_smartcols(const struct table *table, struct libscols_table *drawn)
{
    for (size_t i = 0; i < column_count(table); i++) {
        struct table_column column = column_at(table, i);
        if (is_for(column.audience, TABLE_TEXT))
            scols_table_new_column(drawn, column.title, 0,
                                   column.type == TABLE_NUMBER ? SCOLS_FL_RIGHT : 0);
    }
    for (size_t row = 0; row < table->rows; row++) {
        struct libscols_line *line = scols_table_new_line(drawn, NULL);
        for (size_t i = 0, shown = 0; i < column_count(table); i++) {
            const char *cell = cell_at(table, row, i);
            if (is_for(column_at(table, i).audience, TABLE_TEXT))
                scols_line_set_data(line, shown++, cell ? cell : "-");
        }
    }
}

// The width of a character is a matter of the locale: UTF-8 here, whatever the user's says.
static bool print_text(const struct table *table, FILE *out, struct error *error)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), old = (locale_t)0;
    if (utf8 != (locale_t)0)
        old = uselocale(utf8);
    struct libscols_table *drawn = scols_new_table();
    fill_smartcols(table, drawn);
    scols_table_set_termforce(drawn, SCOLS_TERMFORCE_NEVER); // as wide as it is: nothing is cut off
    scols_table_set_stream(drawn, out);
    if (table->title)
        fprintf(out, "%s\n", table->title);
    int status = table->rows ? scols_print_table(drawn) : 0;
    scols_unref_table(drawn);
    if (old != (locale_t)0)
        uselocale(old);
    if (utf8 != (locale_t)0)
        freelocale(utf8);
    print_facts(table, TABLE_TEXT, out);
    return status == 0 ||
           error_set(error, ERROR_FATAL, "the table could not be drawn: %s", strerror(-status));
}

static void print_csv_field(const char *value, bool first, FILE *out)
{
    if (!first)
        fputc(',', out);
    if (!value)
        return;
    if (!strpbrk(value, ",\"\r\n")) {
        fputs(value, out);
        return;
    }
    fputc('"', out);
    for (; *value; value++) {
        if (*value == '"')
            fputc('"', out);
        fputc(*value, out);
    }
    fputc('"', out);
}

static void print_csv_row(const struct table *table, size_t row, bool header, FILE *out)
{
    bool first = true;
    for (size_t i = 0; i < column_count(table); i++) {
        struct table_column column = column_at(table, i);
        if (!is_for(column.audience, TABLE_CSV))
            continue;
        print_csv_field(header ? column.key : cell_at(table, row, i), first, out);
        first = false;
    }
    for (size_t i = 0; i < fact_count(table); i++) {
        struct table_fact fact = fact_at(table, i);
        if (is_for(fact.audience, TABLE_CSV))
            print_csv_field(header ? fact.key : fact.value, false, out);
    }
    fputc('\n', out);
}

// A decimal as a JSON number: 15 significant digits give back what was written, or it stays text.
static json_t *json_cell(const char *cell, enum table_column_type type)
{
    if (!cell)
        return json_null();
    if (type == TABLE_WORDS)
        return json_string(cell);
    char *end, again[64];
    errno = 0;
    long long whole = strtoll(cell, &end, 10);
    if (!*end && end != cell && !errno)
        return json_integer(whole);
    double decimal = strtod(cell, &end);
    const char *point = strchr(cell, '.');
    snprintf(again, sizeof again, "%.*f", point ? (int)strlen(point + 1) : 0, decimal);
    return *end || strcmp(again, cell) != 0 || strlen(cell) > 16 ? json_string(cell)
                                                                 : json_real(decimal);
}

static bool print_json(const struct table *table, FILE *out, struct error *error)
{
    json_t *facts = json_object(), *rows = json_array();
    for (size_t i = 0; i < fact_count(table); i++) {
        struct table_fact fact = fact_at(table, i);
        if (is_for(fact.audience, TABLE_JSON))
            json_object_set_new(facts, fact.key, json_cell(fact.value, TABLE_WORDS));
    }
    for (size_t row = 0; row < table->rows; row++) {
        json_t *object = json_object();
        for (size_t i = 0; i < column_count(table); i++) {
            struct table_column column = column_at(table, i);
            if (is_for(column.audience, TABLE_JSON))
                json_object_set_new(object, column.key,
                                    json_cell(cell_at(table, row, i), column.type));
        }
        json_array_append_new(rows, object);
    }
    json_t *whole = json_pack("{s:o, s:o}", "facts", facts, "rows", rows);
    int status = json_dumpf(whole, out, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_decref(whole);
    fputc('\n', out);
    return status == 0 || error_set(error, ERROR_FATAL, "the output could not be written");
}

static void print_markdown_cell(const char *value, FILE *out)
{
    fputs("| ", out);
    for (; *value; value++) {
        if (*value == '|' || *value == '\\')
            fputc('\\', out);
        fputc(*value == '\n' ? ' ' : *value, out);
    }
    fputc(' ', out);
}

static void print_markdown(const struct table *table, FILE *out)
{
    if (table->title)
        fprintf(out, "**%s**\n\n", table->title);
    for (size_t line = 0; line < table->rows + 2; line++) {
        for (size_t i = 0; i < column_count(table); i++) {
            struct table_column column = column_at(table, i);
            if (!is_for(column.audience, TABLE_MARKDOWN))
                continue;
            const char *cell = line == 0 ? column.title : NULL;
            if (line == 1)
                cell = column.type == TABLE_NUMBER ? "---:" : "---";
            if (line > 1)
                cell = cell_at(table, line - 2, i);
            print_markdown_cell(cell ? cell : "-", out);
        }
        fputs("|\n", out);
    }
    fputc('\n', out);
    print_facts(table, TABLE_MARKDOWN, out);
}

static bool flush_output(FILE *out, struct error *error)
{
    return fflush(out) == 0 ||
           error_set(error, ERROR_FATAL, "the output could not be written: %s", strerror(errno));
}

void table_series_open(enum table_format format, FILE *out)
{
    if (format == TABLE_JSON)
        fputs("[\n", out);
}

bool table_series_close(enum table_format format, FILE *out, struct error *error)
{
    if (format == TABLE_JSON)
        fputs("]\n", out);
    return flush_output(out, error);
}

bool table_print(const struct table *table, enum table_format format, bool continued, FILE *out,
                 struct error *error)
{
    bool printed = true;
    if (continued && format != TABLE_CSV)
        fputs(format == TABLE_JSON ? ",\n" : "\n", out);
    switch (format) {
    case TABLE_TEXT:
        printed = print_text(table, out, error);
        break;
    case TABLE_CSV:
        if (!continued)
            print_csv_row(table, 0, true, out);
        for (size_t row = 0; row < table->rows; row++)
            print_csv_row(table, row, false, out);
        break;
    case TABLE_JSON:
        printed = print_json(table, out, error);
        break;
    case TABLE_MARKDOWN:
        print_markdown(table, out);
        break;
    }
    return printed && flush_output(out, error);
}
