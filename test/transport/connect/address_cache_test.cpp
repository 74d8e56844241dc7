#include "transport/connect/address_cache.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>

namespace clerk::transport {
namespace {

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

tcp::endpoint address(int number) {
    return {boost::asio::ip::make_address("192.0.2." + std::to_string(number)), static_cast<unsigned short>(443)};
}
SharedAddresses addresses(std::initializer_list<int> numbers) {
    auto out = std::make_shared<Addresses>();
    for (int const number : numbers) out->push_back(address(number));
    return out;
}

TimePoint const t0{1h};

}  // namespace

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

BOOST_AUTO_TEST_CASE(what_answered_is_tried_first) {
    AddressCache cache{30s};
    auto const stored = addresses({1, 2, 3, 4});
    cache.store(stored, t0);
    cache.succeeded(stored, address(1));
    BOOST_TEST(cache.find(t0) == stored);
    cache.succeeded(stored, address(3));
    BOOST_TEST((*cache.find(t0) == *addresses({3, 1, 2, 4})));
    BOOST_TEST(cache.find(t0 + 30s) == nullptr);  // no younger for it
    // Late news about the order before.
    auto const reordered = cache.find(t0);
    cache.succeeded(stored, address(4));
    cache.failed(stored);
    BOOST_TEST(cache.find(t0) == reordered);
    cache.succeeded(reordered, address(9));
    BOOST_TEST(cache.find(t0) == reordered);
}

BOOST_AUTO_TEST_CASE(what_disappointed_is_tried_last) {
    AddressCache cache{30s};
    auto const stored = addresses({1, 2, 3});
    cache.store(stored, t0);
    cache.disappointed(stored, address(1));
    auto const reordered = cache.find(t0);
    BOOST_TEST((*reordered == *addresses({2, 3, 1})));
    BOOST_TEST(cache.find(t0 + 30s) == nullptr);  // no younger for it
    // Late news about the order before, and about a stranger.
    cache.disappointed(stored, address(2));
    cache.disappointed(reordered, address(9));
    BOOST_TEST(cache.find(t0) == reordered);
    cache.disappointed(reordered, address(3));
    BOOST_TEST((*cache.find(t0) == *addresses({2, 1, 3})));
    // There is no other to try.
    auto const only = addresses({1});
    cache.store(only, t0);
    cache.disappointed(stored, address(1));
    BOOST_TEST(cache.find(t0) == only);
    cache.disappointed(only, address(1));
    BOOST_TEST(cache.find(t0) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
