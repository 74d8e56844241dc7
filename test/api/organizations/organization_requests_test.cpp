// The wire form of every operation and parameter, and what is refused before sending.
#include "api/organizations/organization_requests.hpp"

#include "support/printing.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(request_building)

namespace {

using namespace clerk;
namespace data = boost::unit_test::data;
namespace requests = clerk::organizations;
using http::Idempotency;
using enum http::Idempotency;
using http::Method;
using namespace std::string_view_literals;
using Build = std::function<Result<http::Request>()>;

Metadata metadata(std::string_view json) { return Metadata::parse(json).value(); }
Timestamp at(std::int64_t milliseconds) { return Timestamp{std::chrono::milliseconds{milliseconds}}; }

// One row of the contract.
struct Row {
    std::string_view about;
    Build build;
    Method method;
    Idempotency idempotency;
    std::string_view target;
    std::string_view body;  // empty: no body at all
};
std::ostream& operator<<(std::ostream& out, Row const& row) { return out << row.about; }

Build create(std::function<void(CreateOrganizationRequest&)> fill) {
    return [fill] {
        CreateOrganizationRequest request;
        request.name = "Acme";
        fill(request);
        return requests::create_organization(request);
    };
}

Build update(std::function<void(UpdateOrganizationRequest&)> fill) {
    return [fill] {
        UpdateOrganizationRequest request;
        fill(request);
        return requests::update_organization("org_1", request);
    };
}

Build list(std::function<void(ListOrganizationsRequest&)> fill) {
    return [fill] {
        ListOrganizationsRequest request;
        fill(request);
        return requests::list_organizations(request);
    };
}

Build get(std::string id, GetOrganizationOptions options = {}) {
    return [id, options] { return requests::get_organization(id, options); };
}

Build merge(PatchField<Metadata> public_metadata, PatchField<Metadata> private_metadata) {
    return [=] {
        MergeOrganizationMetadataRequest request;
        request.public_metadata = public_metadata;
        request.private_metadata = private_metadata;
        return requests::merge_organization_metadata("org_1", request);
    };
}

Build replace(PatchField<Metadata> public_metadata, PatchField<Metadata> private_metadata) {
    return [=] {
        ReplaceOrganizationMetadataRequest request;
        request.public_metadata = public_metadata;
        request.private_metadata = private_metadata;
        return requests::replace_organization_metadata("org_1", request);
    };
}

constexpr std::string_view one = "/organizations/org_1";
constexpr std::string_view all = "/organizations";

Row const contract[] = {
    {"create: name", create([](auto&) {}), Method::post, not_idempotent, all, R"({"name":"Acme"})"},
    {"create: name needing escapes", create([](auto& r) { r.name = "A \"B\" \\ \u00e4\n"; }), Method::post,
     not_idempotent, all, "{\"name\":\"A \\\"B\\\" \\\\ \u00e4\\n\"}"},
    {"create: name of 256 characters",
     create([](auto& r) { r.name = std::string(255, 'x') + "\u20ac"; }),
     Method::post,
     not_idempotent,
     all,
     {}},
    {"create: created_by", create([](auto& r) { r.created_by = "user_1"; }), Method::post, not_idempotent, all,
     R"({"name":"Acme","created_by":"user_1"})"},
    {"create: slug", create([](auto& r) { r.slug = "acme"; }), Method::post, not_idempotent, all,
     R"({"name":"Acme","slug":"acme"})"},
    {"create: max_allowed_memberships 0", create([](auto& r) { r.max_allowed_memberships = 0; }), Method::post,
     not_idempotent, all, R"({"name":"Acme","max_allowed_memberships":0})"},
    {"create: created_at", create([](auto& r) { r.created_at = at(1'350'717'320'902); }), Method::post, not_idempotent,
     all, R"({"name":"Acme","created_at":"2012-10-20T07:15:20.902Z"})"},
    {"create: created_at with a whole second", create([](auto& r) { r.created_at = at(0); }), Method::post,
     not_idempotent, all, R"({"name":"Acme","created_at":"1970-01-01T00:00:00.000Z"})"},
    {"create: role_set_key", create([](auto& r) { r.role_set_key = "role_set:x"; }), Method::post, not_idempotent, all,
     R"({"name":"Acme","role_set_key":"role_set:x"})"},
    {"create: public_metadata", create([](auto& r) { r.public_metadata = metadata(R"({"a": [1, 2.50]})"); }),
     Method::post, not_idempotent, all, R"({"name":"Acme","public_metadata":{"a":[1,2.50]}})"},
    {"create: private_metadata", create([](auto& r) { r.private_metadata = Metadata{}; }), Method::post, not_idempotent,
     all, R"({"name":"Acme","private_metadata":{}})"},
    {"create: everything", create([](auto& r) {
         r.created_by = "u", r.slug = "s", r.max_allowed_memberships = 5, r.created_at = at(1), r.role_set_key = "k";
         r.public_metadata = metadata(R"({"p":1})"), r.private_metadata = metadata(R"({"q":2})");
     }),
     Method::post, not_idempotent, all,
     R"({"name":"Acme","created_by":"u","slug":"s","max_allowed_memberships":5,"created_at":"1970-01-01T00:00:00.001Z",)"
     R"("role_set_key":"k","public_metadata":{"p":1},"private_metadata":{"q":2}})"},

    {"delete", [] { return requests::delete_organization("org_1"); }, Method::delete_, idempotent, one, {}},
    {"delete logo",
     [] { return requests::delete_organization_logo("org_1"); },
     Method::delete_,
     idempotent,
     "/organizations/org_1/logo",
     {}},

    {"get: id", get("org_1"), Method::get, idempotent, one, {}},
    {"get: encoded id",
     get("a/b?c#d%e +\u00e4..~-_."),
     Method::get,
     idempotent,
     "/organizations/a%2Fb%3Fc%23d%25e%20%2B%C3%A4..~-_.",
     {}},
    {"get: three dots are a name", get("..."), Method::get, idempotent, "/organizations/...", {}},
    {"get: CR and LF stay in their segment", get("a\r\nb"), Method::get, idempotent, "/organizations/a%0D%0Ab", {}},
    {"get: include_members_count",
     get("org_1", {.include_members_count = true}),
     Method::get,
     idempotent,
     "/organizations/org_1?include_members_count=true",
     {}},
    {"get: explicit false is sent",
     get("org_1", {.include_members_count = false}),
     Method::get,
     idempotent,
     "/organizations/org_1?include_members_count=false",
     {}},
    {"get: include_missing_member_with_elevated_permissions",
     get("org_1", {.include_missing_member_with_elevated_permissions = true}),
     Method::get,
     idempotent,
     "/organizations/org_1?include_missing_member_with_elevated_permissions=true",
     {}},
    {"get: both",
     get("org_1", {.include_members_count = true, .include_missing_member_with_elevated_permissions = false}),
     Method::get,
     idempotent,
     "/organizations/org_1?include_members_count=true&include_missing_member_with_elevated_permissions=false",
     {}},

    {"list: nothing", list([](auto&) {}), Method::get, idempotent, all, {}},
    {"list: limit", list([](auto& r) { r.limit = 10; }), Method::get, idempotent, "/organizations?limit=10", {}},
    {"list: least limit", list([](auto& r) { r.limit = 1; }), Method::get, idempotent, "/organizations?limit=1", {}},
    {"list: greatest limit",
     list([](auto& r) { r.limit = 500; }),
     Method::get,
     idempotent,
     "/organizations?limit=500",
     {}},
    {"list: offset 0 is sent",
     list([](auto& r) { r.offset = 0; }),
     Method::get,
     idempotent,
     "/organizations?offset=0",
     {}},
    {"list: offset",
     list([](auto& r) { r.offset = std::numeric_limits<std::int64_t>::max(); }),
     Method::get,
     idempotent,
     "/organizations?offset=9223372036854775807",
     {}},
    {"list: query",
     list([](auto& r) { r.query = "a b&c=d+e\u00e4%"; }),
     Method::get,
     idempotent,
     "/organizations?query=a%20b%26c%3Dd%2Be%C3%A4%25",
     {}},
    {"list: order_by ascending",
     list([](auto& r) { r.order_by = "+created_at"; }),
     Method::get,
     idempotent,
     "/organizations?order_by=%2Bcreated_at",
     {}},
    {"list: order_by descending",
     list([](auto& r) { r.order_by = "-members_count"; }),
     Method::get,
     idempotent,
     "/organizations?order_by=-members_count",
     {}},
    {"list: order_by plain",
     list([](auto& r) { r.order_by = "name"; }),
     Method::get,
     idempotent,
     "/organizations?order_by=name",
     {}},
    {"list: user_id repeats its key",
     list([](auto& r) { r.user_id = {"user_1", "+user_2", "-user_3"}; }),
     Method::get,
     idempotent,
     "/organizations?user_id=user_1&user_id=%2Buser_2&user_id=-user_3",
     {}},
    {"list: organization_id repeats its key",
     list([](auto& r) { r.organization_id = {"org_1", "-org_2"}; }),
     Method::get,
     idempotent,
     "/organizations?organization_id=org_1&organization_id=-org_2",
     {}},
    {"list: include_members_count",
     list([](auto& r) { r.include_members_count = true; }),
     Method::get,
     idempotent,
     "/organizations?include_members_count=true",
     {}},
    {"list: include_missing_member_with_elevated_permissions",
     list([](auto& r) { r.include_missing_member_with_elevated_permissions = false; }),
     Method::get,
     idempotent,
     "/organizations?include_missing_member_with_elevated_permissions=false",
     {}},
    {"list: everything",
     list([](auto& r) {
         r.limit = 2, r.offset = 3, r.query = "q", r.order_by = "name", r.user_id = {"u"}, r.organization_id = {"o"};
         r.include_members_count = true, r.include_missing_member_with_elevated_permissions = true;
     }),
     Method::get,
     idempotent,
     "/organizations?limit=2&offset=3&query=q&order_by=name&user_id=u&organization_id=o&include_members_count=true"
     "&include_missing_member_with_elevated_permissions=true",
     {}},

    {"merge: nothing", merge({}, {}), Method::patch, idempotent, "/organizations/org_1/metadata", "{}"},
    {"merge: public_metadata", merge(metadata(R"({"a":null})"), {}), Method::patch, idempotent,
     "/organizations/org_1/metadata", R"({"public_metadata":{"a":null}})"},
    {"merge: private_metadata", merge({}, metadata(R"({"b":{"c":1}})")), Method::patch, idempotent,
     "/organizations/org_1/metadata", R"({"private_metadata":{"b":{"c":1}}})"},
    {"merge: null", merge(nullptr, Metadata{}), Method::patch, idempotent, "/organizations/org_1/metadata",
     R"({"public_metadata":null,"private_metadata":{}})"},
    {"replace: nothing", replace({}, {}), Method::put, idempotent, "/organizations/org_1/metadata", "{}"},
    {"replace: clear and null", replace(Metadata{}, nullptr), Method::put, idempotent, "/organizations/org_1/metadata",
     R"({"public_metadata":{},"private_metadata":null})"},
    {"replace: value", replace(metadata(R"({"a":1})"), {}), Method::put, idempotent, "/organizations/org_1/metadata",
     R"({"public_metadata":{"a":1}})"},

    {"update: nothing", update([](auto&) {}), Method::patch, idempotent, one, "{}"},
    {"update: name", update([](auto& r) { r.name = "New"; }), Method::patch, idempotent, one, R"({"name":"New"})"},
    {"update: slug", update([](auto& r) { r.slug = "new"; }), Method::patch, idempotent, one, R"({"slug":"new"})"},
    {"update: slug null", update([](auto& r) { r.slug = nullptr; }), Method::patch, idempotent, one,
     R"({"slug":null})"},
    {"update: max_allowed_memberships", update([](auto& r) { r.max_allowed_memberships = 0; }), Method::patch,
     idempotent, one, R"({"max_allowed_memberships":0})"},
    {"update: admin_delete_enabled", update([](auto& r) { r.admin_delete_enabled = false; }), Method::patch, idempotent,
     one, R"({"admin_delete_enabled":false})"},
    {"update: created_at", update([](auto& r) { r.created_at = at(-1); }), Method::patch, idempotent, one,
     R"({"created_at":"1969-12-31T23:59:59.999Z"})"},
    {"update: role_set_key", update([](auto& r) { r.role_set_key = "k"; }), Method::patch, idempotent, one,
     R"({"role_set_key":"k"})"},
    {"update: public_metadata", update([](auto& r) { r.public_metadata = Metadata{}; }), Method::patch, idempotent, one,
     R"({"public_metadata":{}})"},
    {"update: private_metadata", update([](auto& r) { r.private_metadata = metadata(R"({"x":1})"); }), Method::patch,
     idempotent, one, R"({"private_metadata":{"x":1}})"},
    {"update: every member null", update([](auto& r) {
         r.name = nullptr, r.slug = nullptr, r.max_allowed_memberships = nullptr, r.admin_delete_enabled = nullptr;
         r.created_at = nullptr, r.role_set_key = nullptr, r.public_metadata = nullptr, r.private_metadata = nullptr;
     }),
     Method::patch, idempotent, one,
     R"({"name":null,"slug":null,"max_allowed_memberships":null,"admin_delete_enabled":null,"created_at":null,)"
     R"("role_set_key":null,"public_metadata":null,"private_metadata":null})"},
};

struct Refusal {
    std::string_view about;
    Build build;
    std::string_view operation;
    std::string_view field;
};
std::ostream& operator<<(std::ostream& out, Refusal const& refusal) { return out << refusal.about; }

constexpr std::string_view not_utf8 = "a\xFF";

Refusal const refusals[] = {
    {"create: no name", create([](auto& r) { r.name.clear(); }), "create_organization", "name"},
    {"create: name of 257 characters", create([](auto& r) { r.name.assign(257, 'x'); }), "create_organization", "name"},
    {"create: name not UTF-8", create([](auto& r) { r.name = not_utf8; }), "create_organization", "name"},
    {"create: created_by not UTF-8", create([](auto& r) { r.created_by = not_utf8; }), "create_organization",
     "created_by"},
    {"create: slug not UTF-8", create([](auto& r) { r.slug = not_utf8; }), "create_organization", "slug"},
    {"create: role_set_key not UTF-8", create([](auto& r) { r.role_set_key = not_utf8; }), "create_organization",
     "role_set_key"},
    {"create: negative memberships", create([](auto& r) { r.max_allowed_memberships = -1; }), "create_organization",
     "max_allowed_memberships"},
    {"create: created_at past 9999", create([](auto& r) { r.created_at = Timestamp::max(); }), "create_organization",
     "created_at"},
    {"create: created_at before 0000", create([](auto& r) { r.created_at = Timestamp::min(); }), "create_organization",
     "created_at"},
    {"get: empty", get(""), "get_organization", "id_or_slug"},
    {"get: dot", get("."), "get_organization", "id_or_slug"},
    {"get: dots", get(".."), "get_organization", "id_or_slug"},
    {"get: NUL", get(std::string{"a\0b"sv}), "get_organization", "id_or_slug"},
    {"get: too long", get(std::string(1025, 'x')), "get_organization", "id_or_slug"},
    {"get: not UTF-8", get(std::string{not_utf8}), "get_organization", "id_or_slug"},
    {"delete: dots", [] { return requests::delete_organization(".."); }, "delete_organization", "organization_id"},
    {"delete: empty", [] { return requests::delete_organization(""); }, "delete_organization", "organization_id"},
    {"delete logo: dot", [] { return requests::delete_organization_logo("."); }, "delete_organization_logo",
     "organization_id"},
    {"merge: empty id", [] { return requests::merge_organization_metadata("", {}); }, "merge_organization_metadata",
     "organization_id"},
    {"replace: dots", [] { return requests::replace_organization_metadata("..", {}); }, "replace_organization_metadata",
     "organization_id"},
    {"update: empty id", [] { return requests::update_organization("", {}); }, "update_organization",
     "organization_id"},
    {"update: empty name", update([](auto& r) { r.name = ""; }), "update_organization", "name"},
    {"update: long name", update([](auto& r) { r.name = std::string(257, 'x'); }), "update_organization", "name"},
    {"update: slug not UTF-8", update([](auto& r) { r.slug = not_utf8; }), "update_organization", "slug"},
    {"update: negative memberships", update([](auto& r) { r.max_allowed_memberships = -5; }), "update_organization",
     "max_allowed_memberships"},
    {"update: created_at", update([](auto& r) { r.created_at = Timestamp::max(); }), "update_organization",
     "created_at"},
    {"update: role_set_key not UTF-8", update([](auto& r) { r.role_set_key = not_utf8; }), "update_organization",
     "role_set_key"},
    {"list: limit 0", list([](auto& r) { r.limit = 0; }), "list_organizations", "limit"},
    {"list: limit 501", list([](auto& r) { r.limit = 501; }), "list_organizations", "limit"},
    {"list: limit -1", list([](auto& r) { r.limit = -1; }), "list_organizations", "limit"},
    {"list: offset -1", list([](auto& r) { r.offset = -1; }), "list_organizations", "offset"},
    {"list: query not UTF-8", list([](auto& r) { r.query = not_utf8; }), "list_organizations", "query"},
    {"list: order_by unknown", list([](auto& r) { r.order_by = "updated_at"; }), "list_organizations", "order_by"},
    {"list: order_by two signs", list([](auto& r) { r.order_by = "+-name"; }), "list_organizations", "order_by"},
    {"list: order_by sign only", list([](auto& r) { r.order_by = "-"; }), "list_organizations", "order_by"},
    {"list: order_by space", list([](auto& r) { r.order_by = " name"; }), "list_organizations", "order_by"},
    {"list: order_by upper case", list([](auto& r) { r.order_by = "NAME"; }), "list_organizations", "order_by"},
    {"list: empty user_id", list([](auto& r) { r.user_id = {"u", ""}; }), "list_organizations", "user_id"},
    {"list: user_id not UTF-8", list([](auto& r) { r.user_id = {std::string{not_utf8}}; }), "list_organizations",
     "user_id"},
    {"list: empty organization_id", list([](auto& r) { r.organization_id = {""}; }), "list_organizations",
     "organization_id"},
    {"list: 101 organization_id", list([](auto& r) { r.organization_id.assign(101, "org_1"); }), "list_organizations",
     "organization_id"},
};

}  // namespace

BOOST_DATA_TEST_CASE(has_exactly_this_wire_form, data::make(contract), row) {
    Result<http::Request> const request = row.build();
    BOOST_TEST_REQUIRE(request.has_value());
    bool const is_read = row.method == Method::get || row.method == Method::delete_;
    BOOST_TEST((request->method == row.method));
    BOOST_TEST(request->target == row.target);
    BOOST_TEST_REQUIRE((request->content == nullptr) == is_read);
    if (!row.body.empty()) BOOST_TEST(request->content->text == row.body);
    if (!is_read) BOOST_TEST(request->content->type == "application/json");
    BOOST_TEST((request->idempotency == row.idempotency));
    BOOST_TEST(!request->keep_headers);
    bool const is_limited = row.method == Method::patch || row.target.ends_with("/metadata");
    BOOST_TEST_REQUIRE((request->rate_limit != nullptr) == is_limited);
    if (is_limited) BOOST_TEST(request->rate_limit->scope == "org_1");
    if (is_limited) BOOST_TEST(request->rate_limit->requests == 10U);
    if (is_limited) BOOST_TEST(request->rate_limit->name == "writes_of_organization");
    BOOST_TEST(request->shareable == row.about.starts_with("get"));
    std::string const verb{row.about.substr(0, row.about.find(':'))};
    BOOST_TEST(request->operation.starts_with(verb.substr(0, verb.find(' '))));
}

BOOST_DATA_TEST_CASE(is_refused_with_the_name_of_the_field, data::make(refusals), refusal) {
    Result<http::Request> const request = refusal.build();
    BOOST_TEST_REQUIRE(request.has_error());
    Error const error = request.error();
    BOOST_TEST(error == errc::invalid_argument);
    BOOST_TEST(error.field() == refusal.field);
    BOOST_TEST(error.operation() == refusal.operation);
    BOOST_TEST(!error.message().empty());
    BOOST_TEST(error.attempts() == 0);
}

BOOST_AUTO_TEST_CASE(operations_have_their_names) {
    BOOST_TEST(requests::get_organization("a", {})->operation == "get_organization");
    BOOST_TEST(requests::list_organizations({})->operation == "list_organizations");
    BOOST_TEST(requests::delete_organization("a")->operation == "delete_organization");
    BOOST_TEST(requests::delete_organization_logo("a")->operation == "delete_organization_logo");
    BOOST_TEST(requests::merge_organization_metadata("a", {})->operation == "merge_organization_metadata");
    BOOST_TEST(requests::replace_organization_metadata("a", {})->operation == "replace_organization_metadata");
    BOOST_TEST(requests::update_organization("a", {})->operation == "update_organization");
    BOOST_TEST(create([](auto&) {})()->operation == "create_organization");
}

BOOST_AUTO_TEST_CASE(one_hundred_organization_ids_are_allowed) {
    ListOrganizationsRequest request;
    request.organization_id.assign(100, "org_1");
    BOOST_TEST(requests::list_organizations(request).has_value());
    request.user_id.assign(1000, "user_1");
    BOOST_TEST(requests::list_organizations(request).has_value());
}

BOOST_AUTO_TEST_CASE(the_longest_id_and_the_deepest_metadata_are_allowed) {
    BOOST_TEST(get(std::string(1024, 'x'))().has_value());
    auto const nested = [](std::size_t levels) {  // deeper than parse() allows
        boost::json::value value = boost::json::object{};
        for (std::size_t level = 1; level < levels; ++level) value = boost::json::object{{"a", std::move(value)}};
        return Metadata{value.as_object()};
    };
    BOOST_TEST(merge(nested(64), {})().has_value());
    BOOST_TEST(merge(nested(65), {})().error().field() == "public_metadata");
    BOOST_TEST(merge({}, nested(65))().error().field() == "private_metadata");
}

BOOST_AUTO_TEST_CASE(what_the_service_decides_is_left_to_it) {
    CreateOrganizationRequest request;
    request.name = "Visit https://example.test <b>now</b>";
    request.slug = "Not A Slug";
    request.created_by = "";
    BOOST_TEST(requests::create_organization(request).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
