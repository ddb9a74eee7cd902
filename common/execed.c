#include "execed.h"

#include "exchange.h"
#include "maps.h"
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXECED_MARK "IPCKIT_EXECED_PEER"

enum { ARGUMENTS = 6, CANNOT_BEGIN = 127 };

static int keep_across_exec(int fd)
{
	bool kept = fd == -1 || fcntl(fd, F_SETFD, 0) == 0;

	return kept ? 0 : call_failed("fcntl");
}

int execed_start(struct trial *t)
{
	char board[16], bell[16], seat[16];
	char *argv[] = {(char *)"ipckit", (char *)EXECED_ARGUMENT, (char *)t->variant->name, board, bell, seat, NULL};
	int error = keep_across_exec(t->link.fd[0]);

	if (!error)
		error = keep_across_exec(t->link.fd[1]);
	if (!error)
		error = keep_across_exec(t->board_fd);
	if (!error)
		error = keep_across_exec(t->bell);
	if (error)
		return error;
	/* A program whose main() does not know EXECED_ARGUMENT would start all over, and again. */
	if (getenv(EXECED_MARK) || setenv(EXECED_MARK, "1", 1) == -1)
		return -ELOOP;
	snprintf(board, sizeof board, "%d", t->board_fd);
	snprintf(bell, sizeof bell, "%d", t->bell);
	snprintf(seat, sizeof seat, "%d", t->self);
	execv("/proc/self/exe", argv);
	return call_failed("execv");
}

/* Whether an address is mapped here, as /proc/self/maps tells: it is looked up, not touched. */
static bool is_mapped(const void *address)
{
	unsigned long at = (uintptr_t)address;
	FILE *maps = maps_open(getpid());
	struct mapping m;
	bool found = false;

	while (maps && !found && maps_next(maps, &m))
		found = m.start <= at && at < m.end;
	if (maps)
		fclose(maps);
	return found;
}

static int map_board(struct trial *t)
{
	struct stat st;
	void *board;

	if (fstat(t->board_fd, &st) == -1)
		return -errno;
	board = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, t->board_fd, 0);
	if (board == MAP_FAILED)
		return -errno;
	t->board = board;
	t->size = t->board->size;
	trial_set_buffers(t);
	return 0;
}

int execed_main(int argc, char **argv)
{
	static const struct script script = {.peer = EXECED, .act = exchange_act};
	const struct row *row = argc == ARGUMENTS ? row_find(argv[2]) : NULL;
	struct trial t = {.script = &script};

	if (!row)
		return EXIT_FAILURE;
	t.variant = row->variant;
	t.board_fd = (int)strtol(argv[3], NULL, 10);
	t.bell = (int)strtol(argv[4], NULL, 10);
	t.self = (int)strtol(argv[5], NULL, 10);
	if (map_board(&t) != 0 || !t.board)
		return CANNOT_BEGIN; /* as a loader ends that lacks something: there is nowhere yet to tell it */
	t.board->note[NOTE_MAPPED] = is_mapped(t.board->link.mem);
	trial_stranger(&t, (enum end)t.self, 0);
}
