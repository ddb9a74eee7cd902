#include "sight.h"

#include "variant.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/capability.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <unistd.h>

static bool sees_all(void)
{
	cap_t caps = cap_get_proc();
	cap_flag_value_t mine = CAP_CLEAR;

	if (caps)
		cap_get_flag(caps, CAP_SYS_PTRACE, CAP_EFFECTIVE, &mine);
	cap_free(caps);
	return mine == CAP_SET;
}

/* They tell no failure, but what was there before. */
static int take(uid_t uid, gid_t gid)
{
	setfsgid(gid);
	setfsuid(uid);
	errno = EPERM;
	if ((gid_t)setfsgid((gid_t)-1) != gid)
		return call_failed("setfsgid");
	return (uid_t)setfsuid((uid_t)-1) == uid ? 0 : call_failed("setfsuid");
}

int sight_begin(uid_t uid)
{
	int error;

	if (uid == geteuid() || sees_all())
		return 0;
	error = take(uid, (gid_t)uid);
	if (error)
		return error;
	return prctl(PR_SET_DUMPABLE, 0) == -1 ? call_failed("prctl") : 0; /* another fsuid may have changed it */
}

void sight_end(void)
{
	take(geteuid(), getegid());
}
