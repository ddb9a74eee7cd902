#!/usr/bin/env bash
# setup.sh - Gradescope runs it once, as root, when it makes the image: installs what grading needs, builds the kit
#
# AUTOGRADER is the folder where all of it is (/autograder).
set -euo pipefail

cd "${AUTOGRADER:-/autograder}/source/kit"
if ! command -v make >/dev/null; then
	apt-get update
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends make
fi
make deps all FOR=grading
