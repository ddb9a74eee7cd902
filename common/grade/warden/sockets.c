#include "sockets.h"

#include "attest.h"
#include "borrow.h"

#include <dirent.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/*
 * The number before the inode in a table of sockets; 0 = not in that table. The name of another one can look like a line of
 * its own: what is there twice is not believed.
 */
static unsigned find_socket(const char *table, const char *format, unsigned long inode)
{
	unsigned long found;
	unsigned type = 0, times = 0;
	char line[512];
	FILE *f = fopen(table, "re");

	while (f && fgets(line, sizeof line, f)) {
		unsigned t;
		if (sscanf(line, format, &t, &found) != 2 || found != inode)
			continue;
		type = t ? t : 1;
		times++;
	}
	if (f)
		fclose(f);
	return times == 1 ? type : 0;
}

static bool is_of_messages(int type)
{
	return type == SOCK_DGRAM || type == SOCK_SEQPACKET;
}

static bool is_listed_as_messages(unsigned long inode)
{
	static const char inet[] = "%*u: %*s %*s %x %*s %*s %*s %*u %*u %lu";
	unsigned type = find_socket("/proc/net/unix", "%*s %*x %*x %*x %x %*x %lu", inode);

	if (type)
		return is_of_messages((int)type);
	return find_socket("/proc/net/udp", inet, inode) || find_socket("/proc/net/udp6", inet, inode);
}

bool socket_keeps_boundaries(int fd)
{
	int type = 0;
	socklen_t len = sizeof type;

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len);
	return is_of_messages(type);
}

/* The tables are only asked where the socket itself is not to be had. */
static bool keeps_boundaries(int own, unsigned long inode)
{
	return own == -1 ? is_listed_as_messages(inode) : socket_keeps_boundaries(own);
}

bool socket_of_messages(pid_t pid, int fd, unsigned long inode)
{
	int own = borrow(pid, fd);
	bool result = keeps_boundaries(own, inode);

	if (own != -1)
		close(own);
	return result;
}

/* The other end of our line has the name that the kernel tells us, and no other socket can have it as well. */
static bool is_far_end(int own, unsigned long inode, int line)
{
	struct sockaddr_un name = {0}, far = {0};
	socklen_t length = sizeof name, far_length = sizeof far;

	if (own == -1)
		return attest_far_inode(line) == inode;
	return getsockname(own, (struct sockaddr *)&name, &length) == 0 &&
	       getpeername(line, (struct sockaddr *)&far, &far_length) == 0 && length == far_length &&
	       length > offsetof(struct sockaddr_un, sun_path) && memcmp(&name, &far, length) == 0;
}

unsigned long socket_far_end(pid_t pid, int fd, int line)
{
	int own = borrow(pid, fd);
	unsigned long inode = own == -1 ? attest_far_inode(line) : 0;
	struct stat st;

	if (own != -1 && is_far_end(own, 0, line) && fstat(own, &st) == 0)
		inode = (unsigned long)st.st_ino;
	if (own != -1)
		close(own);
	return inode;
}

static unsigned kind_of(int own, unsigned long inode, const int lines[2])
{
	for (int i = 0; i < 2; i++)
		if (is_far_end(own, inode, lines[i]))
			return 0;
	return keeps_boundaries(own, inode) ? SOCKETS_OF_MESSAGES : SOCKETS_OTHER;
}

static unsigned socket_kind(pid_t pid, int fd, const char *target, const int lines[2])
{
	unsigned long inode;
	unsigned kind;
	int own;

	if (sscanf(target, "socket:[%lu]", &inode) != 1)
		return 0;
	own = borrow(pid, fd);
	kind = kind_of(own, inode, lines);
	if (own != -1)
		close(own);
	return kind;
}

unsigned sockets_of(pid_t pid, const int lines[2])
{
	char path[64], target[128];
	unsigned kinds = 0;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	for (struct dirent *d; dir && (d = readdir(dir));) {
		ssize_t n = readlinkat(dirfd(dir), d->d_name, target, sizeof target - 1);
		target[n > 0 ? n : 0] = '\0';
		kinds |= socket_kind(pid, atoi(d->d_name), target, lines);
	}
	if (dir)
		closedir(dir);
	return kinds;
}
