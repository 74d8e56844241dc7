// No argument can change other parts of a request: every byte at every position is refused before anything is sent, or
// is sent as part of its own value.
#include "hostile/hostile_peer.hpp"

#include "support/printing.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

namespace clerk::hostile {
BOOST_AUTO_TEST_SUITE(injection)

namespace {

namespace data = boost::unit_test::data;

using Outcome = boost::asio::awaitable<Result<void>>;

struct Place {
    char const* name;
    std::string_view method;
    std::string_view path;  // the beginning of the target; '*' is one segment without a slash
    std::function<Outcome(OrganizationsApi&, std::string const&)> call;
};
std::ostream& operator<<(std::ostream& out, Place const& place) { return out << place.name; }

template <class T>
Result<void> without_value(Result<T> const& result) {
    if (!result) return result.error();
    return {};
}

std::string const image = "\x89PNG\r\n\x1a\n";

std::vector<Place> const places{
    {"id", "GET", "/v1/organizations/*",
     [](auto& api, auto& text) -> Outcome { co_return without_value(co_await api.get_organization(text)); }},
    {"id of a deletion", "DELETE", "/v1/organizations/*",
     [](auto& api, auto& text) -> Outcome { co_return without_value(co_await api.delete_organization(text)); }},
    {"query", "GET", "/v1/organizations?query=",
     [](auto& api, auto& text) -> Outcome {
         ListOrganizationsRequest const request{.query = text};
         co_return without_value(co_await api.list_organizations(request));
     }},
    {"order", "GET", "/v1/organizations?order_by=",
     [](auto& api, auto& text) -> Outcome {
         ListOrganizationsRequest const request{.order_by = text};
         co_return without_value(co_await api.list_organizations(request));
     }},
    {"members", "GET", "/v1/organizations?user_id=",
     [](auto& api, auto& text) -> Outcome {
         ListOrganizationsRequest const request{.user_id = {text}};
         co_return without_value(co_await api.list_organizations(request));
     }},
    {"name", "POST", "/v1/organizations",
     [](auto& api, auto& text) -> Outcome {
         CreateOrganizationRequest const request{.name = text};
         co_return without_value(co_await api.create_organization(request));
     }},
    {"file name", "PUT", "/v1/organizations/*/logo",
     [](auto& api, auto& text) -> Outcome {
         UploadOrganizationLogoRequest request{};
         request.file = LogoFile::from_memory(image, text);
         co_return without_value(co_await api.upload_organization_logo("org_1", request));
     }},
    {"uploader", "PUT", "/v1/organizations/*/logo",
     [](auto& api, auto& text) -> Outcome {
         UploadOrganizationLogoRequest request{};
         request.file = LogoFile::from_memory(image, "a.png");
         request.uploader_user_id = text;
         co_return without_value(co_await api.upload_organization_logo("org_1", request));
     }},
};

std::vector<std::string> attacks() {
    std::vector<std::string> texts;
    for (int byte = 0; byte < 256; ++byte) {
        texts.push_back(std::string{"a"} + static_cast<char>(byte) + "b");
        texts.push_back(std::string(1, static_cast<char>(byte)));
    }
    for (char const* text :
         {"x HTTP/1.1\r\nHost: evil.test\r\n\r\n", "\r\nX-Injected: 1", "\n\nGET / HTTP/1.1", "../../v1/users", "..",
          "%2e%2e", "a/../../b", "a?__clerk_api_version=2021-02-05", "a#b", "a&limit=1", "a;b", "\"; name=\"other",
          "a\"\r\nContent-Type: text/html\r\n\r\n", "\xE2\x80\xA8", "\xF0\x9F\x98\x80", "\xC0\xAE\xC0\xAE", "a\\\"b",
          "\",\"created_by\":\"user_evil\",\"x\":\"", "------clerk-cpp-form-"}) {
        texts.emplace_back(text);
    }
    return texts;
}

bool matches(std::string_view path, std::string_view pattern) {
    for (; !pattern.empty(); pattern.remove_prefix(1)) {
        if (pattern.front() == '*') {
            std::size_t const end = std::min(path.find('/'), path.size());
            if (end == 0) return false;
            path.remove_prefix(end);
        } else {
            if (path.empty() || path.front() != pattern.front()) return false;
            path.remove_prefix(1);
        }
    }
    return true;
}

// The request as parsed by a strict server.
void check_request(std::string const& request, Place const& place) {
    std::size_t const head_end = request.find("\r\n\r\n");
    BOOST_REQUIRE(head_end != std::string::npos);
    std::string const head = request.substr(0, head_end + 2);
    for (std::size_t i = 0; i < head.size(); ++i) {
        auto const byte = static_cast<unsigned char>(head[i]);
        bool const line_end = (head[i] == '\r' && head[i + 1] == '\n') || (head[i] == '\n' && head[i - 1] == '\r');
        BOOST_REQUIRE((line_end || (byte >= 0x20 && byte < 0x7F)));
    }
    std::istringstream line{head.substr(0, head.find("\r\n"))};
    std::string method;
    std::string target;
    std::string version;
    std::string more;
    line >> method >> target >> version;
    BOOST_TEST(!(line >> more));
    BOOST_TEST(method == place.method);
    BOOST_TEST(version == "HTTP/1.1");
    BOOST_TEST(matches(target, place.path), target);
    BOOST_TEST(std::count(target.begin(), target.end(), '/') == std::count(place.path.begin(), place.path.end(), '/'));
    BOOST_TEST(std::count(target.begin(), target.end(), '?') == std::count(place.path.begin(), place.path.end(), '?'));
    BOOST_TEST(target.find_first_of("&#") == std::string::npos);
    // Only the fields that the library writes, each once.
    std::set<std::string> const known{"Host",       "Authorization", "Accept",         "Clerk-API-Version",
                                      "User-Agent", "Content-Type",  "Content-Length", "Accept-Encoding"};
    std::set<std::string> seen;
    for (std::size_t at = head.find("\r\n") + 2; at < head.size(); at = head.find("\r\n", at) + 2) {
        std::string const name = head.substr(at, head.find(':', at) - at);
        BOOST_TEST(known.contains(name), name);
        BOOST_TEST(seen.insert(name).second, name);
    }
    // A form has the requested parts.
    std::size_t const boundary_at = head.find("boundary=");
    if (boundary_at == std::string::npos) return;
    std::string const boundary = "--" + head.substr(boundary_at + 9, head.find("\r\n", boundary_at) - boundary_at - 9);
    std::string const body = request.substr(head_end + 4);
    std::size_t parts = 0;
    for (std::size_t at = 0; (at = body.find(boundary + "\r\n", at)) != std::string::npos; ++at) {
        ++parts;
        std::size_t const part_end = body.find("\r\n\r\n", at);
        std::string const part_head = body.substr(at, part_end - at + 2);
        std::string const disposition = part_head.substr(part_head.find("\r\n") + 2);
        BOOST_TEST(disposition.starts_with("Content-Disposition: form-data; name=\""));
        BOOST_TEST(std::count(part_head.begin(), part_head.end(), '\n') <= 3);
        auto const quotes = std::count(
            disposition.begin(), disposition.begin() + static_cast<std::ptrdiff_t>(disposition.find("\r\n")), '"');
        BOOST_TEST((quotes == 2 || quotes == 4));
    }
    BOOST_TEST(parts == (std::string_view{place.name} == "uploader" ? 2U : 1U));
    BOOST_TEST(body.ends_with("\r\n" + boundary + "--\r\n"));
}

// Returns how many were sent. One coroutine for all calls: io_context::run() returns some milliseconds after the last.
boost::asio::awaitable<std::size_t> attack(Place const& place, OrganizationsApi& api, test::WireServer const& server) {
    std::size_t sent = 0;
    for (std::string const& text : attacks()) {
        auto const result = co_await place.call(api, text);
        BOOST_TEST_CONTEXT(text) {
            if (!result) {
                BOOST_TEST(result.error() == errc::invalid_argument);
                BOOST_TEST(!result.error().field().empty());
            } else {
                ++sent;
            }
            auto const requests = server.requests();
            BOOST_REQUIRE(requests.size() == sent);
            if (result) check_request(requests.back(), place);
        }
    }
    co_return sent;
}

BOOST_DATA_TEST_CASE(an_argument_stays_in_its_place, data::make(places), place) {
    test::WireServer server{[](Session& session) {
        for (std::string request; !(request = session.read_request()).empty();) {
            session.write(test::http_response(
                200, request.starts_with("DELETE") ? R"({"object":"organization","id":"a","deleted":true})"
                     : request.find("/organizations?") != std::string::npos ? R"({"data":[],"total_count":0})"
                                                                            : std::string{organization}));
        }
    }};
    boost::asio::io_context io;
    Client const client{io.get_executor(), server.config()};
    OrganizationsApi api{client};
    std::size_t const sent = test::run(io, attack(place, api, server));
    BOOST_TEST(server.connections() <= 1U);  // the framing was always correct
    if (place.name != std::string_view{"order"}) BOOST_TEST(sent > 100U);
}

// Header values are checked when the client is made.
BOOST_AUTO_TEST_CASE(an_option_stays_in_its_place) {
    std::vector<std::pair<std::string, std::function<void(Config&, std::string const&)>>> const options{
        {"secret_key", [](Config& config, std::string const& text) { config.secret_key = Secret{text}; }},
        {"api_version", [](Config& config, std::string const& text) { config.api_version = text; }},
        {"user_agent", [](Config& config, std::string const& text) { config.user_agent = text; }},
        {"base_url", [](Config& config, std::string const& text) { config.base_url = "https://host/" + text; }},
        {"base_url", [](Config& config, std::string const& text) { config.base_url = "https://" + text; }},
    };
    for (auto const& [field, set] : options) {
        for (std::string const& text : attacks()) {
            Config config{};
            config.secret_key = Secret{key};
            set(config, text);
            auto const valid = validate(config);
            if (!valid) {
                BOOST_TEST(valid.error() == errc::invalid_argument);
                BOOST_TEST(valid.error().field() == field);
                continue;
            }
            // Accepted values can end neither a line nor the value.
            for (char const c : text) {
                auto const byte = static_cast<unsigned char>(c);
                BOOST_TEST((byte >= 0x20 && byte < 0x7F), field << ": " << static_cast<int>(byte));
            }
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::hostile
