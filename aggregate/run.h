// The command `cityops-aggregate run`.
#pragma once

#include "common/command.h"

extern const struct config_key run_keys[];
enum exit_status run_daemon(const struct config *config, struct error *error);
