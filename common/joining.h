/*
 * joining.h - the experiment of the columns that ask who can join: the peer is not simply forked from the owner
 */
#ifndef IPCKIT_JOINING_H
#define IPCKIT_JOINING_H

#include "harness.h"

enum joining {
	JOINED,    /* the message got through */
	KEPT_OUT,  /* it did not; the cell's detail says why */
	NOT_TRIED, /* the experiment itself could not be made; the cell has its status */
};

/* A message from the owner to a peer of that kin (`owner` SENDER), or from the peer to the owner. Fills the cell's detail. */
enum joining joining_try(const struct variant *v, const struct script *script, struct cell *c);

/* Both directions; a truth: they both work. The detail says which does not, and why. */
void joining_ask(const struct variant *v, enum kin kin, struct cell *c);

/* The word for both directions, with a detail. */
void joining_detail(struct cell *c, const struct cell *as_receiver, const struct cell *as_sender);

#endif
