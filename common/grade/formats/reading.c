#include "grade/formats/reading.h"

#include "report/text.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST = 2000 }; /* bytes of one remark */

double grade_number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

bool grade_graded(const json_t *record)
{
	return strcmp(record_text(record, "status"), "graded") == 0;
}

bool grade_passed(const json_t *item)
{
	return strcmp(record_text(item, "status"), "passed") == 0;
}

void grade_put_number(FILE *out, double number)
{
	const double most = 1e15; /* a record may have been edited by hand */
	double shown = number > most ? most : number > -most ? number : -most;
	long long hundredths = (long long)(shown * 100 + (shown < 0 ? -0.5 : 0.5));
	long long rest = llabs(hundredths % 100);

	fprintf(out, "%s%lld", hundredths < 0 ? "-" : "", llabs(hundredths / 100));
	if (rest)
		fprintf(out, rest % 10 ? ".%02lld" : ".%lld", rest % 10 ? rest : rest / 10);
}

char *grade_lines(const char *s, size_t max)
{
	char *copy = text_clean(s, max);
	char *rest = copy;
	char *text = NULL;
	size_t size;
	FILE *out = copy ? open_memstream(&text, &size) : NULL;

	for (char *line = out ? strsep(&rest, "\n") : NULL; line; line = strsep(&rest, "\n")) {
		text_put(out, line);
		fputs(rest ? "\n" : "", out);
	}
	free(copy);
	return out && fclose(out) == 0 ? text : NULL;
}

char *grade_line(const char *s, size_t max)
{
	char *copy = text_clean(s, max);
	char *text = NULL;
	size_t size;
	FILE *out = copy ? open_memstream(&text, &size) : NULL;

	if (out)
		text_put(out, copy);
	free(copy);
	return out && fclose(out) == 0 ? text : NULL;
}

char *grade_remark_within(const json_t *item, size_t max)
{
	const char *hint = record_text(item, "hint");
	const char *status = record_text(item, "status");
	char *measured = grade_lines(record_text(item, "measured"), max);
	char *safe = grade_lines(hint, max);
	char *text = NULL;
	bool open = strcmp(status, "not_checkable") == 0;

	if (measured && safe &&
	    asprintf(&text, "%s%s%s%s", open ? "not checkable: " : "", measured, hint[0] ? "\nhint: " : "", safe) ==
		    -1)
		text = NULL;
	free(measured);
	free(safe);
	return text;
}

char *grade_remark(const json_t *item)
{
	return grade_remark_within(item, LONGEST);
}

static void put_list(FILE *out, const json_t *list)
{
	size_t i;
	json_t *name;

	json_array_foreach(list, i, name) {
		fputs(i ? ", " : ": ", out);
		text_put(out, json_string_value(name));
	}
}

char *grade_isolation(const json_t *record)
{
	const json_t *isolation = json_object_get(record, "isolation");
	const char *note = record_text(isolation, "note");
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	text_put(out, isolation ? record_text(isolation, "level") : "none");
	put_list(out, json_object_get(isolation, "namespaces"));
	if (json_is_true(json_object_get(isolation, "seccomp")))
		fputs("; seccomp", out);
	if (note[0]) {
		fputs("; ", out);
		text_put(out, note);
	}
	return fclose(out) == 0 ? text : NULL;
}

char *grade_failure(const json_t *record)
{
	const char *error = record_text(record, "error");
	char *why = grade_line(error[0] ? error : "it did not say why", LONGEST);
	char *text = NULL;

	if (why &&
	    asprintf(&text, "grader error: %s. This is not the student's fault, and there is no score.", why) == -1)
		text = NULL;
	free(why);
	return text;
}

static void put_own(FILE *out, const char *before, char *text)
{
	fprintf(out, "%s%s\n", before, text ? text : "");
	free(text);
}

char *grade_summary(const json_t *record)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	if (grade_graded(record)) {
		fputs("score: ", out);
		grade_put_number(out, grade_number(record, "score"));
		fputs(" of ", out);
		grade_put_number(out, grade_number(record, "max_score"));
		fputc('\n', out);
	} else {
		put_own(out, "", grade_failure(record));
	}
	put_own(out, "isolation: ", grade_isolation(record));
	return fclose(out) == 0 ? text : NULL;
}

const char *grade_student(const json_t *record)
{
	const char *student = record_text(record, "student");

	return student[0] ? student : record_text(record, "submission");
}

json_t *grade_own(char *text)
{
	json_t *string = text ? json_string(text) : NULL;

	free(text);
	return string;
}

char *grade_defused(const char *s)
{
	static const char *const commands[] = {"::", "##["};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (const char *c = s; out && *c; c++) {
		fputc(*c, out);
		for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
			if (strncmp(c, commands[i], strlen(commands[i])) == 0)
				fputc(' ', out);
	}
	return out && fclose(out) == 0 ? text : NULL;
}

static void put_plain_line(FILE *out, const char *line)
{
	static const char arrow[] = "\xe2\x86\x92";

	for (const char *at; (at = strstr(line, arrow)); line = at + sizeof arrow - 1) {
		char *before = strndup(line, (size_t)(at - line));
		text_put_ascii(out, before);
		fputs("->", out);
		free(before);
	}
	text_put_ascii(out, line);
}

char *grade_plain(const char *s)
{
	char *copy = grade_defused(s);
	char *rest = copy;
	char *text = NULL;
	size_t size;
	FILE *out = copy ? open_memstream(&text, &size) : NULL;

	for (char *line = out ? strsep(&rest, "\n") : NULL; line; line = strsep(&rest, "\n")) {
		put_plain_line(out, line);
		fputs(rest ? "\n" : "", out);
	}
	free(copy);
	return out && fclose(out) == 0 ? text : NULL;
}

char *grade_plain_own(char *s)
{
	char *plain = s ? grade_plain(s) : NULL;

	free(s);
	return plain;
}
