#!/bin/sh
# Proves that scripts/check_layers fails where it must. usage: check_layers_test.sh CHECK_LAYERS
set -eu

check=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

fail() {
    echo "check_layers_test: $1" >&2
    failures=$((failures + 1))
}

# A tree with one file of one line; the include is given without "#include".
plant() {
    rm -rf "$tree/src" "$tree/include"
    mkdir -p "$(dirname "$tree/$1")"
    printf '#pragma once\n#include %s\n' "$2" >"$tree/$1"
}

accepts() {
    plant "$1" "$2"
    output=$("$check" "$tree" 2>&1) || fail "refused $2 in $1: $output"
}

# refuses FILE INCLUDE TEXT: the check fails, and its line names the file, the line and the reason.
refuses() {
    plant "$1" "$2"
    if output=$("$check" "$tree" 2>&1); then
        fail "accepted $2 in $1"
    else
        case $output in
            "$1:2: "*"$3"*) ;;
            *) fail "$2 in $1 gave an unclear line: $output" ;;
        esac
    fi
}

accepts src/base/a.cpp '"base/b.hpp"'
accepts src/base/a.cpp '<clerk/error.hpp>'
accepts src/base/cleanse.cpp '<openssl/crypto.h>'
accepts src/http/a.cpp '"base/b.hpp"'
accepts src/http/response_parser.hpp '<boost/beast/http/basic_parser.hpp>'
accepts src/http/response_parser.cpp '<boost/asio/buffer.hpp>'
accepts src/policy/a.cpp '"http/request.hpp"'
accepts src/policy/a.cpp '<chrono>'
accepts src/net/a.cpp '"policy/retry.hpp"'
accepts src/net/a.cpp '<boost/asio/ssl/stream.hpp>'
accepts src/net/a.cpp '<openssl/ssl.h>'
accepts src/core/a.cpp '"net/pool.hpp"'
accepts src/organizations/a.cpp '"core/client_core.hpp"'
accepts src/testing/a.cpp '"http/request.hpp"'
accepts src/testing/a.cpp '<boost/beast/http.hpp>'
accepts src/testing/a.cpp '<clerk/testing/emulator.hpp>'
accepts include/clerk/a.hpp '<boost/json/object.hpp>'
accepts include/clerk/a.hpp '<vector>'

# Arrows that run back.
refuses src/base/a.cpp '"http/b.hpp"' 'base must not include http'
refuses src/http/a.cpp '"policy/b.hpp"' 'http must not include policy'
refuses src/http/a.cpp '  "net/b.hpp"' 'http must not include net'
refuses src/policy/a.cpp '"net/b.hpp"' 'policy must not include net'
refuses src/net/a.cpp '"core/b.hpp"' 'net must not include core'
refuses src/core/a.cpp '"organizations/b.hpp"' 'core must not include organizations'
accepts src/organizations/a.cpp '"api/codec/decoder.hpp"'
accepts src/api/codec/a.cpp '"core/client_core.hpp"'
refuses src/api/codec/a.cpp '"organizations/b.hpp"' 'api must not include organizations'
refuses src/core/a.cpp '"api/b.hpp"' 'core must not include api'
refuses src/organizations/a.cpp '"testing/b.hpp"' 'organizations must not include testing'
refuses src/testing/a.cpp '"organizations/b.hpp"' 'testing must not include organizations'
refuses src/testing/a.cpp '"net/b.hpp"' 'testing must not include net'
refuses src/base/a.cpp '"b.hpp"' 'does not begin with a layer'
refuses src/base/a.cpp '"../net/b.hpp"' 'does not begin with a layer'
# Heavy and impure headers.
refuses src/core/a.cpp '<boost/beast/http.hpp>' 'Beast belongs to'
refuses src/http/a.cpp '<boost/beast/http.hpp>' 'Beast belongs to'
refuses src/core/a.cpp '<boost/asio/ssl.hpp>' 'TLS belongs to'
refuses src/base/a.cpp '<openssl/evp.h>' 'TLS belongs to'
refuses src/base/cleanse.cpp '<openssl/ssl.h>' 'TLS belongs to'
refuses src/base/a.cpp '<boost/asio/buffer.hpp>' 'does no I/O'
refuses src/http/a.cpp '<boost/asio/awaitable.hpp>' 'does no I/O'
refuses src/policy/a.cpp '<boost/asio/steady_timer.hpp>' 'does no I/O'
refuses src/policy/a.cpp '<random>' 'policy is pure'
refuses src/policy/a.cpp '<iostream>' 'policy is pure'
refuses src/net/a.cpp '<unistd.h>' 'not portable'
refuses src/net/a.cpp '<boost/asio/steady_timer.hpp>' 'base::Clock'
refuses src/testing/a.cpp '<sys/socket.h>' 'not portable'
# Public headers.
refuses include/clerk/a.hpp '"base/b.hpp"' 'public header must not include'
refuses include/clerk/a.hpp '<boost/beast/core.hpp>' 'Beast belongs to'
refuses include/clerk/testing/a.hpp '<boost/beast/core.hpp>' 'Beast belongs to'
refuses include/clerk/testing/a.hpp '<openssl/ssl.h>' 'TLS belongs to'
refuses include/clerk/a.hpp '<clerk/testing/emulator.hpp>' 'only the testing library'
refuses include/clerk/a.hpp '<CLI/CLI.hpp>' 'must not depend on'
# What cannot be judged is refused.
refuses src/base/a.cpp 'HEADER' 'through a macro'
refuses src/base/a.cpp '"util/b.hpp"' 'does not begin with a layer'

plant src/util/a.cpp '<vector>'
if "$check" "$tree" >/dev/null 2>&1; then fail "accepted an unknown layer"; fi

rm -rf "$tree/src" "$tree/include"
if "$check" "$tree" >/dev/null 2>&1; then fail "accepted an empty tree"; fi

# One bad file among good ones is found.
plant src/policy/bad.cpp '"core/b.hpp"'
mkdir -p "$tree/src/base"
printf '#include <string>\n' >"$tree/src/base/good.cpp"
if "$check" "$tree" >/dev/null 2>&1; then fail "missed a bad file among good ones"; fi

[ "$failures" -eq 0 ]
