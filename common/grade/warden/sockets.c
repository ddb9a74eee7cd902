#include "sockets.h"

#include "attest.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* The number before the inode in a table of sockets; 0 = not in that table. */
static unsigned find_socket(const char *table, const char *format, unsigned long inode)
{
	unsigned long found;
	unsigned type = 0;
	char line[512];
	FILE *f = fopen(table, "re");

	while (f && fgets(line, sizeof line, f)) {
		unsigned t;
		if (sscanf(line, format, &t, &found) == 2 && found == inode)
			type = t ? t : 1;
	}
	if (f)
		fclose(f);
	return type;
}

bool socket_of_messages(unsigned long inode)
{
	static const char inet[] = "%*u: %*s %*s %x %*s %*s %*s %*u %*u %lu";
	unsigned type = find_socket("/proc/net/unix", "%*s %*x %*x %*x %x %*x %lu", inode);

	if (type)
		return type == SOCK_DGRAM || type == SOCK_SEQPACKET;
	return find_socket("/proc/net/udp", inet, inode) || find_socket("/proc/net/udp6", inet, inode);
}

static unsigned socket_kind(const char *target, const int lines[2])
{
	unsigned long inode;

	if (sscanf(target, "socket:[%lu]", &inode) != 1)
		return 0;
	for (int i = 0; i < 2; i++)
		if (attest_far_inode(lines[i]) == inode)
			return 0;
	return socket_of_messages(inode) ? SOCKETS_OF_MESSAGES : SOCKETS_OTHER;
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
		kinds |= socket_kind(target, lines);
	}
	if (dir)
		closedir(dir);
	return kinds;
}
