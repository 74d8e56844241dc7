# Two simultaneous exports to one file, with random delays of file system calls: an export that reports success has
# written a complete file, and none truncates the file of the other.
. "$(dirname "$0")/harness.bash"
: "${CLERK_DELAYED_CALLS:?}"
pairs=${CLERK_TEST_PAIRS:-5}
start_emulator --seed 300

contender() {
    local status=0 begun
    begun=$(date +%s%3N)
    CLERK_SECRET_KEY=$key LD_PRELOAD=$CLERK_DELAYED_CALLS "$CLERK_BIN_DIR/clerk-orgs" --base-url "$base_url" \
        --ca-file "$ca_file" export --page-size 150 --out "$work/o" "${@:2}" >"$work/out.$1" 2>"$work/err.$1" || status=$?
    # Check immediately too, because a process that truncates the file later may also fill it again.
    if ((status == 0)) && [ "$(wc -l <"$work/o")" -ne 300 ]; then status="0 with $(wc -l <"$work/o") lines"; fi
    echo "$status" >"$work/status.$1"
    echo $(($(date +%s%3N) - begun)) >"$work/ms.$1"
}

# When the second one starts: at a random moment of the first one, which takes $1 ms.
moment() {
    local milliseconds=$((RANDOM % ($1 + 1)))
    printf '%d.%03d' $((milliseconds / 1000)) $((milliseconds % 1000))
}

# race ARGUMENT…: pairs of exports with these arguments.
race() {
    local both=0 one=0 none=0 first second duration=100
    for ((pair = 0; pair < pairs; ++pair)); do
        rm -f "$work/o" "$work/o.part" "$work/state"
        contender 1 "$@" &
        first=$!
        sleep "$(moment "$duration")"
        contender 2 "$@" &
        second=$!
        wait "$first" "$second"
        duration=$((($(cat "$work/ms.1") + duration) / 2))
        local successes=0
        for each in 1 2; do
            case $(cat "$work/status.$each") in
                0) ((++successes)) ;;
                1) grep -qE 'another process is writing it|removed, renamed or replaced|was changed meanwhile|No such file or directory' "$work/err.$each" ||
                    fail "pair $pair: $(cat "$work/err.$each")" ;;
                2) grep -q "to start again" "$work/err.$each" || fail "pair $pair: $(cat "$work/err.$each")" ;;
                *) fail "pair $pair: status $(cat "$work/status.$each"), $(cat "$work/err.$each")" ;;
            esac
        done
        case $successes in 2) ((++both)) ;; 1) ((++one)) ;; 0) ((++none)) ;; esac
        ((successes == 0)) && continue
        [ -e "$work/o" ] || fail "pair $pair: $successes succeeded, and there is no file"
        [ "$(wc -l <"$work/o")" -eq 300 ] || fail "pair $pair: $successes succeeded, and the file has $(wc -l <"$work/o") lines"
        [ "$(ids "$work/o" | sort -u | wc -l)" -eq 300 ] || fail "pair $pair: ids repeat"
    done
    echo "$pairs pairs${*:+ with $*}: both $both, one $one, none $none"
    ((both + one > pairs / 2)) || fail "most pairs end without an export"
}

case_new() { race; }
case_resumed() { race --resume "$work/state"; }
run_cases "$@"
