/*
 * carriers.h - the system calls that can carry bytes out of a process or into it, and what one such call is about
 */
#ifndef IPCKIT_WARDEN_CARRIERS_H
#define IPCKIT_WARDEN_CARRIERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/seccomp.h>

struct carrier {
	int call;
	enum { OUT, IN, BY_PID } way; /* BY_PID: out of the sender, into the receiver */
	enum { PLAIN, VECTOR, HEADER, HEADERS, QUEUED, SPLICE, TEE, SENDFILE, NEVER } shape;
};

extern const struct carrier carriers[];
extern const size_t carriers_count;

/* NULL for a call that carries nothing. */
const struct carrier *carrier_of(int call);

/* How many bytes it asks for. That is what it may tell, wherever they are. */
size_t carrier_asked(const struct carrier *c, pid_t pid, const struct seccomp_data *call);

/* How many it moves at most: what it looks at stays, and no more than there is memory for, to be read or written to (`in`). */
size_t carrier_length(const struct carrier *c, pid_t pid, const struct seccomp_data *call, bool in);

/* What it gives may be the memory itself, or a file, instead of a copy of the bytes that are there now. */
bool carrier_lends(const struct carrier *c, const struct seccomp_data *call);

/* One that takes bytes waits until there are some, as far as its flags say. */
bool carrier_waits(const struct carrier *c, const struct seccomp_data *call);

/* It waits for a limited time, or may. */
bool carrier_is_timed(const struct seccomp_data *call);

/* It names an offset, and fails with all that has none. */
bool carrier_seeks(const struct seccomp_data *call);

/* The descriptor that the bytes go to, or come from. */
int carrier_descriptor(const struct carrier *c, const struct seccomp_data *call, bool out);

/* Bytes of the memory of a process. False: they cannot be had. */
bool read_memory(pid_t pid, uint64_t at, void *to, size_t len);

#endif
