// See city.h.
#include "city.h"

#include <criterion/criterion.h>

struct simulation *city_of(uint64_t seed, uint64_t tickets, const char *families)
{
    struct simulation_options options = {
        .seed = seed, .year = 2022, .tickets = tickets, .families = families, .sensors = 1};
    struct error error = ERROR_INIT;
    struct simulation *simulation = simulation_new(&options, &error);
    cr_assert_not_null(simulation, "%s", error.text);
    return simulation;
}
