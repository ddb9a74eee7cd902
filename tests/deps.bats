#!/usr/bin/env bats
# deps.sh with package managers that only pretend: they write down what they were asked and put empty commands in place.
# shellcheck disable=SC2016 # the scripts in quotes are for the pretenders

setup()
{
	local tool

	fake=$BATS_TEST_TMPDIR/bin log=$BATS_TEST_TMPDIR/log
	export INSTALLED=$BATS_TEST_TMPDIR/installed LOG=$log FAKE=$fake
	mkdir "$fake" "$INSTALLED"
	: >"$log"
	for tool in sh cat cut sed sort tr env touch chmod ln; do
		ln -s "$(command -v $tool)" "$fake/$tool"
	done
	fake_command pkg-config 'while [ $# -gt 1 ]; do shift; done; [ -e "$INSTALLED/$1" ]'
	fake_command id 'echo 0'
	for tool in cc make awk cmp bats pkill tmux jq strace valgrind clang clang-format clang-tidy cppcheck shellcheck gnuplot bwrap gcc objcopy; do
		fake_command $tool :
	done
	touch "$INSTALLED"/{libcap,smartcols,jansson,cmocka,libseccomp}
}

fake_command()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$fake/$1"
	chmod +x "$fake/$1"
}

# A package manager that has every package but `unknown`; "libjansson-dev" brings the module jansson, "bats" a command.
fake_manager()
{
	fake_command "$1" '
echo "${0##*/} $*" >>"$LOG"
for word; do [ "$word" != "$UNKNOWN" ] || exit 100; done
for word; do
	case $word in
	-* | update | install | add) ;;
	*jansson*) touch "$INSTALLED/jansson" ;;
	*) ln -sf "$FAKE/make" "$FAKE/$word" ;;
	esac
done'
}

deps()
{
	run env -i PATH="$fake" INSTALLED="$INSTALLED" LOG="$log" FAKE="$fake" UNKNOWN="${1:-}" \
		FOR="${FOR-}" sh "$BATS_TEST_DIRNAME/../common/deps.sh"
	echo "$output"
	cat "$log"
}

@test "nothing is done when all is there" {
	fake_manager apt-get
	deps
	[ "$status" -eq 0 ]
	[ "$output" = 'deps: everything is there' ]
	[ ! -s "$log" ]
}

@test "apt: lists first, then what is missing, by name and without what is only recommended" {
	fake_manager apt-get
	rm "$INSTALLED/jansson" "$fake/bats"
	deps
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 'deps: installing with apt-get: libjansson-dev bats ' ]
	[[ "$(sed -n 1p "$log")" == *' update' ]]
	[[ "$(sed -n 2p "$log")" == *' install -y --no-install-recommends libjansson-dev' ]]
	[[ "$(sed -n 3p "$log")" == *' install -y --no-install-recommends bats' ]]
}

# bats test_tags=slow
@test "dnf, zypper, pacman and apk know it by their own names" {
	local manager

	for manager in dnf:jansson-devel zypper:libjansson-devel pacman:jansson apk:jansson-dev; do
		fake_manager "${manager%:*}"
		rm -f "$INSTALLED/jansson"
		deps
		[ "$status" -eq 0 ]
		grep -q "^${manager%:*} .* ${manager#*:}\$" "$log"
		rm "$fake/${manager%:*}"
	done
}

# bats test_tags=slow
@test "without root it asks sudo" {
	fake_manager apt-get
	fake_command id 'echo 1000'
	rm "$fake/bats"
	deps
	[ "$status" -eq 0 ]
	[[ $output == *'not root, and no sudo'* ]]
	[ ! -s "$log" ]
	fake_command sudo 'echo sudo >>"$LOG"; exec "$@"'
	deps
	[ "$status" -eq 0 ]
	[ -e "$fake/bats" ]
	[ "$(grep -c sudo "$log")" -eq 2 ]
}

@test "an optional package that does not exist is named with what it adds, and is no failure" {
	fake_manager apt-get
	rm "$fake/bats" "$fake/cppcheck"
	deps cppcheck
	[ "$status" -eq 0 ]
	[ -e "$fake/bats" ]
	[ "${lines[-1]:0:10}" != 'everything' ]
	[[ $output == *'deps: cppcheck is not here; it would have added: static analysis in make lint'* ]]
	[[ $output != *'bats is not here'* ]]
}

@test "a required package that does not exist is a failure" {
	fake_manager apt-get
	rm "$INSTALLED/jansson"
	deps libjansson-dev
	[ "$status" -eq 1 ]
	[[ $output == *'deps: not here, and required: jansson'* ]]
}

@test "no package manager at all: what is required is named" {
	rm "$INSTALLED/jansson"
	deps
	[ "$status" -eq 1 ]
	[[ $output == *'none of apt, dnf, zypper, pacman and apk is here'* ]]
	[[ $output == *'required: jansson'* ]]
}

# bats test_tags=slow
@test "what only torture needs is installed when FOR=torture asks for it, and nothing else then" {
	fake_manager apt-get
	rm "$fake/bats" "$fake/strace"
	deps
	[ -e "$fake/bats" ]
	[ -e "$fake/strace" ]
	[[ $output != *spin* ]]
	rm "$fake/bats" "$fake/strace"
	FOR=torture deps
	[ "$status" -eq 0 ]
	[ -e "$fake/strace" ]
	[ ! -e "$fake/bats" ]
	[[ "${lines[0]}" == *' spin '* ]]
}
