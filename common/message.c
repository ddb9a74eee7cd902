#include "message.h"

#include "variant.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/random.h>

static int random_bytes(unsigned char *buf, size_t len)
{
	for (size_t got = 0; got < len;) {
		ssize_t count = getrandom(buf + got, len - got, 0);
		if (count == -1 && errno != EINTR)
			return call_failed("getrandom");
		got += count == -1 ? 0 : (size_t)count;
	}
	return 0;
}

int message_make(unsigned char *buf, const unsigned char *before, size_t len)
{
	int error = random_bytes(buf, len);

	for (size_t i = 0; i < len && !error; i++) {
		buf[i] = (unsigned char)(1 + buf[i] % UCHAR_MAX);
		if (before && buf[i] == before[i])
			buf[i] = (unsigned char)(1 + buf[i] % UCHAR_MAX);
	}
	return error;
}

static bool all_zero(const unsigned char *buf, size_t len)
{
	return len == 0 || (buf[0] == 0 && memcmp(buf, buf + 1, len - 1) == 0);
}

enum saw message_judge(const unsigned char *seen, const unsigned char *sent, const unsigned char *before, size_t len)
{
	if (memcmp(seen, sent, len) == 0)
		return SAW_MESSAGE;
	if (before && memcmp(seen, before, len) == 0)
		return SAW_STALE;
	return all_zero(seen, len) ? SAW_EMPTY : SAW_GARBLED;
}
