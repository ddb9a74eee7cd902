# silenced.awk - what an answer does to keep the compiler from warning, as a warning each
#
# Reads what `gcc -E -Wpedantic` prints: there every operator and macro has become a line `#pragma`. A line
# `# 1 "name" flags` says whose text follows. Whatever could forge one is reported as well: the first that is forged is
# seen. Then answer.c itself, since gcc -E does not obey the pragmas that change the compiler's options, and with them macros.

# The shell has to hold all of it.
function warn(what)
{
	if (warned++ < 100)
		print "answer.c: warning: " substr(what, 1, 200)
}

function is_answer(file)
{
	return file ~ /answer\.c"$/
}

# Also before the first file; its parts of the compiler have names of their own.
function is_first(file)
{
	return depth == 0 && (is_answer(file) || file == "\"<built-in>\"" || file == "\"<command-line>\"")
}

FILENAME == "answer.c" {
	line = line $0
	if (sub(/\\[ \t\r]*$/, "", line))
		next
	may_ignore = may_ignore || line ~ /ignored|##|%:%:/
	line = ""
	next
}

/^# [0-9]+ "/ {
	if ($4 == 1 && is_answer($3))
		warn("it includes itself")
	if ($4 == 1)
		depth++
	else if ($4 == 2)
		depth--
	if ($4 == 1 || is_first($3))
		name[depth] = $3
	if ($3 != name[depth])
		warn("a line directive with another file name")
	next
}

/^#pragma/ && /diagnostic +ignored/ && (name[depth] !~ /^"\// || is_answer(name[depth])) {
	warn($0)
}

/style of line directive/ {
	warn("a line directive of the preprocessor")
}

# In such a string lines look like the ones above.
/(^|[^A-Za-z0-9_])(u8|u|U|L)?R"[^ ()\\"]*\(/ {
	warn("a raw string, which is not C")
}

/^#failed/ {
	warn("it cannot be preprocessed once more")
}

/^#pragma +GCC +(target|optimize|reset_options|pop_options)/ && (name[depth] !~ /^"\// || is_answer(name[depth])) {
	other_options = $0
}

END {
	if (other_options && may_ignore)
		warn("what is ignored after " other_options " cannot be seen")
}
