#!/bin/sh
# deps.sh - installs what the kit needs and does not find, with the system's package manager
#
# Nothing is done, and no network needed, when all is there. What is required and cannot be had is a failure; the rest
# is named together with what it would have added.
set -u

# need | how it is recognised | what it adds | its packages for apt | dnf | zypper | pacman | apk
table()
{
	cat <<'END'
required|compiler|a C compiler|gcc libc6-dev|gcc glibc-devel|gcc glibc-devel|gcc glibc|gcc musl-dev linux-headers
required|command make||make|make|make|make|make
required|command awk||mawk|gawk|gawk|gawk|gawk
required|command cmp||diffutils|diffutils|diffutils|diffutils|diffutils
required|command pkg-config||pkg-config|pkgconf-pkg-config|pkgconf-pkg-config|pkgconf|pkgconf
required|library libcap||libcap-dev|libcap-devel|libcap-devel|libcap|libcap-dev
required|library smartcols||libsmartcols-dev|libsmartcols-devel|libsmartcols-devel|util-linux-libs|util-linux-dev
required|library jansson||libjansson-dev|jansson-devel|libjansson-devel|jansson|jansson-dev
optional|library cmocka|unit tests (make check)|libcmocka-dev|libcmocka-devel|libcmocka-devel|cmocka|cmocka-dev
optional|command bats|command tests (make check)|bats|bats|bats|bats|bats
optional|command pkill|time limits of the command tests|procps|procps-ng|procps|procps-ng|procps
optional|command tmux|tests on a terminal|tmux|tmux|tmux|tmux|tmux
optional|command jq|tests of what is printed as JSON, torture|jq|jq|jq|jq|jq
optional|command strace|tests that let system calls fail, torture|strace|strace|strace|strace|strace
optional|command valgrind|tests for memory errors and leaks, torture|valgrind|valgrind|valgrind|valgrind|valgrind
optional|command clang|second compiler in make lint, torture|clang|clang|clang|clang|clang
optional|fuzzer|fuzzing (make fuzz), torture|clang libclang-rt-dev|clang compiler-rt|clang|clang compiler-rt|clang compiler-rt
optional|command clang-format|layout check in make lint|clang-format|clang-tools-extra|clang-tools|clang|clang-extra-tools
optional|command clang-tidy|static analysis in make lint|clang-tidy|clang-tools-extra|clang-tools|clang|clang-extra-tools
optional|command cppcheck|static analysis in make lint|cppcheck|cppcheck|cppcheck|cppcheck|cppcheck
optional|command shellcheck|check of the shell scripts in make lint|shellcheck|ShellCheck|ShellCheck|shellcheck|shellcheck
optional|command gnuplot|plots|gnuplot-nox|gnuplot|gnuplot|gnuplot|gnuplot
optional|library libseccomp|grading|libseccomp-dev|libseccomp-devel|libseccomp-devel|libseccomp|libseccomp-dev
optional|command objcopy|grading|binutils|binutils|binutils|binutils|binutils
optional|command gcc|grading|gcc|gcc|gcc|gcc|gcc
optional|command bwrap|namespaces around what is graded|bubblewrap|bubblewrap|bubblewrap|bubblewrap|bubblewrap
asked|command spin|torture|spin|||spin|
asked|command perf|torture|linux-perf|perf|perf|perf|perf
asked|command qemu-aarch64-static|torture|qemu-user-static|qemu-user-static|qemu-linux-user|qemu-user-static|
asked|command aarch64-linux-gnu-gcc|torture|gcc-aarch64-linux-gnu libc6-dev-arm64-cross|gcc-aarch64-linux-gnu|cross-aarch64-gcc13|aarch64-linux-gnu-gcc|
asked|command musl-gcc|torture|musl-tools|musl-gcc||musl|
asked|command dpkg-deb|torture|dpkg|dpkg|dpkg|dpkg|dpkg
asked|command debootstrap|torture|debootstrap|debootstrap|debootstrap|debootstrap|debootstrap
END
}

say()
{
	printf 'deps: %s\n' "$*"
}

# What the user of the Makefile named instead of the usual tool; it may have options.
tool()
{
	case $1 in
	pkg-config) echo "${PKG_CONFIG:-$1}" ;;
	awk) echo "${AWK:-$1}" ;;
	*) echo "$1" ;;
	esac
}

# shellcheck disable=SC2046,SC2086 # options are words of their own
present()
{
	case $1 in
	compiler) printf '#include <%s>\n' linux/futex.h stdio.h | ${CC:-cc} -E -x c - ;;
	fuzzer) echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | clang -fsanitize=fuzzer -o /dev/null -x c - ;;
	library) $(tool pkg-config) --exists "$2" ;;
	command)
		set -- $(tool "$2")
		command -v "$1"
		;;
	esac >/dev/null 2>&1
}

# Of what is optional FOR may name the only purpose that matters, as in FOR=grading or FOR=torture.
# What is only installed when asked for is large.
wanted()
{
	case $1,${FOR-} in
	required,* | optional,) return 0 ;;
	asked,) return 1 ;;
	esac
	case ", $2," in
	*", $FOR,"*) return 0 ;;
	esac
	return 1
}

# What is not there, of one need: "check|what it adds|its packages here".
missing()
{
	table | while IFS='|' read -r need check adds apt dnf zypper pacman apk; do
		case $manager in
		apt-get) packages=$apt ;;
		dnf) packages=$dnf ;;
		zypper) packages=$zypper ;;
		pacman) packages=$pacman ;;
		*) packages=$apk ;;
		esac
		kind=$need
		[ "$need" != asked ] || kind=optional
		# shellcheck disable=SC2086 # two words
		if [ "$kind" = "$1" ] && wanted "$need" "$adds" && ! present $check </dev/null; then
			echo "$check|$adds|$packages"
		fi
	done
}

packages_of()
{
	printf '%s\n' "$1" | cut -d '|' -f 3 | tr ' ' '\n' | sed '/^$/d' | sort -u | tr '\n' ' '
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		say "not root, and no sudo: run this as root: $*" >&2
		return 1
	fi
}

apt()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@"
}

refresh()
{
	case $manager in
	apt-get) apt update ;;
	pacman) as_root pacman -Sy ;;
	esac
}

install()
{
	case $manager in
	apt-get) apt install -y --no-install-recommends "$@" ;;
	dnf) as_root dnf install -y --setopt=install_weak_deps=False "$@" ;;
	zypper) as_root zypper --non-interactive install --no-recommends "$@" ;;
	pacman) as_root pacman -S --noconfirm --needed "$@" ;;
	apk) as_root apk add --no-cache "$@" ;;
	esac
}

# All at once; if that fails one by one, for one name that is unknown here stops all the others.
install_optional()
{
	install "$@" && return
	for package; do
		install "$package"
	done
}

manager=none
for candidate in apk pacman zypper dnf apt-get; do
	! command -v "$candidate" >/dev/null || manager=$candidate
done
required=$(missing required)
optional=$(missing optional)

if [ -z "$required$optional" ]; then
	say 'everything is there'
elif [ "$manager" = none ]; then
	say 'none of apt, dnf, zypper, pacman and apk is here' >&2
else
	say "installing with $manager: $(packages_of "$required")$(packages_of "$optional")"
	refresh
	# shellcheck disable=SC2046 # a list of words
	[ -z "$required" ] || install $(packages_of "$required")
	# shellcheck disable=SC2046
	[ -z "$optional" ] || install_optional $(packages_of "$optional")
fi

missing optional | while IFS='|' read -r check adds packages; do
	say "${check#* } is not here; it would have added: $adds"
done
required=$(missing required | cut -d '|' -f 1 | sed 's/.* //' | tr '\n' ' ')
[ -z "$required" ] || say "not here, and required: $required" >&2
[ -z "$required" ]
