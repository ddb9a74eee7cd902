#include "domain.h"

#include <fcntl.h>
#if __has_include(<linux/landlock.h>) /* not before Linux 5.13 */
#include <linux/landlock.h>
#endif
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef LANDLOCK_ACCESS_FS_REFER

enum { SIGNALS_VERSION = 6 }; /* Linux 6.12 */

/* As it has grown since; the header that we are built with may be older than the kernel. */
struct attributes {
	uint64_t files, network, scoped;
};

static const uint64_t scope_signal = 1 << 1;

/* A domain has to deny something; what we take is denied to these processes anyway. */
static bool restrict_self(uint64_t scoped)
{
	struct attributes a = {.files = LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_REFER, .scoped = scoped};
	struct landlock_path_beneath_attr everywhere = {.allowed_access = LANDLOCK_ACCESS_FS_REFER};
	size_t size = scoped ? sizeof a : sizeof a.files;
	int fd = (int)syscall(SYS_landlock_create_ruleset, &a, size, 0);
	bool done;

	everywhere.parent_fd = open("/", O_PATH | O_CLOEXEC);
	done = fd != -1 && everywhere.parent_fd != -1 &&
	       syscall(SYS_landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &everywhere, 0) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	close(fd);
	close(everywhere.parent_fd);
	return done;
}

bool domain_enter(bool apart, bool silent)
{
	bool can = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= SIGNALS_VERSION;

	if (silent && can)
		return restrict_self(scope_signal);
	if (apart)
		restrict_self(0);
	return !silent;
}

#else

bool domain_enter(bool apart, bool silent)
{
	(void)apart;
	return !silent;
}

#endif
