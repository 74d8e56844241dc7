#include "http/media_type.hpp"

#include <boost/test/unit_test.hpp>

using clerk::http::is_json;

BOOST_AUTO_TEST_SUITE(media_type)

BOOST_AUTO_TEST_CASE(recognises_json) {
    for (std::string_view const type :
         {"application/json", "Application/JSON", "application/json; charset=utf-8", "application/json ;x=\"a;b\"",
          " application/json", "application/json;", "application/problem+json", "application/vnd.api+JSON; v=1"}) {
        BOOST_TEST(is_json(type), type);
    }
    for (std::string_view const type :
         {"", "text/html", "text/json", "json", "application/", "application/jsonp", "application/json-seq",
          "application/xml", "application/+json", "application/x-json", "application/json/x",
          "text/html; x=application/json", "application json"}) {
        BOOST_TEST(!is_json(type), type);
    }
}

BOOST_AUTO_TEST_SUITE_END()
