#include "grade/helper.h"

#include "process.h"
#include "report/names.h"
#include "report/words.h"
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 16 * 1024 * 1024 }; /* bytes of a record */

static void __attribute__((noreturn))
child(const struct helper *h, const char *program, const char *const *argv, pid_t parent)
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	sigemptyset(&none);
	process_default_signals();
	if (process_die_with(parent) == 0 && setpgid(0, 0) == 0 && null != -1 && dup2(null, STDIN_FILENO) != -1 &&
	    dup2(h->out, STDOUT_FILENO) != -1 && dup2(h->err, STDERR_FILENO) != -1) {
		sigprocmask(SIG_SETMASK, &none, NULL);
		execv(program, (char *const *)argv);
	}
	dprintf(h->err, "%s: %s\n", program, strerror(errno));
	_exit(127);
}

static void shut(struct helper *h)
{
	if (h->out != -1)
		close(h->out);
	if (h->err != -1)
		close(h->err);
	if (h->pidfd >= 0)
		close(h->pidfd);
	*h = (struct helper){.pid = 0, .pidfd = -1, .out = -1, .err = -1};
}

int helper_start(struct helper *h, const char *program, const char *const *argv, long long deadline)
{
	pid_t parent = getpid();
	int error = 0;

	*h = (struct helper){.pidfd = -1, .out = -1, .err = -1, .deadline = deadline};
	h->out = memfd_create("record", MFD_CLOEXEC);
	h->err = memfd_create("messages", MFD_CLOEXEC);
	if (h->out == -1 || h->err == -1)
		error = call_failed("memfd_create");
	else if ((h->pid = fork()) == -1)
		error = call_failed("fork");
	if (h->pid == 0 && !error)
		child(h, program, argv, parent);
	if (!error) {
		setpgid(h->pid, h->pid); /* whoever comes first */
		h->pidfd = process_open(h->pid);
	}
	if (!error && h->pidfd < 0) {
		error = h->pidfd;
		helper_kill(h);
		waitpid(h->pid, NULL, 0);
	}
	if (error)
		shut(h);
	return error;
}

void helper_stop(struct helper *h, long long deadline)
{
	kill(h->pid, SIGTERM);
	h->deadline = deadline;
}

void helper_kill(struct helper *h)
{
	h->late = true;
	h->deadline = LLONG_MAX;
	kill(-h->pid, SIGKILL);
}

/* All of it, up to a limit; NULL with errno. */
static char *content(int fd, size_t *length)
{
	struct stat st;
	bool seen = fstat(fd, &st) == 0;
	size_t size = !seen ? 0 : st.st_size < MOST ? (size_t)st.st_size : MOST;
	char *text = seen ? malloc(size + 1) : NULL;
	ssize_t n = text ? pread(fd, text, size, 0) : -1;

	*length = n > 0 ? (size_t)n : 0;
	if (n == -1) {
		free(text);
		return NULL;
	}
	text[*length] = '\0';
	return text;
}

/* A record that lacks what the views need would become a score of 0. */
static bool sound(const json_t *record)
{
	const char *status = record_text(record, "status");

	if (strcmp(status, "graded") == 0)
		return json_is_number(json_object_get(record, "score")) &&
		       json_array_size(json_object_get(record, "items")) > 0;
	return strcmp(status, "grader_error") == 0;
}

json_t *helper_record(int fd)
{
	size_t length;
	char *text = content(fd, &length);
	json_t *record = text ? json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL) : NULL;

	if (!text)
		return NULL;
	free(text);
	if (record && sound(record))
		return record;
	json_decref(record);
	errno = 0;
	return NULL;
}

static void put_last_line(const char *text, char *why, size_t room)
{
	size_t end = strlen(text), begin;

	while (end > 0 && text[end - 1] == '\n')
		end--;
	for (begin = end; begin > 0 && text[begin - 1] != '\n';)
		begin--;
	if (end > begin)
		snprintf(why, room, ": %.*s", (int)(end - begin), text + begin);
}

/* error: of reading what it printed. */
static void explain(const struct helper *h, int status, int error, const char *said, char *why)
{
	int n;

	if (h->late)
		n = snprintf(why, HELPER_WHY, "the grader took too long");
	else if (WIFSIGNALED(status))
		n = snprintf(why, HELPER_WHY, "the grader died of %s", signal_name(WTERMSIG(status)));
	else if (error)
		n = snprintf(why, HELPER_WHY, "what the grader printed cannot be read: %s", strerror(error));
	else
		n = snprintf(why, HELPER_WHY, "the grader printed no record and ended with %d", WEXITSTATUS(status));
	put_last_line(said ? said : "", why + n, (size_t)(HELPER_WHY - n));
}

json_t *helper_collect(struct helper *h, char why[HELPER_WHY], char **said)
{
	siginfo_t info;
	size_t length;
	json_t *record;
	int status = 0, error;

	waitid(P_PID, (id_t)h->pid, &info, WEXITED | WNOWAIT); /* while it is a zombie the group keeps its number */
	kill(-h->pid, SIGKILL);
	waitpid(h->pid, &status, 0);
	record = h->late || WIFSIGNALED(status) ? NULL : helper_record(h->out);
	error = errno;
	*said = content(h->err, &length);
	if (!record)
		explain(h, status, error, *said, why);
	shut(h);
	return record;
}
