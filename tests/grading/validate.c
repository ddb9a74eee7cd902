/*
 * validate.c - validate SCHEMA FILE: is the JSON of FILE as the schema says? 0 yes; 1 no, and what is wrong
 */
#include "schema.h"

static json_t *load(const char *path)
{
	json_error_t error;
	json_t *value = json_load_file(path, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

	if (!value)
		fprintf(stderr, "%s: line %d: %s\n", path, error.line, error.text);
	return value;
}

int main(int argc, char **argv)
{
	struct schema_fault fault;
	json_t *schema = argc == 3 ? load(argv[1]) : NULL;
	json_t *value = schema ? load(argv[2]) : NULL;
	bool fits = value && schema_check(schema, value, "", &fault);

	if (value && !fits)
		fprintf(stderr, "%s: %s: %s\n", argv[2], fault.where, fault.what);
	json_decref(schema);
	json_decref(value);
	return fits ? 0 : 1;
}
