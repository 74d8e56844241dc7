# The documents that clerk-orgs makes: completions for shells, and manual pages for troff.
. "$(dirname "$0")/harness.bash"
root=$(cd "$(dirname "$0")/../.." && pwd)
tool --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]\{1,\}\( [a-z-]\{1,\}\)\{0,1\}\)  .*/\1/p' >"$work/commands"
commands=$work/commands

# completions WORD…: prints what bash offers for the last word, one per line.
completions() {
    bash -c '
        eval "$1"
        shift
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        COMPREPLY=()
        _clerk_orgs
        printf "%s\n" "${COMPREPLY[@]}"' bash "$(tool completion bash)" "$@" >"$work/offered"
}
offers() { grep -qxF -- "$1" "$work/offered" || fail "$1 is not offered, but: $(cat "$work/offered")"; }
offers_not() { if grep -qxF -- "$1" "$work/offered"; then fail "$1 is offered"; fi; }

case_bash() {
    completions clerk-orgs ''
    while read -r first _; do offers "$first"; done <"$commands"
    offers --base-url
    completions clerk-orgs memberships ''
    for second in list get create update merge-metadata delete; do offers "$second"; done
    offers_not revoke
    offers_not export
    completions clerk-orgs --timeout 3 invitations list --status ''
    offers pending
    completions clerk-orgs exp
    offers export
    offers_not list
    completions clerk-orgs --timeout 3 export --fo
    offers --format
    completions clerk-orgs export --format ''
    offers csv
    offers ndjson
    completions clerk-orgs export --format = c
    offers csv
    offers_not ndjson
    completions clerk-orgs export --timeout ''
    offers ''
    cd "$work"
    touch some.json
    completions clerk-orgs create --public-metadata @so
    offers @some.json
    completions clerk-orgs export --out so
    offers some.json
    completions clerk-orgs completion ''
    for shell in bash zsh fish; do offers "$shell"; done
    completions clerk-orgs manual ex
    offers export
    # Every option of every command.
    while read -r command; do
        read -ra words <<<"$command"
        tool "${words[@]}" --help | grep -oE '^  (-[a-z], )?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+' >"$work/options"
        completions clerk-orgs "${words[@]}" --
        while read -r option; do offers "$option"; done <"$work/options"
    done <"$commands"
}

case_other_shells() {
    local missing=0
    for shell in zsh fish; do
        tool completion "$shell" >"$work/script"
        while read -r first second; do
            grep -qw -- "$first" "$work/script" || fail "$shell has no $first"
            grep -qw -- "${second:-$first}" "$work/script" || fail "$shell has no $first $second"
        done <"$commands"
        if command -v "$shell" >/dev/null; then
            "$shell" -n "$work/script" || fail "$shell does not take its script"
        else
            ((++missing))
        fi
    done
    if command -v fish >/dev/null; then
        HOME=$work fish -c "source $work/script; complete -C 'clerk-orgs exp'" >"$work/offered"
        grep -q '^export' "$work/offered" || fail "fish offers: $(cat "$work/offered")"
        HOME=$work fish -c "source $work/script; complete -C 'clerk-orgs export --format '" >"$work/offered"
        grep -q '^csv' "$work/offered" || fail "fish offers: $(cat "$work/offered")"
        HOME=$work fish -c "source $work/script; complete -C 'clerk-orgs memberships '" >"$work/offered"
        grep -q '^merge-metadata' "$work/offered" || fail "fish offers: $(cat "$work/offered")"
        if grep -q '^revoke' "$work/offered"; then fail "fish offers a command of another group"; fi
        HOME=$work fish -c "source $work/script; complete -C 'clerk-orgs memberships list --ro'" >"$work/offered"
        grep -q -e '^--role' "$work/offered" || fail "fish offers: $(cat "$work/offered")"
    fi
    if ((missing == 2)); then exit 77; fi
}

case_manual() {
    command -v groff >/dev/null || exit 77
    { echo && cat "$commands"; } | while read -r command; do
        # shellcheck disable=SC2086 # none, one or two
        tool manual $command >"$work/page"
        groff -man -ww -Tascii -P-cbou "$work/page" >"$work/shown" 2>"$work/complaints" || fail "groff fails for $command"
        [ ! -s "$work/complaints" ] || fail "groff about $command: $(cat "$work/complaints")"
        for title in NAME SYNOPSIS OPTIONS 'EXIT STATUS'; do grep -q "$title" "$work/shown" || fail "$command has no $title"; done
    done
    tool manual export >"$work/page"
    grep -qF '\fB\-\-resume\fR \fIFILE\fR' "$work/page" || fail "no --resume in the manual"
}

# The help of each command has at least two examples, the common options and the exit statuses; the examples use
# existing options.
case_help() {
    while read -r command; do
        read -ra words <<<"$command"
        tool "${words[@]}" --help >"$work/out"
        for title in '^Global options:' '^Examples:' '^Exit status:' '^  130  '; do
            grep -qE "$title" "$work/out" || fail "$command --help has no $title"
        done
        sed -n '/^Examples:/,/^$/s/^  //p' "$work/out" >"$work/examples"
        [ "$(grep -c clerk-orgs "$work/examples")" -ge 2 ] || fail "$command has fewer than two examples"
        { grep -oE -- '--[a-z-]+' "$work/examples" || true; } | sort -u | while read -r option; do
            grep -qE -- "^  .*$option( |,|\$)" "$work/out" || fail "$command has no $option, which an example shows"
        done
    done <"$commands"
}

# The recipes of docs/export.md work as described.
case_recipe() {
    start_emulator --seed 250
    # shellcheck disable=SC2016 # the quotes of Markdown
    sed -n '/^```sh recipe$/,/^```$/p' "$root/docs/export.md" | grep -v '^```' >"$work/nightly-export"
    [ -s "$work/nightly-export" ] || fail "docs/export.md has no recipe"
    chmod +x "$work/nightly-export"
    awk -v directory="$work" '
        /^# \/etc\/systemd\/system\// { unit = $2; sub(".*/", "", unit) }
        /^```/ { unit = "" }
        unit != "" { print >(directory "/" unit) }' "$root/docs/export.md"
    sed -i "s|^ExecStart=.*/nightly-export$|ExecStart=$work/nightly-export|" "$work/clerk-export.service"
    grep -q "^ExecStart=$work" "$work/clerk-export.service" || fail "the service does not run the script"
    if command -v systemd-analyze >/dev/null; then
        systemd-analyze verify "$work"/clerk-export.{service,timer} >"$work/out" 2>"$work/err" || fail "systemd takes no unit"
        expect_quiet
    fi
    nightly() {
        status=0
        env PATH="$CLERK_BIN_DIR:$PATH" CLERK_SECRET_KEY="$key" CLERK_BASE_URL="$base_url" CLERK_CA_FILE="$ca_file" \
            EXPORT_DIRECTORY="$work/exports" bash "$work/nightly-export" >"$work/out" 2>"$work/err" || status=$?
    }
    nightly
    expect_success
    expect_no_out
    local today
    today=$(date +%F)
    expect_lines 250 "$work/exports/organizations-$today.ndjson"
    grep -q '"complete":true' "$work/exports/organizations-$today.report.json" || fail "no report"
    [ "$(stat -c %a "$work/exports/organizations-$today.ndjson")" = 600 ] || fail "others can read it"
    orgs create --name New
    expect_success
    nightly
    expect_success
    expect_lines 251 "$work/exports/organizations-$today.ndjson"
    # Older files stay, the oldest are removed.
    for day in {1..40}; do
        touch -d "$day days ago" "$work/exports/organizations-$(date -d "$day days ago" +%F).ndjson"
    done
    nightly
    expect_success
    [ "$(find "$work/exports" -name '*.ndjson' | wc -l)" -eq 31 ] || fail "$(ls "$work/exports")"
    # A failure is reported, and keeps the files of earlier nights.
    good_key=$key
    key=sk_test_wrong
    nightly
    [ "$status" -ne 0 ] || fail "a failure is not reported"
    expect_err 'clerk_key_invalid'
    expect_lines 251 "$work/exports/organizations-$today.ndjson"
    key=$good_key
    nightly
    expect_success
}

run_cases "$@"
