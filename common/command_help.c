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

// Lines that fit stay as they were written; longer ones are wrapped under their own start.
static void paragraphs_print(const char *text, FILE *out)
{
    struct arena arena = ARENA_INIT;
    while (*text) {
        size_t length = strcspn(text, "\n"), indent = strspn(text, " ");
        const char *line = arena_string(&arena, (struct text){text, (uint32_t)length});
        if (length > HELP_WIDTH && indent < length)
            print_wrapped(out, line + indent, 0, indent);
        else
            fprintf(out, "%s\n", line);
        text += length + (text[length] == '\n');
    }
    arena_free(&arena);
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
    fprintf(out, "%s: %s\n\nUsage: %s COMMAND [OPTION...]\n\nCommands:\n", program->name,
            program->summary, program->name);
    for (const struct command *command = program->commands; command->run; command++)
        fprintf(out, "  %-14s %s\n", command->name ? command->name : "(none)", command->summary);
    fprintf(out,
            "\n'%s help COMMAND' says more about one, '%s help --man' prints the manual page,\n"
            "'%s --version' the version.\n",
            program->name, program->name, program->name);
}

void command_help(const struct program *program, const struct command *command, FILE *out)
{
    struct arena arena = ARENA_INIT;
    fprintf(out, "Usage: ");
    usage_print(program, command, out);
    fprintf(out, "\n%s\n", command->summary);
    if (command->details) {
        fputc('\n', out);
        paragraphs_print(command->details, out);
    }
    fprintf(out, "\nOptions (key `a-b` is also CITYOPS_A_B in the environment and `a-b = ...` in "
                 "a file):\n");
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
        roff_paragraph(".PP", command->details, out);
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
