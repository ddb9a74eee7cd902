#include "options.h"

#include "complain.h"
#include "output.h"
#include "report/fold.h"
#include "report/look.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define INTO(member) offsetof(struct options, member)

static const struct known {
	const char *name;
	const char *argument; /* NULL = takes none */
	const char *help;
	unsigned bit; /* 0 = every command takes it */
	size_t into;  /* the member of struct options: a string where there is an argument, otherwise a bool */
} known[] = {
	{"format", "FORMAT", "table (the default), json, csv or markdown", TAKES_FORMAT, INTO(format_name)},
	{"level", "LEVEL", "L0 to L7: what the exercise asks (default: L1)", TAKES_GRADE, INTO(level)},
	{"attempt", "N", "which attempt it is, 1 or more: how much a hint tells", TAKES_GRADE, INTO(attempt)},
	{"format", "FORMAT", "table (the default), json, csv, markdown, gradescope, classroom, autolab or junit",
	 TAKES_GRADE, INTO(format_name)},
	{"isolation", "HOW", "namespaces (the default, where they can be had) or limits: do not use them",
	 TAKES_GRADE, INTO(isolation)},
	{"record", "FILE", "grade nothing, print that record (of --format=json) in another format", TAKES_GRADE,
	 INTO(record)},
	{"batch", "DIR", "grade everything in that folder, in place of one FILE", TAKES_GRADE, INTO(batch)},
	{"jobs", "N", "so many at once; the default is a job for each CPU", TAKES_GRADE, INTO(jobs)},
	{"out", "DIR", "where the results of a batch go", TAKES_GRADE, INTO(out)},
	{"output", "FILE", "write there instead of standard output", TAKES_OUTPUT, INTO(output)},
	{"vars", NULL, "also follow a local variable and a global one", TAKES_VARS, INTO(vars)},
	{"columns", "A,B,...", "only these columns", TAKES_COLUMNS, INTO(columns)},
	{"question", NULL, "list the columns with their questions", TAKES_QUESTION, INTO(question)},
	{"need", "A,B=VALUE,...", "what the cells must say; a name alone means yes", TAKES_NEEDS, INTO(needs)},
	{"min", "A=BYTES,...", "how large numbers must be at least, as in max_message=1M", TAKES_NEEDS,
	 INTO(minimums)},
	{"explain", NULL, "give the reasons", TAKES_NEEDS, INTO(explain)},
	{"sizes", "BYTES,...", "as in 8,56,4K,1M", TAKES_SIZES, INTO(sizes)},
	{"cpu", "WHERE", "both ends on the same CPU, cross, or free (default: cross)", TAKES_BENCH, INTO(cpu)},
	{"rounds", "N", "how often each row has its turn (default: 11)", TAKES_BENCH, INTO(rounds)},
	{"time", "SECONDS", "for all rounds together (default: 40)", TAKES_BENCH, INTO(time)},
	{"compare", "OLD.json", "print what moved since that record", TAKES_BENCH, INTO(compare)},
	{"from", "FILE.json", "print that record instead of measuring", TAKES_BENCH, INTO(from)},
	{"plots", "FOLDER", "write scripts for gnuplot there", TAKES_PLOTS, INTO(plots)},
	{"help", NULL, "print this", 0, INTO(help)},
};

enum { KNOWN = sizeof known / sizeof known[0], FIRST = 256 }; /* what getopt_long() returns for the first one */

static bool takes(const struct command *c, const struct known *k)
{
	return k->bit == 0 || (c->takes & k->bit);
}

/* Of a list given twice neither may get lost: of anything else the last one counts, as usual. */
static bool apply(const struct command *c, const struct known *k, char *argument, struct options *o)
{
	void *member = (char *)o + k->into;

	if (!k->argument) {
		*(bool *)member = true;
		return true;
	}
	if (*(char **)member && strstr(k->argument, ",...")) {
		complain("%s: --%s is given twice: it takes a list, --%s=%s", c->name, k->name, k->name, k->argument);
		return false;
	}
	*(char **)member = argument;
	return true;
}

/* A grade has formats of its own. */
static bool parse_format(const struct command *c, struct options *o)
{
	if (!o->format_name || !(c->takes & TAKES_FORMAT) || format_parse(o->format_name, &o->format))
		return true;
	complain("unknown format '%s': table, json, csv or markdown", o->format_name);
	return false;
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
	optind = 0; /* begins anew: main() has looked at what stands before the command */
	while ((found = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
		if (found < FIRST)
			return wrong_usage(c, found, argv);
		if (!apply(c, &known[found - FIRST], optarg, o))
			return false;
	}
	o->operands = argv + optind;
	o->noperands = argc - optind;
	return parse_format(c, o);
}

void options_help(const struct command *c, FILE *out)
{
	size_t width = look_of(out).width;

	fprintf(out, "Usage: ipckit %s [OPTION]... %s\n", c->name, c->operands);
	fold(out, c->summary, 0, 0, width);
	fputc('\n', out);
	for (const struct known *k = known; k < known + KNOWN; k++) {
		if (!takes(c, k))
			continue;
		size_t at = (size_t)fprintf(out, "  --%s%s%-*s ", k->name, k->argument ? "=" : " ",
					    (int)(18 - strlen(k->name)), k->argument ? k->argument : "");
		fold(out, k->help, at, at, width);
	}
}

/* What the file has is not cut off before there is something to take its place: see settle_length(). */
static FILE *open_output(const char *path)
{
	int fd = output_open(path);
	FILE *out = fd == -1 ? NULL : fdopen(fd, "w");

	if (!out)
		complain("%s: %s", path, strerror(errno));
	return out;
}

/* What is left of an earlier content goes, also where not everything could be written. Not of a pipe or a device. */
static bool settle_length(FILE *out)
{
	off_t length = lseek(fileno(out), 0, SEEK_CUR);

	return length <= 0 || ftruncate(fileno(out), length) == 0 || errno == EINVAL;
}

FILE *options_open(const struct options *o)
{
	return o->output ? open_output(o->output) : stdout;
}

bool options_close(const struct options *o, FILE *out)
{
	int error = output_arrived(out);

	if (o->output && !settle_length(out) && !error)
		error = -errno;
	if (o->output && fclose(out) == EOF && !error)
		error = -errno;
	if (error)
		complain("%s: %s", o->output ? o->output : "standard output", strerror(-error));
	return !error;
}
