/*
 * fuzz_predict.c - a student's predict.csv (first byte even) and cards.csv (odd): whatever is in it, there is a result, and
 * a table that is taken is within its bounds
 */
#include "folder.h"
#include "grade/cards.h"
#include "grade/predict.h"
#include "grade/sheet.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_cell(const struct sheet *s, const char *cell, size_t length)
{
	if (cell && (cell < s->text || cell + strlen(cell) > s->text + length))
		abort();
}

static void check_row(const struct sheet *s, size_t row, size_t length)
{
	if (s->line[row] <= (row > 0 ? s->line[row - 1] : 1))
		abort(); /* the names are in front of all rows */
	for (size_t i = 0; i < SHEET_COLUMNS; i++)
		check_cell(s, s->cells[row][i], length);
}

/* In a row that there is not is what was written behind the last one. */
static void check_sheet(const struct sheet *s, size_t length)
{
	if (length > SHEET_BYTES || s->ncolumns < 1 || s->ncolumns > SHEET_COLUMNS || s->nrows > SHEET_ROWS)
		abort();
	for (size_t i = 0; i < s->ncolumns; i++)
		check_cell(s, s->names[i], length);
	for (size_t row = 0; row < s->nrows; row++)
		check_row(s, row, length);
	if (s->nrows < SHEET_ROWS && s->cells[s->nrows][0])
		abort();
}

static void parse(const char *text, size_t length)
{
	static struct sheet sheet;
	char error[SHEET_ERROR];

	if (sheet_parse(&sheet, text, length, error))
		check_sheet(&sheet, length);
	sheet_free(&sheet);
}

/* Two rows that were run. */
static json_t *rows_run(void)
{
	return json_pack("[{ss,ss,ss,s{s{ss,sb,ss}}},{ss,ss,ss,s{s{ss,sb,ss}}}]", "variant", "pipe", "title",
			 "a pipe", "man", "pipe(7)", "cells", "delivers", "status", "measured", "value", 1, "saw",
			 "message", "variant", "malloc", "title", "the heap", "man", "malloc(3)", "cells", "delivers",
			 "status", "measured", "value", 0, "saw", "stale");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return folder_make();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[FOLDER_PATH + 32];
	json_t *rows, *paper;

	if (size == 0)
		return 0;
	parse((const char *)data + 1, size - 1);
	folder_put("sheet", data + 1, size - 1, path); /* of a name: no link is followed */
	rows = rows_run();
	paper = data[0] & 1 ? cards_against(cards_text, rows, path, 3) : predictions_against(rows, path, 3);
	if (!paper)
		abort();
	json_decref(paper);
	json_decref(rows);
	unlink(path);
	return 0;
}
