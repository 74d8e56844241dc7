# live-smoke against the emulator: its steps, its failures, and its clean-up.
. "$(dirname "$0")/../cli/harness.bash"

# live OPTION…: starts an emulator with 3 organizations and these options, and live-smoke on it.
live() {
    start_emulator --seed 3 "$@"
    status=0
    CLERK_SECRET_KEY=$key CLERK_BASE_URL=$base_url CLERK_CA_FILE=$ca_file \
        "$CLERK_BIN_DIR/live-smoke" >"$work/out" 2>"$work/err" || status=$?
    if grep -qF "$key" "$work/out" "$work/err"; then fail "the key is in the output"; fi
}
# remain N: organizations that the emulator still has.
remain() {
    local before=$status
    cp "$work/err" "$work/live.err"
    orgs list --limit 500
    expect_success
    expect_out "\"total_count\":$1\}$"
    status=$before
    cp "$work/live.err" "$work/err"
}

live
expect_success
for step in create get list update 'merge metadata' 'replace metadata' 'upload logo' 'delete logo' delete; do
    expect_out "^$step: ok$"
done
expect_lines 9 "$work/out"
remain 3

# A failing step is named, later steps do not run, and the organization is removed.
for operation in get_organization list_organizations update_organization merge_organization_metadata \
    replace_organization_metadata upload_organization_logo delete_organization_logo; do
    live --fault "status=422@on=$operation@count=1"
    expect_status 1
    case $operation in
        get_*) step='get' ;;
        list_*) step='list' ;;
        update_*) step='update' ;;
        merge_*) step='merge metadata' ;;
        replace_*) step='replace metadata' ;;
        upload_*) step='upload logo' ;;
        *) step='delete logo' ;;
    esac
    expect_lines 1 "$work/err"
    expect_err "^live-smoke: $step: $operation: .*422"
    if grep -q '^delete: ok' "$work/out"; then fail "$operation failed and later steps were run"; fi
    expect_out '^removed org_'
    remain 3
done

# A create that worked although it failed.
live --fault 'close-after-effect@on=create_organization@count=1'
expect_status 1
expect_err '^live-smoke: create: '
expect_out '^removed org_'
remain 3

# An organization that cannot be removed is named, with a separate exit status.
live --fault 'status=403@on=delete_organization'
expect_status 3
expect_err "^live-smoke: delete: "
expect_err "^live-smoke: left behind: org_.* \('clerk-cpp live smoke [0-9]+'\): .*403"
remain 4

# A search that fails as well.
live --fault 'close-after-effect@on=create_organization@count=1; status=500@on=list_organizations'
expect_status 3
expect_err "^live-smoke: cannot search for 'clerk-cpp live smoke [0-9]+': .*500"

# Interrupted in the middle: it still cleans up.
for signal in INT TERM; do
    start_emulator --seed 3 --fault 'latency=3000@on=update_organization'
    CLERK_SECRET_KEY=$key CLERK_BASE_URL=$base_url CLERK_CA_FILE=$ca_file \
        "$CLERK_BIN_DIR/live-smoke" >"$work/out" 2>"$work/err" &
    pid=$!
    tries=0
    until grep -q '^list: ok' "$work/out"; do
        ((++tries < 600)) || fail "live-smoke does not get to its third step"
        sleep 0.05
    done
    # A shell without job control makes its children ignore SIGINT until they install a handler.
    kill -"$signal" "$pid"
    status=0
    wait "$pid" || status=$?
    expect_status 1
    expect_err '^live-smoke: update: '
    expect_out '^removed org_'
    remain 3
done

# Keys that are not those of a development instance are refused before anything is sent; without one nothing is done.
for key_of in sk_live_abc pk_test_abc ' '; do
    status=0
    CLERK_SECRET_KEY=$key_of CLERK_BASE_URL=https://127.0.0.1:9/v1 "$CLERK_BIN_DIR/live-smoke" >"$work/out" 2>"$work/err" || status=$?
    case $key_of in
        ' ') expect_status 77 ;;
        *)
            expect_status 2
            expect_err 'development instance'
            ;;
    esac
    expect_no_out
    expect_lines 1 "$work/err"
done
