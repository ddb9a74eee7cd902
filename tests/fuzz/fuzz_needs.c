/*
 * fuzz_needs.c - `pick --need=… --min=…`: the first byte says which of the two, the rest is the text
 */
#include "needs.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One row with a cell of each kind. */
static json_t *rows(void)
{
	return json_pack("[{ss, s{s{ss, sb}, s{ss, ss}, s{ss, si}, s{ss, sn}}}]", "variant", "pipe", "cells",
			 "delivers", "status", "measured", "value", 1, "framing", "status", "measured", "value",
			 "stream", "max_message", "status", "measured", "value", 4194304, "eof", "status", "hung",
			 "value");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct needs needs = needs_begin();
	char *text;
	json_t *record;

	if (size == 0)
		return 0;
	text = strndup((const char *)data + 1, size - 1);
	if ((data[0] & 1 ? needs_parse_minimums : needs_parse)(&needs, text)) {
		record = rows();
		if (needs.n > NEEDS_MAX || !record)
			abort();
		needs_unmet(&needs, json_array_get(record, 0));
		needs_doubt(&needs, record);
		json_decref(record);
	}
	free(text);
	return 0;
}
