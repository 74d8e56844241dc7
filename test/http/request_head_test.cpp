#include "http/request_head.hpp"

#include <clerk/version.hpp>

#include "http/connect_tunnel.hpp"
#include "http/proxy.hpp"
#include "support/freed_memory_watch.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(request_head)

namespace {

using namespace clerk::http;

constexpr std::string_view key = "sk_live_a_key_that_must_not_stay_in_memory";

class ZeroStream final : public BodyStream {
public:
    explicit ZeroStream(std::uint64_t size) noexcept : size_{size} {}
    [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
    bool rewind() override { return true; }
    std::size_t read(std::span<char>) override { return 0; }

private:
    std::uint64_t size_;
};

RequestHead head_for(std::string_view url, std::string_view api_version = {}, std::string_view user_agent = {}) {
    return RequestHead{parse_base_url(url).value(), api_version, user_agent, clerk::Secret{key}};
}

Request request_for(Method method, std::string target, std::string content_type = {}, std::string body = {}) {
    Request request;
    request.method = method;
    request.target = std::move(target);
    if (!content_type.empty()) request.content = text_content(std::move(content_type), std::move(body));
    return request;
}

std::string written(RequestHead const& head, Request const& request) {
    SecretBuffer out;
    head.append_request(out, request);
    return std::string{std::string_view{out}};
}

std::string common_fields(std::string const& host) {
    return "Host: " + host + "\r\nAuthorization: Bearer " + std::string{key} +
           "\r\nAccept: application/json\r\nClerk-API-Version: 2026-05-12\r\nUser-Agent: "
           "clerk-cpp/" CLERK_VERSION_STRING "\r\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(writes_exact_bytes) {
    RequestHead const head = head_for("");
    std::string const common = common_fields("api.clerk.com");
    BOOST_TEST(head.secret() == key);
    BOOST_TEST(written(head, request_for(Method::get, "/organizations?limit=10")) ==
               "GET /v1/organizations?limit=10 HTTP/1.1\r\n" + common + "\r\n");
    BOOST_TEST(written(head, request_for(Method::post, "/organizations", "application/json", R"({"name":"A"})")) ==
               "POST /v1/organizations HTTP/1.1\r\n" + common +
                   "Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"A\"}");
    BOOST_TEST(written(head, request_for(Method::delete_, "/organizations/org_1/logo")) ==
               "DELETE /v1/organizations/org_1/logo HTTP/1.1\r\n" + common + "\r\n");
}

BOOST_AUTO_TEST_CASE(headers_of_a_call_take_the_place_of_default_ones) {
    clerk::Headers const defaults{{"X-Team", "billing"}, {"X-Kept", "1"}, {"x-team", "ops"}};
    RequestHead const head{parse_base_url("").value(), {}, {}, clerk::Secret{key}, true, defaults};
    std::string const common = common_fields("api.clerk.com") + "Accept-Encoding: gzip\r\n";
    Request request = request_for(Method::get, "/x");
    BOOST_TEST(written(head, request) ==
               "GET /v1/x HTTP/1.1\r\n" + common + "X-Team: billing\r\nX-Kept: 1\r\nx-team: ops\r\n\r\n");
    request.headers = std::make_unique<std::string const>("X-TEAM: mine\r\nX-New: 2\r\n");
    BOOST_TEST(written(head, request) ==
               "GET /v1/x HTTP/1.1\r\n" + common + "X-Kept: 1\r\nX-TEAM: mine\r\nX-New: 2\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_new_key_takes_the_place_of_the_old) {
    RequestHead head{parse_base_url("").value(), {}, {}, clerk::Secret{"sk_test_short"}, false, {{"X-Team", "a"}}};
    for (std::string_view const next : {key, std::string_view{"k"}, key}) {
        head.set_secret(clerk::Secret{next});
        BOOST_TEST(head.secret() == next);
        SecretBuffer out{"before"};
        Request const request = request_for(Method::get, "/x");
        head.append_request(out, request);
        BOOST_TEST(RequestHead::secret_of(out) == next);
        BOOST_TEST(std::string_view{out}.find("Bearer " + std::string{next} + "\r\nAccept") != std::string_view::npos);
        BOOST_TEST(out.ends_with("\r\nX-Team: a\r\n\r\n"));
        Request other = request_for(Method::get, "/x");
        other.headers = std::make_unique<std::string const>("X-Team: b\r\n");
        SecretBuffer replaced{"before"};
        head.append_request(replaced, other);
        BOOST_TEST((replaced == out.substr(0, out.find("X-Team: a")) + "X-Team: b\r\n\r\n"));
    }
}

BOOST_AUTO_TEST_CASE(uses_origin_version_and_user_agent) {
    std::string const text =
        written(head_for("https://[::1]:8443", "2025-11-10", "my-server/1.4"), request_for(Method::get, "/x"));
    BOOST_TEST(text.starts_with("GET /x HTTP/1.1\r\nHost: [::1]:8443\r\n"));
    BOOST_TEST(text.find("\r\nClerk-API-Version: 2025-11-10\r\n") != std::string::npos);
    BOOST_TEST(text.find("\r\nUser-Agent: clerk-cpp/" CLERK_VERSION_STRING " my-server/1.4\r\n") != std::string::npos);
    BOOST_TEST(text.find("2026-05-12") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(states_the_length_where_a_body_is_expected) {
    RequestHead const head = head_for("");
    auto const length_of = [&head](Request const& request) -> std::string {
        std::string const text = written(head, request);
        std::size_t const begin = text.find("Content-Length: ");
        if (begin == std::string::npos) return "none";
        return text.substr(begin + 16, text.find("\r\n", begin) - begin - 16);
    };
    for (Method const method : {Method::post, Method::put, Method::patch}) {
        BOOST_TEST(length_of(request_for(method, "/x")) == "0");
        BOOST_TEST(length_of(request_for(method, "/x", "application/json", "{}")) == "2");
    }
    for (Method const method : {Method::get, Method::delete_}) {
        BOOST_TEST(length_of(request_for(method, "/x")) == "none");
        BOOST_TEST(length_of(request_for(method, "/x", "text/plain", "abc")) == "3");
    }
    for (std::uint64_t const size : {std::uint64_t{0}, std::uint64_t{10'485'760}, UINT64_MAX}) {
        Request request = request_for(Method::put, "/x", "multipart/form-data; boundary=b");
        request.content->stream = std::make_unique<ZeroStream>(size);
        BOOST_TEST(length_of(request) == std::to_string(size));
        BOOST_TEST(written(head, request).ends_with("\r\n\r\n"));
    }
}

BOOST_AUTO_TEST_CASE(a_large_body_goes_apart) {
    RequestHead const head = head_for("");
    for (std::size_t const beyond : {0U, 1U}) {
        std::string const body(Content::largest_copied_text + beyond, 'x');
        Request const request = request_for(Method::post, "/organizations", "application/json", body);
        std::string const text = written(head, request);
        std::string const end = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
        BOOST_TEST(request.content->goes_with_head() == (beyond == 0));
        BOOST_TEST(text.ends_with(beyond == 0 ? end + body : end));
    }
}

BOOST_AUTO_TEST_CASE(appends_behind_what_is_there) {
    RequestHead const head = head_for("");
    SecretBuffer out{"before"};
    head.append_request(out, request_for(Method::get, "/a"));
    head.append_request(out, request_for(Method::get, "/b"));
    std::string const one = written(head, request_for(Method::get, "/a"));
    std::string const two = written(head, request_for(Method::get, "/b"));
    BOOST_TEST((std::string_view{out} == "before" + one + two));
}

BOOST_AUTO_TEST_CASE(allocates_once_and_leaves_no_key_behind) {
    Request const request = request_for(Method::post, "/organizations", "application/json", std::string(5000, 'x'));
    bool const leaked = [&request] {
        clerk::test::FreedMemoryWatch const watch{key};
        {
            RequestHead const head{parse_base_url("").value(), {}, {}, clerk::Secret{key}};
            RequestHead const copy = head;
            SecretBuffer out;
            std::size_t const before = watch.allocations();
            copy.append_request(out, request);
            BOOST_TEST(watch.allocations() == before + 1);
            out.clear();
            copy.append_request(out, request);
            BOOST_TEST(watch.allocations() == before + 1);
            out.append(20000, 'y');
            SecretBuffer const moved = std::move(out);
        }
        return watch.leaked();
    }();
    BOOST_TEST(!leaked);
}

// In this file because only one file of a program can include the memory watch.
BOOST_AUTO_TEST_CASE(the_credentials_of_a_proxy_leave_nothing_behind) {
    constexpr std::string_view url = "http://u:hunter2-and-more@proxy.example:3128";
    constexpr std::string_view encoded = "dTpodW50ZXIyLWFuZC1tb3Jl";
    for (std::string_view const needle : {url.substr(9, 16), encoded}) {
        bool const leaked = [&] {
            clerk::test::FreedMemoryWatch const watch{needle};
            {
                Proxy proxy = parse_proxy_url(url).value();
                BOOST_TEST(std::string_view{proxy.authorization}.substr(6) == encoded);
                Proxy const moved = std::move(proxy);
                SecretBuffer const request = connect_request(moved, parse_base_url("").value(), "agent");
                BOOST_TEST(std::string_view{request}.find(encoded) != std::string_view::npos);
            }
            auto const from_environment =
                choose_proxy({}, parse_base_url("").value(), [&](char const*) { return url.data(); });
            BOOST_TEST(from_environment.value().has_value());
            return watch.leaked();
        }();
        BOOST_TEST(!leaked);
    }
}

BOOST_AUTO_TEST_SUITE_END()
