# Turns the manual that opens a main.c into a man page (roff): `make docs`.
# Usage: awk -v name=kontor-login -v version=... -f man.awk main.c
# Headings are lines of capitals; indented lines below SYNOPSIS stay lines; blank lines part paragraphs.
function roff(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    if (text ~ /^[.']/) text = "\\&" text
    return text
}
NR == 1 {
    if ($0 !~ /^\/\*/) exit 1
    printf ".TH %s 8 \"\" \"Kontor %s\" \"Kontor\"\n", toupper(name), version
    next
}
/^ \*\// { done = 1; exit }
{
    line = $0
    sub(/^ \* ?/, "", line)
    if (line ~ /^[A-Z][A-Z ]+$/) {
        printf ".SH %s\n", line
        section = line
        fresh = 1
        next
    }
    if (line ~ /^ *$/) { fresh = 1; next }
    if (fresh && section != "" && !first[section]) first[section] = 1
    else if (fresh) print ".PP"
    else if (section == "SYNOPSIS") print ".br"
    fresh = 0
    sub(/^ +/, "", line)
    print roff(line)
}
END { exit !(done && first["NAME"] && first["SYNOPSIS"] && first["DESCRIPTION"] && first["SECURITY"]) }
