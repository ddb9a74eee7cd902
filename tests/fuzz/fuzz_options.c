/*
 * fuzz_options.c - the arguments of a command: the first byte says which one, then one argument a line
 */
#include "bench/settings.h"
#include "commands/commands.h"
#include "options.h"
#include "select.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_ARGUMENTS = 32 };

static const struct command *const all[] = {&command_list,  &command_run,  &command_matrix,
					    &command_pick,  &command_demo, &command_explain,
					    &command_bench, &command_cow,  &command_grade};

static int split(char *text, char **argv)
{
	int argc = 1;

	for (char *line; argc < MOST_ARGUMENTS && (line = strsep(&text, "\n"));)
		argv[argc++] = line;
	return argc;
}

static void check_options(const struct options *o, int argc)
{
	struct selection rows = {0};
	struct settings settings;

	if (o->noperands < 0 || o->noperands >= argc || o->format > FORMAT_MARKDOWN)
		abort();
	select_rows(&rows, o->operands, o->noperands);
	free(rows.rows);
	settings_parse(&settings, o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[MOST_ARGUMENTS + 1] = {NULL};
	struct options options;
	char *text;
	int argc;

	if (size == 0)
		return 0;
	text = strndup((const char *)data + 1, size - 1);
	argc = split(text, argv);
	argv[0] = text;
	if (options_parse(all[data[0] % (sizeof all / sizeof all[0])], argc, argv, &options))
		check_options(&options, argc);
	free(text);
	return 0;
}
