// One line per event on stderr: "2022-12-31T16:00:00.000Z info    cityops-aggregate: text", or with
// --log-format json {"time": "...", "level": "info", "program": "cityops-aggregate", "text":
// "..."}, and "class" for errors. A text that holds line ends is still one line. Data never go to
// stderr and talk never to stdout. Secrets are never logged. Any thread.
#pragma once

#include "core/error.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

// Call once before the first line and before other threads start. `program` is borrowed for ever.
// Until then lines of level info and above appear as text of "cityops".
void log_open(const char *program, enum log_level level, bool json);
// False when a line of this level would not appear: lets a caller spare the work of making it.
bool log_is_open(enum log_level level);
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_error(const struct error *error); // at level error, with its class

#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
