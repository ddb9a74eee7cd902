/*
 * cell - what does a `delivers` cell cost, compared with the processes that it needs?
 *
 * Both are done by this process, in turn, in every round: the supervisor's own path for one row, and a bare chain of as
 * many processes (case process, owner, peer), each forked by the one before, which exits once the next one has. The
 * ratio of each round is taken, and the median of these; so a machine that is busy for a while does not decide.
 *
 * Usage: cell [ROW]...    Exit status: 0, or 1 where the median of a row is above the limit.
 */
#include "bench/stats.h"
#include "clock.h"
#include "registry.h"
#include "supervisor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 31, PER_ROUND = 20, PROCESSES = 3, ROWS_MAX = 64 };

static const double limit = 3.0;

/* Ends when all of its descendants have. */
static void chain(int length)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (length > 1)
			chain(length - 1);
		_exit(EXIT_SUCCESS);
	}
	if (pid == -1 || waitpid(pid, NULL, 0) != pid) {
		perror("cell: fork");
		exit(EXIT_FAILURE);
	}
}

static double bare_us(void)
{
	long long start = clock_now();

	for (int i = 0; i < PER_ROUND; i++)
		chain(PROCESSES);
	return (double)(clock_now() - start) / NS_PER_US / PER_ROUND;
}

static double cell_us(const struct job *job)
{
	long long start = clock_now();

	for (int i = 0; i < PER_ROUND; i++) {
		supervisor_run(job, 1, 1);
		if (job->cell->status != MEASURED) {
			fprintf(stderr, "cell: %s: not measured: %s\n", job->variant->name, job->cell->detail);
			exit(EXIT_FAILURE);
		}
	}
	return (double)(clock_now() - start) / NS_PER_US / PER_ROUND;
}

static double median(double *values)
{
	return stats_of(values, ROUNDS).median;
}

static const struct probe *find_probe(const char *name)
{
	for (const struct probe *const *p = registry_probes; *p; p++)
		if (strcmp((*p)->name, name) == 0)
			return *p;
	return NULL;
}

/* Prints a line; the median ratio. */
static double compare(const struct job *job)
{
	double bare[ROUNDS], cell[ROUNDS], ratio[ROUNDS], middle;

	bare_us();
	cell_us(job);
	for (int i = 0; i < ROUNDS; i++) {
		bare[i] = bare_us();
		cell[i] = cell_us(job);
		ratio[i] = cell[i] / bare[i];
	}
	middle = median(ratio);
	printf("%-20s cell %7.0f us, %d bare processes %7.0f us, ratio %.2f (%.2f to %.2f)\n", job->variant->name,
	       median(cell), PROCESSES, median(bare), middle, ratio[ROUNDS / 10], ratio[ROUNDS - 1 - ROUNDS / 10]);
	return middle;
}

int main(int argc, char **argv)
{
	static const char *const usual[] = {"pipe", "malloc"};
	const char *const *names = argc > 1 ? (const char *const *)argv + 1 : usual;
	int n = argc > 1 ? argc - 1 : 2;
	struct job job = {.probe = find_probe("delivers"), .cell = supervisor_cells(1)};
	int status = EXIT_SUCCESS;

	setvbuf(stdout, NULL, _IONBF, 0); /* or each fork would copy what is not printed yet */
	supervisor_begin();
	for (int i = 0; i < n && i < ROWS_MAX && job.cell && job.probe; i++) {
		const struct row *row = row_find(names[i]);
		if (!row) {
			fprintf(stderr, "cell: %s: no such row\n", names[i]);
			return EXIT_FAILURE;
		}
		job.variant = row->variant;
		if (compare(&job) > limit)
			status = EXIT_FAILURE;
	}
	supervisor_end();
	printf("the limit is %.1f: %s\n", limit, status == EXIT_SUCCESS ? "kept" : "NOT kept");
	return status;
}
