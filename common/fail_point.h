// Steps at which a test build can be killed or stopped, to see what a crash or a fault there does.
//
// CITYOPS_FAIL_POINT=STEP.STAGE[:COUNT[:ACTION]] in the environment: when the stage is reached for the COUNTth time (1), the
// process sends itself SIGKILL (ACTION kill) or SIGSTOP (ACTION stop), until somebody continues it. Statements are steps by
// their query's name, with the stages before, sent (its answer not read) and after; a
// COPY's also open (its rows are sent, its end is not). Only where CMake's CITYOPS_FAIL_POINTS is
// on, as in the debug preset; elsewhere nothing of it is compiled, which tests/faults/release-build sees to. Any thread.
#pragma once

#ifdef CITYOPS_FAIL_POINTS
void fail_point_reach(const char *step, const char *stage);
#define FAIL_POINT(step, stage) fail_point_reach(step, stage)
#else
#define FAIL_POINT(step, stage) ((void)0)
#endif
