/*
 * fuzz_sizes.c - `bench --sizes=…` and sizes as people write them: what was read is within its bounds, and is read again
 * from what is written of it
 */
#include "bench/settings.h"
#include "bytes.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_size(size_t size, size_t largest)
{
	char words[24];
	const char *end;

	if (size < 1 || size > largest || bytes_parse(bytes_words(size, words), &end) != size || *end)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	size_t sizes[MOST_SIZES], n;
	const char *end;
	size_t one = bytes_parse(text, &end);

	if (end < text || end > text + strlen(text))
		abort();
	if (one)
		check_size(one, (size_t)1 << 40);
	if (sizes_parse(text, LARGEST_MESSAGE, sizes, &n)) {
		if (n < 1 || n > MOST_SIZES)
			abort();
		for (size_t i = 0; i < n; i++)
			check_size(sizes[i], LARGEST_MESSAGE);
	}
	free(text);
	return 0;
}
