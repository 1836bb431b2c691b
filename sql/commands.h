// The commands of cityops-db: each file exports its table of keys and its run, main.c lists them.
//
// A run returns an exit status; what it left in *error is logged by command_main. Results go to stdout.
#pragma once

#include "common/command.h"
#include "common/postgres.h"

extern const struct config_key migrate_keys[], roles_keys[], load_keys[], rebuild_keys[],
    verify_keys[], status_keys[], export_keys[], accept_gap_keys[], dead_letters_keys[],
    erase_keys[];

enum exit_status migrate_run(const struct config *config, struct error *error);
enum exit_status roles_run(const struct config *config, struct error *error);
enum exit_status load_run(const struct config *config, struct error *error);
enum exit_status rebuild_run(const struct config *config, struct error *error);
enum exit_status verify_run(const struct config *config, struct error *error);
enum exit_status status_run(const struct config *config, struct error *error);
enum exit_status export_run(const struct config *config, struct error *error);
enum exit_status accept_gap_run(const struct config *config, struct error *error);
enum exit_status dead_letters_run(const struct config *config, struct error *error);
enum exit_status erase_run(const struct config *config, struct error *error);

// Runs `body` between begin and commit; when either fails, rolls back. *error is the first failure.
typedef bool within_transaction(struct postgres *postgres, void *context, struct error *error);
bool transaction_run(struct postgres *postgres, within_transaction *body, void *context,
                     struct error *error);

// postgres_open, and refuses a database that is not migrated to this program's version. Null on
// failure.
struct postgres *postgres_open_migrated(const struct config *config, const char *application,
                                        struct error *error);

// The only word after the command; ERROR_BAD_CONFIG names the nearest known one. Null on failure.
// `position` counts from 0, `what` names the argument in the message.
const char *argument_choice(const struct config *config, size_t position, const char *what,
                            const char *const *choices, size_t count, struct error *error);
// Refuses arguments from `most` on by name.
bool arguments_at_most(const struct config *config, size_t most, struct error *error);

// Grants of sql/roles/grants.sql, where the group roles exist; *granted says whether they do.
bool roles_grant(struct postgres *postgres, bool *granted, struct error *error);

// Keys of commands by which somebody decides about records: it is recorded who, and why.
#define CONFIG_KEYS_DECISION                                                                       \
    {.name = "reason", .type = CONFIG_TEXT, .argument = "TEXT", .meaning = "Why; recorded"},       \
    {                                                                                              \
        .name = "by", .type = CONFIG_TEXT, .argument = "PERSON",                                   \
        .meaning = "Who decides; recorded beside the database role. Default: that role"            \
    }
// *by may be empty: the role. ERROR_BAD_CONFIG without a reason.
bool decision_read(const struct config *config, struct text *by, struct text *reason,
                   struct error *error);

// Prints a result whose columns are all texts as an aligned table under its title; without rows "title: none".
bool print_texts(const char *title, const PGresult *result, struct error *error);
