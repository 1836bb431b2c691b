// See small_world.h.
#include "tests/unit/support/small_world.h"

#include "tests/unit/support/random_readings.h"

#include <stdio.h>
#include <stdlib.h>

static const struct area areas[] = {
    {.code = TEXT("440103"), .kind = AREA_DISTRICT},
    {.code = TEXT("440113"), .kind = AREA_DISTRICT},
    {.code = TEXT("town"), .kind = AREA_TOWN, .parent = TEXT("440113")},
    {.code = TEXT("unit"), .kind = AREA_UNIT, .parent = TEXT("440103")},
    {.code = TEXT("office"), .kind = AREA_UNIT, .parent = TEXT("440113")},
};

static void must(bool done, const struct error *error)
{
    if (done)
        return;
    fprintf(stderr, "the small world: %s\n", error->text);
    abort();
}

void small_world_open(struct small_world *world)
{
    struct error error = ERROR_INIT;
    world->zone = zone_open("Asia/Shanghai", &error);
    must(world->zone != NULL, &error);
    world->areas = area_index_new();
    for (size_t i = 0; i < sizeof areas / sizeof *areas; i++) {
        struct area area = areas[i];
        area.valid_from_day = DAY_MIN;
        area.valid_until_day = DAY_MAX;
        must(area_index_add(world->areas, &area, &error), &error);
    }
    must(area_index_finish(world->areas, &error), &error);
    world->sensors = random_readings_sensors();
    world->context = (struct contribution_context){
        .zone = world->zone, .areas = world->areas, .sensors = world->sensors};
}

void small_world_close(struct small_world *world)
{
    area_index_free(world->areas);
    sensor_index_free(world->sensors);
    zone_close(world->zone);
}
