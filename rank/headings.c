#include "rank/headings.h"

void headings_add(struct table *table, enum language language, const struct table_heading *headings,
                  size_t count)
{
    for (size_t i = 0; i < count; i++)
        table_add_column(table, headings[i].key,
                         language_pick(language, headings[i].en, headings[i].zh), headings[i].type,
                         headings[i].audience);
}
