// From argv to a command's run and back to an exit status. Each error is logged here, once.
#include "common/command_internal.h"

#include "common/kafka.h"
#include "common/log.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const struct config_key common_keys[] = {
    {.name = "config",
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "Read a file of `key = value` lines first; environment and options override it"},
    {.name = "log-level",
     .type = CONFIG_CHOICE,
     .argument = "LEVEL",
     .default_value = "info",
     .choices = "debug|info|warning|error",
     .meaning = "Least important lines to write to stderr"},
    {.name = "log-format",
     .type = CONFIG_CHOICE,
     .argument = "FORMAT",
     .default_value = "text",
     .choices = "text|json",
     .meaning = "Form of the lines on stderr"},
    {.name = "print-config",
     .type = CONFIG_FLAG,
     .meaning = "Print every value with where it came from, secrets masked, and end"},
    {.name = "help", .letter = 'h', .type = CONFIG_FLAG, .meaning = "Print this help and end"},
};

enum { COMMON_KEY_COUNT = sizeof common_keys / sizeof *common_keys };

enum exit_status exit_status_of(enum error_class class)
{
    switch (class) {
    case ERROR_NONE:
        return EXIT_OK;
    case ERROR_RETRY:
        return EXIT_UNAVAILABLE;
    case ERROR_BAD_CONFIG:
        return EXIT_USAGE;
    case ERROR_BAD_RECORD:
        return EXIT_REJECTED;
    case ERROR_INCOMPLETE:
        return EXIT_INCOMPLETE;
    case ERROR_DIFFERENT:
        return EXIT_DIFFERENT;
    case ERROR_FENCED:
        return EXIT_FENCED;
    case ERROR_ABORT:
    case ERROR_FATAL:
        break;
    }
    return EXIT_FAILED;
}

const struct config_key *command_keys(const struct command *command, struct arena *arena)
{
    size_t count = 0;
    while (command->keys && command->keys[count].name)
        count++;
    struct config_key *keys = arena_array(arena, struct config_key, count + COMMON_KEY_COUNT + 1);
    if (count)
        memcpy(keys, command->keys, count * sizeof *keys);
    memcpy(keys + count, common_keys, sizeof common_keys);
    return keys;
}

static const struct command *command_find(const struct program *program, const char *name)
{
    for (const struct command *command = program->commands; command->run; command++) {
        if (name ? command->name && strcmp(command->name, name) == 0 : !command->name)
            return command;
    }
    return NULL;
}

bool program_is_nameless_only(const struct program *program)
{
    return !program->commands[0].name && program->commands[0].run && !program->commands[1].run;
}

// Looks for a word before "--".
static bool word_stands(int argc, char **argv, const char *word)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], word) == 0)
            return true;
    }
    return false;
}

static bool command_unknown(const struct program *program, const char *name, struct error *error)
{
    const char *names[64];
    size_t count = 0;
    for (const struct command *command = program->commands; command->run && count < 63; command++) {
        if (command->name)
            names[count++] = command->name;
    }
    names[count++] = "help";
    const char *near = nearest_word(name, names, count);
    return error_set(error, ERROR_BAD_CONFIG, "'%s' is no command of %s%s%s%s", name, program->name,
                     near ? "; did you mean '" : "; 'help' lists them", near ? near : "",
                     near ? "'?" : "");
}

// Output that could not be written is a failure even where everything else went well.
static enum exit_status output_close(enum exit_status status, struct error *error)
{
    errno = 0;
    bool broken = fflush(stdout) != 0 || ferror(stdout);
    if (!broken || error->class != ERROR_NONE)
        return status;
    error_set(error, ERROR_FATAL, "cannot write the output: %s", strerror(errno ? errno : EIO));
    return EXIT_FAILED;
}

static enum log_level log_level_of(const struct config *config)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};
    const char *name = config_text(config, "log-level");
    enum log_level level = LOG_DEBUG;
    while (level < LOG_ERROR && strcmp(names[level], name) != 0)
        level++;
    return level;
}

// A command takes as many arguments as its help has words for them, and any number where that ends in dots.
static size_t arguments_most(const char *usage)
{
    size_t words = 0;
    if (strstr(usage, "..."))
        return SIZE_MAX;
    for (const char *at = usage; *at; at += strspn(at, " ")) {
        words++;
        at += strcspn(at, " ");
    }
    return words;
}

static bool arguments_taken(const struct command *command, const struct config *config,
                            struct error *error)
{
    const char *usage = command->arguments ? command->arguments : "";
    size_t most = arguments_most(usage);
    if (config_argument_count(config) <= most)
        return true;
    return error_set(error, ERROR_BAD_CONFIG, "argument '%s' is one too many: %s%s%s",
                     config_argument(config, most), most && command->name ? command->name : "",
                     most && command->name ? " " : "", most ? usage : "options only");
}

// argv[0] is the command's own name.
static enum exit_status command_run(const struct program *program, const struct command *command,
                                    int argc, char **argv, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct config *config = config_new(command_keys(command, &arena));
    enum exit_status status = EXIT_OK;
    if (!config_load(config, argc, argv, error) || !arguments_taken(command, config, error)) {
        status = EXIT_USAGE;
    } else {
        log_open(program->name, log_level_of(config),
                 strcmp(config_text(config, "log-format"), "json") == 0);
        if (config_kafka_list_wanted(config))
            kafka_properties_print(stdout);
        else if (config_boolean(config, "print-config"))
            config_print(config, stdout);
        else
            status = command->run(config, error);
    }
    config_free(config);
    arena_free(&arena);
    return status;
}

static enum exit_status help_run(const struct program *program, const char *name, bool manual,
                                 struct error *error)
{
    const struct command *command = NULL;
    if (name && !(command = command_find(program, name)) && !command_unknown(program, name, error))
        return EXIT_USAGE;
    if (program_is_nameless_only(program))
        command = program->commands;
    if (manual)
        program_manual(program, stdout);
    else if (command)
        command_help(program, command, stdout);
    else
        program_help(program, stdout);
    return EXIT_OK;
}

static enum exit_status dispatch(const struct program *program, int argc, char **argv,
                                 struct error *error)
{
    const char *first = argc > 1 ? argv[1] : NULL;
    bool manual = word_stands(argc, argv, "--man");
    if (first && strcmp(first, "--version") == 0) {
        printf("%s %s\n", program->name, CITYOPS_VERSION);
        return EXIT_OK;
    }
    if (first && strcmp(first, "help") == 0 && !program_is_nameless_only(program)) {
        const char *name = argc > 2 && argv[2][0] != '-' ? argv[2] : NULL;
        return help_run(program, name, manual, error);
    }
    const struct command *named = first && *first ? command_find(program, first) : NULL;
    if (word_stands(argc, argv, "--help") || word_stands(argc, argv, "-h"))
        return help_run(program, named ? first : NULL, manual, error);
    if (named)
        return command_run(program, named, argc - 1, argv + 1, error);
    const struct command *nameless = command_find(program, NULL);
    if (nameless)
        return command_run(program, nameless, argc, argv, error);
    if (!first) {
        program_help(program, stderr);
        return EXIT_USAGE;
    }
    if (*first == '-')
        error_set(error, ERROR_BAD_CONFIG, "%s: the command comes first; '%s help' lists them",
                  first, program->name);
    else
        command_unknown(program, first, error);
    return EXIT_USAGE;
}

// Everything we print is UTF-8, also where the environment names no locale.
static void locale_open(void)
{
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

// Where what a message quotes has digits of full width, it says so: to the eye they are digits.
static void hint_at_full_width(struct error *error)
{
    char text[sizeof error->text];
    if (error->class != ERROR_BAD_CONFIG || !text_has_full_width_digits(text_from(error->text)))
        return;
    snprintf(text, sizeof text, "%s", error->text);
    error_set(
        error, ERROR_BAD_CONFIG,
        "%s; its digits or signs are full-width (全角): type them half-width (2022, not ２０２２)",
        text);
}

int command_main(const struct program *program, int argc, char **argv)
{
    struct error error = ERROR_INIT;
    locale_open();
    log_open(program->name, LOG_INFO, false);
    enum exit_status status = dispatch(program, argc, argv, &error);
    if (status == EXIT_OK)
        error = ERROR_INIT; // a failure that the command got over
    status = output_close(status, &error);
    if (error.class != ERROR_NONE) {
        hint_at_full_width(&error);
        log_error(&error);
        status = exit_status_of(error.class);
    }
    return status;
}
