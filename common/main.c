/*
 * main.c - the program ipckit: finds the subcommand and exits with its status
 */
#include "commands/commands.h"
#include "complain.h"
#include "execed.h"
#include "journal.h"
#include "nearest.h"
#include "options.h"
#include "report/fold.h"
#include "report/look.h"
#include "report/record.h"

#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct command *const commands[] = {
	&command_list,    &command_run,   &command_matrix, &command_pick, &command_demo,
	&command_explain, &command_grade, &command_bench,  &command_cow, /* the last two may be missing */
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void usage(FILE *out)
{
	size_t width = look_of(out).width;

	fputs("Usage: ipckit COMMAND [OPTION]... [ROW]...\n", out);
	fold(out, "Shows which ways of Linux to pass bytes from one process to another work, and proves it.", 0, 0,
	     width);
	fputc('\n', out);
	for (int i = 0; i < COMMANDS && commands[i]; i++) {
		size_t at = (size_t)fprintf(out, "  %-10s ", commands[i]->name);
		fold(out, commands[i]->summary, at, at, width);
	}
	fputs("\n  --help     print this, or with a command its options\n"
	      "  --version  print the version\n\n",
	      out);
	fold(out,
	     "Exit status: 0 as expected, 1 a surprise or an error, 2 wrong usage, 77 nothing could be run here.", 0,
	     sizeof "Exit status:", width);
}

/* What was printed has to arrive. */
static int printed(void)
{
	return options_close(&(struct options){0}, stdout) ? EXIT_AS_EXPECTED : EXIT_SURPRISE;
}

static const struct command *find(const char *name)
{
	const char *names[COMMANDS];
	const char *near;
	size_t n = 0;

	for (; n < COMMANDS && commands[n]; n++) {
		if (strcmp(commands[n]->name, name) == 0)
			return commands[n];
		names[n] = commands[n]->name;
	}
	near = nearest(name, names, n);
	if (near)
		complain("unknown command '%s'; did you mean '%s'?", name, near);
	else
		complain("unknown command '%s'; see 'ipckit --help'", name);
	return NULL;
}

/* A closed standard descriptor would be given to the next file that is opened; this one fails every write. */
static void hold_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd != -1 && fd <= STDERR_FILENO);
	if (fd != -1)
		close(fd);
}

/* What its owner may not open no later run could remove; root's capabilities are only effective where they are asked for. */
static void keep_what_is_made_open_to_us(void)
{
	umask(umask(0) & ~(mode_t)S_IRWXU);
}

static int run_command(int argc, char **argv)
{
	const struct command *command = find(argv[0]);
	struct options options;
	int status;

	if (!command || !options_parse(command, argc, argv, &options))
		return EXIT_USAGE;
	if (options.help) {
		options_help(command, stdout);
		return printed();
	}
	status = command->run(&options);
	return status == EXIT_AS_EXPECTED && journal_left_behind() ? EXIT_SURPRISE : status;
}

/* --help, --version, or a command, which has options of its own. */
static int run_program(int argc, char **argv)
{
	static const struct option known[] = {
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'v'}, {NULL, 0, NULL, 0}};
	int found;

	opterr = 0;
	found = getopt_long(argc, argv, "+", known, NULL);
	if (found == -1 && optind < argc)
		return run_command(argc - optind, argv + optind);
	if (found == -1)
		usage(stderr);
	else if (found == '?')
		complain("unknown option '%s'; see 'ipckit --help'", argv[1]);
	else if (optind < argc)
		complain("%s takes nothing more, and is given '%s'", argv[1], argv[optind]);
	else if (found == 'h')
		usage(stdout);
	else
		puts("ipckit " IPCKIT_VERSION);
	return found == '?' || found == -1 || optind < argc ? EXIT_USAGE : printed();
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], EXECED_ARGUMENT) == 0)
		return execed_main(argc, argv);
	hold_standard_descriptors();
	keep_what_is_made_open_to_us();
	signal(SIGXFSZ, SIG_IGN); /* EFBIG, like any error of write(2) */
	setlocale(LC_CTYPE, "");
	return run_program(argc, argv);
}
