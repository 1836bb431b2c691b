// Whole blocks are drawn again, not pairs: as they are independent and alike, that estimates the same variance, and costs no
// more for a million pairs than for a thousand.
#include "core/sobol.h"

#include "core/random_stream.h"

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <stdlib.h>

void sobol_add(struct sobol_sums *sums, double a, double b, const double *ab, size_t choices)
{
    sums->pairs += 1;
    sums->all += a + b;
    sums->a += a;
    sums->b += b;
    sums->a_square += a * a;
    sums->b_square += b * b;
    for (size_t i = 0; i < choices; i++) {
        double difference = ab[i] - a;
        sums->all += ab[i];
        sums->product[i] += b * difference;
        sums->difference[i] += difference;
        sums->square[i] += difference * difference;
    }
}

static void merge(struct sobol_sums *into, const struct sobol_sums *block, size_t choices)
{
    into->pairs += block->pairs;
    into->all += block->all;
    into->a += block->a;
    into->b += block->b;
    into->a_square += block->a_square;
    into->b_square += block->b_square;
    for (size_t i = 0; i < choices; i++) {
        into->product[i] += block->product[i];
        into->difference[i] += block->difference[i];
        into->square[i] += block->square[i];
    }
}

static double variance_of(const struct sobol_sums *sums)
{
    double n = 2 * sums->pairs, mean = (sums->a + sums->b) / n;
    return (sums->a_square + sums->b_square) / n - mean * mean;
}

static void estimate(const struct sobol_sums *sums, size_t choices, double *first, double *total)
{
    double variance = variance_of(sums), mean = sums->all / (sums->pairs * (double)(choices + 2));
    for (size_t i = 0; i < choices; i++) {
        first[i] = (sums->product[i] - mean * sums->difference[i]) / sums->pairs / variance;
        total[i] = sums->square[i] / sums->pairs / 2 / variance;
    }
}

static void take_percentiles(double *list, size_t count, struct sobol_estimate *out)
{
    gsl_sort(list, 1, count);
    out->low = gsl_stats_quantile_from_sorted_data(list, 1, count, 0.025);
    out->high = gsl_stats_quantile_from_sorted_data(list, 1, count, 0.975);
}

// lists: of each choice its first-order indices, then its total ones, `resamples` each.
static void resample(const struct sobol_sums *blocks, size_t block_count, size_t choices,
                     size_t resamples, gsl_rng *random, double *lists)
{
    double first[SOBOL_CHOICES_MAX], total[SOBOL_CHOICES_MAX];
    for (size_t at = 0; at < resamples; at++) {
        struct sobol_sums sums = {0};
        do { // a draw in which the output never varies says nothing
            sums = (struct sobol_sums){0};
            for (size_t i = 0; i < block_count; i++)
                merge(&sums, &blocks[gsl_rng_uniform_int(random, block_count)], choices);
        } while (!(variance_of(&sums) > 0));
        estimate(&sums, choices, first, total);
        for (size_t i = 0; i < choices; i++) {
            lists[2 * i * resamples + at] = first[i];
            lists[(2 * i + 1) * resamples + at] = total[i];
        }
    }
}

bool sobol_estimate(const struct sobol_sums *blocks, size_t block_count, size_t choices,
                    size_t resamples, uint64_t seed, struct sobol_index *out)
{
    struct sobol_sums sums = {0};
    double first[SOBOL_CHOICES_MAX], total[SOBOL_CHOICES_MAX];
    for (size_t i = 0; i < block_count; i++)
        merge(&sums, &blocks[i], choices);
    bool varied = false;
    for (size_t i = 0; i < choices; i++)
        varied |= sums.square[i] > 0;
    if (!varied || !(variance_of(&sums) > 0))
        return false;
    estimate(&sums, choices, first, total);
    double *lists = calloc(2 * choices * resamples + 1, sizeof *lists);
    if (!lists)
        abort();
    gsl_rng *random = random_stream_new(seed, RANDOM_STREAM_BOOTSTRAP);
    resample(blocks, block_count, choices, resamples, random, lists);
    gsl_rng_free(random);
    for (size_t i = 0; i < choices; i++) {
        out[i].first.value = first[i];
        out[i].total.value = total[i];
        take_percentiles(lists + 2 * i * resamples, resamples, &out[i].first);
        take_percentiles(lists + (2 * i + 1) * resamples, resamples, &out[i].total);
    }
    free(lists);
    return true;
}
