# The --help texts: complete, well-formed, and consistent with the documents.
. "$(dirname "$0")/harness.bash"
root=$(cd "$(dirname "$0")/../.." && pwd)

programs=(clerk-orgs clerk-emulator)
if [ -x "$CLERK_BIN_DIR/clerk-bench" ]; then programs+=(clerk-bench); fi

# help PROGRAM [COMMAND]: writes the text to $work/out and checks its form.
help() {
    local name="$*"
    status=0
    "$CLERK_BIN_DIR/$1" "${@:2}" --help >"$work/out" 2>"$work/err" || status=$?
    expect_success
    awk -v name="$name" '
        function bad(why) { printf "%s --help, line %d %s: %s\n", name, FNR, why, $0; failed = 1 }
        length($0) > 120 { bad("has more than 120 columns") }
        /[ \t]+$/ { bad("ends with white space") }
        /\t|\033/ { bad("has a control character") }
        # An option, then its description after two spaces or on the next line.
        /^  -/ {
            text = $0
            sub(/^  -[^ ]*( [^ ]+)*/, "", text)
            if (text !~ /[A-Za-z]/) {
                getline
                if ($0 !~ /^        .*[A-Za-z]/) bad("does not say what the option before it does")
            }
        }
        /^Usage: / { usage = 1 }
        FNR == 1 && !/^[A-Z][a-z]+ .*/ { bad("does not say what it is for") }
        END {
            if (!usage) { print name " --help has no Usage"; failed = 1 }
            exit failed
        }' "$work/out" >"$work/form" || fail "$(cat "$work/form")"
    status=0
    "$CLERK_BIN_DIR/$1" "${@:2}" -h >"$work/short" 2>&1 || status=$?
    expect_status 0
    cmp -s "$work/out" "$work/short" || fail "$name -h is not $name --help"
}

# The names of the options in a text.
options_in() { grep -oE -- '(^|[^a-z0-9-])--[a-z][a-z0-9-]*' "$1" | sed 's/^[^-]*//' | sort -u; }

# The commands of clerk-orgs, each with a line in the list and its own help.
help clerk-orgs
cp "$work/out" "$work/clerk-orgs.help"
sed -n '/^Commands:/,/^$/s/^  \([a-z-]\{1,\}\( [a-z-]\{1,\}\)\{0,1\}\)  .*/\1/p' "$work/out" >"$work/commands"
[ "$(wc -l <"$work/commands")" -ge 10 ] || fail "clerk-orgs --help names too few commands: $(cat "$work/commands")"
while read -r command; do
    grep -qE "^  $command +[A-Z]" "$work/clerk-orgs.help" || fail "clerk-orgs --help does not say what $command does"
    read -ra words <<<"$command"
    help clerk-orgs "${words[@]}"
    grep -qE "^Usage: clerk-orgs $command" "$work/out" || fail "the usage of $command names another command"
    cat "$work/out" >>"$work/all.help"
    grep -qF "\`$command\`" "$root/docs/cli.md" || fail "docs/cli.md does not mention the command $command"
done <"$work/commands"
cat "$work/all.help" >>"$work/clerk-orgs.help"
for program in "${programs[@]:1}"; do
    help "$program"
    cp "$work/out" "$work/$program.help"
done

# Every option in a document exists. In a code block, options belong to the program named last; elsewhere to the only
# program named in the line.
for program in "${programs[@]}"; do
    cat "$root"/README.md "$root"/docs/*.md | awk -v program="$program" '
        /^```/ { block = !block; current = ""; next }
        {
            named = 0
            for (i = split("clerk-orgs clerk-emulator clerk-bench", all, " "); i > 0; --i)
                if (index($0, all[i])) { ++named; last = all[i] }
            if (block) {
                if (named) current = last
                else if ($0 !~ /^ /) current = ""
            } else current = named == 1 ? last : ""
            if (current == program) print
        }' >"$work/shown"
    options_in "$work/shown" >"$work/shown.options"
    [ -s "$work/shown.options" ] || fail "no document shows an option of $program"
    options_in "$work/$program.help" >"$work/help.options"
    while read -r option; do
        grep -qxF -- "$option" "$work/help.options" || fail "$program has no $option, which a document shows"
    done <"$work/shown.options"
done

# The emulator's synopsis is complete.
options_in "$work/clerk-emulator.help" | grep -v -- '--help' >"$work/help.options"
while read -r option; do
    grep -qF -- "[$option" "$root/docs/emulator.md" || fail "docs/emulator.md does not show $option"
done <"$work/help.options"
