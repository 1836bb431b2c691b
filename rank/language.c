// The locale is read from the environment, as gettext does: the process itself runs in a UTF-8 locale of no language.
#include "rank/language.h"

#include <stdlib.h>

enum language language_choose(const struct config *config)
{
    const char *wanted = config_text(config, "lang");
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; !wanted && i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            wanted = value;
    }
    return wanted && strncmp(wanted, "zh", 2) == 0 ? LANGUAGE_ZH : LANGUAGE_EN;
}
