#include "report/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static size_t length_by_first_byte(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	return c >= 0xf0 && c <= 0xf4 ? 4 : 0;
}

/* Overlong forms, surrogates and what is beyond Unicode. */
static bool malformed(uint32_t code, size_t length)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

	return code < least[length] || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff;
}

/* The bytes of the character at s, which is not the end; 0 = invalid. */
static size_t decode(const char *s, uint32_t *code)
{
	unsigned char first = (unsigned char)s[0];
	size_t length = length_by_first_byte(first);

	*code = length > 1 ? first & (0x7fu >> length) : first;
	for (size_t i = 1; i < length; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | ((unsigned char)s[i] & 0x3fu);
	}
	return length > 0 && malformed(*code, length) ? 0 : length;
}

/* Invalid bytes, and DEL: the one control character that JSON does not escape. */
static char *replace_invalid(const char *s)
{
	char *clean = malloc(3 * strlen(s) + 1);
	char *to = clean;
	uint32_t code;

	while (clean && *s) {
		size_t length = *s == 0x7f ? 0 : decode(s, &code);
		to = length ? mempcpy(to, s, length) : stpcpy(to, "\xef\xbf\xbd");
		s += length ? length : 1;
	}
	if (clean)
		*to = '\0';
	return clean;
}

char *text_clean(const char *s, size_t max)
{
	char *copy = strndup(s ? s : "", max);
	char *clean = copy ? replace_invalid(copy) : NULL;

	free(copy);
	return clean;
}

/* What moves a cursor, breaks a line, changes the direction or the joining of letters, or is not to be seen at all. */
static bool invisible(uint32_t code)
{
	static const uint32_t ranges[][2] = {
		{0, 0x1f},        {0x7f, 0x9f},     {0xad, 0xad},       {0x61c, 0x61c},
		{0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},
		{0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (code >= ranges[i][0] && code <= ranges[i][1])
			return true;
	return false;
}

static void put(FILE *out, const char *s, uint32_t printable)
{
	uint32_t code;

	while (s && *s) {
		size_t length = decode(s, &code);
		if (length == 0 || (code < 0x80 && invisible(code)))
			fprintf(out, "\\x%02x", (unsigned char)*s);
		else if (invisible(code) || code > printable)
			fprintf(out, "\\u%04x", code);
		else
			fwrite(s, 1, length, out);
		s += length ? length : 1;
	}
}

void text_put(FILE *out, const char *s)
{
	put(out, s, 0x10ffff);
}

char *text_printed(void (*print)(FILE *out, const char *s), const char *s)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	print(out, s);
	return fclose(out) == 0 ? text : NULL;
}

char *text_shown(const char *s)
{
	return text_printed(text_put, s);
}

char *text_file_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return text_shown(slash ? slash + 1 : path);
}

void text_one_line(char *text)
{
	for (char *c = text; c && *c; c++)
		if (*c == '\n')
			*c = ' ';
}

void text_put_ascii(FILE *out, const char *s)
{
	put(out, s, 0x7e);
}
