// What dispatch, help and the manual page share.
#pragma once

#include "common/command.h"
#include "core/arena.h"

#include <stdio.h>

bool program_is_nameless_only(const struct program *program);
// The command's keys followed by those that every command has; the arena's.
const struct config_key *command_keys(const struct command *command, struct arena *arena);
void program_help(const struct program *program, FILE *out);
void command_help(const struct program *program, const struct command *command, FILE *out);
void program_manual(const struct program *program, FILE *out);
// Exit statuses in order: their meaning, or null after the last.
const char *exit_status_meaning(int status);
