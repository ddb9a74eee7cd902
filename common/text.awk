# text.awk - makes a C file from a text file: `const char NAME[]` with all of its lines; NAME is given with -v name=…

# A question mark is escaped because two of them could start a trigraph.
function literal(text, i, c, out)
{
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "\t")
			c = "\\t"
		else if (c == "\\" || c == "\"" || c == "?")
			c = "\\" c
		out = out c
	}
	return "\t\"" out "\\n\""
}

BEGIN {
	print "/* Made by common/text.awk; do not edit. */"
	print "extern const char " name "[];\nconst char " name "[] ="
}

{
	sub(/\r$/, "")
	print literal($0)
}

END {
	print "\t\"\";"
}
