// Boost.JSON as its documentation shows it: parse into a value, then value_to.
#include "peers/decoders/page_decoder.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>

namespace clerk_bench {
namespace {

namespace json = boost::json;

template <class T>
void read(json::value const& from, T& to) {
    to = json::value_to<T>(from);
}

template <class T>
void read(json::value const& from, std::optional<T>& to) {
    if (from.is_null()) {
        to.reset();
    } else {
        to = json::value_to<T>(from);
    }
}

void read(json::value const& from, json::object& to) {
    if (from.is_object()) to = from.as_object();
}

}  // namespace

Organization<json::object> tag_invoke(json::value_to_tag<Organization<json::object>>, json::value const& from) {
    json::object const& object = from.as_object();
    Organization<json::object> organization{};
    for_each_member(organization, [&](char const* name, auto& member) {
        if (json::value const* const value = object.if_contains(name)) read(*value, member);
    });
    return organization;
}

Page<json::object> tag_invoke(json::value_to_tag<Page<json::object>>, json::value const& from) {
    json::object const& object = from.as_object();
    Page<json::object> page{};
    page.data = json::value_to<std::vector<Organization<json::object>>>(object.at("data"));
    page.total_count = object.at("total_count").to_number<std::int64_t>();
    return page;
}

namespace {

template <class Answer>
class BoostJsonDecoder final : public Decoder {
public:
    Decoded decode(std::string& body, bool with_checksum) override {
        return describe(json::value_to<Answer>(json::parse(body)), with_checksum);
    }
};

}  // namespace

std::unique_ptr<Decoder> make_boost_json_decoder(bool pages) {
    if (pages) return std::make_unique<BoostJsonDecoder<Page<json::object>>>();
    return std::make_unique<BoostJsonDecoder<Organization<json::object>>>();
}

}  // namespace clerk_bench
