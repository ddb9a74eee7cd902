/*
 * seccomp_deny - runs a command to which the kernel refuses some system calls: a sandbox as small as can be
 *
 *	seccomp_deny EPERM|EACCES|ENOSYS CALL,CALL,… COMMAND [ARGUMENT…]
 *
 * clone(2) is refused only with flags that make namespaces.
 * In plain BPF, so that no library is needed.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAMESPACES                                                                                                   \
	(CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUSER | CLONE_NEWUTS)

static const struct {
	const char *name;
	unsigned number;
} calls[] = {
	{"mq_open", SYS_mq_open},
	{"process_vm_readv", SYS_process_vm_readv},
	{"process_vm_writev", SYS_process_vm_writev},
	{"ptrace", SYS_ptrace},
	{"shmget", SYS_shmget},
	{"msgget", SYS_msgget},
	{"memfd_create", SYS_memfd_create},
	{"eventfd2", SYS_eventfd2},
	{"vmsplice", SYS_vmsplice},
	{"pidfd_open", SYS_pidfd_open},
	{"add_key", SYS_add_key},
	{"bpf", SYS_bpf},
	{"clone", SYS_clone},
	{"clone3", SYS_clone3},
	{"fanotify_init", SYS_fanotify_init},
	{"fsconfig", SYS_fsconfig},
	{"fsmount", SYS_fsmount},
	{"fsopen", SYS_fsopen},
	{"fspick", SYS_fspick},
	{"get_mempolicy", SYS_get_mempolicy},
	{"io_uring_enter", SYS_io_uring_enter},
	{"io_uring_register", SYS_io_uring_register},
	{"io_uring_setup", SYS_io_uring_setup},
	{"kcmp", SYS_kcmp},
	{"keyctl", SYS_keyctl},
	{"landlock_create_ruleset", SYS_landlock_create_ruleset},
	{"mbind", SYS_mbind},
	{"mount", SYS_mount},
	{"mount_setattr", SYS_mount_setattr},
	{"move_mount", SYS_move_mount},
	{"open_tree", SYS_open_tree},
	{"perf_event_open", SYS_perf_event_open},
	{"pidfd_getfd", SYS_pidfd_getfd},
	{"pivot_root", SYS_pivot_root},
	{"process_madvise", SYS_process_madvise},
	{"quotactl", SYS_quotactl},
	{"request_key", SYS_request_key},
	{"set_mempolicy", SYS_set_mempolicy},
	{"setfsgid", SYS_setfsgid},
	{"setfsuid", SYS_setfsuid},
	{"setns", SYS_setns},
	{"umount2", SYS_umount2},
	{"unshare", SYS_unshare},
	{"userfaultfd", SYS_userfaultfd},
};

enum { CALLS = sizeof calls / sizeof calls[0], MOST_RULES = 5 * CALLS + 2 };

static void usage(const char *what)
{
	fprintf(stderr, "seccomp_deny: %s: usage: seccomp_deny EPERM|EACCES|ENOSYS CALL,CALL,… COMMAND [ARGUMENT…]\n",
		what);
	exit(EXIT_FAILURE);
}

static unsigned number_of(const char *error)
{
	if (strcmp(error, "EPERM") == 0)
		return EPERM;
	if (strcmp(error, "EACCES") == 0)
		return EACCES;
	if (strcmp(error, "ENOSYS") == 0)
		return ENOSYS;
	usage(error);
	return 0;
}

static unsigned find(const char *name)
{
	for (size_t i = 0; i < CALLS; i++)
		if (strcmp(calls[i].name, name) == 0)
			return calls[i].number;
	usage(name);
	return 0;
}

static void load(struct sock_fprog *p, size_t offset)
{
	p->filter[p->len++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset);
}

/* Skips so many rules unless the test is true of what was loaded. */
static void unless(struct sock_fprog *p, unsigned short test, unsigned value, unsigned char skip)
{
	p->filter[p->len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | test | BPF_K, value, 0, skip);
}

static void refuse(struct sock_fprog *p, unsigned number, unsigned error)
{
	bool by_flags = number == SYS_clone;

	unless(p, BPF_JEQ, number, by_flags ? 4 : 1);
	if (by_flags) {
		load(p, offsetof(struct seccomp_data, args[0])); /* its lower half on little-endian machines */
		unless(p, BPF_JSET, NAMESPACES, 1);
	}
	p->filter[p->len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error);
	if (by_flags)
		load(p, offsetof(struct seccomp_data, nr));
}

int main(int argc, char **argv)
{
	struct sock_filter rules[MOST_RULES];
	struct sock_fprog program = {.filter = rules};
	unsigned error = number_of(argc > 3 ? argv[1] : "");

	load(&program, offsetof(struct seccomp_data, nr));
	for (char *name, *rest = argv[2]; (name = strsep(&rest, ","));) {
		if (program.len + 6 > MOST_RULES)
			usage(name);
		refuse(&program, find(name), error);
	}
	rules[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1) {
		perror("seccomp_deny: prctl");
		return EXIT_FAILURE;
	}
	execvp(argv[3], argv + 3);
	perror(argv[3]);
	return EXIT_FAILURE;
}
