#include "transfer.h"

#include "variant.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

ssize_t write_full(int fd, const void *buf, size_t len)
{
	const char *at = buf;
	size_t left = len;

	while (left > 0) {
		ssize_t n = write(fd, at, left);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return call_failed("write");
		at += n;
		left -= (size_t)n;
	}
	return (ssize_t)len;
}

ssize_t send_full(int fd, const void *buf, size_t len)
{
	const char *at = buf;
	size_t left = len;

	while (left > 0) {
		ssize_t n = send(fd, at, left, MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return call_failed("send");
		at += n;
		left -= (size_t)n;
	}
	return (ssize_t)len;
}

ssize_t read_full(int fd, void *buf, size_t len)
{
	char *at = buf;
	size_t got = 0;

	while (got < len) {
		ssize_t n = read(fd, at + got, len - got);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return call_failed("read");
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

struct path link_path(const struct link *l)
{
	struct path path;

	snprintf(path.text, sizeof(path.text), P_tmpdir "%s", l->name);
	return path;
}
