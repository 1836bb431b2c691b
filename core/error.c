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
        char old[sizeof error->text];
        memcpy(old, error->text, sizeof old);
        va_list arguments;
        va_start(arguments, format);
        int used = vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
        if (used >= 0 && (size_t)used < sizeof error->text)
            snprintf(error->text + used, sizeof error->text - (size_t)used, ": %s", old);
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
