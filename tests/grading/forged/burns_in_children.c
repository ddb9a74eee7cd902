/*
 * level: L1
 * at_most: 7 points
 *
 * setup() never returns: children that live for 5 ms use the CPU in its place. Nobody else does: the machine is not busy.
 */
#include "variant.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void burn(int null)
{
	struct timespec t;

	do {
		if (write(null, "", 1) != 1)
			_exit(1);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	} while (t.tv_sec == 0 && t.tv_nsec < 5000000);
	_exit(0);
}

static int answer_setup(struct link *l, size_t size)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)l, (void)size;
	for (;;) {
		pid_t pid = fork();
		if (pid == 0)
			burn(null);
		if (write(null, "", 1) != 1)
			return 0;
		waitpid(pid, NULL, 0);
	}
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "an answer",
	.man = "fork(2)",
	.group = SHARED_MEMORY,
	.setup = answer_setup,
};
