// simdjson's on-demand interface, one pass over the members in the order in which they come; metadata stays text.
#include "peers/decoders/page_decoder.hpp"

#include <simdjson.h>

#include <string_view>
#include <type_traits>

namespace clerk_bench {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(simdjson::SIMDJSON_PADDING <= body_padding);

void read(ondemand::value value, std::string& to) {
    std::string_view const text = value.get_string();
    to.assign(text);
}

// Named `metadata`, because as a type it is a string like any other.
void read_metadata(ondemand::value value, std::string& to) {
    if (value.is_null()) return;
    std::string_view const text = value.get_object().value().raw_json();
    to.assign(text);
}

template <class T>
void read(ondemand::value value, std::optional<T>& to) {
    if (value.is_null()) {
        to.reset();
    } else if constexpr (std::is_same_v<T, std::string>) {
        read(value, to.emplace());
    } else {
        to = T(value.get<T>());
    }
}

void read_member(std::string_view name, ondemand::value value, Organization<std::string>& to) {
    if (name == "public_metadata") return read_metadata(value, to.public_metadata);
    if (name == "private_metadata") return read_metadata(value, to.private_metadata);
    bool found = false;
    for_each_member(to, [&](std::string_view candidate, auto& member) {
        if (found || candidate != name) return;
        found = true;
        read(value, member);
    });
}

void read(ondemand::object object, Organization<std::string>& to) {
    for (auto field : object) read_member(std::string_view{field.unescaped_key()}, field.value(), to);
}

void read(ondemand::object object, Page<std::string>& to) {
    for (ondemand::object item : object["data"].get_array()) read(item, to.data.emplace_back());
    to.total_count = std::int64_t{object["total_count"].get_int64()};
}

template <class Answer>
class SimdjsonDecoder final : public Decoder {
public:
    Decoded decode(std::string& body, bool with_checksum) override {
        body.reserve(body.size() + body_padding);
        ondemand::document document = parser_.iterate(body.data(), body.size(), body.capacity());
        Answer answer{};
        read(ondemand::object{document.get_object()}, answer);
        return describe(answer, with_checksum);
    }

private:
    ondemand::parser parser_{};
};

}  // namespace

std::unique_ptr<Decoder> make_simdjson_decoder(bool pages) {
    if (pages) return std::make_unique<SimdjsonDecoder<Page<std::string>>>();
    return std::make_unique<SimdjsonDecoder<Organization<std::string>>>();
}

}  // namespace clerk_bench
