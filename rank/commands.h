// The commands of cityops-rank: each has its keys and its function in a file of its name.
#pragma once

#include "common/command.h"

extern const struct config_key month_keys[], figures_keys[], villages_keys[], indicators_keys[],
    profiles_keys[], announce_keys[], close_keys[], restate_keys[], results_keys[], prove_keys[],
    diff_keys[], whatif_keys[], explain_keys[], robustness_keys[], count_keys[], reconcile_keys[],
    brief_keys[];

enum exit_status month_run(const struct config *config, struct error *error);
enum exit_status figures_run(const struct config *config, struct error *error);
enum exit_status villages_run(const struct config *config, struct error *error);
enum exit_status indicators_run(const struct config *config, struct error *error);
enum exit_status profiles_run(const struct config *config, struct error *error);
enum exit_status announce_run(const struct config *config, struct error *error);
enum exit_status close_run(const struct config *config, struct error *error);
enum exit_status restate_run(const struct config *config, struct error *error);
enum exit_status results_run(const struct config *config, struct error *error);
enum exit_status prove_run(const struct config *config, struct error *error);
enum exit_status diff_run(const struct config *config, struct error *error);
enum exit_status brief_run(const struct config *config, struct error *error);
enum exit_status explain_run(const struct config *config, struct error *error);
enum exit_status whatif_run(const struct config *config, struct error *error);
enum exit_status robustness_run(const struct config *config, struct error *error);
enum exit_status count_run(const struct config *config, struct error *error);
enum exit_status reconcile_run(const struct config *config, struct error *error);

extern const struct config_key scorecard_keys[];
enum exit_status scorecard_run(const struct config *config, struct error *error);

extern const struct config_key vintages_keys[];
enum exit_status vintages_run(const struct config *config, struct error *error);
