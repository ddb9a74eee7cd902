#include "lock.h"

#include "variant.h"

#include <errno.h>
#include <sys/file.h>

int lock_at_once(int fd)
{
	int error = EINTR;

	while (error == EINTR)
		error = flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
	if (error == 0 || error == EWOULDBLOCK) /* that it is held is an answer and no failure */
		return -error;
	return call_failed("flock");
}
