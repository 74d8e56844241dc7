// Pages with wrong totals, items and ends of the list: a walk ends in bounded time.
#include "hostile/hostile_peer.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <atomic>
#include <cstdlib>
#include <set>

namespace clerk::hostile {
BOOST_AUTO_TEST_SUITE(pages)

namespace {

namespace data = boost::unit_test::data;

struct Asked {
    std::int64_t offset;
    std::int64_t limit;
    int number;  // of the request, from 0
};

std::string item(std::int64_t number) {
    std::string const text = std::to_string(number);
    return R"({"id":"org_)" + text + R"(","created_at":)" + text + "}";
}
std::string items(std::int64_t first, std::int64_t count) {
    std::string out;
    for (std::int64_t i = 0; i < count; ++i) out += (i == 0 ? "" : ",") + item(first + i);
    return out;
}
std::string page(std::string const& data, std::string const& total) {
    return R"({"data":[)" + data + R"(],"total_count":)" + total + "}";
}
std::string page(std::string const& data, std::int64_t total) { return page(data, std::to_string(total)); }

enum class Ends { well, stalled, malformed };

struct Row {
    char const* name;
    std::function<std::string(Asked const&)> body;
    Ends ends;
    int most_requests;
};
std::ostream& operator<<(std::ostream& out, Row const& row) { return out << row.name; }

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

std::vector<Row> const rows{
    {"no total", [](Asked const& a) { return R"({"data":[)" + items(a.offset, a.limit) + "]}"; }, Ends::malformed, 4},
    {"a negative total", [](Asked const& a) { return page(items(a.offset, a.limit), "-1"); }, Ends::malformed, 4},
    {"a total of 2^63", [](Asked const& a) { return page(items(a.offset, a.limit), "9223372036854775808"); },
     Ends::malformed, 4},
    {"a total of 1e30", [](Asked const& a) { return page(items(a.offset, a.limit), "1e30"); }, Ends::malformed, 4},
    {"a total in text", [](Asked const& a) { return page(items(a.offset, a.limit), "\"7\""); }, Ends::malformed, 4},
    {"no data", [](Asked const&) { return std::string{R"({"total_count":5})"}; }, Ends::malformed, 4},
    {"data that is null", [](Asked const&) { return std::string{R"({"data":null,"total_count":5})"}; }, Ends::malformed,
     4},
    {"data that is an object", [](Asked const&) { return std::string{R"({"data":{},"total_count":5})"}; },
     Ends::malformed, 4},
    {"the largest total, then nothing",
     [](Asked const& a) { return page(a.offset < 30 ? items(a.offset, a.limit) : "", most); }, Ends::well, 12},
    {"the largest total, the same page", [](Asked const& a) { return page(items(0, a.limit), most); }, Ends::stalled,
     12},
    {"a total of nothing beside items", [](Asked const& a) { return page(items(a.offset, a.limit), 0); }, Ends::well,
     4},
    {"a total that shrinks below the position",
     [](Asked const& a) { return page(items(a.offset, a.limit), a.number < 2 ? 100 : 5); }, Ends::well, 12},
    {"a total that grows a little",
     [](Asked const& a) { return page(items(a.offset, a.offset < 60 ? a.limit : 0), 20 + 10 * a.number); }, Ends::well,
     20},
    {"a total that flickers",
     [](Asked const& a) { return page(items(a.offset, a.offset < 100 ? a.limit : 0), a.number % 2 == 0 ? 1000 : 200); },
     Ends::well, 40},
    {"items that cannot be read",
     [](Asked const& a) { return page(a.offset < 30 ? "1,{},null,[],\"x\",{\"id\":7},true,2,3,4" : "", 30); },
     Ends::well, 12},
    {"one item at a time", [](Asked const& a) { return page(items(a.offset, a.offset < 25 ? 1 : 0), 25); }, Ends::well,
     120},
    {"far more than was asked for", [](Asked const& a) { return page(items(a.offset, 3000), 3000); }, Ends::well, 12},
    {"too many for any page", [](Asked const&) { return page(items(0, 100'001), 100'001); }, Ends::malformed, 4},
    {"too many odd ones for any page",
     [](Asked const&) {
         std::string odd = "1";
         for (int i = 0; i < 100'001; ++i) odd += ",1";
         return page(odd, 100'001);
     },
     Ends::malformed, 4},
};

struct Walked {
    std::optional<Error> error{};
    std::size_t delivered{};
    std::size_t undecoded{};
};

// One coroutine for all pages: io_context::run() returns some milliseconds after the last call.
boost::asio::awaitable<Walked> walk(OrganizationPaginator& pages, std::atomic<int> const& count, int most_requests) {
    Walked walked{};
    while (!pages.done() && count <= most_requests) {
        auto const next = co_await pages.next_page();
        if (!next) {
            walked.error = next.error();
            break;
        }
        walked.delivered += next->size();
        walked.undecoded += next->undecoded.size();
    }
    co_return walked;
}

void check_walk(Row const& row, PaginatorOptions const& options, Ends ends, int most_requests) {
    std::atomic<int> count{0};
    test::WireServer server{[&](Session& session) {
        for (std::string request; !(request = session.read_request()).empty();) {
            auto const parameter = [&request](std::string const& name) {
                std::size_t const at = request.find(name);
                return at == std::string::npos ? 0 : std::strtoll(request.c_str() + at + name.size(), nullptr, 10);
            };
            session.write(test::http_response(200, row.body({parameter("offset="), parameter("limit="), count++})));
        }
    }};
    boost::asio::io_context io;
    Client const client{io.get_executor(), server.config()};
    OrganizationsApi api{client};
    ListOrganizationsRequest const request{};
    auto pages = api.paginate(request, options);
    auto const [error, delivered, undecoded] = test::run(io, walk(pages, count, most_requests));
    BOOST_REQUIRE(count <= most_requests);
    BOOST_TEST_CONTEXT((error ? to_string(*error) : std::string{"no error"})) {
        switch (ends) {
            case Ends::well:
                BOOST_TEST(!error.has_value());
                break;
            case Ends::stalled:
                BOOST_TEST((error && *error == errc::pagination_stalled));
                break;
            case Ends::malformed:
                BOOST_TEST((error && *error == condition::decode));
                break;
        }
    }
    BOOST_TEST(pages.delivered() == static_cast<std::int64_t>(delivered));
    BOOST_TEST(pages.undecoded() == static_cast<std::int64_t>(undecoded));
    BOOST_TEST(count <= most_requests);
    WalkReport const report = pages.report();
    BOOST_TEST(report.delivered == static_cast<std::int64_t>(delivered));
    BOOST_TEST(report.complete == report.doubt.empty());
    if (error || undecoded != 0) BOOST_TEST(!report.complete);
}

// The result of an anchored walk if it differs: it requests more after a full page that reaches the total.
struct AnchoredEnd {
    Ends ends;
    int most_requests;
};
AnchoredEnd anchored_end(Row const& row) {
    std::string_view const name = row.name;
    // As many pages as a list may grow beyond its first total.
    constexpr int growth = 1100;
    if (name == "a total of nothing beside items") return {Ends::stalled, growth};
    if (name == "a total that shrinks below the position") return {Ends::stalled, growth};
    return {row.ends, 3 * row.most_requests};
}

BOOST_DATA_TEST_CASE(that_lie, data::make<std::size_t>({0, 4}) * data::make(rows), prefetch, row) {
    check_walk(row, {.page_size = 10, .prefetch = prefetch}, row.ends, row.most_requests);
}

BOOST_DATA_TEST_CASE(that_lie_to_an_anchored_walk, data::make<std::size_t>({0, 4}) * data::make(rows), prefetch, row) {
    AnchoredEnd const expected = anchored_end(row);
    check_walk(row, {.page_size = 10, .prefetch = prefetch, .anchored = true}, expected.ends, expected.most_requests);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::hostile
