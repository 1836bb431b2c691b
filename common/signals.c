// The first SIGTERM or SIGINT only sets a flag: a batch is finished or given up by the loop that
// looks at it. Who sends a second one does not want to wait; a transaction that is open then is
// rolled back by PostgreSQL. Interrupted system calls are not restarted, so that sleeps and waits
// end early.
#include "common/signals.h"

#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t stop_requested;

static void signal_arrived(int number)
{
    (void)number;
    if (stop_requested)
        _exit(130);
    stop_requested = 1;
}

void signals_open(void)
{
    struct sigaction action = {.sa_handler = signal_arrived};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

bool signals_stop_requested(void)
{
    return stop_requested;
}
