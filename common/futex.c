#include "futex.h"

#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

void futex_wait(_Atomic uint32_t *word, uint32_t seen)
{
	syscall(SYS_futex, word, FUTEX_WAIT, seen, NULL, NULL, 0);
}

void futex_wake_all(_Atomic uint32_t *word)
{
	const int all = INT_MAX;

	syscall(SYS_futex, word, FUTEX_WAKE, all, NULL, NULL, 0);
}
