#include "transport/connect/address_cache.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace clerk::transport {
namespace {

using boost::asio::ip::make_address;
using boost::asio::ip::tcp;
using namespace std::chrono_literals;

tcp::endpoint address(int number) {
    return {make_address("192.0.2." + std::to_string(number)), static_cast<unsigned short>(443)};
}
Addresses parsed(std::vector<std::string> const& texts) {
    Addresses out;
    for (auto const& text : texts) out.emplace_back(make_address(text), static_cast<unsigned short>(443));
    return out;
}
SharedAddresses addresses(std::initializer_list<int> numbers) {
    auto out = std::make_shared<Addresses>();
    for (int const number : numbers) out->push_back(address(number));
    return out;
}

TimePoint const t0{1h};

}  // namespace

BOOST_AUTO_TEST_SUITE(address_order)

BOOST_AUTO_TEST_CASE(families_alternate) {
    struct Row {
        std::vector<std::string> in;
        std::vector<std::string> out;
    };
    std::vector<Row> const rows{
        {{}, {}},
        {{"192.0.2.1"}, {"192.0.2.1"}},
        {{"::1", "::2", "192.0.2.1", "192.0.2.2"}, {"::1", "192.0.2.1", "::2", "192.0.2.2"}},
        {{"192.0.2.1", "192.0.2.2", "::1"}, {"192.0.2.1", "::1", "192.0.2.2"}},
        {{"::1", "::2", "::3", "192.0.2.1"}, {"::1", "192.0.2.1", "::2", "::3"}},
        {{"::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"}, {"::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"}},
        {{"192.0.2.1", "192.0.2.1", "::1", "192.0.2.1", "::1"}, {"192.0.2.1", "::1"}},
    };
    for (Row const& row : rows) BOOST_TEST((interleave_families(parsed(row.in)) == parsed(row.out)));
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_and_each_family_keeps_its_order) {
    constexpr unsigned seed = 8305;
    std::mt19937 random{seed};
    for (int round = 0; round < 2000; ++round) {
        BOOST_TEST_CONTEXT("seed " << seed << ", round " << round) {
            Addresses in;
            for (auto left = random() % 12; left != 0; --left) {
                std::string const number = std::to_string(1 + random() % 9);
                in.emplace_back(make_address(random() % 2 == 0 ? "192.0.2." + number : "2001:db8::" + number),
                                static_cast<unsigned short>(443));
            }
            Addresses const out = interleave_families(in);
            Addresses unique;
            for (auto const& address : in) {
                if (std::find(unique.begin(), unique.end(), address) == unique.end()) unique.push_back(address);
            }
            BOOST_REQUIRE_EQUAL(out.size(), unique.size());
            if (!in.empty()) BOOST_TEST((out.front() == in.front()));
            for (bool const v6 : {false, true}) {
                auto const other = [v6](tcp::endpoint const& e) { return e.address().is_v6() != v6; };
                Addresses left = out;
                Addresses right = unique;
                left.erase(std::remove_if(left.begin(), left.end(), other), left.end());
                right.erase(std::remove_if(right.begin(), right.end(), other), right.end());
                BOOST_TEST((left == right));
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(address_cache)

BOOST_AUTO_TEST_CASE(addresses_live_until_the_limit) {
    AddressCache cache{30s};
    BOOST_TEST(cache.find(t0) == nullptr);
    auto const stored = addresses({1, 2});
    cache.store(stored, t0);
    BOOST_TEST(cache.find(t0) == stored);
    BOOST_TEST(cache.find(t0 + 30s - 1ns) == stored);
    BOOST_TEST(cache.find(t0 + 30s) == nullptr);
    cache.store(stored, t0 + 40s);
    BOOST_TEST(cache.find(t0 + 69s) == stored);
}

BOOST_AUTO_TEST_CASE(a_lifetime_of_zero_keeps_nothing) {
    AddressCache cache{0s};
    cache.store(addresses({1}), t0);
    BOOST_TEST(cache.find(t0) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_failed_connect_forgets_what_it_was_given_only) {
    AddressCache cache{30s};
    auto const first = addresses({1});
    auto const second = addresses({2});
    cache.store(first, t0);
    cache.store(second, t0 + 1s);
    cache.failed(first);
    BOOST_TEST(cache.find(t0 + 2s) == second);
    cache.failed(second);
    BOOST_TEST(cache.find(t0 + 2s) == nullptr);
    cache.failed(second);
}

BOOST_AUTO_TEST_CASE(an_address_that_answered_is_tried_first) {
    AddressCache cache{30s};
    auto const stored = addresses({1, 2, 3, 4});
    cache.store(stored, t0);
    cache.succeeded(stored, address(1));
    BOOST_TEST(cache.find(t0) == stored);
    cache.succeeded(stored, address(3));
    BOOST_TEST((*cache.find(t0) == *addresses({3, 1, 2, 4})));
    BOOST_TEST(cache.find(t0 + 30s) == nullptr);  // its lifetime was not extended
    // A late report about the previous order.
    auto const reordered = cache.find(t0);
    cache.succeeded(stored, address(4));
    cache.failed(stored);
    BOOST_TEST(cache.find(t0) == reordered);
    cache.succeeded(reordered, address(9));
    BOOST_TEST(cache.find(t0) == reordered);
}

BOOST_AUTO_TEST_CASE(an_address_that_failed_is_tried_last) {
    AddressCache cache{30s};
    auto const stored = addresses({1, 2, 3});
    cache.store(stored, t0);
    cache.disappointed(stored, address(1));
    auto const reordered = cache.find(t0);
    BOOST_TEST((*reordered == *addresses({2, 3, 1})));
    BOOST_TEST(cache.find(t0 + 30s) == nullptr);  // its lifetime was not extended
    // A late report about the previous order, and one about an unknown address.
    cache.disappointed(stored, address(2));
    cache.disappointed(reordered, address(9));
    BOOST_TEST(cache.find(t0) == reordered);
    cache.disappointed(reordered, address(3));
    BOOST_TEST((*cache.find(t0) == *addresses({2, 1, 3})));
    // There is no other address to try.
    auto const only = addresses({1});
    cache.store(only, t0);
    cache.disappointed(stored, address(1));
    BOOST_TEST(cache.find(t0) == only);
    cache.disappointed(only, address(1));
    BOOST_TEST(cache.find(t0) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
