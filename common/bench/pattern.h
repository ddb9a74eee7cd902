/*
 * pattern.h - messages whose every byte can be checked: a number, and a pattern that depends on the place
 *
 * The first eight bytes hold the number, and so, scrambled, do those of each further block of 512 words. Each other
 * word depends on its place in the message and on the message's key, so a wrong byte, two swapped blocks and a block of
 * another message are all noticed. A message is made once for its key and then only stamped with the next number. One
 * of less than eight bytes is all number: it wraps, and in each run it begins elsewhere.
 */
#ifndef IPCKIT_BENCH_PATTERN_H
#define IPCKIT_BENCH_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The number of message `index` of run `epoch`, both counted from 1 by others; never 0, which an eventfd cannot carry.
 * A run ends with pattern_last() where messages may be lost.
 */
uint64_t pattern_number(uint32_t epoch, uint64_t index);
uint64_t pattern_last(uint32_t epoch);

/* Makes the whole message. */
void pattern_make(void *message, size_t size, uint64_t key);

/* Writes its number, a word in each block. */
void pattern_stamp(void *message, size_t size, uint64_t number);

/* Whether it is, to the last byte, the message of that key and number. */
bool pattern_check(const void *message, size_t size, uint64_t key, uint64_t number);

/* What its number says, to one who expects message `expected` of run `epoch`. */
enum arrival {
	ARRIVED, /* it is that one, or a later one: *index, by which some before it were lost */
	LAST,    /* the end of the run */
	STALE,   /* from an earlier run */
	STRANGE, /* no number of this run */
};

enum arrival pattern_read(const void *message, size_t size, uint32_t epoch, uint64_t expected, uint64_t *index);

#endif
