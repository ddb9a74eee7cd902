#include "link_key.h"

#include "objects.h"
#include "variant.h"

#include <stdlib.h>
#include <string.h>

enum { RANDOM_DIGITS = 32 };

key_t link_key_of(const char *name)
{
	const char *random = name + strlen(OBJECTS_PREFIX);
	char digits[9] = "";

	if (strncmp(name, OBJECTS_PREFIX, strlen(OBJECTS_PREFIX)) != 0 ||
	    strspn(random, "0123456789abcdef") != RANDOM_DIGITS || random[RANDOM_DIGITS] != '\0')
		return 0;
	memcpy(digits, random, 8);
	return (key_t)(1 + strtoul(digits, NULL, 16) % 0x7ffffffe);
}

key_t link_key(const struct link *l)
{
	return link_key_of(l->name);
}
