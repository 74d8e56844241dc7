#include "http/media_type.hpp"

#include <boost/test/unit_test.hpp>

using clerk::http::ContentVerdict;
using clerk::http::is_json;
using clerk::http::judge_content;

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

BOOST_AUTO_TEST_CASE(judges_type_and_encoding) {
    BOOST_TEST((judge_content("application/json", "") == ContentVerdict::json));
    BOOST_TEST((judge_content("", "") == ContentVerdict::json));
    BOOST_TEST((judge_content("application/json", " Identity ") == ContentVerdict::json));
    BOOST_TEST((judge_content("text/html", "") == ContentVerdict::not_json));
    for (std::string_view const encoding : {"gzip", "br", "identity, gzip", "x"}) {
        BOOST_TEST((judge_content("application/json", encoding) == ContentVerdict::encoded), encoding);
    }
}

BOOST_AUTO_TEST_SUITE_END()
