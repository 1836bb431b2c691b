// The environment's fail point, read once.
#include "common/fail_point.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    char step[96], stage[32], action[8];
    int count;
} wanted;
static atomic_int reached;
static pthread_once_t read_once = PTHREAD_ONCE_INIT;

static void read_wanted(void)
{
    const char *text = getenv("CITYOPS_FAIL_POINT");
    if (!text || !*text)
        return;
    wanted.count = 1;
    strcpy(wanted.action, "kill");
    int fields = sscanf(text, "%95[a-z0-9_].%31[a-z]:%d:%7[a-z]", wanted.step, wanted.stage,
                        &wanted.count, wanted.action);
    bool known = strcmp(wanted.action, "kill") == 0 || strcmp(wanted.action, "stop") == 0;
    if (fields < 2 || wanted.count < 1 || !known) {
        fprintf(stderr, "CITYOPS_FAIL_POINT: '%s' is not STEP.STAGE[:COUNT[:kill|stop]]\n", text);
        exit(2);
    }
}

void fail_point_reach(const char *step, const char *stage)
{
    pthread_once(&read_once, read_wanted);
    if (strcmp(step, wanted.step) != 0 || strcmp(stage, wanted.stage) != 0 ||
        atomic_fetch_add(&reached, 1) + 1 != wanted.count)
        return;
    dprintf(STDERR_FILENO, "fail point %s.%s: %s\n", step, stage, wanted.action);
    // To this thread, which then takes no further step; a signal to the process might first stop another one.
    raise(strcmp(wanted.action, "stop") == 0 ? SIGSTOP : SIGKILL);
}
