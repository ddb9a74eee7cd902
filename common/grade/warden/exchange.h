/*
 * exchange.h - random messages from one end to the other, and whether they arrived
 */
#ifndef IPCKIT_WARDEN_EXCHANGE_H
#define IPCKIT_WARDEN_EXCHANGE_H

#include "bout.h"

/* The messages of the next exchange: fresh random bytes that neither process has seen. Returns false without them. */
bool exchange_fill(const size_t *lengths, uint32_t count);
bool exchange_fill_same(size_t length, uint32_t count);

/* Most bytes of a message, for setup(): drawn anew for each case, or an answer could tell by it which one it is in. */
enum { LEAST_SIZE = 2048 };
size_t exchange_size(void);

/* The parcel, to put special bytes or lengths in before it is sent. */
struct parcel *exchange_parcel(void);

/* Give the orders; bout_await() has to follow. cap 0 = as long as each message is. */
void exchange_send(struct bout *b, uint32_t link);
void exchange_recv(struct bout *b, uint32_t link, size_t cap);

/* Both have obeyed: sets b->trouble if it was not what was sent. */
bool exchange_judge(struct bout *b, uint32_t link);

/* Waits until both have obeyed, and judges. Where one end hangs, what the other has returned by then is the reason. */
bool exchange_finish(struct bout *b, uint32_t link);

/* From now on the parcel is only these messages of what was filled in, until exchange_widen(). */
void exchange_narrow(uint32_t first, uint32_t count);
void exchange_widen(void);

/* The sender has obeyed: what send() returned is right. */
bool exchange_sent(struct bout *b, uint32_t link);

/* Waits for the receiver, and judges what it has got. */
bool exchange_took(struct bout *b, uint32_t link);

/* All of it in the way of the level's traffic: turn by turn, or both at once. */
bool exchange_all(struct bout *b, uint32_t link);

/* The same, but each message is there before the next is sent. */
bool exchange_singly(struct bout *b, uint32_t link);

#endif
