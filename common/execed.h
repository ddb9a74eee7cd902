/*
 * execed.h - a peer that calls execve(2), so that only descriptors and the link's values are left
 */
#ifndef IPCKIT_EXECED_H
#define IPCKIT_EXECED_H

#include "trial.h"

/* The first argument by which main() knows such a process. */
#define EXECED_ARGUMENT "--execed-peer"

/* Note of the board: 1 = the address of link.mem is mapped in the new program, 0 = it is not. */
enum { NOTE_MAPPED = 0 };

/* In the peer: execs this very program. Returns -errno only. */
int execed_start(struct trial *t);

/* The peer's life in the new program: joins, and does exchange_act(). Returns an exit status: the arguments are wrong. */
int execed_main(int argc, char **argv);

#endif
