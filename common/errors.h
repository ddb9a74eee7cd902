/*
 * errors.h - what an error of a hook can say: of the mechanism, or only of the machine at that moment
 *
 * A column that takes an error for its answer asks here first. What is in no class is of the row, as that something is not there.
 */
#ifndef IPCKIT_ERRORS_H
#define IPCKIT_ERRORS_H

#include "variant.h"

#include <stdbool.h>

/* The other end has gone: of any row, and no other thing says so. */
bool error_says_gone(int error);

/* The other end has gone, or was never there. */
bool error_is_of_peer(const struct variant *v, int error);

/* The mechanism holds as much as it can, and does not make the sender wait. Of the first message it is a shortage. */
bool error_is_of_room(int error);

/* The message is too large: for the limit of the machine, or for the room that the receiver gives. */
bool error_is_of_size(int error);

/* A shortage, a fault, an interruption: no answer to any question, and the next time it may have passed. */
bool error_says_nothing(const struct variant *v, int error);

#endif
