#!/bin/sh
# result.sh FILE LEVEL - a step of a workflow: grades FILE, shows the table in the log, sets the step's output "result"
#
# The result is what autograding-grading-reporter reads, in base64. It never fails: the reporter says what happened.
# IPCKIT is the program; SUDO is put before it ("sudo": as root it can give each process a user of its own). ATTEMPT is the
# step of the hints for everybody; otherwise each student's attempts are counted.
set -u

here=$(cd "$(dirname "$0")" && pwd)
ipckit=${IPCKIT:-$here/../../../../build/ipckit}
attempt=${ATTEMPT:-$(sh "$here/attempt.sh" "$1")}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# shellcheck disable=SC2086 # SUDO is words of their own, or none
${SUDO-} "$ipckit" grade --level "$2" --attempt "$attempt" --format json -- "$1" >"$folder/record"
if "$ipckit" grade --record "$folder/record" --format classroom >"$folder/result" || [ -s "$folder/result" ]; then
	"$ipckit" grade --record "$folder/record"
	echo 'The points are those of the notice below; the table of the reporter counts items, whatever their weight.'
else
	printf '{"version":1,"status":"error","max_score":0,"tests":[{"name":"grader","status":"error","score":0,"message":%s,"test_code":"","filename":"","line_no":0,"duration":0}]}\n' \
		'"grader error: nothing could be graded; is the file there? There is no score."' >"$folder/result"
fi
echo "result=$(base64 <"$folder/result" | tr -d '\n')" >>"$GITHUB_OUTPUT"
