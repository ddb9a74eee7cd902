#include "random.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { BLOCK = 64 };

static unsigned char key[RANDOM_KEY];
static uint32_t counter;

static uint32_t turn(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

static void quarter(uint32_t s[16], int a, int b, int c, int d)
{
	s[a] += s[b];
	s[d] = turn(s[d] ^ s[a], 16);
	s[c] += s[d];
	s[b] = turn(s[b] ^ s[c], 12);
	s[a] += s[b];
	s[d] = turn(s[d] ^ s[a], 8);
	s[c] += s[d];
	s[b] = turn(s[b] ^ s[c], 7);
}

/* The key is 128 bits long and fills both halves of the place for it. */
static void make_block(uint32_t out[16])
{
	uint32_t start[16] = {0x61707865, 0x3120646e, 0x79622d36, 0x6b206574};

	memcpy(&start[4], key, sizeof key);
	memcpy(&start[8], key, sizeof key);
	start[12] = counter++;
	memcpy(out, start, sizeof start);
	for (int i = 0; i < 10; i++) {
		for (int k = 0; k < 4; k++)
			quarter(out, k, 4 + k, 8 + k, 12 + k);
		for (int k = 0; k < 4; k++)
			quarter(out, k, 4 + (k + 1) % 4, 8 + (k + 2) % 4, 12 + (k + 3) % 4);
	}
	for (int i = 0; i < 16; i++)
		out[i] += start[i];
}

bool random_begin(void)
{
	return getrandom(key, sizeof key, 0) == (ssize_t)sizeof key;
}

void random_fill(void *buf, size_t len)
{
	unsigned char *at = buf;

	while (len > 0) {
		uint32_t block[BLOCK / 4];
		size_t part = len < BLOCK ? len : BLOCK;
		make_block(block);
		memcpy(at, block, part);
		at += part;
		len -= part;
	}
}

void random_tell(char text[2 * RANDOM_KEY + 1])
{
	for (size_t i = 0; i < sizeof key; i++)
		snprintf(text + 2 * i, 3, "%02x", key[i]);
}
