#!/usr/bin/env bash
# fresh.sh FOLDER RELEASE GOAL… - a machine with nothing but a Debian RELEASE (bookworm, trixie), git and make, in
# FOLDER/RELEASE: there a clone of the last commit must pass `make deps GOAL` of each GOAL, the first one from nothing
#
# Needs root, debootstrap, the keys of the release, and the package mirror that this machine uses. Its mounts, processes
# and System V objects are in namespaces that end with it. Some 5 minutes for run-all, 15 with check; at most LIMIT
# seconds (2400). Exit status: that of make, 77 where it cannot be tried.
set -uo pipefail

LIMIT=${LIMIT:-2400}

missing()
{
	echo "not here: fresh $release: $*"
	exit 77
}

# "URI" of the archive, and the URI of its security part, as this machine's apt has them.
mirrors()
{
	# shellcheck disable=SC2016 # apt fills them in
	apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' | sort -u | grep "$1"
}

# A folder with the base system; made beside its place, so that one that was cut off is not taken for complete.
install_base()
{
	local archive

	archive=$(mirrors '/debian/*$') || missing 'no Debian mirror is set up'
	rm -rf "$root.new"
	debootstrap --variant=minbase --include=git,make,ca-certificates "$release" "$root.new" "$archive" >"$root.log" 2>&1 ||
		{ tail -n 5 "$root.log"; return 1; }
	{
		echo "deb $archive $release main"
		echo "deb $archive $release-updates main"
		mirrors 'security/*$' | sed "s/.*/deb & $release-security main/"
	} >"$root.new/etc/apt/sources.list"
	cp -L /etc/resolv.conf "$root.new/etc/" && mv "$root.new" "$root"
}

# In the new namespaces: from here on, this is the whole machine.
enter()
{
	mount --bind "$root" "$root" && cd "$root" || exit
	mount -t proc proc proc && mount -t sysfs -o ro sysfs sys && mount --rbind /dev dev || exit
	mount -t tmpfs tmpfs dev/shm && mount -t tmpfs tmpfs tmp || exit
	mkdir -p old && pivot_root . old && umount -l old || exit
	cd /root/ipckit || exit
	for goal; do
		env -i --default-signal=INT HOME=/root PATH="$PATH" DEBIAN_FRONTEND=noninteractive LC_ALL=C make deps "$goal" || exit
	done
}

if [ "${ENTER:-}" ]; then
	root=$ENTER
	enter "$@"
	exit
fi

[ $# -ge 3 ] || { echo 'usage: fresh.sh FOLDER RELEASE GOAL...' >&2; exit 2; }
folder=$1 release=$2
shift 2
[ "$(id -u)" -eq 0 ] || missing 'only root can do this'
command -v debootstrap >/dev/null || missing 'no debootstrap'
mkdir -p "$folder" && root=$(cd "$folder" && pwd)/$release || exit
rm -rf "$root"
install_base || { echo "not ok: fresh $release: debootstrap: see $root.log"; exit 1; }
git clone --quiet --no-hardlinks "$(git rev-parse --show-toplevel)" "$root/root/ipckit" || exit

started=$SECONDS
ENTER=$root timeout --kill-after=10 "$LIMIT" unshare --mount --pid --ipc --fork --kill-child --propagation private \
	bash "$0" "$@" </dev/null >"$root.log" 2>&1
status=$?
[ $status -eq 0 ] && word=ok || word='not ok'
echo "$word: fresh $release: make deps, with each of $*: status $status in $((SECONDS - started)) s: $(tail -n 1 "$root.log"); all of it: $root.log"
exit $status
