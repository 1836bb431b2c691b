// E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), without a correction for
// continuity.
#include "core/interval.h"

#include <math.h>

static const double z = 1.959963984540054; // of a normal distribution, 97.5 % lie below

bool interval_wilson(int64_t successes, int64_t n, struct interval *out)
{
    if (n <= 0 || successes < 0 || successes > n)
        return false;
    double count = (double)n, share = (double)successes / count, square = z * z;
    double middle = share + square / (2 * count);
    double reach = z * sqrt(share * (1 - share) / count + square / (4 * count * count));
    out->low = fmax(0, (middle - reach) / (1 + square / count));
    out->high = fmin(1, (middle + reach) / (1 + square / count));
    return true;
}
