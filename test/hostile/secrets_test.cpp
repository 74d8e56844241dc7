// A peer that sends the request back: the key is in no error, in any part and form of the answer.
#include "hostile/hostile_peer.hpp"

#include <clerk/observer.hpp>

#include <mutex>
#include <sstream>
#include <vector>

namespace clerk::hostile {
BOOST_AUTO_TEST_SUITE(secrets)

namespace {

struct Row {
    char const* name;
    int status;
    std::string content_type;
    std::function<std::string(std::string const&)> body;  // of the request
    std::string headers{};
};

std::string quoted(std::string const& text) {
    std::string out = "\"";
    for (char const c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\r')
            out += "\\r";
        else if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out + '"';
}

std::vector<Row> const rows{
    {"a debug page", 500, "text/html", [](auto& request) { return "<pre>" + request + "</pre>"; }},
    {"a debug page that is cut within the key", 502, "text/html",
     [](auto& request) {
         std::size_t const at = request.find(key);
         return std::string(65536 - 10, 'x') + request.substr(at);
     }},
    {"a plain page with a success", 200, "text/plain", [](auto& request) { return request; }},
    {"an error document", 422, "application/json",
     [](auto& request) {
         return R"({"errors":[{"code":"x","message":)" + quoted(request) + R"(,"long_message":)" + quoted(request) +
                R"(,"meta":{"param_name":)" + quoted(request) + R"(}}],"clerk_trace_id":)" + quoted(request) + "}";
     }},
    {"an escaped error document", 401, "application/json",
     [](auto&) {
         return std::string{R"({"errors":[{"code":"\u0073k_test_wire","message":"the key sk\u005ftest\u005fwire"}]})"};
     }},
    {"headers", 500, "application/json", [](auto&) { return std::string{}; },
     "cf-ray: sk_test_wire\r\nX-Echo: Bearer sk_test_wire\r\n"},
    {"a trace id", 500, "application/json", [](auto&) { return std::string{"{}"}; },
     "Clerk-Trace-Id: sk_test_wire\r\n"},
    {"a redirect", 302, "text/html", [](auto&) { return std::string{}; },
     "Location: https://elsewhere.test/?key=sk_test_wire\r\n"},
    {"a body that is no JSON", 200, "application/json", [](auto& request) { return request; }},
    {"a value of another type", 200, "application/json",
     [](auto& request) { return R"({"id":"org_1","created_at":)" + quoted(request) + "}"; }},
    {"a name that nobody knows", 200, "application/json",
     [](auto& request) { return R"({"id":7,)" + quoted(request) + ":1}"; }},
};

struct Trace final : Observer {
    void on_call(CallRecord const& record) noexcept override {
        std::ostringstream out;
        out << record.operation << ' ' << record.trace_id << ' ' << record.code.message();
        std::lock_guard const lock{mutex};
        text += out.str();
    }
    std::mutex mutex{};
    std::string text{};
};

void check_text(std::string_view where, std::string_view text) {
    BOOST_TEST(text.find(key) == std::string_view::npos, where << ": " << text);
    BOOST_TEST(text.find("Bearer sk_") == std::string_view::npos, where << ": " << text);
}

BOOST_AUTO_TEST_CASE(the_key_does_not_come_back) {
    for (Row const& row : rows) {
        auto const trace = std::make_shared<Trace>();
        Peer peer{[&row](Session& session) {
                      std::string const request = session.read_request();
                      std::string const body = row.body(request);
                      session.write("HTTP/1.1 " + std::to_string(row.status) + " Status\r\nContent-Type: " +
                                    row.content_type + "\r\n" + row.headers + length_of(body) + "\r\n" + body);
                      session.close();
                  },
                  [&trace](Config& config) { config.observer = trace; }};
        auto const result = peer.get();
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_REQUIRE(!result);
            Error const& error = result.error();
            BOOST_REQUIRE(peer.server.requests().size() == 1U);
            BOOST_TEST(peer.server.requests()[0].find(key) != std::string::npos);  // the request contained the key
            std::ostringstream printed;
            printed << error;
            check_text("operator<<", printed.str());
            check_text("what()", Exception{error}.what());
            check_text("message", error.message());
            check_text("field", error.field());
            check_text("trace id", error.trace_id());
            check_text("raw body", error.raw_body());
            for (auto const& field : error.headers()) {
                check_text("header name", field.name);
                check_text("header value", field.value);
            }
            for (ApiError const& entry : error.errors()) {
                check_text("code", entry.code);
                check_text("message", entry.message);
                check_text("long message", entry.long_message);
                check_text("meta", entry.meta.text());
            }
            check_text("meta", error.details().meta.text());
            check_text("observer", trace->text);
            BOOST_TEST(!trace->text.empty());
        }
        peer.check_harmless();
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::hostile
