// See lone_daemon.h.
#include "lone_daemon.h"

#include "common/log.h"

#include <criterion/criterion.h>

void say_errors_only(void)
{
    log_open("test", LOG_ERROR, false);
}

static void assign_all(struct universe *u)
{
    for (uint32_t i = 0; i < u->log.partition_count; i++)
        log_assign(&u->log, i, 0);
}

void open_with_daemon(struct universe *u, uint32_t partitions)
{
    universe_open(u, 7, partitions);
    universe_start_daemon(u, 0);
    assign_all(u);
}

void turn(struct universe *u)
{
    for (int i = 0; i < TURNS; i++)
        universe_turn(u, 0);
}

void restart(struct universe *u)
{
    universe_kill_daemon(u, 0);
    universe_start_daemon(u, 0);
    assign_all(u);
}

void append_events(struct universe *u, uint32_t partition, int count)
{
    while (count--)
        universe_append_event(u, partition);
}

void expect_lawful(struct universe *u)
{
    cr_expect(universe_is_lawful(u) && universe_claims_are_true(u), "%s", u->fault);
}
