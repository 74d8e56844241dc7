#include "transport/connect/address_order.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace clerk::transport {
namespace {

using boost::asio::ip::make_address;
using boost::asio::ip::tcp;

Addresses addresses(std::vector<std::string> const& texts) {
    Addresses out;
    for (auto const& text : texts) out.emplace_back(make_address(text), static_cast<unsigned short>(443));
    return out;
}

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
    for (Row const& row : rows) BOOST_TEST((interleave_families(addresses(row.in)) == addresses(row.out)));
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

}  // namespace clerk::transport
