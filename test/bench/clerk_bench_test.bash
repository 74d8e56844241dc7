# clerk-bench as a program, against the emulator.
. "$(dirname "$0")/../cli/harness.bash"

export CLERK_SECRET_KEY=$key

# bench OPTION…: runs clerk-bench against the current server.
bench() {
    status=0
    timeout 60 "$CLERK_BIN_DIR/clerk-bench" "$@" >"$work/out" 2>"$work/err" || status=$?
}
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p" "$work/out"; }

# measured REQUESTS ERRORS: checks for one line with exactly the documented members.
measured() {
    [ "$(wc -l <"$work/out")" -eq 1 ] || fail "not one line"
    [ "$(tr ',' '\n' <"$work/out" | sed 's/^{*"\([a-z0-9_]*\)":.*/\1/' | tr '\n' ' ')" = "requests errors elapsed_s requests_per_s \
cpu_us_per_request p50_us p99_us p999_us connections_opened tls_resumed max_rss_kb " ] || fail "other members"
    [ "$(field requests)" -eq "$1" ] || fail "requests, not $1"
    [ "$(field errors)" -eq "$2" ] || fail "errors, not $2"
    if grep -q "$key" "$work/out" "$work/err"; then fail "the key was printed"; fi
}

bench --help
expect_status 0
expect_out '--export'
bench --base-url https://127.0.0.1:1/v1
expect_status 2
expect_err '--get'
expect_no_out

start_emulator --seed 1200
server=(--base-url "$base_url" --ca-file "$ca_file")

bench "${server[@]}" --list 10 --requests 40 --warmup 8 --concurrency 4
expect_status 0
measured 40 0
[ "$(field connections_opened)" -eq 4 ] || fail "connections"
[ "$(field cpu_us_per_request | cut -d. -f1)" -gt 0 ] || fail "no CPU"

bench "${server[@]}" --list 1 --requests 30 --warmup 3 --concurrency 8 --connections 2 --threads 2
expect_status 0
measured 30 0
[ "$(field connections_opened)" -le 2 ] || fail "more connections than allowed"

bench "${server[@]}" --export 1200 --page-size 100 --prefetch 3
expect_status 0
measured 12 0

bench "${server[@]}" --export 1100 --page-size 500 --prefetch 0 --details
expect_status 0
[ "$(field requests)" -eq 3 ] && [ "$(field organizations)" -eq 1100 ] || fail "a part of a page"

# More organizations than exist: the existing ones are measured, and the difference is reported.
bench "${server[@]}" --export 1201 --page-size 500
expect_err 'only 1200'

# The same first answer from different requests.
bench "${server[@]}" --list 5 --requests 5 --warmup 0 --details
first=$(field checksum)
bench "${server[@]}" --list 5 --requests 9 --warmup 3 --concurrency 1 --details
[ -n "$first" ] && [ "$(field checksum)" = "$first" ] || fail "checksum"

bench "${server[@]}" --get org_missing --requests 10 --warmup 2
expect_status 1
measured 10 10
expect_err 'resource_not_found|404'
[ "$(wc -l <"$work/err")" -eq 1 ] || fail "more than the first error"

CLERK_SECRET_KEY=sk_test_wrong bench "${server[@]}" --list 1 --requests 3 --warmup 0
expect_status 1
expect_err '401|clerk_key_invalid'

bench --base-url "$base_url" --ca-file "$work/none.pem" --list 1
expect_status 1
expect_err 'tls.ca_file'
expect_no_out
