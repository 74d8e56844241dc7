# The filter of Doxygen for Markdown: every document gets a label, links between documents use the labels, and the
# documents that an index page lists become pages below it.

function label(path, directory,    name) {
    name = path
    sub(/#.*/, "", name)
    sub(/.*\//, "", name)
    sub(/\.md$/, "", name)
    if (name != "README") return "page_" name
    if (path ~ /decisions\//) return "page_decisions"
    if (path ~ /docs\// || directory ~ /docs\/$/) return "page_guides"
    return directory ~ /decisions\/$/ ? "page_decisions" : "index"
}

NR == 1 {
    directory = FILENAME
    sub(/[^\/]*$/, "", directory)
    is_index = FILENAME ~ /docs\/(decisions\/)?README\.md$/
    if (label(FILENAME, "") != "index") $0 = $0 " {#" label(FILENAME, "") "}"
}

/^```/ { in_code = !in_code }

!in_code {
    is_listed = is_index && /^(\||- )/
    done = ""
    while (match($0, /\[[^]]*\]\([^):]*\.md(#[^)]*)?\)/)) {
        link = substr($0, RSTART, RLENGTH)
        middle = index(link, "](")
        text = substr(link, 2, middle - 2)
        page = label(substr(link, middle + 2, length(link) - middle - 2), directory)
        done = done substr($0, 1, RSTART - 1)
        done = done (is_listed ? "\\subpage " page " \"" text "\"" : "[" text "](@ref " page ")")
        $0 = substr($0, RSTART + RLENGTH)
    }
    $0 = done $0
}

{ print }
