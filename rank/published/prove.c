// `cityops-rank prove`: a published result is computed again, from the journal below its cut-off, and compared byte for byte.
//
// First what is stored: every link of the chain, and the hashes of the documents. Then the figures: the journal is folded up to the
// stored vector under the stored generation, scored by the stored profile text, and written again. What the journal does not hold is
// taken as it stands in the document: the hours of traffic; whether all had been seen by then; appeals and accepted sources.
#include "rank/commands.h"
#include "rank/language.h"
#include "rank/published/result_document.h"

#include "sql/as_of.h"
#include "sql/queries.h"

#include <inttypes.h>
#include <string.h>

const struct config_key prove_keys[] = {
    CONFIG_KEYS_DATABASE,
    {.name = "head",
     .type = CONFIG_TEXT,
     .argument = "SHA256",
     .meaning = "A head of the chain that was kept elsewhere: it has to be one of its links"},
    {.name = "show",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "20",
     .minimum = 1,
     .maximum = 100000,
     .meaning = "How many differences to list"},
    CONFIG_KEY_LANGUAGE,
    {0},
};

struct proof {
    const struct config *config;
    struct arena arena;
    struct snapshot snapshot;
    enum language language;
    struct publication publication;
    const char *name;
    struct offset_vector vector; // its cut-off
};

static bool check_head(const struct proof *proof, const struct publications *chain,
                       struct error *error)
{
    enum { SHA256_DIGITS = 64 };
    const char *head = config_text(proof->config, "head");
    if (head &&
        (strlen(head) != SHA256_DIGITS || strspn(head, "0123456789abcdef") != SHA256_DIGITS))
        return error_set(error, ERROR_BAD_CONFIG,
                         "--head %s: a head is 64 hexadecimal digits, as cityops-rank results "
                         "prints it",
                         head);
    for (size_t i = 0; head && i < chain->count; i++)
        if (text_equal(chain->list[i].chain_sha256, text_from(head)))
            head = NULL;
    return !head || error_set(error, ERROR_DIFFERENT,
                              "%s is no link of the chain of %s: results that were published have "
                              "been taken away or changed",
                              head, proof->name);
}

static bool check_chain(struct proof *proof, struct error *error)
{
    struct publications chain;
    struct buffer wrong = BUFFER_INIT;
    const struct publication_filter filter = {.profile = proof->publication.profile,
                                              .subjects = proof->publication.subjects};
    if (!publications_read(proof->snapshot.postgres, &proof->arena, &filter, &chain, error))
        return false;
    size_t count = publication_check_chain(&chain, &wrong);
    printf("%.*s", (int)wrong.length, wrong.length ? wrong.bytes : "");
    buffer_free(&wrong);
    if (count)
        return error_set(error, ERROR_DIFFERENT,
                         "the chain of %s was edited: %zu differences are listed", proof->name,
                         count);
    if (!check_head(proof, &chain, error))
        return false;
    printf(
        "%s%zu %s\n", language_pick(proof->language, "chain: ", "链："), chain.count,
        language_pick(proof->language, "results, each follows the one before", "个结果，依次相连"));
    return true;
}

static bool check_versions(const struct proof *proof, const struct result *result,
                           struct error *error)
{
    const struct generation *generation = &proof->snapshot.generation;
    const struct versions *versions = &result->assessment.versions;
    if (versions->fold != generation->fold_version ||
        versions->reference != generation->reference_version)
        return error_set(error, ERROR_DIFFERENT,
                         "%s says of generation %d: reference %d, fold %d; the database says: "
                         "reference %d, fold %d",
                         proof->name, versions->generation, versions->reference, versions->fold,
                         generation->reference_version, generation->fold_version);
    return true;
}

// The document as it would be written today of the events below its cut-off.
static bool write_again(struct proof *proof, struct result *stored, struct text *document,
                        struct error *error)
{
    struct assessment assessment;
    const struct cut_off *cut_off = &stored->assessment.cut_off;
    if (!as_of_read(proof->snapshot.postgres, &proof->arena, cut_off->vector, &proof->vector,
                    error) ||
        !snapshot_move(&proof->snapshot, stored->assessment.versions.generation, cut_off->vector,
                       &stored->hours, error) ||
        !check_versions(proof, stored, error) ||
        !assessment_make(&proof->snapshot, &proof->arena, &stored->profile,
                         &stored->assessment.period, &assessment, error))
        return false;
    assessment.cut_off.is_complete = cut_off->is_complete;
    assessment.cut_off.missing = cut_off->missing;
    return result_write(&proof->arena, &assessment, &stored->terms, &stored->hours, document,
                        error);
}

// Lists the records below the cut-off that were erased since the result was published; returns how many, -1 on an error.
static int64_t list_erased(const struct proof *proof, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    int64_t count = 0;
    parameter_instant(&parameters, proof->publication.published_us);
    if (!postgres_query(proof->snapshot.postgres, &query_rank_erased_since, &parameters, &result,
                        error))
        return -1;
    for (int row = 0; row < PQntuples(result); row++) {
        int32_t partition = column_integer(result, row, 0);
        int64_t offset = column_bigint(result, row, 1);
        struct text by = column_text(result, row, 3), reason = column_text(result, row, 4);
        char instant[32];
        if (!vector_holds(&proof->vector, partition, offset))
            continue;
        civil_print_instant(column_instant(result, row, 2), instant);
        printf("%s" TEXT_FORMAT "@%" PRId64 ", %s, " TEXT_FORMAT ": " TEXT_FORMAT "\n",
               language_pick(proof->language, "erased: ", "已清除："),
               TEXT_ARGUMENTS(vector_step(&proof->vector, partition)->name), offset, instant,
               TEXT_ARGUMENTS(by), TEXT_ARGUMENTS(reason));
        count++;
    }
    PQclear(result);
    return count;
}

static bool fail_different(const struct proof *proof, size_t count, struct error *error)
{
    int64_t erased = list_erased(proof, error);
    if (erased > 0)
        return error_set(error, ERROR_DIFFERENT,
                         "%s is not what the journal gives: %zu differences; %" PRId64
                         " records that it counted were erased since and are listed: without their "
                         "bytes it cannot be computed again, and what stands published is no less "
                         "final",
                         proof->name, count, erased);
    return erased == 0 &&
           error_set(error, ERROR_DIFFERENT, "%s is not what the journal gives: %zu differences",
                     proof->name, count);
}

static bool check_figures(struct proof *proof, struct error *error)
{
    struct result stored;
    struct text again, document = proof->publication.document;
    struct buffer differences = BUFFER_INIT;
    if (!result_read(&proof->arena, proof->name, document, &stored, error) ||
        !write_again(proof, &stored, &again, error))
        return false;
    size_t count = result_compare(document, again, (size_t)config_integer(proof->config, "show"),
                                  &differences);
    printf("%.*s", (int)differences.length, differences.length ? differences.bytes : "");
    buffer_free(&differences);
    if (count)
        return fail_different(proof, count, error);
    printf("%s%s, %" PRIu32 " %s, sha256 " TEXT_FORMAT "\n",
           language_pick(proof->language, "proven: ", "已证实："), proof->name, document.length,
           language_pick(proof->language, "bytes", "字节"),
           TEXT_ARGUMENTS(proof->publication.document_sha256));
    if (stored.hours.count)
        printf("%s%zu %s\n",
               language_pick(proof->language, "taken from the result itself: ", "取自结果本身："),
               stored.hours.count,
               language_pick(proof->language,
                             "hourly sums of traffic, which the journal does not hold",
                             "条路段小时交通数据（原始记录不含读数）"));
    return true;
}

static bool prove(struct proof *proof, struct error *error)
{
    if (!config_argument_count(proof->config))
        return error_set(error, ERROR_BAD_CONFIG, "say: prove RESULT");
    const char *name = config_argument(proof->config, 0);
    if (!snapshot_open_newest(proof->config, &proof->snapshot, error) ||
        !publication_find(proof->snapshot.postgres, &proof->arena, name, &proof->publication,
                          error))
        return false;
    proof->name = publication_name(&proof->arena, &proof->publication);
    return check_chain(proof, error) && check_figures(proof, error);
}

enum exit_status prove_run(const struct config *config, struct error *error)
{
    struct proof proof = {
        .config = config, .arena = ARENA_INIT, .language = language_choose(config)};
    bool ok = prove(&proof, error);
    snapshot_close(&proof.snapshot);
    arena_free(&proof.arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
