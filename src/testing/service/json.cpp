#include "testing/service/json.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <charconv>
#include <limits>
#include <unordered_map>

namespace clerk::testing {
namespace {

constexpr std::size_t max_depth = 1000;

void drop_repeated_keys(std::vector<JsonMember>& members) {
    std::unordered_map<std::string_view, std::size_t> last{};
    last.reserve(members.size());
    for (std::size_t i = 0; i != members.size(); ++i) last[members[i].key] = i;
    if (last.size() == members.size()) return;
    std::vector<bool> keep(members.size());
    for (auto const& entry : last) keep[entry.second] = true;
    std::vector<JsonMember> kept{};
    kept.reserve(last.size());
    for (std::size_t i = 0; i != members.size(); ++i) {
        if (keep[i]) kept.push_back(std::move(members[i]));
    }
    members = std::move(kept);
}

// Boost.JSON's DOM rounds numbers; its event parser passes on their text.
class TreeBuilder {
public:
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();

    using error_code = boost::system::error_code;
    using string_view = boost::json::string_view;

    Json root{};

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_array_begin(error_code&) { return open(Json::Kind::array); }
    bool on_array_end(std::size_t, error_code&) { return close(); }
    bool on_object_begin(error_code&) { return open(Json::Kind::object); }
    bool on_object_end(std::size_t, error_code&) {
        drop_repeated_keys(open_.back()->members);
        return close();
    }
    bool on_key_part(string_view part, std::size_t, error_code&) { return collect(part); }
    bool on_key(string_view part, std::size_t, error_code&) {
        collect(part);
        open_.back()->members.push_back(JsonMember{std::move(text_), {}});
        text_.clear();
        return true;
    }
    bool on_string_part(string_view part, std::size_t, error_code&) { return collect(part); }
    bool on_string(string_view part, std::size_t, error_code&) { return leaf(Json::Kind::string, part); }
    bool on_number_part(string_view part, error_code&) { return collect(part); }
    bool on_int64(std::int64_t, string_view part, error_code&) { return leaf(Json::Kind::number, part); }
    bool on_uint64(std::uint64_t, string_view part, error_code&) { return leaf(Json::Kind::number, part); }
    bool on_double(double, string_view part, error_code&) { return leaf(Json::Kind::number, part); }
    bool on_bool(bool truth, error_code&) {
        Json& value = place();
        value.kind = Json::Kind::boolean;
        value.truth = truth;
        return true;
    }
    bool on_null(error_code&) {
        place();
        return true;
    }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

private:
    bool collect(string_view part) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool leaf(Json::Kind kind, string_view part) {
        collect(part);
        Json& value = place();
        value.kind = kind;
        value.text = std::move(text_);
        text_.clear();
        return true;
    }
    // Pointers stay valid: a container only grows while none of its elements is open.
    Json& place() {
        if (open_.empty()) return root;
        Json& parent = *open_.back();
        return parent.kind == Json::Kind::array ? parent.items.emplace_back() : parent.members.back().value;
    }
    bool open(Json::Kind kind) {
        Json& value = place();
        value.kind = kind;
        open_.push_back(&value);
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    std::vector<Json*> open_{};
    std::string text_{};
};

}  // namespace

Json const* Json::find(std::string_view key) const noexcept {
    for (JsonMember const& member : members) {
        if (member.key == key) return &member.value;
    }
    return nullptr;
}

std::optional<std::int64_t> Json::to_integer() const noexcept {
    if (kind != Kind::number) return std::nullopt;
    std::int64_t number{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<Json> parse_json(std::string_view text) {
    boost::json::parse_options options{};
    options.max_depth = max_depth;
    boost::json::basic_parser<TreeBuilder> parser{options};
    boost::system::error_code error{};
    std::size_t const used = parser.write_some(false, text.data(), text.size(), error);
    if (error || used != text.size() || !parser.done()) return std::nullopt;
    return std::move(parser.handler().root);
}

void append_json(std::string& out, Json const& value) {
    switch (value.kind) {
        case Json::Kind::null:
            out += "null";
            break;
        case Json::Kind::boolean:
            out += value.truth ? "true" : "false";
            break;
        case Json::Kind::number:
            out += value.text;
            break;
        case Json::Kind::string:
            append_json_string(out, value.text);
            break;
        case Json::Kind::array: {
            char separator = '[';
            for (Json const& item : value.items) {
                out += separator;
                separator = ',';
                append_json(out, item);
            }
            out += value.items.empty() ? "[]" : "]";
            break;
        }
        case Json::Kind::object: {
            char separator = '{';
            for (JsonMember const& member : value.members) {
                out += separator;
                separator = ',';
                append_json_string(out, member.key);
                out += ':';
                append_json(out, member.value);
            }
            out += value.members.empty() ? "{}" : "}";
            break;
        }
    }
}

std::string to_text(Json const& value) {
    std::string out{};
    append_json(out, value);
    return out;
}

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    std::size_t plain = 0;
    for (std::size_t i = 0; i != text.size(); ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, plain, i - plain);
        plain = i + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += "\\u00";
                out += hex[c >> 4U];
                out += hex[c & 15U];
        }
    }
    out.append(text, plain);
    out += '"';
}

}  // namespace clerk::testing
