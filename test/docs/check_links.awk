# awk -f check_links.awk ROOT/FILE.md…: checks that every link from one document to a file, or to a heading of a
# document, has a target, and that links lead from the first document to every other one. Paths relative to the
# document; headings as GitHub names them.
function heading_name(line) {
    sub(/^#+ +/, "", line)
    line = tolower(line)
    gsub(/[^a-z0-9_ -]/, "", line)
    gsub(/ /, "-", line)
    return line
}
# Whether a file or a directory exists.
function exists(path,   line, status) {
    if (path in known) return known[path]
    status = (getline line < path)
    close(path)
    return known[path] = status >= 0 || system("test -d '" path "'") == 0
}
function normal(path) {
    while (sub(/\/\.\//, "/", path)) { }
    while (match(path, /[^\/.][^\/]*\/\.\.\//)) path = substr(path, 1, RSTART - 1) substr(path, RSTART + RLENGTH)
    return path
}
FNR == 1 { fenced = 0; documents[FILENAME]; if (NR == 1) reached[FILENAME] }
/^ *```/ { fenced = !fenced; next }
fenced { next }
/^#+ / { headings[FILENAME "#" heading_name($0)] = 1 }
{
    line = $0
    while (match(line, /\]\([^)]+\)/)) {
        target = substr(line, RSTART + 2, RLENGTH - 3)
        line = substr(line, RSTART + RLENGTH)
        if (target ~ /^[a-z]+:/) continue
        where[++links] = FILENAME ":" FNR
        from[links] = FILENAME
        shown[links] = target
        directory = FILENAME
        sub(/[^\/]*$/, "", directory)
        path = target
        sub(/#.*$/, "", path)
        file[links] = path == "" ? FILENAME : normal(directory path)
        name[links] = index(target, "#") ? substr(target, index(target, "#") + 1) : ""
    }
}
END {
    for (i = 1; i <= links; ++i) {
        if (!exists(file[i])) why = "there is no such file"
        else if (name[i] != "" && !((file[i] "#" name[i]) in headings)) why = "there is no such heading"
        else continue
        print where[i] ": " shown[i] ": " why
        failed = 1
    }
    do {
        found = 0
        for (i = 1; i <= links; ++i) {
            if ((from[i] in reached) && !(file[i] in reached)) { reached[file[i]]; found = 1 }
        }
    } while (found)
    for (document in documents) {
        if (!(document in reached)) { print document ": no link leads to it"; failed = 1 }
    }
    if (!links) { print "no links"; failed = 1 }
    exit failed
}
