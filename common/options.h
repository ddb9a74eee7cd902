/*
 * options.h - subcommands, and the options that they share
 */
#ifndef IPCKIT_OPTIONS_H
#define IPCKIT_OPTIONS_H

#include "report/format.h"

#include <stdbool.h>
#include <stdio.h>

/* Exit statuses of the program. */
enum { EXIT_AS_EXPECTED = 0, EXIT_SURPRISE = 1, EXIT_USAGE = 2, EXIT_NOTHING_RUN = 77 };

/* Which options a command takes, or-ed. --help is taken by all. */
enum {
	TAKES_FORMAT = 1 << 0,
	TAKES_OUTPUT = 1 << 1,
	TAKES_VARS = 1 << 2,
	TAKES_COLUMNS = 1 << 3,
	TAKES_QUESTION = 1 << 4,
	TAKES_NEEDS = 1 << 5,
	TAKES_GRADE = 1 << 6,
	TAKES_SIZES = 1 << 7,
	TAKES_PLOTS = 1 << 8,
	TAKES_BENCH = 1 << 9,
};

/* Strings are NULL where the option was not given. */
struct options {
	char *format_name;
	char *output;                               /* path; NULL = standard output */
	char *columns;                              /* "a,b,…"; NULL = all of the view */
	char *needs, *minimums;                     /* of pick: "a,b=value,…", "a=1M,…" */
	char *sizes;                                /* "8,56,4K,…" */
	char *plots;                                /* folder for what gnuplot draws */
	char *cpu, *rounds, *time, *compare, *from; /* of bench */
	char *level, *attempt, *isolation, *record; /* of grade; record: of an earlier grading, to be printed */
	char *batch, *jobs, *out; /* of grade: folder of what a class handed in; folder of results */
	char **operands;          /* what follows the options, ends with NULL */
	int noperands;
	enum format format; /* of the commands that take the common ones */
	bool vars, question, explain, help;
};

struct command {
	const char *name;
	const char *operands; /* for the usage line: "[ROW…]" */
	const char *summary;
	unsigned takes;
	int (*run)(const struct options *o); /* returns the exit status of the program */
};

/* argv[0] is the command's name. False: it has been said on stderr what is wrong. */
bool options_parse(const struct command *c, int argc, char **argv, struct options *o);

/* The usage, summary and options of one command. */
void options_help(const struct command *c, FILE *out);

/*
 * Opens where the results go, before anything is measured; an earlier content stays until there is another. NULL: it has
 * been said why not. To be closed with options_close(), which returns false, having said so, if not everything could be
 * written.
 */
FILE *options_open(const struct options *o);
bool options_close(const struct options *o, FILE *out);

#endif
