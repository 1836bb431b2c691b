// CloudEvents headers repeat the value; one that contradicts it makes the record a bad one.
#include "core/hotline.h"
#include "proto/codec.h"

#include <criterion/criterion.h>

static const struct event closed = {
    .family = FAMILY_HOTLINE,
    .kind = TICKET_CLOSED,
    .authority = {"gz12345", 7},
    .entity = {"2022/7", 6},
    .occurred_us = INT64_C(1672502399000001),
    .version = {.source = {"12345.gz.gov.cn", 15}, .event_id = {"e-1", 3}},
};

Test(headers, they_repeat_what_the_event_says)
{
    static const struct record_header expected[] = {
        {"ce_specversion", TEXT("1.0")},
        {"ce_id", TEXT("e-1")},
        {"ce_source", TEXT("12345.gz.gov.cn")},
        {"ce_type", TEXT("cityops.hotline.v1.closed")},
        {"ce_time", TEXT("2022-12-31T15:59:59.000001Z")},
        {"ce_subject", TEXT("gz12345/2022/7")},
        {"content-type", TEXT("application/protobuf")},
    };
    struct arena arena = ARENA_INIT;
    struct record_header headers[CLOUD_EVENT_HEADERS];
    struct error error = ERROR_INIT;
    size_t count = codec_headers(&arena, &closed, headers);
    cr_assert_eq(count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < count; i++) {
        cr_assert_str_eq(headers[i].name, expected[i].name);
        cr_assert(text_equal(headers[i].value, expected[i].value), "%s: " TEXT_FORMAT,
                  headers[i].name, TEXT_ARGUMENTS(headers[i].value));
    }
    cr_assert(codec_check_headers(&arena, &closed, headers, count, &error), "%s", error.text);
    arena_free(&arena);
}

Test(headers, what_the_event_does_not_say_has_no_header)
{
    struct arena arena = ARENA_INIT;
    struct record_header headers[CLOUD_EVENT_HEADERS];
    struct event progress = {
        .family = FAMILY_TRAFFIC, .form = EVENT_PROGRESS, .kind = 2, .occurred_us = INT64_MIN};
    size_t count = codec_headers(&arena, &progress, headers);
    for (size_t i = 0; i < count; i++) {
        cr_assert(strcmp(headers[i].name, "ce_time") != 0);
        cr_assert(strcmp(headers[i].name, "ce_subject") != 0);
    }
    cr_assert(text_equal(codec_event_type(&arena, &progress), TEXT("cityops.traffic.v1.progress")));
    arena_free(&arena);
}

Test(headers, a_kind_that_the_contract_does_not_name_is_a_number)
{
    struct arena arena = ARENA_INIT;
    struct event event = {.family = FAMILY_INCIDENT, .kind = 77};
    cr_assert(text_equal(codec_event_type(&arena, &event), TEXT("cityops.incident.v1.kind-77")));
    event.kind = 0;
    cr_assert(text_equal(codec_event_type(&arena, &event), TEXT("cityops.incident.v1.kind-0")));
    event.family = FAMILY_NONE;
    cr_assert(text_equal(codec_event_type(&arena, &event), TEXT("")));
    arena_free(&arena);
}

Test(headers, each_contradiction_is_named_with_both_values)
{
    static const struct {
        struct record_header header;
        const char *expected;
    } cases[] = {
        {{"ce_id", TEXT("e-2")}, "header ce_id is \"e-2\", but the value says \"e-1\""},
        {{"ce_id", {NULL, 0}}, "header ce_id is \"\", but the value says \"e-1\""},
        {{"ce_source", TEXT("x")},
         "header ce_source is \"x\", but the value says \"12345.gz.gov.cn\""},
        {{"ce_type", TEXT("cityops.hotline.v1.received")},
         "header ce_type is \"cityops.hotline.v1.received\", but the value says "
         "\"cityops.hotline.v1.closed\""},
        {{"ce_subject", TEXT("gz12345/2022/8")},
         "header ce_subject is \"gz12345/2022/8\", but the value says \"gz12345/2022/7\""},
        {{"ce_specversion", TEXT("0.3")},
         "header ce_specversion is \"0.3\", but the value says \"1.0\""},
        {{"ce_time", TEXT("2022-12-31T15:59:59Z")},
         "header ce_time is \"2022-12-31T15:59:59Z\", but the value says "
         "\"2022-12-31T15:59:59.000001Z\""},
        {{"ce_time", TEXT("yesterday")},
         "header ce_time is \"yesterday\", but the value says \"2022-12-31T15:59:59.000001Z\""},
        {{"content-type", TEXT("application/json")},
         "header content-type is \"application/json\", but the value says "
         "\"application/protobuf\""},
        {{"content-type", {NULL, 0}},
         "header content-type is \"\", but the value says \"application/protobuf\""},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct record_header headers[] = {{"ce_specversion", TEXT("1.0")}, cases[i].header};
        struct error error = ERROR_INIT;
        cr_assert_not(codec_check_headers(&arena, &closed, headers, 2, &error), "case %zu", i);
        cr_assert_eq(error.class, ERROR_BAD_RECORD);
        cr_assert_str_eq(error.text, cases[i].expected, "case %zu", i);
    }
    arena_free(&arena);
}

Test(headers, another_spelling_of_the_same_is_no_contradiction)
{
    static const struct record_header headers[] = {
        {"ce_time", TEXT("2022-12-31T23:59:59.000001+08:00")},
        {"content-type", TEXT("Application/X-Protobuf; messageType=cityops.v1.TicketEvent")},
        {"ce_traceparent", TEXT("an extension")},
        {"ce_time2", {NULL, 0}},
        {"somebody-else", TEXT("\xff")},
    };
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    cr_assert(codec_check_headers(&arena, &closed, headers, 5, &error), "%s", error.text);
    cr_assert(codec_check_headers(&arena, &closed, NULL, 0, &error));
    arena_free(&arena);
}
