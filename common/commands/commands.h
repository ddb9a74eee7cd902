/*
 * commands.h - every subcommand of ipckit
 */
#ifndef IPCKIT_COMMANDS_H
#define IPCKIT_COMMANDS_H

#include "options.h"

extern const struct command command_list, command_run, command_matrix, command_pick, command_demo, command_explain,
	command_bench, command_cow, command_grade;

#endif
