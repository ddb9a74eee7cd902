#include "confine.h"

#include "../protocol.h"
#include "argument.h"
#include "caps.h"
#include "domain.h"
#include "failure.h"
#include "limits.h"
#include "signals.h"
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static scmp_filter_ctx filter;
static pid_t warden;

/* Shared with a child until it is another program: why it has never become one. */
static struct start {
	char call[24];
	int error;
} * start;

/* What reaches into other processes, around the sandbox, or into parts of the kernel that no answer needs. */
static const char *const denied[] = {
	"ptrace",
	"process_vm_readv",
	"process_vm_writev",
	"process_madvise",
	"pidfd_getfd",
	"kcmp",
	"keyctl",
	"add_key",
	"request_key",
	"userfaultfd",
	"io_uring_setup",
	"io_uring_enter",
	"io_uring_register",
	"io_setup", /* its transfers have no call of their own, that could be asked about */
	"io_submit",
	"io_getevents",
	"io_pgetevents",
	"bpf",
	"perf_event_open",
	"mount",
	"umount2",
	"pivot_root",
	"chroot",
	"move_mount",
	"open_tree",
	"fsopen",
	"fsconfig",
	"fsmount",
	"fspick",
	"mount_setattr",
	"unshare",
	"setns",
	"seccomp",
	"name_to_handle_at",
	"quotactl",
	"fanotify_init",
	"syslog",
	"acct",
	"open_by_handle_at",
};

static int deny(const char *call, int error)
{
	int number = seccomp_syscall_resolve_name(call);

	if (number == __NR_SCMP_ERROR)
		return 0; /* libseccomp is older than the call; what the kernel does not know fails anyway */
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)error), number, 0);
}

static int deny_families(void)
{
	static const int families[] = {AF_NETLINK, AF_PACKET,    AF_VSOCK, AF_ALG,
				       AF_KEY,     AF_BLUETOOTH, AF_TIPC,  AF_XDP};
	int bad = 0;

	for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
		bad |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1,
					INT_ARGUMENT(0, families[i]));
	return bad;
}

static int deny_namespaces(void)
{
	static const unsigned flags[] = {CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNS,    CLONE_NEWNET,
					 CLONE_NEWIPC,  CLONE_NEWUTS, CLONE_NEWCGROUP};
	int bad = 0;

	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		bad |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
					SCMP_A0(SCMP_CMP_MASKED_EQ, flags[i], flags[i]));
	return bad;
}

/* A thread with descriptors of its own: those that /proc shows are the process's. */
static int deny_apart(void)
{
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
				SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_FILES, CLONE_THREAD));
}

/* What would blind the warden, or turn the limits of another process against it. */
static int deny_tricks(void)
{
	uint32_t eperm = SCMP_ACT_ERRNO(EPERM);
	int bad = seccomp_rule_add(filter, eperm, SCMP_SYS(prctl), 1, INT_ARGUMENT(0, PR_SET_DUMPABLE));

	bad |= seccomp_rule_add(filter, eperm, SCMP_SYS(prctl), 1, INT_ARGUMENT(0, PR_SET_PTRACER));
	bad |= seccomp_rule_add(filter, eperm, SCMP_SYS(prctl), 1, INT_ARGUMENT(0, PR_SET_SECCOMP));
	bad |= seccomp_rule_add(filter, eperm, SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_NE, 0, 0));
	return bad;
}

bool confine_shares_user(const struct confinement *c)
{
	return !c->own_pids && c->uid == geteuid();
}

int confine_prepare(void)
{
	int bad = 0;

	warden = getpid();
	start = mmap(NULL, sizeof *start, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (start == MAP_FAILED)
		return call_failed("mmap");
	filter = seccomp_init(SCMP_ACT_ALLOW);
	if (!filter)
		return -ENOMEM;
	bad |= seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; i < sizeof denied / sizeof denied[0]; i++)
		bad |= deny(denied[i], EPERM);
	bad |= deny("clone3",
		    ENOSYS); /* its flags are in memory, where no filter can look; the C library falls back */
	bad |= deny_families();
	bad |= deny_namespaces();
	bad |= deny_apart();
	bad |= deny_tricks();
	return bad ? -EPROTO : 0;
}

int confine_warden(void)
{
	static const cap_value_t needed[] = {CAP_SETUID,     CAP_SETGID,       CAP_KILL,
					     CAP_SYS_PTRACE, CAP_DAC_OVERRIDE, CAP_SETPCAP};
	cap_t had = cap_get_proc(), kept = cap_init();
	int error = 0;

	for (size_t i = 0; had && kept && i < sizeof needed / sizeof needed[0]; i++) {
		cap_flag_value_t mine = CAP_CLEAR;
		cap_get_flag(had, needed[i], CAP_PERMITTED, &mine);
		cap_set_flag(kept, CAP_PERMITTED, 1, &needed[i], mine);
		cap_set_flag(kept, CAP_EFFECTIVE, 1, &needed[i], mine);
	}
	if (!had || !kept || cap_set_proc(kept) == -1)
		error = call_failed("cap_set_proc");
	cap_free(had);
	cap_free(kept);
	return error;
}

bool confine_die_with_warden(void)
{
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == warden;
}

int confine_become(uid_t uid)
{
	gid_t gid = (gid_t)uid;

	if (geteuid() != 0 || uid == 0)
		return 0;
	if (setgroups(0, NULL) == -1 && errno != EPERM)
		return call_failed("setgroups");
	if (setresgid(gid, gid, gid) == -1)
		return call_failed("setresgid");
	return setresuid(uid, uid, uid) == -1 ? call_failed("setresuid") : 0;
}

static int descriptors(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1)
		return call_failed("open");
	if (dup2(null, STDIN_FILENO) == -1)
		return call_failed("dup2");
	if (syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) == 0)
		return 0;
	for (int fd = STDERR_FILENO + 1; fd < 1024; fd++) /* before Linux 5.9 */
		close(fd);
	return 0;
}

/* If memory runs out, this is the process to go. */
static void volunteer(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd == -1)
		return;
	dprintf(fd, "1000");
	close(fd);
}

/* Where our own pids are everybody's and the uid is the user's, a signal would hit the user's programs, and us. */
static int keep_to_itself(const struct confinement *c)
{
	bool apart = domain_enter(c->apart, confine_shares_user(c)) || signals_only_to(filter, getpid()) == 0;

	return apart ? 0 : call_failed("landlock_restrict_self");
}

static int belong_to_warden(void)
{
	return confine_die_with_warden() ? 0 : call_failed("prctl");
}

static int give_up_the_rest(const struct confinement *c)
{
	int error = caps_bar();

	if (!error)
		error = confine_become(c->uid);
	if (!error)
		error = caps_drop();
	if (!error)
		error = belong_to_warden(); /* which another uid has cleared */
	if (!error && seccomp_load(filter) != 0)
		error = call_failed("seccomp");
	return error;
}

static int shut_in(const struct confinement *c)
{
	int error = belong_to_warden();

	if (!error)
		error = descriptors();
	if (!error && setsid() == -1)
		error = call_failed("setsid");
	if (!error && chdir(c->folder) == -1)
		error = call_failed("chdir");
	if (!error)
		error = limits_set(c);
	if (error)
		return error;
	volunteer();
	error = keep_to_itself(c);
	return error ? error : give_up_the_rest(c);
}

static char *const environment[] = {
	"PATH=/usr/bin:/bin",
	"LC_ALL=C",
	/* LeakSanitizer traces its parent, which is denied here. */
	"ASAN_OPTIONS=exitcode=86:detect_leaks=0:hard_rss_limit_mb=512:detect_stack_use_after_return=0:handle_segv=1",
	"UBSAN_OPTIONS=exitcode=86:print_stacktrace=0",
	NULL,
};

void confine_expect(void)
{
	*start = (struct start){.error = 0};
}

void confine_failed(int error)
{
	snprintf(start->call, sizeof start->call, "%s", call_that_failed(-error, "start"));
	start->error = -error;
}

int confine_failure(const char **call)
{
	*call = start->call;
	return start->error;
}

void confine_exec(const struct confinement *c, const char *program, char **argv)
{
	int error;

	signal(SIGPIPE, SIG_DFL); /* what is ignored stays so through execve(2) */
	error = shut_in(c);
	if (!error) {
		execve(program, argv, environment);
		error = call_failed("execve");
	}
	confine_failed(error);
	_exit(127);
}
