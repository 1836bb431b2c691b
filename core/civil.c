// The proleptic Gregorian calendar and the spelling of days, months and instants; it knows no zone.
//
// Day counts follow from one cycle of 400 years (146,097 days) whose years begin in March, so that
// the leap day is a year's last day. A text is either exactly of the documented form or refused:
// nothing is guessed.
#include "core/zone.h"

#include <stdio.h>

enum { DAYS_PER_CYCLE = 146097, DAYS_0000_03_01_TO_1970 = 719468 };

int32_t civil_day(int year, int month, int day_of_month)
{
    int march_year = year - (month <= 2);
    int cycle = (march_year >= 0 ? march_year : march_year - 399) / 400;
    int year_of_cycle = march_year - cycle * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day_of_month - 1;
    int day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    return cycle * DAYS_PER_CYCLE + day_of_cycle - DAYS_0000_03_01_TO_1970;
}

void civil_from_day(int32_t day, int *year, int *month, int *day_of_month)
{
    int64_t shifted = (int64_t)day + DAYS_0000_03_01_TO_1970;
    int64_t cycle = (shifted >= 0 ? shifted : shifted - (DAYS_PER_CYCLE - 1)) / DAYS_PER_CYCLE;
    int day_of_cycle = (int)(shifted - cycle * DAYS_PER_CYCLE);
    int year_of_cycle =
        (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 - day_of_cycle / 146096) / 365;
    int day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    *day_of_month = day_of_year - (153 * march_month + 2) / 5 + 1;
    *month = march_month + (march_month < 10 ? 3 : -9);
    *year = (int)(year_of_cycle + cycle * 400) + (*month <= 2);
}

int32_t civil_month(int32_t day)
{
    int year, month, day_of_month;
    civil_from_day(day, &year, &month, &day_of_month);
    return (year - 1970) * 12 + month - 1;
}

int32_t civil_month_first_day(int32_t month)
{
    int years = (month >= 0 ? month : month - 11) / 12;
    return civil_day(1970 + years, month - years * 12 + 1, 1);
}

// Takes exactly `digits` digits from the front of *text.
static bool take_number(struct text *text, unsigned digits, int *number)
{
    if (text->length < digits)
        return false;
    int value = 0;
    for (unsigned i = 0; i < digits; i++) {
        char digit = text->bytes[i];
        if (digit < '0' || digit > '9')
            return false;
        value = value * 10 + (digit - '0');
    }
    text->bytes += digits;
    text->length -= digits;
    *number = value;
    return true;
}

// Takes one byte from the front when it is one of `accepted`; returns it, or 0.
static char take_byte(struct text *text, const char *accepted)
{
    if (text->length == 0 || text->bytes[0] == '\0' || !strchr(accepted, text->bytes[0]))
        return 0;
    char byte = text->bytes[0];
    text->bytes++;
    text->length--;
    return byte;
}

static bool take_month(struct text *text, int *year, int *month)
{
    return take_number(text, 4, year) && take_byte(text, "-") && take_number(text, 2, month) &&
           *month >= 1 && *month <= 12;
}

static bool take_day(struct text *text, int32_t *day)
{
    int year, month, day_of_month, real_year, real_month, real_day;
    if (!take_month(text, &year, &month) || !take_byte(text, "-") ||
        !take_number(text, 2, &day_of_month) || day_of_month < 1)
        return false;
    *day = civil_day(year, month, day_of_month);
    civil_from_day(*day, &real_year, &real_month, &real_day);
    return real_month == month && real_day == day_of_month; // refuses 2015-02-29
}

bool civil_parse_day(struct text text, int32_t *day)
{
    return take_day(&text, day) && text.length == 0;
}

bool civil_parse_month(struct text text, int32_t *month)
{
    int year, month_of_year;
    if (!take_month(&text, &year, &month_of_year) || text.length > 0)
        return false;
    *month = (year - 1970) * 12 + month_of_year - 1;
    return true;
}

bool civil_parse_months(struct text text, int32_t *first_month, int32_t *month_count)
{
    int year, quarter = 1;
    *month_count = 1;
    if (civil_parse_month(text, first_month))
        return true;
    if (!take_number(&text, 4, &year))
        return false;
    *month_count = text.length ? 3 : 12;
    if (text.length &&
        (!take_byte(&text, "-") || !take_byte(&text, "Q") || !take_number(&text, 1, &quarter) ||
         text.length || quarter < 1 || quarter > 4))
        return false;
    *first_month = (year - 1970) * 12 + (quarter - 1) * 3;
    return true;
}

// ".5" as 500000; digits beyond the sixth must be zeros, since they could not be kept.
static bool take_fraction(struct text *text, int64_t *us)
{
    *us = 0;
    if (!take_byte(text, "."))
        return true;
    int64_t unit = US_PER_SECOND / 10;
    int digit, digits = 0;
    for (; take_number(text, 1, &digit); digits++, unit /= 10) {
        if (unit == 0 && digit != 0)
            return false;
        *us += digit * unit;
    }
    return digits > 0;
}

static bool take_offset(struct text *text, int64_t *offset_us)
{
    *offset_us = 0;
    if (take_byte(text, "Zz"))
        return true;
    char sign = take_byte(text, "+-");
    int hours, minutes;
    if (!sign || !take_number(text, 2, &hours) || !take_byte(text, ":") ||
        !take_number(text, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *offset_us = (hours * INT64_C(60) + minutes) * 60 * US_PER_SECOND * (sign == '-' ? -1 : 1);
    return true;
}

// Leap seconds have been inserted before 1 January and 1 July UTC and nowhere else: any other second
// 60 is a mistake.
static bool follows_leap_second(int64_t instant_us)
{
    int year, month, day_of_month;
    if (instant_us % US_PER_DAY != 0)
        return false;
    civil_from_day((int32_t)(instant_us / US_PER_DAY), &year, &month, &day_of_month);
    return day_of_month == 1 && (month == 1 || month == 7);
}

bool civil_parse_instant(struct text text, int64_t *instant_us)
{
    int32_t day;
    int hour, minute, second;
    int64_t fraction_us, offset_us;
    if (!take_day(&text, &day) || !take_byte(&text, "Tt ") || !take_number(&text, 2, &hour) ||
        !take_byte(&text, ":") || !take_number(&text, 2, &minute) || !take_byte(&text, ":") ||
        !take_number(&text, 2, &second))
        return false;
    if (!take_fraction(&text, &fraction_us) || !take_offset(&text, &offset_us) || text.length > 0)
        return false;
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    int64_t seconds = (hour * INT64_C(60) + minute) * 60 + second;
    int64_t second_us = day * US_PER_DAY + seconds * US_PER_SECOND - offset_us;
    *instant_us = second_us + fraction_us;
    return second < 60 || follows_leap_second(second_us);
}

void civil_print_instant(int64_t instant_us, char out[32])
{
    int64_t day = instant_us / US_PER_DAY - (instant_us % US_PER_DAY < 0);
    int64_t us = instant_us - day * US_PER_DAY;
    int year, month, day_of_month;
    civil_from_day((int32_t)day, &year, &month, &day_of_month);
    int second_of_day = (int)(us / US_PER_SECOND), fraction_us = (int)(us % US_PER_SECOND);
    int length = snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day_of_month,
                          second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
    if (length < 0 || length >= 32)
        return;
    size_t room = 32 - (size_t)length;
    if (fraction_us)
        snprintf(out + length, room, ".%06dZ", fraction_us);
    else
        snprintf(out + length, room, "Z");
}
