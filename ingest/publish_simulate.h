// The command `simulate` of cityops-publish.
#pragma once

#include "common/command.h"

extern const struct config_key publish_simulate_keys[];

enum exit_status publish_simulate_run(const struct config *config, struct error *error);
