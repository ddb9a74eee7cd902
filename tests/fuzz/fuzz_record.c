/*
 * fuzz_record.c - `bench --from` and `--compare`: a file that may be a record; what is taken for one is printed in every
 * format, and compared with itself
 */
#include "bench/compare.h"
#include "bench/record.h"
#include "bench/view.h"
#include "report/record.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static json_t *load(const uint8_t *data, size_t size)
{
	json_t *record = NULL;
	char path[64];
	int fd = memfd_create("record", 0);

	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	record = bench_record_load(path);
	close(fd);
	return record;
}

/* Nothing of a record reaches a terminal that could move its cursor. */
static void check(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		if ((c < 0x20 && c != '\n' && c != '\r') || c >= 0x7f)
			abort();
	}
}

static void print(const json_t *record, const json_t *comparison)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		abort();
	for (int format = FORMAT_TABLE; format <= FORMAT_MARKDOWN; format++) {
		bench_print(out, record, (enum format)format);
		compare_print(out, comparison, (enum format)format);
	}
	fclose(out);
	check(text, length);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *record = load(data, size), *comparison;

	if (!record)
		return 0;
	comparison = compare_records(record, record);
	if (compare_found_worse(comparison))
		abort(); /* than itself */
	record_surprised(record);
	print(record, comparison);
	json_decref(comparison);
	json_decref(record);
	return 0;
}
