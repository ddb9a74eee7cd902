#!/bin/sh
# sysroot.sh ARCHITECTURE FOLDER [PACKAGE…] - the kit's libraries for another architecture (i386, arm64), unpacked into
# FOLDER/root as they are on such a machine: nothing is installed here, so nothing that is here can break
#
# Debian's apt, with lists of its own. Some 60 MB and 30 seconds, once per folder.
set -eu

arch=$1 folder=$2
shift 2
[ $# -gt 0 ] || set -- libc6-dev libcap-dev libsmartcols-dev libjansson-dev libcmocka-dev libseccomp-dev libgcc-12-dev
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
[ ! -e "$folder/complete" ] || exit 0
mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial"
: >"$folder/status"

apt()
{
	apt-get -q -y -o APT::Architecture="$arch" -o APT::Architectures="$arch" -o APT::Sandbox::User=root \
		-o Dir::State="$folder/state" -o Dir::State::status="$folder/status" -o Dir::Cache="$folder/cache" \
		-o Debug::NoLocking=1 "$@"
}

apt update || true # a list that is being changed right now: the others will do
apt install --download-only --no-install-recommends "$@"
rm -rf "$folder/root"
for archive in "$folder"/cache/archives/*.deb; do
	dpkg-deb --extract "$archive" "$folder/root"
done
rm -r "$folder/cache" "$folder/state"
touch "$folder/complete"
