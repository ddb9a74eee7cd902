#include "grade/sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static bool wrong(char error[SHEET_ERROR], const char *text)
{
	snprintf(error, SHEET_ERROR, "%s", text);
	return false;
}

static bool wrong_line(char error[SHEET_ERROR], size_t line, const char *text)
{
	snprintf(error, SHEET_ERROR, "line %zu: %s", line, text);
	return false;
}

/* Neither a link nor a pipe: somebody else's file would be shown in the result, and a pipe never ends. */
static int open_regular(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd == -1)
		return errno == ELOOP ? -EINVAL : -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -EINVAL;
}

/* As much as there is room for; or -errno. */
static ssize_t slurp(int fd, char *to, size_t room)
{
	size_t at = 0;

	while (at < room) {
		ssize_t n = read(fd, to + at, room - at);
		if (n == 0)
			break;
		if (n > 0)
			at += (size_t)n;
		else if (errno != EINTR)
			return -errno;
	}
	return (ssize_t)at;
}

bool sheet_read(struct sheet *s, const char *path, char error[SHEET_ERROR])
{
	char *text = malloc(SHEET_BYTES + 1); /* one byte more than is allowed tells a file that is too large */
	int fd = open_regular(path);
	ssize_t n = fd < 0 ? fd : text ? slurp(fd, text, SHEET_BYTES + 1) : -ENOMEM;
	bool ok;

	*s = (struct sheet){.ours = fd != -EINVAL};
	if (fd >= 0)
		close(fd);
	if (fd < 0)
		snprintf(error, SHEET_ERROR, "%s", fd == -EINVAL ? "not a regular file" : strerror(-fd));
	else if (n < 0)
		snprintf(error, SHEET_ERROR, "the file cannot be read: %s", strerror((int)-n));
	ok = n >= 0 && sheet_parse(s, text, (size_t)n, error);
	free(text);
	return ok;
}

static char *trimmed(char *from, char *to)
{
	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (from < to && strchr(" \t\r", to[-1]))
		to--;
	*to = '\0';
	return from;
}

/* A cell in quotes, put together in place; moves *at behind it. NULL, and *at stays: they are not closed. */
static char *quoted(char **at)
{
	char *cell = *at + 1, *to = cell;

	for (char *c = cell; *c; c++) {
		if (*c == '"' && c[1] != '"') {
			*to = '\0';
			*at = c + 1;
			return cell;
		}
		if (*c == '"')
			c++;
		*to++ = *c;
	}
	return NULL;
}

/* One cell; moves *at to the next one, or to NULL. Returns NULL if the quotes are not as they should be. */
static char *take_cell(char **at, char separator)
{
	char *cell = **at == '"' ? quoted(at) : NULL;
	char *begin = *at, *end = strchrnul(begin, separator);
	char *next = *end ? end + 1 : NULL;
	char *plain;

	if (!cell && *begin == '"')
		return NULL;
	plain = trimmed(begin, end);
	if (cell && *plain)
		return NULL;
	*at = next;
	return cell ? trimmed(cell, strchr(cell, '\0')) : plain;
}

/* The cells of a line. Returns how many, or -1: quotes that are not closed, or too many cells. */
static int split(char *line, char separator, char *cells[SHEET_COLUMNS])
{
	for (int n = 0; n < SHEET_COLUMNS; n++) {
		cells[n] = take_cell(&line, separator);
		if (!cells[n])
			return -1;
		if (!line)
			return n + 1;
	}
	return -1;
}

static bool has_text(const char *line)
{
	return line[strspn(line, " \t\r,;")] != '\0';
}

static bool take_line(struct sheet *s, char *line, size_t number, char separator, char error[SHEET_ERROR])
{
	int n;

	if (!has_text(line))
		return true;
	if (s->nrows == SHEET_ROWS)
		return wrong_line(error, number, "too many lines");
	n = split(line, separator, s->ncolumns ? s->cells[s->nrows] : s->names);
	if (n == -1)
		return wrong_line(error, number, "too many cells, or quotes that are not closed");
	if (!s->ncolumns) {
		s->ncolumns = (size_t)n;
		return true;
	}
	s->line[s->nrows++] = number;
	return true;
}

/* Spreadsheets write semicolons where a comma stands in numbers, and begin with a byte order mark. */
bool sheet_parse(struct sheet *s, const char *text, size_t len, char error[SHEET_ERROR])
{
	static const char mark[] = "\xef\xbb\xbf";
	char *rest, separator;
	size_t number = 0;

	*s = (struct sheet){.text = NULL};
	if (len > SHEET_BYTES)
		return wrong(error, "the file is too large");
	if (memchr(text, '\0', len))
		return wrong(error, "not a text file");
	s->text = strndup(text, len);
	s->ours = !s->text;
	if (s->ours)
		return wrong(error, "no memory");
	rest = s->text + (strncmp(s->text, mark, 3) == 0 ? 3 : 0);
	separator = rest[strcspn(rest, ",;\n")] == ';' ? ';' : ',';
	for (char *line; (line = strsep(&rest, "\n"));)
		if (!take_line(s, line, ++number, separator, error))
			return false;
	return s->nrows > 0 || wrong(error, "the file has no lines to grade");
}

static size_t column_of(const struct sheet *s, const char *column)
{
	size_t i = 0;

	while (i < s->ncolumns && strcasecmp(s->names[i], column) != 0)
		i++;
	return i;
}

bool sheet_has(const struct sheet *s, const char *column, char error[SHEET_ERROR])
{
	if (column_of(s, column) < s->ncolumns)
		return true;
	snprintf(error, SHEET_ERROR, "the first line names no column '%s'", column);
	return false;
}

const char *sheet_cell(const struct sheet *s, size_t row, const char *column)
{
	const char *cell = s->cells[row][column_of(s, column)];

	return cell ? cell : "";
}

size_t sheet_find(const struct sheet *s, const char *column, const char *text)
{
	size_t row = 0;

	while (row < s->nrows && strcasecmp(sheet_cell(s, row, column), text) != 0)
		row++;
	return row;
}

void sheet_free(struct sheet *s)
{
	free(s->text);
	s->text = NULL;
}

const char *sheet_shown(const char *cell)
{
	static char shown[32];
	size_t n = 0;

	for (; n < sizeof shown - 1 && cell[n]; n++) {
		shown[n] = '?';
		if (cell[n] >= ' ' && cell[n] <= '~')
			shown[n] = cell[n];
	}
	shown[n] = '\0';
	return shown;
}
