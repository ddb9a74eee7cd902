#include "bench/pattern.h"

#include <string.h>

enum {
	WORD = sizeof(uint64_t),
	LINE = 8,    /* words of a cache line: what begins there is compared faster */
	TABLE = 512, /* words of a block: the pattern is varied from one to the next, and each has the number */
	SMALL = 250, /* numbers of messages that are shorter than a word: 1 to 250 */
	STRIDE = 89, /* of those from one run to the next: more than an end keeps messages, and no divisor of SMALL */
	SMALL_LAST = 255,
	EPOCH_SHIFT = 32,
};

#define LAST_BIT (UINT64_C(1) << 62)
#define EPOCHS UINT64_C(0x3fffffff)

static uint64_t scramble(uint64_t x)
{
	x ^= x >> 31;
	x *= UINT64_C(0x9e3779b97f4a7c15);
	x ^= x >> 29;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	return x ^ x >> 32;
}

static const uint64_t *table(void)
{
	static uint64_t words[TABLE];

	if (!words[0])
		for (uint64_t i = 0; i < TABLE; i++)
			words[i] = scramble(i + 1);
	return words;
}

/* What the words of a block differ by from those of another block or key. */
static uint64_t vary(uint64_t key, size_t block)
{
	return scramble(scramble(key) + block + TABLE);
}

uint64_t pattern_number(uint32_t epoch, uint64_t index)
{
	return (epoch & EPOCHS) << EPOCH_SHIFT | (uint32_t)(index + 1);
}

uint64_t pattern_last(uint32_t epoch)
{
	return pattern_number(epoch, 0) | LAST_BIT;
}

/* The one byte that stands for a number in a short message. */
static uint64_t small(uint64_t number)
{
	return number & LAST_BIT ? SMALL_LAST : 1 + ((number >> EPOCH_SHIFT) * STRIDE + (uint32_t)number - 1) % SMALL;
}

static uint64_t first_word(size_t size, uint64_t number)
{
	return size < WORD ? small(number) * UINT64_C(0x0101010101010101) ^ (table()[0] & ~UINT64_C(0xff)) : number;
}

/* The first word of a later block, which must not be told from the message's first one alone. */
static uint64_t block_word(uint64_t number, size_t block)
{
	return scramble(number + block);
}

void pattern_make(void *message, size_t size, uint64_t key)
{
	const uint64_t *words = table();
	unsigned char *to = message;

	for (size_t block = 0; block * TABLE * WORD < size; block++) {
		uint64_t varied = vary(key, block);
		for (size_t i = 0, at = block * TABLE * WORD; i < TABLE && at < size; i++, at += WORD) {
			uint64_t word = words[i] ^ varied;
			memcpy(to + at, &word, size - at < WORD ? size - at : WORD);
		}
	}
}

void pattern_stamp(void *message, size_t size, uint64_t number)
{
	uint64_t word = first_word(size, number);

	memcpy(message, &word, size < WORD ? size : WORD);
	for (size_t block = 1; block * TABLE * WORD + WORD <= size; block++) {
		word = block_word(number, block);
		memcpy((unsigned char *)message + block * TABLE * WORD, &word, WORD);
	}
}

/*
 * Whether words[from..to) of a block differ from what they should be. No exit from the loop, so that it runs in vectors;
 * inline, so that the bounds are constants where a block is whole.
 */
static inline uint64_t differ(const unsigned char *block, size_t from, size_t to, uint64_t varied)
{
	const uint64_t *words = table();
	uint64_t wrong = 0;

	for (size_t i = from; i < to; i++) {
		uint64_t word;
		memcpy(&word, block + i * WORD, WORD);
		wrong |= word ^ words[i] ^ varied;
	}
	return wrong;
}

static bool tail_is_right(const unsigned char *block, size_t words, size_t bytes, uint64_t varied)
{
	uint64_t expected = bytes ? table()[words] ^ varied : 0;

	return memcmp(block + words * WORD, &expected, bytes) == 0;
}

static bool block_is_right(const unsigned char *block, size_t bytes, uint64_t first, uint64_t varied)
{
	uint64_t wrong;

	if (bytes < WORD)
		return tail_is_right(block, 0, bytes, varied);
	if (memcmp(block, &first, WORD) != 0)
		return false;
	if (bytes == TABLE * WORD)
		wrong = differ(block, 1, LINE, varied) | differ(block, LINE, TABLE, varied);
	else
		wrong = differ(block, 1, bytes / WORD, varied);
	return wrong == 0 && tail_is_right(block, bytes / WORD % TABLE, bytes % WORD, varied);
}

bool pattern_check(const void *message, size_t size, uint64_t key, uint64_t number)
{
	const unsigned char *at = message;
	uint64_t first = first_word(size, number);

	if (size < WORD)
		return memcmp(at, &first, size) == 0;
	for (size_t block = 0, left = size; left > 0; block++) {
		size_t bytes = left < TABLE * WORD ? left : TABLE * WORD;
		if (block > 0)
			first = block_word(number, block);
		if (!block_is_right(at, bytes, first, vary(key, block)))
			return false;
		at += bytes;
		left -= bytes;
	}
	return true;
}

static enum arrival read_small(unsigned byte, uint32_t epoch, uint64_t expected, uint64_t *index)
{
	if (byte == SMALL_LAST)
		return LAST;
	if (byte == 0 || byte > SMALL)
		return STRANGE;
	*index = expected + (SMALL + byte - small(pattern_number(epoch, expected))) % SMALL;
	return ARRIVED;
}

enum arrival pattern_read(const void *message, size_t size, uint32_t epoch, uint64_t expected, uint64_t *index)
{
	uint64_t number = 0, of_epoch;

	memcpy(&number, message, size < WORD ? size : WORD);
	if (size < WORD)
		return read_small((unsigned)(number & 0xff), epoch, expected, index);
	of_epoch = (number & ~LAST_BIT) >> EPOCH_SHIFT;
	if (of_epoch != (epoch & EPOCHS))
		return of_epoch < (epoch & EPOCHS) && of_epoch > 0 ? STALE : STRANGE;
	*index = (uint32_t)number - 1;
	if (number & LAST_BIT)
		return LAST;
	return *index >= expected ? ARRIVED : STRANGE;
}
