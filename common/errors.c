#include "errors.h"

#include "cell.h"

#include <errno.h>

bool error_says_gone(int error)
{
	static const int all[] = {EPIPE, ECONNRESET, ECONNREFUSED, ENOTCONN, ESRCH, EOWNERDEAD, ENOTRECOVERABLE};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (error == all[i])
			return true;
	return false;
}

/*
 * A terminal and a bad address in another process have no error but EIO. A process that has ended may not be traced any
 * more, which is EPERM; that it is not the place which forbids it shows the control experiment.
 */
bool error_is_of_peer(const struct variant *v, int error)
{
	switch (error) {
	case EIO:
		return v->group == STREAM || v->group == REACH;
	case EPERM:
	case EACCES:
		return v->group == REACH;
	default:
		return error_says_gone(error);
	}
}

bool error_is_of_room(int error)
{
	return error == EAGAIN;
}

bool error_is_of_size(int error)
{
	return error == EMSGSIZE || error == E2BIG || error == EINVAL;
}

/* EIDRM: somebody else removed it meanwhile; of a queue that was removed before, it is EINVAL. */
bool error_says_nothing(const struct variant *v, int error)
{
	return cell_is_shortage(error) || error == EINTR || error == ETIMEDOUT || error == EDQUOT || error == EIDRM ||
	       (error == EIO && !error_is_of_peer(v, error));
}
