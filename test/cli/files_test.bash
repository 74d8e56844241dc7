# Files of the export: one role for each file, whatever its names; modes; full disks.
. "$(dirname "$0")/harness.bash"

# One file in two roles is refused before any file is changed, whatever paths name it.
case_roles() {
    mkdir "$work/d" "$work/e"
    cd "$work/d"
    ln -s ../d "$work/e/d"
    echo precious >o
    ln -s o link
    ln o hard
    ln -s nowhere dangling
    local before
    before=$(ls -li . && cat o)
    refused() {
        orgs export "$@"
        [ "$status" -eq 2 ] || fail "status $status of export $*"
        expect_failure 2 'is the same file as --'
        expect_no_out
        [ "$(ls -li . && cat o)" = "$before" ] || fail "$* changed a file"
    }
    refused --out o --report ./o
    refused --out o --report "$PWD/o"
    refused --out o --report ../d/o
    refused --out o --report "$work/e/d/o"
    refused --out o --report link
    refused --out o --report hard
    refused --out link --report o
    refused --out o --report o.part
    refused --out link --report ./o.part
    refused --out new --report ./new
    refused --out new --report "$work/e/d/new"
    refused --out new --report "$work/e/d/new.part"
    refused --out nowhere --report dangling
    refused --out dangling --report nowhere.part
    refused --out o --resume ./o
    refused --out o --resume o.part
    refused --out o.new --resume o
    refused --out new --resume state --report ./state
    refused --out new --resume state --report state.new
    refused --out new --report r --resume r.new
    cp "$ca_file" ca
    before=$(ls -li . && cat o)
    refused --out hard.part --secret-key-file ./hard.part
    for authorities in "--ca-file ca" "--verbose"; do
        status=0
        # shellcheck disable=SC2086 # two arguments
        CLERK_CA_FILE=ca tool --base-url "$base_url" $authorities export --report ./ca >"$work/out" 2>"$work/err" || status=$?
        expect_failure 2 'is the same file as --'
    done
    # Standard output may be a file too.
    status=0
    tool --base-url "$base_url" --ca-file "$ca_file" export --out r --report - >"$PWD/r" 2>"$work/err" || status=$?
    expect_failure 2 'is the same file as --'
    status=0
    tool --base-url "$base_url" --ca-file "$ca_file" export --report r >"$PWD/r" 2>"$work/err" || status=$?
    expect_failure 2 'is the same file as --'
    orgs export --out /dev/null --report /dev/null
    expect_success
}

mode() { stat -c %a "$1"; }

# New files are readable by their user only; replaced files keep their mode; links stay links.
case_modes() {
    cd "$work"
    umask 022
    orgs export --out o --report r --resume s --max-items 5
    expect_success
    for file in o r s; do [ "$(mode "$file")" = 600 ] || fail "$file has mode $(mode "$file")"; done
    chmod 640 o s
    chmod 644 r
    orgs export --out o --report r --resume s --max-items 10
    expect_success
    expect_lines 10 o
    [ "$(mode o) $(mode r) $(mode s)" = "640 644 640" ] || fail "modes: $(mode o) $(mode r) $(mode s)"
    for file in o r s; do
        rm -f "$file"
        mkdir "dir.$file"
        ln -s "dir.$file/target" "$file"
    done
    for _ in 1 2; do
        orgs export --out o --report r --resume s --max-items 7
        expect_success
        for file in o r s; do
            [ -L "$file" ] && [ -s "dir.$file/target" ] || fail "the link $file was replaced"
        done
    done
}

# The part is readable by its user only, and a planted link is not followed.
case_planted() {
    cd "$work"
    echo precious >victim
    for plant in 'ln -s victim' 'ln victim' mkfifo; do
        $plant o.part
        orgs export --out o
        expect_status 1
        expect_err "cannot write 'o.part'|cannot write '.*o.part'"
        [ "$(cat victim)" = precious ] || fail "the victim was overwritten"
        [ ! -e o ] || fail "there is an export"
        rm -f o.part
    done
    for file in r s; do
        ln -s victim "$file.new"
        orgs export --out o --report r --resume s --max-items 5
        expect_success
        [ "$(cat victim)" = precious ] || fail "the victim of $file was overwritten"
        [ ! -L "$file" ] || fail "$file is a link"
    done
}

# With a full disk the export is not complete; both errors are reported.
case_full() {
    cd "$work"
    status=0
    (
        ulimit -f 64 # blocks of 1024 bytes
        trap '' XFSZ
        tool --base-url "$base_url" --ca-file "$ca_file" export --out o --report r >out 2>err
    ) || status=$?
    expect_status 1
    expect_err "cannot write '.*o.part': File too large"
    expect_lines 1 err
    grep -q '"complete":false,"doubt":"the output could not be written"' r || fail "the report: $(cat r)"
    [ ! -e o ] || fail "half an export has the name of a whole one"
    [ -w /dev/full ] || return 0
    status=0
    tool --base-url "$base_url" --ca-file "$ca_file" export --report r >/dev/full 2>err || status=$?
    expect_failure 1 'standard output: No space left'
    grep -q '"complete":false,"doubt":"the output could not be written"' r || fail "the report: $(cat r)"
    status=0
    tool --base-url "$base_url" --ca-file "$ca_file" export --report "$work/none/r" >/dev/full 2>err || status=$?
    expect_status 1
    expect_err 'standard output: No space left'
    expect_err "cannot write '$work/none/r.new'"
    status=0
    tool --base-url "$base_url" --ca-file "$ca_file" export --out /dev/full --report /dev/full 2>err || status=$?
    expect_status 1
    # An export that only has to rename its file.
    key=sk_test_wrong
    status=0
    tool --base-url "$base_url" --ca-file "$ca_file" export --out o --report "$work/none/r" >out 2>err || status=$?
    expect_status 3
    expect_err '401'
    expect_err "cannot write '$work/none/r.new'"
}

start_emulator --seed 2000
run_cases "$@"
