#!/bin/sh
# lint.sh FLAG… - looks for mistakes that a compiler lets pass; the FLAGs are what the C files are compiled with
#
# A tool that is not here is named, and is a failure only in CI: there a check that did not run must not look passed.
set -u

status=0
jobs=$(getconf _NPROCESSORS_ONLN)
layout=$(find common variants tests -name '*.[ch]' | sort)
scripts=$(find .ci/run common tests -name '*.sh' -o -name '*.bats' -o -name '*.bash' -o -path .ci/run | sort)
# Neither what is broken on purpose nor what a student has still to complete.
sources=$(find common variants tests -name '*.c' ! -path 'tests/fixtures/*' ! -path 'tests/grading/*' ! -path 'variants/exercise/*' ! -path tests/torture/leaks.c | sort)

have()
{
	if command -v "$1" >/dev/null; then
		echo "  LINT $1"
	else
		# shellcheck disable=SC2016 # the quotes are for people
		echo "lint: not found, so not run: $1"'; `make deps` installs it'
		[ -z "${CI:-}" ] || status=1
		return 1
	fi
}

# shellcheck disable=SC2086 # the lists are to be split; no name has a space
{
	if have clang-format; then
		clang-format --dry-run -Werror $layout || status=1
	fi
	if have shellcheck; then
		shellcheck $scripts || status=1
	fi
	if have cppcheck; then
		cppcheck --quiet -j "$jobs" --std=c11 --enable=warning,performance,portability --inline-suppr \
			--suppress=missingIncludeSystem --error-exitcode=1 -D_GNU_SOURCE -Icommon \
			'-Djson_array_foreach(a,i,v)=while (((v) = json_array_get(a, (i) = any_index())))' \
			'-Djson_object_foreach(o,k,v)=while (((v) = json_object_get(o, (k) = any_key())))' $sources || status=1
	fi
	if have clang-tidy; then
		if ! found=$(printf '%s\n' $sources | xargs -P "$jobs" -I '{}' clang-tidy --quiet '{}' -- "$@" 2>&1); then
			printf '%s\n' "$found" | grep -v ' generated\.$'
			status=1
		fi
	fi
}
exit $status
