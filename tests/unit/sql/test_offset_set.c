#include "sql/offset_set.h"

#include <criterion/criterion.h>

Test(offset_set, says_that_an_offset_is_there_already_and_nothing_else)
{
    struct offset_set set = OFFSET_SET_INIT;
    const int64_t offsets[] = {0, 1, 63, 64, 32767, 32768, INT64_C(1) << 40, INT64_MAX};
    const size_t count = sizeof offsets / sizeof *offsets;
    for (size_t i = 0; i < count; i++)
        cr_assert(offset_set_add(&set, offsets[i]), "offset %lld was never added",
                  (long long)offsets[i]);
    for (size_t i = 0; i < count; i++)
        cr_assert_not(offset_set_add(&set, offsets[i]));
    cr_assert(offset_set_add(&set, 2));
    cr_assert(offset_set_add(&set, 32769));
    offset_set_free(&set);
}

Test(offset_set, is_empty_after_it_was_freed)
{
    struct offset_set set = OFFSET_SET_INIT;
    offset_set_add(&set, 5);
    offset_set_free(&set);
    cr_assert(offset_set_add(&set, 5));
    offset_set_free(&set);
}
