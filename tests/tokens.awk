# tokens.awk - which runs of N C tokens do two sets of files share?
#
#   awk -v n=12 -f tests/tokens.awk common=FILE… answers=FILE… search=FILE…
#
# Prints "FILE:LINE: run" for each place in a `search` file where a run of n tokens begins that is also in an `answers`
# file and in no `common` file; runs that continue one are not printed. Tokens are normalised: no comments and no
# #include lines, a string is "", and the names that a row gives its own functions lose the row's name.

function tokens_of(file, line, status, rest, inside, n, i, stem, t)
{
	stem = file
	sub(/^.*\//, "", stem)
	sub(/\..*$/, "", stem)
	count = 0
	number = 0
	inside = 0
	while ((status = (getline line < file)) > 0) {
		number++
		if (!inside && line ~ /^[ \t]*#[ \t]*include/)
			continue
		while (line != "") {
			if (inside) {
				i = index(line, "*/")
				if (!i)
					break
				line = substr(line, i + 2)
				inside = 0
				continue
			}
			if (match(line, /^[ \t\r]+/)) {
				line = substr(line, RLENGTH + 1)
				continue
			}
			if (substr(line, 1, 2) == "/*") {
				line = substr(line, 3)
				inside = 1
				continue
			}
			if (substr(line, 1, 2) == "//")
				break
			if (match(line, /^"([^"\\]|\\.)*"/))
				t = "\"\""
			else if (match(line, /^'([^'\\]|\\.)*'/) || match(line, /^[0-9][0-9A-Za-z.]*/) || match(line, /^(->|\+\+|--|<=|>=|==|!=|&&|\|\||[-+*\/%&|^]=|<<|>>)/))
				t = substr(line, 1, RLENGTH)
			else if (match(line, /^[A-Za-z_][A-Za-z0-9_]*/)) {
				t = substr(line, 1, RLENGTH)
				sub("^" stem "_", "own_", t)
				sub(/^answer_/, "own_", t)
				sub("^variant_" stem "$", "variant_own", t)
				sub(/^variant_answer$/, "variant_own", t)
			} else {
				t = substr(line, 1, 1)
				RLENGTH = 1
			}
			line = substr(line, RLENGTH + 1)
			token[++count] = t
			where[count] = number
		}
	}
	close(file)
	if (status < 0) {
		print file ": cannot be read"
		broken = 1
	}
}

function run_at(i, k, text)
{
	text = token[i]
	for (k = 1; k < n; k++)
		text = text " " token[i + k]
	return text
}

BEGIN {
	for (a = 1; a < ARGC; a++) {
		kind = ARGV[a]
		sub(/=.*/, "", kind)
		file = ARGV[a]
		sub(/^[a-z]*=/, "", file)
		tokens_of(file)
		last = -1
		for (i = 1; i + n - 1 <= count; i++) {
			text = run_at(i)
			if (kind == "common")
				known[text] = 1
			else if (kind == "answers" && !(text in known))
				answer[text] = file
			else if (kind == "search" && (text in answer)) {
				if (i != last + 1) {
					print file ":" where[i] ": " text "   (" answer[text] ")"
					found++
				}
				last = i
			}
		}
	}
	exit found > 0 || broken
}
