// Declarations that the C++ blocks of README.md and docs/ use, see snippets.awk.
#pragma once

#include <boost/asio.hpp>
#include <clerk.hpp>
#include <clerk/testing/emulator.hpp>

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace asio = boost::asio;
using clerk::awaitable;

struct MyMetrics : clerk::Observer {
    void on_call(clerk::CallRecord const&) noexcept override {}
};

inline std::array<unsigned char, 32> const pin{};

#define BOOST_TEST(condition) static_cast<void>(condition)

// The parameters of every block; a block may declare the same names for itself.
#define SNIPPET_PARAMETERS                                                                                     \
    [[maybe_unused]] asio::io_context &io, [[maybe_unused]] clerk::Config &config,                             \
        [[maybe_unused]] clerk::Client &client, [[maybe_unused]] clerk::OrganizationsApi organizations,        \
        [[maybe_unused]] clerk::OrganizationMembershipsApi memberships,                                        \
        [[maybe_unused]] clerk::OrganizationInvitationsApi invitations,                                        \
        [[maybe_unused]] clerk::OrganizationRolesApi roles, [[maybe_unused]] clerk::Organization organization, \
        [[maybe_unused]] clerk::testing::Emulator &emulator

struct Snippet {
    std::string where;
    awaitable<void> (*body)(SNIPPET_PARAMETERS);
};
extern std::vector<Snippet> const snippets;  // in the order of the documents
