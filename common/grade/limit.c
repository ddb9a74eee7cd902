#include "grade/limit.h"

#include "variant.h"

int limit_to(unsigned what, rlim_t soft, rlim_t hard)
{
	struct rlimit r;

	if (getrlimit(what, &r) == -1)
		return call_failed("getrlimit");
	r.rlim_max = hard < r.rlim_max ? hard : r.rlim_max;
	r.rlim_cur = soft < r.rlim_max ? soft : r.rlim_max;
	return setrlimit(what, &r) == -1 ? call_failed("setrlimit") : 0;
}
