#include "signals.h"

#include "argument.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <stddef.h>
#include <sys/ioctl.h>

/* The receiver is the first argument of each; signal 0 only asks whether it is there. */
static const struct {
	int call;
	unsigned signal; /* which argument that is */
} senders[] = {
	{SCMP_SYS(kill), 1},
	{SCMP_SYS(tkill), 1},
	{SCMP_SYS(tgkill), 2},
	{SCMP_SYS(rt_sigqueueinfo), 1},
	{SCMP_SYS(rt_tgsigqueueinfo), 2},
};

/* Who is told by SIGIO, which F_SETSIG makes any other signal. */
static int no_owner_of_files(scmp_filter_ctx filter, uint32_t eperm, pid_t self)
{
	int bad = seccomp_rule_add(filter, eperm, SCMP_SYS(fcntl), 2, INT_ARGUMENT(1, F_SETOWN),
				   SCMP_A2(SCMP_CMP_NE, (scmp_datum_t)self, 0));

	bad |= seccomp_rule_add(filter, eperm, SCMP_SYS(fcntl), 1, INT_ARGUMENT(1, F_SETOWN_EX));
	bad |= seccomp_rule_add(filter, eperm, SCMP_SYS(ioctl), 1, INT_ARGUMENT(1, FIOSETOWN));
	bad |= seccomp_rule_add(filter, eperm, SCMP_SYS(ioctl), 1, INT_ARGUMENT(1, SIOCSPGRP));
	return bad;
}

int signals_only_to(scmp_filter_ctx filter, pid_t self)
{
	uint32_t eperm = SCMP_ACT_ERRNO(EPERM);
	int bad = no_owner_of_files(filter, eperm, self);

	for (size_t i = 0; i < sizeof senders / sizeof senders[0]; i++)
		bad |= seccomp_rule_add(filter, eperm, senders[i].call, 2,
					SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)self, 0),
					SCMP_CMP(senders[i].signal, SCMP_CMP_NE, 0, 0));
	return bad | seccomp_rule_add(filter, eperm, SCMP_SYS(pidfd_send_signal), 1, SCMP_A1(SCMP_CMP_NE, 0, 0));
}
