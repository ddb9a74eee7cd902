#include "caps.h"

#include "failure.h"
#include "variant.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * pagemap frames; /proc of another uid; becoming another uid, killing it, and removing its System V objects; namespaces;
 * emptying the bounding set.
 */
static const cap_value_t kept[] = {CAP_SYS_ADMIN, CAP_SYS_PTRACE, CAP_SETUID, CAP_SETGID,
				   CAP_KILL,      CAP_IPC_OWNER,  CAP_SETPCAP};

/* Handing files to another user, and reading and removing what is not ours: only grading. */
static const cap_value_t for_files[] = {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER};
static bool grading;

enum { KEPT = sizeof kept / sizeof kept[0], FOR_FILES = sizeof for_files / sizeof for_files[0] };

/* Why caps_lower() once had to drop what it was to keep, and the call; 0 = it never had to. */
static int lost;
static const char *lost_by;

static bool nothing_held(cap_t caps)
{
	cap_t empty = cap_init();
	bool same = empty && cap_compare(caps, empty) == 0;

	cap_free(empty);
	return same;
}

/* What is effective or permitted; what an exec would inherit is left out. */
static const char *held(void)
{
	cap_t caps = cap_get_proc();
	const char *text = "none";

	if (!caps)
		return "unknown";
	cap_clear_flag(caps, CAP_INHERITABLE);
	if (!nothing_held(caps))
		text = cap_to_text(caps, NULL);
	cap_free(caps);
	return text ? text : "unknown";
}

const char *caps_of_user(void)
{
	static const char *text; /* never freed: there is one */

	if (!text)
		text = held();
	return text;
}

static int apply(cap_t wanted)
{
	int result = cap_set_proc(wanted) == -1 ? call_failed("cap_set_proc") : 0;

	cap_free(wanted);
	return result;
}

/* What is permitted there is so here, and effective if `raised`. */
static void take_over(cap_t wanted, cap_t had, const cap_value_t *list, int n, bool raised)
{
	for (int i = 0; i < n; i++) {
		cap_flag_value_t mine = CAP_CLEAR;
		cap_get_flag(had, list[i], CAP_PERMITTED, &mine);
		cap_set_flag(wanted, CAP_PERMITTED, 1, &list[i], mine);
		cap_set_flag(wanted, CAP_EFFECTIVE, 1, &list[i], raised ? mine : CAP_CLEAR);
	}
}

static int keep(bool others, bool files)
{
	cap_t wanted = cap_init();
	cap_t had = cap_get_proc();
	int result = wanted && had ? 0 : call_failed(wanted ? "cap_get_proc" : "cap_init");

	if (result == 0) {
		take_over(wanted, had, kept, KEPT, others);
		take_over(wanted, had, for_files, grading ? FOR_FILES : 0, files);
	}
	cap_free(had);
	if (result != 0) {
		cap_free(wanted);
		return result;
	}
	return apply(wanted);
}

/* Without libcap, which needs memory: that must not be what leaves a capability effective. */
int caps_drop(void)
{
	struct __user_cap_header_struct self = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	return syscall(SYS_capset, &self, none) == -1 ? call_failed("capset") : 0;
}

int caps_lower(void)
{
	int error = keep(false, false);

	if (error) {
		lost = -error;
		lost_by = call_that_failed(lost, "cap_set_proc");
		caps_drop(); /* rather none from here on than one that stays effective */
	}
	return error;
}

static bool is_among(cap_value_t c, const cap_value_t *list, int n)
{
	for (int i = 0; i < n; i++)
		if (list[i] == c)
			return true;
	return false;
}

/* Root gets back by execve(2) what the bounding set allows, and whoever gains something loses its parent-death signal. */
static void bound_to_grading(void)
{
	if (caps_raise(CAP_SETPCAP) != 0)
		return;
	for (cap_value_t c = 0; cap_get_bound(c) >= 0; c++)
		if (!is_among(c, kept, KEPT) && !is_among(c, for_files, FOR_FILES))
			cap_drop_bound(c);
}

int caps_lower_effective(void)
{
	cap_t wanted = cap_get_proc();

	if (!wanted)
		return call_failed("cap_get_proc");
	cap_clear_flag(wanted, CAP_EFFECTIVE);
	return apply(wanted);
}

int caps_lower_for_grading(void)
{
	caps_of_user(); /* while they are there: the record tells them */
	bound_to_grading();
	grading = true;
	return caps_lower();
}

/* Not the EPERM that follows from it. */
static int why_lost(void)
{
	errno = lost;
	return call_failed(lost_by);
}

int caps_raise_for_files(void)
{
	return lost ? why_lost() : keep(false, true);
}

int caps_raise_kept(void)
{
	return lost ? why_lost() : keep(true, true);
}

int caps_raise(cap_value_t capability)
{
	cap_t wanted;

	if (lost)
		return why_lost();
	wanted = cap_get_proc();
	if (!wanted)
		return call_failed("cap_get_proc");
	cap_set_flag(wanted, CAP_EFFECTIVE, 1, &capability, CAP_SET);
	return apply(wanted);
}

static int empty_bounding_set(void)
{
	if (caps_raise(CAP_SETPCAP) != 0)
		return 0; /* nothing permitted: then nothing in the bounding set can be gained either */
	for (cap_value_t c = 0; cap_drop_bound(c) == 0; c++)
		;
	return errno == EINVAL ? 0 : call_failed("prctl"); /* EINVAL: the kernel knows no more of them */
}

int caps_bar(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return call_failed("prctl");
	cap_reset_ambient(); /* EINVAL before Linux 4.3, which has none */
	return empty_bounding_set();
}
