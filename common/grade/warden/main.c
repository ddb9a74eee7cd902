/*
 * ipckit-warden - the trusted process of a grading run: starts the student's processes and reports what it measured
 *
 *   ipckit-warden LEVEL PLAN PROGRAM FOLDER UID REPORT_FD
 *
 * It is the first process of a pid namespace where there is one, and holds neither student code nor a reference answer.
 * FOLDER is where its socket may be made, and where the message queues may be mounted as "queues"; UID is whose the student's processes will be.
 */
#include "cases.h"
#include "failure.h"
#include "grade/queues.h"
#include "guard.h"
#include "limits.h"
#include "random.h"
#include "residue.h"
#include "say.h"
#include "sight.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { LAST_RESORT_S = 25 };

/* Where the student's processes have our uid they can send it as well. That it comes from the kernel nobody can pretend. */
static void on_alarm(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	if (info->si_code == SI_KERNEL)
		_exit(EXIT_FAILURE);
}

/*
 * By default a signal does nothing to the first process of a pid namespace. Again and again: one that comes while another
 * one of its kind is pending is lost.
 */
static bool set_alarm(void)
{
	struct sigaction a = {.sa_sigaction = on_alarm, .sa_flags = SA_SIGINFO | SA_RESTART};
	struct itimerval when = {.it_value.tv_sec = LAST_RESORT_S, .it_interval.tv_usec = 1000};

	return sigaction(SIGALRM, &a, NULL) == 0 && setitimer(ITIMER_REAL, &when, NULL) == 0;
}

/* A descriptor or -errno. */
static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const char *failed;

	strncpy(address.sun_path, path, sizeof address.sun_path - 1);
	failed = fd == -1                                                      ? "socket"
		 : bind(fd, (struct sockaddr *)&address, sizeof address) == -1 ? "bind"
		 : chmod(path, 0666) == -1                                     ? "chmod"
		 : listen(fd, 16) == -1                                        ? "listen"
									       : NULL;
	return failed ? call_failed(failed) : fd;
}

/* 0 or -errno. */
static int prepare(struct warden *w, int report)
{
	int error;

	say_open(report);
	if (prctl(PR_SET_DUMPABLE, 0) == -1)
		return call_failed("prctl");
	if (fcntl(report, F_SETFD, FD_CLOEXEC) == -1)
		return call_failed("fcntl");
	/* Where no namespace ends with us we outlive a grader that is killed, to clear up: vigil.c. */
	if (getpid() != 1 && (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1 || prctl(PR_SET_PDEATHSIG, 0) == -1))
		return call_failed("prctl");
	signal(SIGPIPE, SIG_IGN);
	if (!set_alarm())
		return call_failed("setitimer");
	w->listener = listen_at(w->socket_path);
	if (w->listener < 0)
		return w->listener;
	if (!random_begin())
		return call_failed("getrandom");
	error = confine_warden();
	if (!error)
		error = confine_prepare();
	return error ? error : sight_begin(w->confinement.uid);
}

static void tell_failure(int error)
{
	char text[160];

	snprintf(text, sizeof text, "the warden cannot begin: %s: %s", call_that_failed(error, "start"),
		 strerror(error));
	say_note("grader", text);
	fprintf(stderr, "ipckit-warden: %s\n", text);
}

static void run(struct bout *b, const char *plan)
{
	if (strcmp(plan, "control") == 0)
		cases_control(b);
	else if (strcmp(plan, "sanitizers") == 0)
		cases_sanitizers(b);
	else
		cases_full(b);
}

/* Only now: no student's process is left that could use it. */
static void finish(void)
{
	char key[2 * RANDOM_KEY + 1];

	residue_clear();
	random_tell(key);
	say_note("seed", key);
	say_note("end", "");
}

int main(int argc, char **argv)
{
	static struct bout bout;
	struct warden w = {0};
	char path[100], queues[100];
	int error;

	if (argc != 7)
		return EXIT_FAILURE;
	w.level = level_find(argv[1]);
	w.program = argv[3];
	w.socket_path = path;
	w.confinement = (struct confinement){.uid = (uid_t)strtoul(argv[5], NULL, 10),
					     .own_pids = getpid() == 1,
					     .sanitizers = strcmp(argv[2], "sanitizers") == 0,
					     .folder = P_tmpdir};
	snprintf(path, sizeof path, "%s/warden", argv[4]);
	snprintf(queues, sizeof queues, "%s/queues", argv[4]);
	w.confinement.apart = w.level && w.level->strangers;
	error = w.level ? prepare(&w, atoi(argv[6])) : -EINVAL;
	if (!error)
		error = bout_prepare(&bout, &w);
	if (error) {
		tell_failure(-error);
		return EXIT_FAILURE;
	}
	limits_prepare(&w.confinement);
	w.guards = guard_prepare();
	residue_begin(w.confinement.own_pids           ? RESIDUE_ALL
		      : w.confinement.uid != geteuid() ? RESIDUE_USER
						       : RESIDUE_NAMED,
		      w.confinement.uid, queues_folder(queues));
	run(&bout, argv[2]);
	finish();
	return EXIT_SUCCESS;
}
