# registry.awk - makes registry.c from the names of the files given: rows, and columns (those in a folder probes/)
#
# Every row comes with the comment at the top of its file. Files are read in BEGIN: an empty one has no record that
# would start a rule. Written for any awk; bytes, not characters, so run it with LC_ALL=C.

function fail(message)
{
	print message | "cat >&2"
	close("cat >&2")
	exit 1
}

function stem_of(file, stem)
{
	stem = file
	sub(/^.*\//, "", stem)
	sub(/\.c$/, "", stem)
	if (stem !~ /^[A-Za-z_][A-Za-z0-9_]*$/)
		fail(file ": the name of the file must be a C identifier and .c")
	return stem
}

# A C string literal for each line. A question mark is escaped because two of them could start a trigraph.
function literal(text, i, c, out)
{
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "\n")
			out = out "\\n\"\n\t\t\""
		else if (c == "\t")
			out = out "\\t"
		else if (c == "\\" || c == "\"" || c == "?")
			out = out "\\" c
		else
			out = out c
	}
	return "\"" out "\""
}

# The comment that the file starts with, without stars and indent; "" where there is none.
function about(file, line, status, inside, ended, text)
{
	while (!ended && (status = (getline line < file)) > 0) {
		sub(/[ \t\r]+$/, "", line)
		if (!inside && line == "")
			continue
		if (!inside && line !~ /^[ \t]*\/\*/)
			break
		ended = index(line, "*/")
		if (ended)
			line = substr(line, 1, ended - 1)
		sub(inside ? "^[ \t]*[*] ?" : "^[ \t]*/[*]+ ?", "", line)
		text = text line "\n"
		inside = 1
	}
	close(file)
	if (status < 0)
		fail(file ": cannot be read")
	sub(/^\n+/, "", text)
	sub(/[ \t\n]+$/, "", text)
	return text
}

# The name that a row or a column gives itself has to be that of its file: otherwise nobody would find it.
function check_name(file, stem, line, inside)
{
	while ((getline line < file) > 0) {
		inside = inside || index(line, "struct variant variant_" stem " =") || index(line, "struct probe probe_" stem " =")
		if (inside && match(line, /\.name = "[^"]*"/)) {
			if (substr(line, RSTART + 9, RLENGTH - 10) != stem)
				fail(file ": " substr(line, RSTART, RLENGTH) " is not the name of the file")
			break
		}
	}
	close(file)
}

BEGIN {
	for (i = 1; i < ARGC; i++) {
		stem = stem_of(ARGV[i])
		check_name(ARGV[i], stem)
		if (ARGV[i] ~ /(^|\/)probes\/[^\/]*$/) {
			probe_externs = probe_externs "extern const struct probe probe_" stem ";\n"
			probes = probes "\t&probe_" stem ",\n"
		} else {
			row_externs = row_externs "extern const struct variant variant_" stem ";\n"
			rows = rows "\t{ &variant_" stem ",\n\t\t" literal(about(ARGV[i])) " },\n"
		}
	}
	print "/* Made by common/registry.awk from the file names; do not edit. */\n#include \"registry.h\"\n"
	print row_externs probe_externs
	print "const struct row registry_rows[] = {\n" rows "\t{ NULL, NULL },\n};\n"
	print "const struct probe *const registry_probes[] = {\n" probes "\tNULL,\n};"
}
