#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool error_set(struct error *error, enum error_class class, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        error->class = class;
        vsnprintf(error->text, sizeof error->text, format, arguments);
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
        size_t old_length = strnlen(error->text, room - lead_length);
        memmove(error->text + lead_length, error->text, old_length);
        error->text[lead_length + old_length] = '\0';
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
