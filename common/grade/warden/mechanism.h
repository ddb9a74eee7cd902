/*
 * mechanism.h - experiments with a message that is on its way: that it waits, where it is, and what carries it
 */
#ifndef IPCKIT_WARDEN_MECHANISM_H
#define IPCKIT_WARDEN_MECHANISM_H

#include "bout.h"

void mechanism_sender_first(struct bout *b);

#endif
