/*
 * file - a regular file that one writes and the other reads
 *
 * What:   pwrite() and pread() at a fixed offset. All processes see a write at once through the page cache; nothing
 *         has to reach the disk for that.
 * Choose: when the bytes should still be there after both have gone, or when the other side is a script or an editor.
 * Trap:   nothing tells the reader that there is something new, or that it is complete. read() and write() share one
 *         file offset after fork(), so the reader would start where the writer stopped; name the offset instead.
 */
#include "variant.h"

#include "transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int file_open(struct link *l, int flags)
{
	l->fd[0] = l->fd[1] = open(link_path(l).text, O_RDWR | O_CLOEXEC | flags, 0600);
	if (l->fd[0] == -1)
		return call_failed("open");
	return 0;
}

static int file_setup(struct link *l, size_t size)
{
	int result = file_open(l, O_CREAT | O_EXCL);
	if (result < 0)
		return result;
	l->size = size;
	if (ftruncate(l->fd[0], (off_t)size) == -1)
		return call_failed("ftruncate");
	return 0;
}

static int file_join(struct link *l, enum end end)
{
	(void)end;
	return file_open(l, 0);
}

static ssize_t file_send(struct link *l, const void *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pwrite(l->fd[1], (const char *)buf + done, len - done, (off_t)done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return call_failed("pwrite");
		done += (size_t)n;
	}
	return (ssize_t)len;
}

static ssize_t file_recv(struct link *l, void *buf, size_t cap)
{
	size_t done = 0;

	while (done < cap) {
		ssize_t n = pread(l->fd[0], (char *)buf + done, cap - done, (off_t)done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return call_failed("pread");
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static void file_teardown(struct link *l)
{
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = l->fd[1] = -1;
	unlink(link_path(l).text);
}

const struct variant variant_file = {
	.name = "file",
	.title = "regular file at a fixed offset",
	.man = "pwrite(2)",
	.group = FILES,
	.expect = GETS_MESSAGE,
	.setup = file_setup,
	.join = file_join,
	.send = file_send,
	.recv = file_recv,
	.teardown = file_teardown,
};
