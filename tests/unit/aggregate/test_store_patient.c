// A store that is waited for in another thread.
#include "aggregate/store_patient.h"

#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static bool wait_in_call; // until somebody has been told
static atomic_int told;
static int context_given;
static char told_what[64];
static int64_t told_waited_us;

static bool load_ledger(struct store *store, const struct partition_name *const *names,
                        size_t count, struct ledger_row *rows, struct error *error)
{
    (void)names;
    for (int i = 0; wait_in_call && told < 2 && i < 10000; i++)
        usleep(1000);
    for (size_t i = 0; i < count; i++)
        rows[i].partition_id = (int32_t)i + 1;
    strcpy(store->refusal, "22000");
    return error_set(error, ERROR_RETRY, "as if");
}

static void waiting(void *context, const char *what, int64_t waited_us)
{
    cr_expect(context == &context_given);
    strcpy(told_what, what);
    told_waited_us = waited_us;
    told++;
}

static void ask(struct store *patient)
{
    struct ledger_row rows[2] = {0};
    struct error error = ERROR_INIT;
    store_patient_on_wait(patient, waiting, &context_given);
    cr_expect(!patient->load_ledger(patient, NULL, 2, rows, &error));
    cr_expect(error.class == ERROR_RETRY);
    cr_expect_str_eq(error.text, "as if");
    cr_expect(rows[1].partition_id == 2);
    cr_expect_str_eq(patient->refusal, "22000");
}

Test(store_patient, tells_again_and_again_what_a_call_that_lasts_wants_and_hands_its_answer_on)
{
    struct store inner = {.load_ledger = load_ledger};
    struct store *patient = store_patient_new(&inner, 20000);
    wait_in_call = true;
    ask(patient);
    cr_expect(told >= 2);
    cr_expect_str_eq(told_what, "read the ledger");
    cr_expect(told_waited_us >= 20000);
    store_patient_free(patient);
}

Test(store_patient, says_nothing_of_a_call_that_returns)
{
    struct store inner = {.load_ledger = load_ledger};
    struct store *patient = store_patient_new(&inner, 3600 * INT64_C(1000000));
    ask(patient);
    ask(patient);
    cr_expect(told == 0);
    store_patient_free(patient);
}

// A call that is added to the interface, and not here, would be a null pointer in the daemon alone.
Test(store_patient, knows_every_call_of_a_store)
{
    struct store inner = {0};
    struct store *patient = store_patient_new(&inner, 1000000);
    void (*call)(void);
    for (size_t at = offsetof(struct store, load_generation); at + sizeof call <= sizeof *patient;
         at += sizeof call) {
        memcpy(&call, (const char *)patient + at, sizeof call);
        cr_expect(call != NULL, "the call at byte %zu of struct store", at);
    }
    store_patient_free(patient);
}
