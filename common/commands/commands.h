/*
 * commands.h - every subcommand of ipckit
 */
#ifndef IPCKIT_COMMANDS_H
#define IPCKIT_COMMANDS_H

#include "options.h"

extern const struct command command_list, command_run, command_matrix, command_pick, command_demo, command_explain,
	command_grade;

/* A handout has no bench: there these are NULL. */
extern const struct command command_bench __attribute__((weak)), command_cow __attribute__((weak));

#endif
