#include "failure.h"

#include "variant.h"

#include <errno.h>
#include <stddef.h>

static const char *last_call;
static int last_error;

int call_failed(const char *call)
{
	last_error = errno;
	last_call = call;
	return -last_error;
}

const char *call_that_failed(int error, const char *otherwise)
{
	return last_call && last_error == error ? last_call : otherwise;
}

void forget_failure(void)
{
	last_call = NULL;
}
