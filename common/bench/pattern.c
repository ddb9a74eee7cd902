#include "bench/pattern.h"

#include <string.h>

enum {
	WORD = sizeof(uint64_t),
	TABLE = 512, /* words of the pattern before it is varied by its block */
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
	return scramble((key << 40) + block + TABLE);
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

void pattern_make(void *message, size_t size, uint64_t key)
{
	const uint64_t *words = table();
	unsigned char *to = message;

	for (size_t block = 0; block * TABLE * WORD < size; block++) {
		uint64_t varied = vary(key, block);
		for (size_t i = 0; i < TABLE; i++) {
			size_t at = (block * TABLE + i) * WORD;
			uint64_t word = words[i] ^ varied;
			if (at < size)
				memcpy(to + at, &word, size - at < WORD ? size - at : WORD);
		}
	}
}

void pattern_stamp(void *message, size_t size, uint64_t number)
{
	uint64_t word = first_word(size, number);

	memcpy(message, &word, size < WORD ? size : WORD);
}

/* Whether words[from..to) of a block differ from what they should be: no exit from the loop, so that it runs in vectors. */
static uint64_t differ(const unsigned char *block, size_t from, size_t to, uint64_t varied)
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

/* The same for a whole block, of a length that the compiler knows. */
static uint64_t block_differs(const unsigned char *block, uint64_t varied)
{
	const uint64_t *words = table();
	uint64_t wrong = 0;

	for (size_t i = 0; i < TABLE; i++) {
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

bool pattern_check(const void *message, size_t size, uint64_t key, uint64_t number)
{
	const unsigned char *at = message;
	uint64_t first = first_word(size, number);
	uint64_t wrong = 0;

	if (memcmp(at, &first, size < WORD ? size : WORD) != 0)
		return false;
	for (size_t block = 0, left = size; left > 0 && size >= WORD; block++) {
		size_t bytes = left < TABLE * WORD ? left : TABLE * WORD;
		uint64_t varied = vary(key, block);
		size_t from = block == 0 ? 1 : 0;
		if (bytes == TABLE * WORD && from == 0)
			wrong |= block_differs(at, varied);
		else
			wrong |= differ(at, from, bytes / WORD, varied);
		if (!tail_is_right(at, bytes / WORD % TABLE, bytes % WORD, varied))
			return false;
		at += bytes;
		left -= bytes;
	}
	return wrong == 0;
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
