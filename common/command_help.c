// Help and the manual page of a program, both from its table of commands.
#include "common/command_internal.h"

#include "common/config_internal.h"

#include <ctype.h>
#include <string.h>

const char *exit_status_meaning(int status)
{
    static const char *const meanings[] = {
        [EXIT_OK] = "done",
        [EXIT_FAILED] = "failed",
        [EXIT_USAGE] = "an option, a file or a profile has to be changed",
        [EXIT_UNAVAILABLE] = "PostgreSQL or Kafka is not there, and waiting was not wanted",
        [EXIT_REJECTED] = "done, but some rows or records were refused; they are listed",
        [EXIT_DIFFERENT] = "a comparison found differences",
        [EXIT_INCOMPLETE] = "the period is not complete",
        [EXIT_FENCED] = "another process owns what this one wanted to write",
    };
    int count = sizeof meanings / sizeof *meanings;
    return status < count ? meanings[status] : NULL;
}

static void usage_print(const struct program *program, const struct command *command, FILE *out)
{
    fprintf(out, "%s%s%s [OPTION...]%s%s\n", program->name, command->name ? " " : "",
            command->name ? command->name : "",
            command->arguments && *command->arguments ? " " : "",
            command->arguments ? command->arguments : "");
}

// A paragraph ends at a blank line. One with an indented line is a list that was laid out by hand:
// its lines stay lines. Every other one is prose and flows, wherever its source broke the lines.
struct paragraph {
    const char *text; // not NUL-terminated
    size_t length;
    bool is_list;
};

// The paragraph at *rest, which moves behind it; false: there is none.
static bool paragraph_take(const char **rest, struct paragraph *paragraph)
{
    const char *start = *rest + strspn(*rest, "\n"), *end = strstr(start, "\n\n");
    paragraph->text = start;
    paragraph->length = end ? (size_t)(end - start) : strlen(start);
    paragraph->is_list = *start == ' ' || memmem(start, paragraph->length, "\n ", 2);
    *rest = start + paragraph->length;
    return paragraph->length > 0;
}

// Where the further lines of a list's long line start: below its text, behind indent and "label:".
static size_t hanging_indent(const char *line)
{
    size_t indent = strspn(line, " "), label = strcspn(line + indent, " ");
    if (label > 0 && line[indent + label - 1] == ':')
        indent += label + strspn(line + indent + label, " ");
    return indent;
}

static void list_print(const struct paragraph *list, FILE *out)
{
    struct arena arena = ARENA_INIT;
    const char *end = list->text + list->length;
    for (const char *at = list->text; at < end; at++) {
        struct text text = {at, (uint32_t)strcspn(at, "\n")};
        const char *line = arena_string(&arena, text);
        size_t indent = hanging_indent(line);
        fprintf(out, "%.*s", (int)indent, line);
        print_wrapped(out, line + indent, indent, indent);
        at += text.length;
    }
    arena_free(&arena);
}

static void prose_print(const struct paragraph *prose, FILE *out)
{
    struct arena arena = ARENA_INIT;
    char *line = arena_string(&arena, (struct text){prose->text, (uint32_t)prose->length});
    for (char *end = line; (end = strchr(end, '\n'));)
        *end = ' ';
    print_wrapped(out, line, 0, 0);
    arena_free(&arena);
}

static void paragraphs_print(const char *text, FILE *out)
{
    for (struct paragraph paragraph; paragraph_take(&text, &paragraph);) {
        fputc('\n', out);
        if (paragraph.is_list)
            list_print(&paragraph, out);
        else
            prose_print(&paragraph, out);
    }
}

static void indented_print(const char *lines, FILE *out)
{
    while (*lines) {
        size_t length = strcspn(lines, "\n");
        fprintf(out, "  %.*s\n", (int)length, lines);
        lines += length + (lines[length] == '\n');
    }
}

void program_help(const struct program *program, FILE *out)
{
    struct arena arena = ARENA_INIT;
    print_wrapped(out, arena_printf(&arena, "%s: %s", program->name, program->summary), 0, 0);
    fprintf(out, "\nUsage: %s COMMAND [OPTION...]\n\nCommands:\n", program->name);
    for (const struct command *command = program->commands; command->run; command++) {
        const char *name =
            arena_printf(&arena, "  %-14s ", command->name ? command->name : "(none)");
        fputs(name, out);
        print_wrapped(out, command->summary, strlen(name), strlen(name));
    }
    fputc('\n', out);
    print_wrapped(out,
                  arena_printf(&arena,
                               "'%s help COMMAND' says more about one, '%s help --man' prints the "
                               "manual page, '%s --version' the version.",
                               program->name, program->name, program->name),
                  0, 0);
    arena_free(&arena);
}

void command_help(const struct program *program, const struct command *command, FILE *out)
{
    struct arena arena = ARENA_INIT;
    fprintf(out, "Usage: ");
    usage_print(program, command, out);
    fputc('\n', out);
    print_wrapped(out, command->summary, 0, 0);
    if (command->details)
        paragraphs_print(command->details, out);
    fprintf(out, "\nOptions (--a-b is also CITYOPS_A_B in the environment, `a-b = ...` in a "
                 "file):\n");
    config_print_options(command_keys(command, &arena), out);
    if (command->examples) {
        fprintf(out, "\nExamples:\n");
        indented_print(command->examples, out);
    }
    arena_free(&arena);
}

// Text for roff: no line may start a request, hyphens stay hyphens.
static void roff_print(const char *text, FILE *out)
{
    bool line_start = true;
    for (; *text; text++) {
        if (line_start && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else
            fputc(*text, out);
        line_start = *text == '\n';
    }
}

// roff makes prose flow by itself; a list needs its line ends.
static void roff_details(const char *text, FILE *out)
{
    struct arena arena = ARENA_INIT;
    for (struct paragraph paragraph; paragraph_take(&text, &paragraph);) {
        struct text all = {paragraph.text, (uint32_t)paragraph.length};
        fputs(".PP\n", out);
        for (char *line = arena_string(&arena, all), *next; line; line = next) {
            next = strchr(line, '\n');
            if (next)
                *next++ = '\0';
            roff_print(line, out);
            fputs(next && paragraph.is_list ? "\n.br\n" : "\n", out);
        }
    }
    arena_free(&arena);
}

static void roff_paragraph(const char *request, const char *text, FILE *out)
{
    fprintf(out, "%s\n", request);
    roff_print(text, out);
    fputc('\n', out);
}

static void option_manual(const struct config_key *key, FILE *out)
{
    fputs(".TP\n\\fB", out);
    if (key->letter)
        fprintf(out, "\\-%c\\fR, \\fB", key->letter);
    fputs("\\-\\-", out);
    roff_print(key->name, out);
    fputs("\\fR", out);
    if (key->argument && key->type != CONFIG_FLAG) {
        fputs(" \\fI", out);
        roff_print(key->argument, out);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    roff_print(key->meaning, out);
    fputs(".\n", out);
    if (key->choices)
        fprintf(out, "One of %s.\n", key->choices);
    if (key->type == CONFIG_INTEGER && (key->minimum || key->maximum))
        fprintf(out, "From %lld to %lld.\n", (long long)key->minimum, (long long)key->maximum);
    if (key->default_value && *key->default_value && !key->secret) {
        fputs("Default: ", out);
        roff_print(key->default_value, out);
        fputs(".\n", out);
    }
    if (key->required)
        fputs("Required.\n", out);
}

static void command_manual(const struct program *program, const struct command *command, FILE *out)
{
    struct arena arena = ARENA_INIT;
    fputs(".SS ", out);
    roff_print(command->name ? command->name : program->name, out);
    fprintf(out, " %s\n", command->arguments ? command->arguments : "");
    roff_print(command->summary, out);
    fputc('\n', out);
    if (command->details)
        roff_details(command->details, out);
    for (const struct config_key *key = command_keys(command, &arena); key->name; key++)
        option_manual(key, out);
    if (command->examples) {
        roff_paragraph(".PP\nExamples:\n.PP\n.nf", command->examples, out);
        fputs(".fi\n", out);
    }
    arena_free(&arena);
}

void program_manual(const struct program *program, FILE *out)
{
    fputs(".TH ", out);
    for (const char *byte = program->name; *byte; byte++)
        fputc(toupper((unsigned char)*byte), out);
    fprintf(out, " 1 \"\" \"cityops %s\"\n.SH NAME\n%s \\- ", CITYOPS_VERSION, program->name);
    roff_print(program->summary, out);
    fputs("\n.SH SYNOPSIS\n", out);
    for (const struct command *command = program->commands; command->run; command++) {
        usage_print(program, command, out);
        fputs(".br\n", out);
    }
    fputs(".SH COMMANDS\n", out);
    for (const struct command *command = program->commands; command->run; command++)
        command_manual(program, command, out);
    roff_paragraph(".SH ENVIRONMENT",
                   "Option --a-b is also the variable CITYOPS_A_B and the line `a-b = ...` of the "
                   "file that --config names.\nAn option counts before the environment, the "
                   "environment before the file.\nlibpq's variables (PGHOST, PGSERVICE, ...) work "
                   "as in psql(1).",
                   out);
    fputs(".SH EXIT STATUS\n", out);
    for (int status = 0; exit_status_meaning(status); status++)
        fprintf(out, ".TP\n%d\n%s\n", status, exit_status_meaning(status));
}
