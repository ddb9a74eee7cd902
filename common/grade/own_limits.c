#include "grade/own_limits.h"

#include <stdio.h>
#include <sys/resource.h>

enum { KIB = 1024 };

#ifdef __GLIBC__
typedef __rlimit_resource_t resource;
#else
typedef int resource;
#endif

/* What compilers, sanitizers, the runner and the largest message need; those who run an answer limit it further. */
static const struct need {
	const char *name;
	rlim_t least;
	unsigned part; /* of which the option of ulimit counts */
	resource what;
} needs[] = {
	{"memory (ulimit -v)", RLIM_INFINITY, KIB, RLIMIT_AS}, /* AddressSanitizer reserves terabytes */
	{"data (ulimit -d)", RLIM_INFINITY, KIB, RLIMIT_DATA},
	{"the size of a file (ulimit -f)", 16 * KIB *KIB, KIB, RLIMIT_FSIZE},
	{"the stack (ulimit -s)", 2 * KIB *KIB, KIB, RLIMIT_STACK},
	{"open files (ulimit -n)", 256, 1, RLIMIT_NOFILE},
	{"processes (ulimit -u)", 64, 1, RLIMIT_NPROC}, /* an answer may have 48 */
	{"CPU time (ulimit -t)", 60, 1, RLIMIT_CPU},
};

static void tell(const struct need *n, rlim_t now, char *why, size_t size)
{
	char least[32] = "it unlimited";

	if (n->least != RLIM_INFINITY)
		snprintf(least, sizeof least, "%llu", (unsigned long long)(n->least / n->part));
	snprintf(why, size, "the limit of %s is %llu here, and grading needs %s", n->name,
		 (unsigned long long)(now / n->part), least);
}

bool own_limits_suffice(char *why, size_t size)
{
	for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
		const struct need *n = &needs[i];
		struct rlimit r;
		if (getrlimit(n->what, &r) == -1 || r.rlim_cur >= n->least)
			continue;
		tell(n, r.rlim_cur, why, size);
		return false;
	}
	return true;
}
