// The client uses bounded memory however much a peer sends.
#include "hostile/hostile_peer.hpp"
#include "support/printing.hpp"
#include "support/sanitized.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <cstddef>

#ifndef CLERK_TEST_SANITIZED

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> in_use{0};
std::atomic<std::size_t> peak{0};
constexpr std::size_t block_header = alignof(std::max_align_t);

void count(std::size_t size) noexcept {
    std::size_t const now = in_use += size;
    std::size_t seen = peak;
    while (now > seen && !peak.compare_exchange_weak(seen, now)) {
    }
}

}  // namespace

void* operator new(std::size_t size) {
    void* const memory = std::malloc(size + block_header);
    if (memory == nullptr) throw std::bad_alloc{};
    *static_cast<std::size_t*>(memory) = size;
    count(size);
    return static_cast<char*>(memory) + block_header;
}
void operator delete(void* block) noexcept {
    if (block == nullptr) return;
    void* const memory = static_cast<char*>(block) - block_header;
    in_use -= *static_cast<std::size_t*>(memory);
    std::free(memory);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace clerk::hostile {
BOOST_AUTO_TEST_SUITE(memory)

namespace {

namespace data = boost::unit_test::data;

struct Row {
    char const* name;
    std::string head;       // of the answer, and the beginning of its body
    std::string endlessly;  // repeated after it without end
    errc code;
};
std::ostream& operator<<(std::ostream& out, Row const& row) { return out << row.name; }

std::string const until_the_end = std::string{head_200} + "\r\n";
std::string const in_chunks = std::string{head_200} + "Transfer-Encoding: chunked\r\n\r\n";
std::string const failed = "HTTP/1.1 500 Failed\r\nContent-Type: text/html\r\n\r\n";

std::vector<Row> const rows{
    {"a value of a header", std::string{head_200} + "X: ", "xxxxxxxxxxxxxxxx", errc::response_headers_too_large},
    {"headers", std::string{head_200}, "X-Y: z\r\n", errc::response_headers_too_large},
    {"headers of a failure", "HTTP/1.1 500 Failed\r\n", "X-Y: z\r\n", errc::response_headers_too_large},
    {"interim answers", "", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", errc::malformed_response},
    {"white space", until_the_end, "        ", errc::response_body_too_large},
    {"white space in chunks", in_chunks, "1\r\n \r\n", errc::response_body_too_large},
    {"extensions of chunks", in_chunks + "1;", "x=y;", errc::response_headers_too_large},
    {"a string", until_the_end + R"({"name":")", "xxxxxxxx", errc::response_body_too_large},
    {"a key", until_the_end + R"({")", "xxxxxxxx", errc::response_body_too_large},
    {"a number", until_the_end + R"({"created_at":1)", "00000000", errc::response_body_too_large},
    {"metadata", until_the_end + R"({"private_metadata":{"":0)", R"(,"a":{"b":[1]})", errc::response_body_too_large},
    {"unknown members", until_the_end + R"({"id":"x")", R"(,"a":[{}])", errc::response_body_too_large},
    {"the same member", until_the_end + R"({"id":"x")", R"(,"name":"a name of a good length, to be stored")",
     errc::response_body_too_large},
    {"an error page", failed, "<b>x</b>", errc{}},
};

constexpr std::size_t body_limit = std::size_t{1} << 20U;

test::WireServer::Handler send_endlessly(Row const& row) {
    std::string piece;
    while (piece.size() < 16'000) piece += row.endlessly;
    return [piece, head = row.head](Session& session) {
        session.read_request();
        session.write(head);
        while (session.write(piece)) {
        }
    };
}

void limit_the_body(Config& config) { config.limits.max_response_body_bytes = body_limit; }

BOOST_DATA_TEST_CASE(of_one_call_is_bounded, data::make(rows), row) {
    Peer peer{send_endlessly(row), limit_the_body};
    peak = in_use.load();
    std::size_t const before = in_use;
    auto const result = peer.get();
    std::size_t const used = peak - before;
    BOOST_REQUIRE(!result);
    BOOST_TEST_CONTEXT(to_text(result)) {
        if (row.code == errc{}) {
            BOOST_TEST(result.error().status() == 500);
            BOOST_TEST(result.error().raw_body().size() == 65536U);
        } else {
            BOOST_TEST(result.error().code() == make_error_code(row.code));
        }
    }
    // Allows for growing texts that are copied to larger buffers, names, quotes and the buffers of the connection.
    BOOST_TEST(used < 6 * body_limit);
    peer.check_harmless();
}

// The largest memory use of a body: as many small items as a page may have.
BOOST_AUTO_TEST_CASE(of_a_page_is_bounded) {
    for (std::string const item : {R"({"id":"x"},)", "{},", "1,"}) {
        Row const row{"", until_the_end + R"({"data":[)", item, errc{}};
        Peer peer{send_endlessly(row), [](Config& config) { config.limits.max_response_body_bytes = 4U << 20U; }};
        peak = in_use.load();
        std::size_t const before = in_use;
        ListOrganizationsRequest const request{};
        auto const result = test::run(peer.io, peer.api->list_organizations(request));
        std::size_t const used = peak - before;
        BOOST_REQUIRE(!result);
        BOOST_TEST(result.error() == errc::malformed_body);
        BOOST_TEST(used < (std::size_t{256} << 20U));
        peer.check_harmless();
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::hostile

#endif
