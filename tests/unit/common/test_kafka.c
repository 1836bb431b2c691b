// librdkafka's configuration: what passes through, and what is refused.
#include "common/command.h"
#include "common/kafka.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct config_key keys[] = {CONFIG_KEYS_KAFKA, {0}};

static const struct kafka_property defaults[] = {
    {.name = "enable.auto.commit",
     .value = "false",
     .forced = true,
     .reason = "the ledger in PostgreSQL is the offset"},
    {.name = "acks", .value = "all", .forced = true, .reason = "nothing counts before"},
    {.name = "linger.ms", .value = "5"},
    {0},
};

static rd_kafka_conf_t *conf_of(const char *const *words, struct error *error)
{
    struct config *config = config_new(keys);
    char name[] = "program", *argv[16] = {name};
    int argc = 1;
    for (; *words; words++)
        memcpy(&argv[argc++], words, sizeof *words);
    rd_kafka_conf_t *conf = NULL;
    if (config_load(config, argc, argv, error))
        conf = kafka_conf_new(config, defaults, error);
    config_free(config);
    return conf;
}

#define CONF_OF(error, ...) conf_of((const char *const[]){"-b", "h:1", __VA_ARGS__, NULL}, error)

static void expect_value(const rd_kafka_conf_t *conf, const char *name, const char *expected)
{
    char value[256];
    size_t bytes = sizeof value;
    cr_assert_eq(rd_kafka_conf_get(conf, name, value, &bytes), RD_KAFKA_CONF_OK);
    cr_assert_str_eq(value, expected);
}

Test(kafka, properties_pass_through_over_our_defaults)
{
    struct error error = ERROR_INIT;
    rd_kafka_conf_t *conf =
        CONF_OF(&error, "-X", "linger.ms=7", "-X", "acks=-1", "-X", "enable.auto.commit=f");
    cr_assert(conf, "%s", error.text);
    expect_value(conf, "linger.ms", "7");
    expect_value(conf, "bootstrap.servers", "h:1");
    expect_value(conf, "enable.auto.commit", "false");
    rd_kafka_conf_destroy(conf);
}

Test(kafka, what_is_refused_is_named_with_its_reason)
{
    static const char *const cases[][2] = {
        {"enable.auto.commit=true", "-X: enable.auto.commit = true is refused, enable.auto.commit "
                                    "must be false: the ledger in PostgreSQL is the offset"},
        // another name of acks
        {"request.required.acks=1", "-X: request.required.acks = 1 is refused, acks must be all: "
                                    "nothing counts before"},
        {"linger.mss=1", "-X: librdkafka has no property 'linger.mss'; did you mean 'linger.ms'?"},
        {"no-such-thing-at-all=1",
         "-X: librdkafka has no property 'no-such-thing-at-all'; -X list prints them"},
        {"metadata.broker.list=x:1", "-X: metadata.broker.list: give --brokers instead"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = ERROR_INIT;
        cr_expect_null(CONF_OF(&error, "-X", cases[i][0]));
        cr_expect_eq(error.class, ERROR_BAD_CONFIG);
        cr_expect_str_eq(error.text, cases[i][1]);
    }
}

Test(kafka, a_value_out_of_range_is_refused_in_librdkafkas_words)
{
    struct error error = ERROR_INIT;
    cr_assert_null(CONF_OF(&error, "-X", "linger.ms=-5"));
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    cr_assert_eq(strncmp(error.text, "-X: linger.ms: ", 15), 0, "%s", error.text);
}
