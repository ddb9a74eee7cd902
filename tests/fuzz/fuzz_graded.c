/*
 * fuzz_graded.c - what a process that grades hands back (first byte even), in every format; and the results.jsonl of a class
 * that a batch opens again (odd), which then has whole lines only
 */
#if __has_include("grade/helper.h")
#include "grade/formats.h"
#include "grade/helper.h"
#include "grade/ledger.h"
#endif

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#if __has_include("grade/helper.h")
static void put(int fd, const uint8_t *data, size_t size)
{
	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		abort();
}

static void print(const json_t *record)
{
	static const char *const formats[] = {"table",      "json",      "csv",     "markdown",
					      "gradescope", "classroom", "autolab", "junit"};

	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		char *text = NULL;
		size_t length;
		FILE *out = open_memstream(&text, &length);
		if (!out || !grade_format_known(formats[i]))
			abort();
		grade_print(out, record, formats[i]);
		fclose(out);
		free(text);
	}
}

static void take_record(const uint8_t *data, size_t size)
{
	int fd = memfd_create("record", MFD_CLOEXEC);
	json_t *record;

	put(fd, data, size);
	record = helper_record(fd);
	close(fd);
	if (record)
		print(record);
	json_decref(record);
}

static void remove_folder(const char *path, const char *file)
{
	if (unlink(file) == -1 || rmdir(path) == -1)
		abort();
}

static void open_again(const uint8_t *data, size_t size)
{
	char path[] = "/dev/shm/fuzz-class.XXXXXX", file[64];
	char name[] = "student";
	struct submission one = {.student = name};
	struct ledger ledger;
	char last = '\n';
	int fd;

	if (!mkdtemp(path))
		abort();
	snprintf(file, sizeof file, "%s/results.jsonl", path);
	fd = open(file, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	put(fd, data, size);
	if (!ledger_open(&ledger, path) || !ledger_repair(&ledger, &(struct submissions){&one, 1}))
		abort();
	ledger_close(&ledger);
	if (lseek(fd, -1, SEEK_END) != -1 && (read(fd, &last, 1) != 1 || last != '\n'))
		abort(); /* the end that a kill cut short is still there */
	close(fd);
	remove_folder(path, file);
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
#if __has_include("grade/helper.h")
	(data[0] & 1 ? open_again : take_record)(data + 1, size - 1);
#endif
	return 0;
}
