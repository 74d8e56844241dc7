#include "testing/server/upload_type.hpp"

#include "testing/service/text.hpp"

#include <algorithm>

namespace clerk::testing {
namespace {

constexpr std::string_view blanks = " \t";

void skip_blanks(std::string_view& text) noexcept {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
}

std::string lowered(std::string_view text) {
    while (!text.empty() && blanks.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), to_lower);
    return out;
}

// A quoted string at the front, without its quotes and backslashes.
std::optional<std::string> take_quoted(std::string_view& text) {
    std::string out{};
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return out;
        }
        // Browsers write paths unescaped, so a backslash escapes only quotes and backslashes.
        if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
        out += text[i];
    }
    return std::nullopt;
}

}  // namespace

std::string const* HeaderValue::find(std::string_view name) const noexcept {
    for (auto const& param : params) {
        if (param.first == name) return &param.second;
    }
    return nullptr;
}

std::optional<HeaderValue> parse_header_value(std::string_view text) {
    HeaderValue header{};
    skip_blanks(text);
    std::string_view const value = text.substr(0, text.find(';'));
    header.value = lowered(value);
    text.remove_prefix(value.size());
    while (!text.empty()) {
        text.remove_prefix(1);  // the ';'
        skip_blanks(text);
        if (text.empty() || text.front() == ';') continue;
        std::size_t const equals = text.find_first_of("=;");
        if (equals == std::string_view::npos || text[equals] == ';') return std::nullopt;
        std::string name = lowered(text.substr(0, equals));
        text.remove_prefix(equals + 1);
        skip_blanks(text);
        if (text.empty()) return std::nullopt;
        if (text.front() == '"') {
            auto quoted = take_quoted(text);
            if (!quoted) return std::nullopt;
            skip_blanks(text);
            if (!text.empty() && text.front() != ';') return std::nullopt;
            header.params.emplace_back(std::move(name), std::move(*quoted));
        } else {
            std::string_view token = text.substr(0, text.find(';'));
            text.remove_prefix(token.size());
            while (!token.empty() && blanks.find(token.back()) != std::string_view::npos) token.remove_suffix(1);
            if (token.empty()) return std::nullopt;
            header.params.emplace_back(std::move(name), std::string{token});
        }
    }
    return header;
}

}  // namespace clerk::testing
