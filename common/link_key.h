/*
 * link_key.h - the System V key that belongs to a rendezvous name
 */
#ifndef IPCKIT_LINK_KEY_H
#define IPCKIT_LINK_KEY_H

#include <sys/types.h>

/* 31 of the random bits, and not 0, which is IPC_PRIVATE. 0 for a name that objects_name() did not make. */
key_t link_key_of(const char *name);

#endif
