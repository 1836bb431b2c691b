// A line is put together in memory and written at once, so that lines of several threads never mix.
// What comes from outside (server messages, file names) cannot start a line of its own: control
// characters become spaces, bytes that are no UTF-8 are written as \xNN.
#include "common/log.h"

#include "common/clock.h"
#include "core/buffer.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct {
    const char *program;
    enum log_level level;
    bool json;
} settings = {"cityops", LOG_INFO, false};

static const char *const level_names[] = {"debug", "info", "warning", "error"};

void log_open(const char *program, enum log_level level, bool json)
{
    settings.program = program;
    settings.level = level;
    settings.json = json;
}

bool log_is_open(enum log_level level)
{
    return level >= settings.level;
}

static void time_print(char out[32])
{
    int64_t now_us = clock_wall_us();
    time_t seconds = (time_t)(now_us / 1000000);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    size_t used = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(out + used, 32 - used, ".%03dZ", (int)(now_us / 1000 % 1000));
}

// One line of valid UTF-8, ended by a NUL.
static void text_flatten(const char *text, struct buffer *out)
{
    buffer_append_printable(out, text_from(text));
    buffer_append(out, "", 1);
    for (char *byte = out->bytes; *byte; byte++)
        if ((unsigned char)*byte < 0x20 || *byte == 0x7f)
            *byte = ' ';
}

static void line_write(enum log_level level, const char *class, const char *text)
{
    char time[32];
    struct buffer flat = BUFFER_INIT;
    time_print(time);
    text_flatten(text, &flat);
    if (!settings.json) {
        fprintf(stderr, "%s %-7s %s: %s%s%s\n", time, level_names[level], settings.program,
                class ? class : "", class ? ": " : "", flat.bytes);
        buffer_free(&flat);
        return;
    }
    json_t *line =
        json_pack("{s:s, s:s, s:s, s:s*, s:s}", "time", time, "level", level_names[level],
                  "program", settings.program, "class", class, "text", flat.bytes);
    char *bytes = line ? json_dumps(line, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    if (bytes)
        fprintf(stderr, "%s\n", bytes);
    free(bytes);
    json_decref(line);
    buffer_free(&flat);
}

void log_line(enum log_level level, const char *format, ...)
{
    if (!log_is_open(level))
        return;
    char *text;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        abort();
    line_write(level, NULL, text);
    free(text);
}

void log_error(const struct error *error)
{
    if (log_is_open(LOG_ERROR))
        line_write(LOG_ERROR, error_class_name(error->class), error->text);
}
