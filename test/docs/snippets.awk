# awk -v output=FILE -v root=DIRECTORY/ -f snippets.awk FILE.md…: all C++ blocks of the documents as one source file, which
# snippets_test.cpp runs.
# A block is the body of a coroutine with the declarations of snippet_preamble.hpp; its #includes, functions and types
# are moved before it; lines "..." are removed. Whole programs are left out: check_programs.cmake compares them with
# examples/.
function begin_hoisting(line) {
    if (line ~ /^(class|struct|enum|template|namespace)[ <]/) return line !~ /^[^{]*;/
    if (line ~ /^(auto|co_await|co_return|return|if|for|while|switch|do|else|try|using|static_assert)[ (]/) return 0
    if (line !~ /^[A-Za-z_][A-Za-z0-9_:<>, ]*[&*]* [a-z_]+\(/) return 0
    return line ~ /(\{|,)$/ && line !~ /=/
}
function flush_block(   i) {
    if (!is_program) {
        printf "namespace snippet_%d {\n%s", ++blocks, hoisted > body_file
        printf "awaitable<void> body(SNIPPET_PARAMETERS) {\n{\n%s}\nco_return;\n}\n}\n\n", body > body_file
        list = list sprintf("    {\"%s\", &snippet_%d::body},\n", begin, blocks)
    }
    hoisted = body = ""
    is_program = hoisting = 0
}
FNR == 1 {
    document = substr(FILENAME, length(root) + 1)
}
/^```cpp$/ { inside = 1; begin = document ":" FNR; next }
/^```$/ && inside { flush_block(); inside = 0; next }
!inside { next }
/int main\(/ { is_program = 1 }
/^#include / {
    if (!($0 in seen)) { seen[$0] = 1; includes = includes $0 "\n" }
    next
}
/^\.\.\.$/ { next }
{
    text = sprintf("#line %d \"%s\"\n%s\n", FNR, document, $0)
    if (!hoisting && begin_hoisting($0)) hoisting = 1
    if (hoisting) hoisted = hoisted text
    else body = body text
    if (hoisting && ($0 ~ /^\}/ || $0 ~ /^[^ ].*\};?$/)) hoisting = 0
}
BEGIN { body_file = output ".blocks"; printf "" > body_file }
END {
    if (!blocks) { print "no C++ in the documents" > "/dev/stderr"; exit 1 }
    close(body_file)
    printf "%s#include \"docs/snippet_preamble.hpp\"\n\n", includes > output
    while ((getline line < body_file) > 0) print line > output
    printf "std::vector<Snippet> const snippets{\n%s};\n", list > output
}
