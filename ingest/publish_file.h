// The commands `file` and `check` of cityops-publish.
#pragma once

#include "common/command.h"

extern const struct config_key publish_file_keys[], publish_check_keys[];

enum exit_status publish_file_run(const struct config *config, struct error *error);
enum exit_status publish_check_run(const struct config *config, struct error *error);
