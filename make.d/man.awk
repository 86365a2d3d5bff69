# Turns the manual that opens a main.c into a man page (roff): `make docs`.
# Usage: awk -v name=kontor-login -v version=... -f man.awk main.c
#
# Headings are lines of capitals; text is indented by four; blank lines part paragraphs; lines of SYNOPSIS stay lines.
# A list entry is "term   text" with two blanks or more between, or a term with its text indented further below it.
function roff(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    if (text ~ /^[.']/) text = "\\&" text
    return text
}
function indent(text) {
    match(text, /^ */)
    return RLENGTH
}
function entry(term) {
    print ".TP\n.B " roff(term)
    in_list = 1
    fresh = 0
}
NR == 1 {
    if ($0 !~ /^\/\*/) exit 1
    printf ".TH %s 8 \"\" \"Kontor %s\" \"Kontor\"\n", toupper(name), version
    next
}
/^ \*\// { exit }
{
    line = $0
    sub(/^ \* ?/, "", line)
    lines[++count] = line
}
END {
    for (i = 1; i <= count; i++) {
        line = lines[i]
        if (line ~ /^[A-Z][A-Z ]+$/) {
            printf ".SH %s\n", line
            seen[section = line] = 1
            begun = in_list = fresh = 0
            continue
        }
        if (line ~ /^ *$/) { fresh = 1; continue }
        deep = indent(line) > 4
        text = substr(line, indent(line) + 1)
        if (!deep && match(text, /^[^ ]+(, [^ ]+)*  +/)) {
            entry_text = substr(text, RLENGTH + 1)
            term = substr(text, 1, RLENGTH)
            sub(/ +$/, "", term)
            entry(term)
            print roff(entry_text)
        } else if (!deep && section != "SYNOPSIS" && indent(lines[i + 1]) > 4) {
            entry(text)
        } else {
            if (section == "SYNOPSIS" && begun) print ".br"
            else if (in_list && !deep) { print ".PP"; in_list = 0 }
            else if (fresh && begun) print in_list ? ".IP" : ".PP"
            print roff(text)
        }
        fresh = 0
        begun = 1
    }
    exit !(seen["NAME"] && seen["SYNOPSIS"] && seen["DESCRIPTION"] && seen["SECURITY"])
}
