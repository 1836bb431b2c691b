#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unicode/utf8.h>

// What did not fit is left out, by whole characters.
static void text_print(char *out, size_t size, const char *format, va_list arguments)
{
    int wanted = vsnprintf(out, size, format, arguments);
    int32_t length = (int32_t)size - 1;
    if (wanted > length) {
        U8_TRUNCATE_IF_INCOMPLETE(out, 0, length);
        out[length] = '\0';
    }
}

bool error_set(struct error *error, enum error_class class, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        error->class = class;
        text_print(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
    }
    return false;
}

bool error_prefix(struct error *error, const char *format, ...)
{
    if (error) {
        char prefix[sizeof error->text];
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(prefix, sizeof prefix, format, arguments);
        va_end(arguments);
        size_t prefix_length = strlen(prefix), room = sizeof error->text - 1;
        size_t lead_length = prefix_length + 2 < room ? prefix_length + 2 : room;
        int32_t old_length = (int32_t)strnlen(error->text, room - lead_length);
        U8_TRUNCATE_IF_INCOMPLETE(error->text, 0, old_length);
        memmove(error->text + lead_length, error->text, (size_t)old_length);
        error->text[lead_length + (size_t)old_length] = '\0';
        memcpy(error->text, prefix, prefix_length < lead_length ? prefix_length : lead_length);
        if (lead_length == prefix_length + 2)
            memcpy(error->text + prefix_length, ": ", 2);
    }
    return false;
}

const char *error_class_name(enum error_class class)
{
    static const char *const names[] = {
        [ERROR_NONE] = "none",
        [ERROR_RETRY] = "retry",
        [ERROR_ABORT] = "abort",
        [ERROR_FENCED] = "fenced",
        [ERROR_BAD_RECORD] = "bad record",
        [ERROR_BAD_CONFIG] = "bad configuration",
        [ERROR_INCOMPLETE] = "incomplete",
        [ERROR_DIFFERENT] = "different",
        [ERROR_FATAL] = "fatal",
    };
    return names[class];
}
