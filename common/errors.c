#include "errors.h"

#include "cell.h"

#include <errno.h>

/*
 * A terminal and a bad address in another process have no error but EIO. A process that has ended may not be traced any
 * more, which is EPERM; that it is not the place which forbids it shows the control experiment.
 */
bool error_is_of_peer(const struct variant *v, int error)
{
	switch (error) {
	case EPIPE:
	case ECONNRESET:
	case ECONNREFUSED:
	case ENOTCONN:
	case ESRCH:
	case EOWNERDEAD:
	case ENOTRECOVERABLE:
		return true;
	case EIO:
		return v->group == STREAM || v->group == REACH;
	case EPERM:
	case EACCES:
		return v->group == REACH;
	default:
		return false;
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
