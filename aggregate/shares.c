// Threads for one piece of work at a time: started for it, joined after it (some 20 us each, against milliseconds of work).
#include "aggregate/shares.h"

#include <pthread.h>
#include <sched.h>

enum { ITEMS_WORTH_A_THREAD = 1000 };

struct runner {
    pthread_t thread;
    void (*run)(void *share);
    void *share;
};

size_t shares_for(size_t items)
{
    cpu_set_t allowed;
    size_t processors =
        sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? (size_t)CPU_COUNT(&allowed) : 1;
    size_t shares = items / ITEMS_WORTH_A_THREAD;
    shares = shares < processors ? shares : processors;
    shares = shares < SHARES_MOST ? shares : SHARES_MOST;
    return shares ? shares : 1;
}

static void *run_share(void *context)
{
    struct runner *runner = context;
    runner->run(runner->share);
    return NULL;
}

void shares_run(void *shares, size_t share_bytes, size_t count, void (*run)(void *share))
{
    struct runner runners[SHARES_MOST];
    size_t started = 1;
    for (; started < count; started++) {
        struct runner *runner = &runners[started];
        *runner = (struct runner){.run = run, .share = (char *)shares + started * share_bytes};
        if (pthread_create(&runner->thread, NULL, run_share, runner) != 0)
            break; // no thread to be had: the caller does the rest
    }
    run(shares);
    for (size_t i = started; i < count; i++)
        run((char *)shares + i * share_bytes);
    for (size_t i = 1; i < started; i++)
        pthread_join(runners[i].thread, NULL);
}
