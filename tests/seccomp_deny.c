/*
 * seccomp_deny - runs a command to which the kernel refuses some system calls: a sandbox as small as can be
 *
 *	seccomp_deny EPERM|EACCES|ENOSYS CALL,CALL,… COMMAND [ARGUMENT…]
 *
 * In plain BPF, so that no library is needed.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

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
	{"clone3", SYS_clone3},
	{"io_uring_enter", SYS_io_uring_enter},
	{"io_uring_register", SYS_io_uring_register},
	{"io_uring_setup", SYS_io_uring_setup},
	{"kcmp", SYS_kcmp},
	{"keyctl", SYS_keyctl},
	{"landlock_create_ruleset", SYS_landlock_create_ruleset},
	{"mount", SYS_mount},
	{"perf_event_open", SYS_perf_event_open},
	{"pidfd_getfd", SYS_pidfd_getfd},
	{"request_key", SYS_request_key},
	{"setns", SYS_setns},
	{"unshare", SYS_unshare},
	{"userfaultfd", SYS_userfaultfd},
};

enum { CALLS = sizeof calls / sizeof calls[0] };

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

int main(int argc, char **argv)
{
	struct sock_filter rules[2 * CALLS + 2] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog program = {.len = 1, .filter = rules};
	unsigned error = number_of(argc > 3 ? argv[1] : "");

	for (char *name, *rest = argv[2]; (name = strsep(&rest, ","));) {
		if (program.len > 2 * CALLS - 1)
			usage(name);
		rules[program.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, find(name), 0, 1);
		rules[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error);
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
