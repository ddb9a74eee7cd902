#include "options.h"

#include "complain.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const struct known {
	const char *name;
	const char *argument; /* NULL = takes none */
	const char *help;
	unsigned bit; /* 0 = every command takes it */
} known[] = {
	{"format", "FORMAT", "table (the default), json, csv or markdown", TAKES_FORMAT},
	{"level", "LEVEL", "L1 (the default) to L6: what the exercise asks", TAKES_GRADE},
	{"attempt", "N", "which attempt it is, 1 or more: how much a hint tells", TAKES_GRADE},
	{"format", "FORMAT", "table (the default), json, csv, markdown, gradescope, classroom, autolab or junit",
	 TAKES_GRADE},
	{"isolation", "HOW", "limits: do not use namespaces", TAKES_GRADE},
	{"record", "FILE", "grade nothing, print that record (of --format=json) in another format", TAKES_GRADE},
	{"batch", "DIR", "grade everything in that folder, in place of one FILE", TAKES_GRADE},
	{"jobs", "N", "so many at once; the default is a job for each CPU", TAKES_GRADE},
	{"out", "DIR", "where the results of a batch go", TAKES_GRADE},
	{"output", "FILE", "write there instead of standard output", TAKES_OUTPUT},
	{"vars", NULL, "also follow a local variable and a global one", TAKES_VARS},
	{"columns", "A,B,...", "only these columns", TAKES_COLUMNS},
	{"question", NULL, "list the columns with their questions", TAKES_QUESTION},
	{"need", "A,B=VALUE,...", "what the cells must say; a name alone means yes", TAKES_NEEDS},
	{"min", "A=BYTES,...", "how large numbers must be at least, as in max_message=1M", TAKES_NEEDS},
	{"explain", NULL, "give the reasons", TAKES_NEEDS},
	{"help", NULL, "print this", 0},
};

enum { KNOWN = sizeof known / sizeof known[0], FIRST = 256 }; /* what getopt_long() returns for the first one */

static bool takes(const struct command *c, const struct known *k)
{
	return k->bit == 0 || (c->takes & k->bit);
}

static bool is(const struct known *k, const char *name)
{
	return strcmp(k->name, name) == 0;
}

static bool apply_to_grade(const struct known *k, const char *argument, struct options *o)
{
	if (is(k, "format"))
		o->format_name = argument;
	if (is(k, "level"))
		o->level = argument;
	if (is(k, "attempt"))
		o->attempt = argument;
	if (is(k, "isolation"))
		o->isolation = argument;
	if (is(k, "record"))
		o->record = argument;
	if (is(k, "batch"))
		o->batch = argument;
	if (is(k, "jobs"))
		o->jobs = argument;
	if (is(k, "out"))
		o->out = argument;
	return true;
}

static bool apply(const struct known *k, char *argument, struct options *o)
{
	if (k->bit == TAKES_GRADE)
		return apply_to_grade(k, argument, o);
	if (is(k, "format") && !format_parse(argument, &o->format)) {
		complain("unknown format '%s': table, json, csv or markdown", argument);
		return false;
	}
	if (is(k, "output"))
		o->output = argument;
	if (is(k, "columns"))
		o->columns = argument;
	if (is(k, "need"))
		o->needs = argument;
	if (is(k, "min"))
		o->minimums = argument;
	o->vars |= is(k, "vars");
	o->question |= is(k, "question");
	o->explain |= is(k, "explain");
	o->help |= is(k, "help");
	return true;
}

/* What getopt_long() stumbled over: a letter, an option that takes no argument, or whatever it read last. */
static bool wrong_usage(const struct command *c, int found, char **argv)
{
	const char *what = found == ':' ? "an argument is missing after" : "unknown option";
	char letter[] = {'-', (char)optopt, '\0'};

	if (optopt >= FIRST && found == '?')
		complain("%s: --%s takes no argument", c->name, known[optopt - FIRST].name);
	else
		complain("%s: %s '%s'; see 'ipckit %s --help'", c->name, what,
			 optopt > 0 && optopt < FIRST ? letter : argv[optind - 1], c->name);
	return false;
}

bool options_parse(const struct command *c, int argc, char **argv, struct options *o)
{
	struct option longs[KNOWN + 1] = {{0}};
	int found;

	for (int i = 0, n = 0; i < KNOWN; i++)
		if (takes(c, &known[i]))
			longs[n++] = (struct option){
				known[i].name, known[i].argument ? required_argument : no_argument, NULL, FIRST + i};
	*o = (struct options){.format = FORMAT_TABLE};
	opterr = 0;
	optind = 1;
	while ((found = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
		if (found < FIRST)
			return wrong_usage(c, found, argv);
		if (!apply(&known[found - FIRST], optarg, o))
			return false;
	}
	o->operands = argv + optind;
	o->noperands = argc - optind;
	return true;
}

void options_help(const struct command *c, FILE *out)
{
	fprintf(out, "Usage: ipckit %s [OPTION]... %s\n%s\n\n", c->name, c->operands, c->summary);
	for (const struct known *k = known; k < known + KNOWN; k++)
		if (takes(c, k))
			fprintf(out, "  --%s%s%-*s %s\n", k->name, k->argument ? "=" : " ",
				(int)(18 - strlen(k->name)), k->argument ? k->argument : "", k->help);
}

FILE *options_open(const struct options *o)
{
	FILE *out = o->output ? fopen(o->output, "we") : stdout;

	if (!out)
		complain("%s: %s", o->output, strerror(errno));
	return out;
}

bool options_close(const struct options *o, FILE *out)
{
	bool failed = fflush(out) == EOF || ferror(out);
	int error = errno;

	if (o->output && fclose(out) == EOF && !failed) {
		error = errno;
		failed = true;
	}
	if (failed)
		complain("%s: %s", o->output ? o->output : "standard output", strerror(error));
	return !failed;
}
