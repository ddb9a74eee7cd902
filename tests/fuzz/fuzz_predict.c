/*
 * fuzz_predict.c - a student's predict.csv (first byte even) and cards.csv (odd): whatever is in it, there is a result
 */
#if __has_include("grade/predict.h")
#include "grade/cards.h"
#include "grade/predict.h"
#endif

#include <fcntl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static json_t *graded(const json_t *rows, const char *file, bool cards)
{
#if __has_include("grade/predict.h")
	return cards ? cards_against(cards_text, rows, file, 3) : predictions_against(rows, file, 3);
#else
	(void)rows, (void)file, (void)cards;
	return json_null();
#endif
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *rows, *paper;
	char path[64];
	int fd;

	if (size == 0)
		return 0;
	snprintf(path, sizeof path, "/dev/shm/fuzz-sheet.%d", (int)getpid()); /* of a name: no link is followed */
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (fd == -1 || write(fd, data + 1, size - 1) != (ssize_t)size - 1)
		abort();
	close(fd);
	rows = json_pack("[{ss,ss,ss,s{s{ss,sb,ss}}},{ss,ss,ss,s{s{ss,sb,ss}}}]", "variant", "pipe", "title",
			 "a pipe", "man", "pipe(7)", "cells", "delivers", "status", "measured", "value", 1, "saw",
			 "message", "variant", "malloc", "title", "the heap", "man", "malloc(3)", "cells", "delivers",
			 "status", "measured", "value", 0, "saw", "stale");
	paper = graded(rows, path, data[0] & 1);
	if (!paper)
		abort();
	json_decref(paper);
	json_decref(rows);
	unlink(path);
	return 0;
}
