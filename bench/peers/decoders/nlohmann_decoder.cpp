// nlohmann::json as its documentation shows it: parse, then get<T>() through from_json.
#include "peers/decoders/page_decoder.hpp"

#include <nlohmann/json.hpp>

namespace clerk_bench {
namespace {

using Json = nlohmann::json;

template <class T>
void read(Json const& from, T& to) {
    from.get_to(to);
}

template <class T>
void read(Json const& from, std::optional<T>& to) {
    if (from.is_null()) {
        to.reset();
    } else {
        to = from.get<T>();
    }
}

void read(Json const& from, Json& to) { to = from; }

}  // namespace

// Found by argument-dependent lookup; nlohmann::json fixes the name.
void from_json(Json const& from, Organization<Json>& to) {
    for_each_member(to, [&](char const* name, auto& member) {
        if (auto const found = from.find(name); found != from.end()) read(*found, member);
    });
}

void from_json(Json const& from, Page<Json>& to) {
    from.at("data").get_to(to.data);
    from.at("total_count").get_to(to.total_count);
}

namespace {

template <class Answer>
class NlohmannDecoder final : public Decoder {
public:
    Decoded decode(std::string& body, bool with_checksum) override {
        return describe(Json::parse(body).get<Answer>(), with_checksum);
    }
};

}  // namespace

std::unique_ptr<Decoder> make_nlohmann_decoder(bool pages) {
    if (pages) return std::make_unique<NlohmannDecoder<Page<Json>>>();
    return std::make_unique<NlohmannDecoder<Organization<Json>>>();
}

}  // namespace clerk_bench
