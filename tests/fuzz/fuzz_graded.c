/*
 * fuzz_graded.c - what a batch takes for a result, by the first byte modulo 3: what a process that grades hands back, in
 * every format (0); the results.jsonl of a class that is opened again, which then has all its whole lines and no others (1);
 * a student's own file there, which is printed with the class, and whose line is added once (2)
 */
#include "folder.h"
#include "grade/blank.h"
#include "grade/class_view.h"
#include "grade/formats.h"
#include "grade/formats/reading.h"
#include "grade/helper.h"
#include "grade/ledger.h"
#include "report/record.h"
#include "report/words.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char name[] = "student";
static struct submission one = {.student = name, .path = name};
static const struct submissions submissions = {&one, 1};

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

	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		abort();
	record = helper_record(fd);
	close(fd);
	if (record)
		print(record);
	json_decref(record);
}

static void open_again(struct ledger *l)
{
	if (!ledger_open(l, folder) || !ledger_repair(l, &submissions))
		abort();
}

static size_t length_of_lines(const struct ledger *l)
{
	struct stat st;

	if (fstat(l->lines, &st) == -1)
		abort();
	return (size_t)st.st_size;
}

static void take_lines(const uint8_t *data, size_t size)
{
	const uint8_t *last = memrchr(data, '\n', size);
	size_t whole = last ? (size_t)(last - data) + 1 : 0;
	char path[FOLDER_PATH + 32], *kept = malloc(size + 1);
	struct ledger ledger;

	folder_put("results.jsonl", data, size, path);
	open_again(&ledger);
	if (length_of_lines(&ledger) != whole || pread(ledger.lines, kept, size, 0) != (ssize_t)whole ||
	    memcmp(kept, data, whole) != 0)
		abort();
	ledger_close(&ledger);
	unlink(path);
	free(kept);
}

static void print_class(struct ledger *l)
{
	struct class_count count = {0};
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out || !class_write_csv(l, &submissions))
		abort();
	class_print(out, l, &submissions, &count);
	fclose(out);
	free(text);
	unlinkat(l->folder, "class.csv", 0);
}

/* Its line is there now; opened once more, there is no second one of that student. */
static void check_line(struct ledger *l, const json_t *record)
{
	size_t before = length_of_lines(l);

	if ((before > 0) != (record != NULL))
		abort();
	ledger_close(l);
	open_again(l);
	if (strcmp(record_text(record, "student"), name) == 0 && length_of_lines(l) != before)
		abort();
}

static void take_file(const uint8_t *data, size_t size)
{
	char path[FOLDER_PATH + 32];
	struct ledger ledger;
	json_t *record;

	folder_put("student.json", data, size, path);
	open_again(&ledger);
	record = ledger_read(&ledger, name, NULL);
	blank_reason(record);
	grade_graded(record);
	print_class(&ledger);
	check_line(&ledger, record);
	unlinkat(ledger.folder, "results.jsonl", 0);
	ledger_close(&ledger);
	json_decref(record);
	unlink(path);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return folder_make();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const takes[])(const uint8_t *data, size_t size) = {take_record, take_lines, take_file};

	if (size > 0)
		takes[data[0] % 3](data + 1, size - 1);
	return 0;
}
