#include "api/organization_roles/organization_role_requests.hpp"

#include "support/request_rows.hpp"

#include <boost/test/data/test_case.hpp>

BOOST_AUTO_TEST_SUITE(organization_role_requests)

namespace {

using namespace clerk;
using namespace clerk::organization_roles;
using test::BuildRequest;
namespace data = boost::unit_test::data;

BuildRequest list(std::function<void(ListOrganizationRolesRequest&)> fill) {
    return [fill] {
        ListOrganizationRolesRequest request;
        fill(request);
        return list_organization_roles(request);
    };
}
BuildRequest get(std::string id) {
    return [id] { return get_organization_role(id); };
}

test::RequestRow const contract[] = {
    {"get_organization_role", get("role_1"), "GET /organization_roles/role_1"},
    {"get_organization_role: one segment", get("a/b?c"), "GET /organization_roles/a%2Fb%3Fc"},
    {"list_organization_roles", list([](auto&) {}), "GET /organization_roles"},
    {"list_organization_roles: limit and offset", list([](auto& r) { r.limit = 500, r.offset = 0; }),
     "GET /organization_roles?limit=500&offset=0"},
    {"list_organization_roles: query", list([](auto& r) { r.query = "a+b"; }), "GET /organization_roles?query=a%2Bb"},
    {"list_organization_roles: order_by", list([](auto& r) { r.order_by = "-key"; }),
     "GET /organization_roles?order_by=-key"},
};

test::RefusedRow const refusals[] = {
    {"get_organization_role: empty", get(""), "organization_role_id"},
    {"get_organization_role: dots", get(".."), "organization_role_id"},
    {"list_organization_roles: limit 0", list([](auto& r) { r.limit = 0; }), "limit"},
    {"list_organization_roles: offset -1", list([](auto& r) { r.offset = -1; }), "offset"},
    {"list_organization_roles: query", list([](auto& r) { r.query = "\xFF"; }), "query"},
    {"list_organization_roles: order_by", list([](auto& r) { r.order_by = "members_count"; }), "order_by"},
};

}  // namespace

BOOST_DATA_TEST_CASE(has_exactly_this_wire_form, data::make(contract), row) { test::check_request(row); }
BOOST_DATA_TEST_CASE(is_refused_with_the_name_of_the_field, data::make(refusals), row) { test::check_refused(row); }

BOOST_AUTO_TEST_CASE(what_is_refused_says_what_is_taken) {
    BOOST_TEST(list([](auto& r) { r.order_by = "size"; })().error().message() ==
               "must be created_at, name or key, with an optional + or - before it");
}

BOOST_AUTO_TEST_SUITE_END()
