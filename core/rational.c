// Values are computed in GMP's own memory, then their limbs move to the arena and GMP's are given back: nobody who
// holds a rational has to clear it.
#include "core/rational.h"

#include <stdlib.h>

static __mpz_struct limbs_keep(struct arena *arena, mpz_srcptr from)
{
    size_t limbs = mpz_size(from);
    mp_limb_t *copy = arena_zalloc(arena, (limbs + 1) * sizeof *copy);
    mpn_copyi(copy, mpz_limbs_read(from), (mp_size_t)limbs);
    mpz_t out;
    mpz_roinit_n(out, copy, (mp_size_t)limbs * (mpz_sgn(from) < 0 ? -1 : 1));
    return *out;
}

// Takes `from`: canonical, cleared here.
static struct rational value_keep(struct arena *arena, mpq_ptr from)
{
    struct rational out;
    *mpq_numref(out.value) = limbs_keep(arena, mpq_numref(from));
    *mpq_denref(out.value) = limbs_keep(arena, mpq_denref(from));
    mpq_clear(from);
    return out;
}

struct rational rational_integer(struct arena *arena, int64_t value)
{
    return rational_fraction(arena, value, 1);
}

struct rational rational_fraction(struct arena *arena, int64_t numerator, int64_t denominator)
{
    _Static_assert(sizeof(long) == sizeof(int64_t), "GMP's long takes 64 bits");
    mpq_t value;
    mpq_init(value);
    mpz_set_si(mpq_numref(value), numerator);
    mpz_set_si(mpq_denref(value), denominator);
    mpq_canonicalize(value);
    return value_keep(arena, value);
}

static size_t digits_at(struct text text, size_t from)
{
    size_t count = 0;
    while (from + count < text.length && text.bytes[from + count] >= '0' &&
           text.bytes[from + count] <= '9')
        count++;
    return count;
}

bool rational_parse(struct arena *arena, struct text text, struct rational *out)
{
    size_t at = text.length && text.bytes[0] == '-';
    size_t whole = digits_at(text, at), rest = 0;
    char mark = at + whole < text.length ? text.bytes[at + whole] : '\0';
    if (mark)
        rest = digits_at(text, at + whole + 1);
    bool complete = at + whole + (mark ? 1 + rest : 0) == text.length;
    if (!whole || !complete || (mark && (!rest || (mark != '.' && mark != '/'))))
        return false;

    // All digits as one whole number over 10^rest, or numerator over denominator.
    mpq_t value;
    mpq_init(value);
    char *digits = arena_printf(arena, "%.*s%.*s", (int)(at + whole), text.bytes,
                                mark == '.' ? (int)rest : 0, text.bytes + at + whole + (mark != 0));
    mpz_set_str(mpq_numref(value), digits, 10);
    if (mark == '.')
        mpz_ui_pow_ui(mpq_denref(value), 10, rest);
    if (mark == '/')
        mpz_set_str(mpq_denref(value),
                    arena_printf(arena, "%.*s", (int)rest, text.bytes + at + whole + 1), 10);
    if (mpz_sgn(mpq_denref(value)) == 0) {
        mpq_clear(value);
        return false;
    }
    mpq_canonicalize(value);
    *out = value_keep(arena, value);
    return true;
}

typedef void operation(mpq_ptr out, mpq_srcptr a, mpq_srcptr b);

static struct rational combine(struct arena *arena, operation *combine_into, struct rational a,
                               struct rational b)
{
    mpq_t value;
    mpq_init(value);
    combine_into(value, a.value, b.value);
    return value_keep(arena, value);
}

struct rational rational_add(struct arena *arena, struct rational a, struct rational b)
{
    return combine(arena, mpq_add, a, b);
}

struct rational rational_subtract(struct arena *arena, struct rational a, struct rational b)
{
    return combine(arena, mpq_sub, a, b);
}

struct rational rational_multiply(struct arena *arena, struct rational a, struct rational b)
{
    return combine(arena, mpq_mul, a, b);
}

struct rational rational_divide(struct arena *arena, struct rational a, struct rational b)
{
    return combine(arena, mpq_div, a, b);
}

int rational_compare(struct rational a, struct rational b)
{
    return mpq_cmp(a.value, b.value);
}

int rational_sign(struct rational a)
{
    return mpq_sgn(a.value);
}

// |a| * 10^digits, rounded half up, with a's sign: floor((2 |n| 10^digits + d) / 2 d).
static void scale_and_round(mpz_ptr out, struct rational a, int digits)
{
    mpz_t divisor;
    mpz_init(divisor);
    mpz_ui_pow_ui(out, 10, (unsigned long)digits);
    mpz_mul(out, out, mpq_numref(a.value));
    mpz_abs(out, out);
    mpz_mul_2exp(out, out, 1);
    mpz_add(out, out, mpq_denref(a.value));
    mpz_mul_2exp(divisor, mpq_denref(a.value), 1);
    mpz_fdiv_q(out, out, divisor);
    mpz_clear(divisor);
    if (mpq_sgn(a.value) < 0)
        mpz_neg(out, out);
}

struct rational rational_round(struct arena *arena, struct rational a, int digits)
{
    mpq_t value;
    mpq_init(value);
    scale_and_round(mpq_numref(value), a, digits);
    mpz_ui_pow_ui(mpq_denref(value), 10, (unsigned long)digits);
    mpq_canonicalize(value);
    return value_keep(arena, value);
}

const char *rational_print(struct arena *arena, struct rational a, int digits)
{
    mpz_t scaled;
    mpz_init(scaled);
    scale_and_round(scaled, a, digits);
    bool negative = mpz_sgn(scaled) < 0;
    mpz_abs(scaled, scaled);
    char *all = arena_alloc(arena, mpz_sizeinbase(scaled, 10) + 2);
    mpz_get_str(all, 10, scaled);
    mpz_clear(scaled);

    int length = (int)strlen(all), zeros = length > digits ? 0 : digits + 1 - length;
    char *padded = arena_printf(arena, "%s%0*d%s", negative ? "-" : "", zeros, 0, all);
    if (!zeros)
        padded = arena_printf(arena, "%s%s", negative ? "-" : "", all);
    int whole = (int)strlen(padded) - digits;
    return digits ? arena_printf(arena, "%.*s.%s", whole, padded, padded + whole) : padded;
}

const char *rational_print_exact(struct arena *arena, struct rational a)
{
    size_t room =
        mpz_sizeinbase(mpq_numref(a.value), 10) + mpz_sizeinbase(mpq_denref(a.value), 10) + 3;
    char *out = arena_alloc(arena, room);
    mpq_get_str(out, 10, a.value);
    return out;
}

const char *rational_print_decimal(struct arena *arena, struct rational a)
{
    for (int digits = 0; digits <= 18; digits++)
        if (rational_compare(rational_round(arena, a, digits), a) == 0)
            return rational_print(arena, a, digits);
    return rational_print_exact(arena, a);
}

int64_t rational_ceiling(struct rational a)
{
    mpz_t value;
    mpz_init(value);
    mpz_cdiv_q(value, mpq_numref(a.value), mpq_denref(a.value));
    if (!mpz_fits_slong_p(value))
        abort();
    int64_t out = mpz_get_si(value);
    mpz_clear(value);
    return out;
}

bool rational_is_whole(struct rational a)
{
    return mpz_cmp_ui(mpq_denref(a.value), 1) == 0;
}

double rational_to_double(struct rational a)
{
    return mpq_get_d(a.value);
}
