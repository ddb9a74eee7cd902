/*
 * schema.h - checks a JSON value against a schema: the few words of JSON Schema that tests/grading/schemas use
 *
 * type (a name or several), enum, required, properties, additionalProperties (false or a schema), items, minItems,
 * minLength, minimum. An unknown word is an error: a schema that says more than is checked would look like a check.
 */
#ifndef IPCKIT_TESTS_SCHEMA_H
#define IPCKIT_TESTS_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Where the first fault is, and what: "tests[3].score: not of type number". */
struct schema_fault {
	char where[200];
	char what[200];
};

static inline bool schema_check(const json_t *schema, json_t *value, const char *where, struct schema_fault *fault);

static inline bool schema_fails(struct schema_fault *fault, const char *where, const char *what, const char *which)
{
	snprintf(fault->where, sizeof fault->where, "%s", where);
	snprintf(fault->what, sizeof fault->what, "%s %s", what, which);
	return false;
}

static inline bool schema_is(const json_t *value, const char *type)
{
	static const struct {
		const char *name;
		json_type type;
	} types[] = {{"object", JSON_OBJECT},   {"array", JSON_ARRAY},   {"string", JSON_STRING},
		     {"integer", JSON_INTEGER}, {"number", JSON_REAL},   {"number", JSON_INTEGER},
		     {"boolean", JSON_TRUE},    {"boolean", JSON_FALSE}, {"null", JSON_NULL}};

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(type, types[i].name) == 0 && json_typeof(value) == types[i].type)
			return true;
	return false;
}

static inline bool schema_type(const json_t *type, const json_t *value)
{
	size_t i;
	json_t *one;

	if (json_is_string(type))
		return schema_is(value, json_string_value(type));
	json_array_foreach(type, i, one)
		if (schema_is(value, json_string_value(one)))
			return true;
	return false;
}

static inline bool schema_among(const json_t *list, const json_t *value)
{
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
		if (json_equal(one, value))
			return true;
	return false;
}

static inline bool schema_required(const json_t *names, json_t *value, const char *where, struct schema_fault *fault)
{
	size_t i;
	json_t *name;

	json_array_foreach(names, i, name)
		if (!json_object_get(value, json_string_value(name)))
			return schema_fails(fault, where, "lacks", json_string_value(name));
	return true;
}

static inline bool schema_members(const json_t *schema, json_t *value, const char *where, struct schema_fault *fault)
{
	const json_t *others = json_object_get(schema, "additionalProperties");
	const char *key;
	json_t *member;
	char inside[300];

	json_object_foreach(value, key, member) {
		const json_t *known = json_object_get(json_object_get(schema, "properties"), key);
		if (!known && json_is_false(others))
			return schema_fails(fault, where, "has the unknown", key);
		snprintf(inside, sizeof inside, "%s.%s", where, key);
		known = known ? known : others;
		if (json_is_object(known) && !schema_check(known, member, inside, fault))
			return false;
	}
	return true;
}

static inline bool schema_items(const json_t *schema, json_t *value, const char *where, struct schema_fault *fault)
{
	const json_t *items = json_object_get(schema, "items");
	size_t i;
	json_t *one;
	char inside[300];

	json_array_foreach(value, i, one) {
		snprintf(inside, sizeof inside, "%s[%zu]", where, i);
		if (items && !schema_check(items, one, inside, fault))
			return false;
	}
	return true;
}

static inline bool schema_words_known(const json_t *schema, const char *where, struct schema_fault *fault)
{
	static const char words[] = " $comment type enum required properties additionalProperties items minItems "
				    "minLength minimum ";
	const char *key;
	json_t *rule;
	char word[64];

	json_object_foreach((json_t *)schema, key, rule) {
		snprintf(word, sizeof word, " %s ", key);
		if (!strstr(words, word))
			return schema_fails(fault, where, "unknown word in the schema:", key);
	}
	return true;
}

static inline bool schema_sizes(const json_t *schema, const json_t *value, const char *where,
				struct schema_fault *fault)
{
	const json_t *least = json_object_get(schema, "minimum");
	json_int_t items = json_integer_value(json_object_get(schema, "minItems"));
	json_int_t length = json_integer_value(json_object_get(schema, "minLength"));

	if (json_is_array(value) && (json_int_t)json_array_size(value) < items)
		return schema_fails(fault, where, "has too few", "items");
	if (json_is_string(value) && (json_int_t)json_string_length(value) < length)
		return schema_fails(fault, where, "is too", "short");
	if (least && json_is_number(value) && json_number_value(value) < json_number_value(least))
		return schema_fails(fault, where, "is too", "small");
	return true;
}

static inline bool schema_check(const json_t *schema, json_t *value, const char *where, struct schema_fault *fault)
{
	const json_t *type = json_object_get(schema, "type");
	const json_t *list = json_object_get(schema, "enum");

	if (!schema_words_known(schema, where, fault))
		return false;
	if (type && !schema_type(type, value))
		return schema_fails(fault, where, "is of the wrong", "type");
	if (list && !schema_among(list, value))
		return schema_fails(fault, where, "is none of the", "allowed values");
	return schema_sizes(schema, value, where, fault) &&
	       schema_required(json_object_get(schema, "required"), value, where, fault) &&
	       schema_members(schema, value, where, fault) && schema_items(schema, value, where, fault);
}

#endif
