#include "columns.hpp"

#include "output.hpp"

#include "api/organizations/organization_descriptions.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace clerk_orgs {
namespace {

/// Control characters as \u00XX, but for tabs and line breaks, which RFC 4180 allows inside quotes. A carriage return
/// alone would let a name overwrite its line on a terminal.
void append_escaped(std::string& out, std::string_view text) {
    constexpr char hex_digits[] = "0123456789abcdef";
    auto const escape = [&](unsigned char byte) {
        out.append("\\u00").append({hex_digits[byte >> 4U], hex_digits[byte & 0xfU]});
    };
    for (std::size_t index = 0; index < text.size(); ++index) {
        auto const byte = static_cast<unsigned char>(text[index]);
        auto const next =
            index + 1 < text.size() ? static_cast<unsigned char>(text[index + 1]) : static_cast<unsigned char>(0);
        bool const line_break = byte == '\n' || (byte == '\r' && next == '\n');
        if (byte == 0xc2 && next >= 0x80 && next <= 0x9f) {
            escape(next);
            ++index;
        } else if ((byte < 0x20 && byte != '\t' && !line_break) || byte == 0x7f) {
            escape(byte);
        } else {
            if (byte == '"') out.push_back('"');
            out.push_back(text[index]);
        }
    }
}

/// Whether a spreadsheet would evaluate the text as a formula. Some also take the full-width signs.
bool is_formula(std::string_view text) {
    constexpr std::string_view begins[] = {"=",  "+",      "-",      "@",      "\t",    "\r",
                                           "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
    return std::any_of(std::begin(begins), std::end(begins), [&](auto begin) { return text.starts_with(begin); });
}

enum class Writing { csv, csv_with_formulas, plain };

void append_value(std::string& out, std::string_view text, Writing writing) {
    if (writing == Writing::plain) {
        out.append(text);
        return;
    }
    bool const needs_quotes =
        text.find_first_of(",\"\r\n\t") != std::string_view::npos || text.starts_with(' ') || text.ends_with(' ');
    if (needs_quotes) out.push_back('"');
    if (writing == Writing::csv && is_formula(text)) out.push_back('\'');
    append_escaped(out, text);
    if (needs_quotes) out.push_back('"');
}

void append_value(std::string& out, bool value, Writing) { out.append(value ? "true" : "false"); }
void append_value(std::string& out, std::int64_t value, Writing) { out.append(std::to_string(value)); }
void append_value(std::string& out, clerk::Timestamp value, Writing) { out.append(clerk::to_string(value)); }
void append_value(std::string& out, clerk::Metadata const& value, Writing writing) {
    append_value(out, value.text(), writing);
}

template <class T>
void append_value(std::string& out, std::optional<T> const& value, Writing writing) {
    if (value) append_value(out, *value, writing);
}

constexpr std::string_view private_metadata = "private_metadata";
constexpr std::string_view additional_fields = "additional_fields";

template <class T>
struct Column {
    std::string_view name{};
    void (*append)(std::string& out, T const& record, Writing writing){};
};

/// A column for each member that the library describes, in that order, and one for those that it does not know.
template <class T>
constexpr auto columns = [] {
    std::array<Column<T>, clerk::api::member_count<T> + 1> all{};
    clerk::api::for_each_member<T>([&all]<std::size_t index>() {
        all[index] = {clerk::api::member_at<T, index>.name, [](std::string& out, T const& record, Writing writing) {
                          append_value(out, record.*clerk::api::member_at<T, index>.pointer, writing);
                      }};
    });
    all.back() = {additional_fields, [](std::string& out, T const& record, Writing writing) {
                      append_value(out, record.additional_fields, writing);
                  }};
    return all;
}();

template <class T>
Column<T> const* find_column(std::string_view name) {
    auto const* const found = std::ranges::find(columns<T>, name, &Column<T>::name);
    return found == columns<T>.end() ? nullptr : found;
}

/// Calls `use` with each column of the layout, in order.
template <class T, class Use>
void for_each_column(Layout const& layout, Use use) {
    if (layout.fields.empty()) {
        for (Column<T> const& column : columns<T>) {
            if (layout.private_metadata || column.name != private_metadata) use(column);
        }
    } else {
        for (std::string const& name : layout.fields) use(*find_column<T>(name));
    }
}

template <class T>
void append_csv(std::string& out, T const& record, Layout const& layout) {
    Writing const writing = layout.raw_csv ? Writing::csv_with_formulas : Writing::csv;
    bool first = true;
    for_each_column<T>(layout, [&](Column<T> const& column) {
        if (!std::exchange(first, false)) out.push_back(',');
        column.append(out, record, writing);
    });
    out.append("\r\n");
}

struct Member {
    std::string_view name{};
    std::string_view text{};  ///< `"name":value`
};

/// The members of a compact, valid JSON object, as they are written.
std::vector<Member> members_of(std::string_view object) {
    std::vector<Member> members;
    std::size_t begin = 1;
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t index = 1; index < object.size(); ++index) {
        char const byte = object[index];
        if (in_string) {
            if (byte == '\\') ++index;
            if (byte == '"') in_string = false;
        } else if (byte == '"') {
            in_string = true;
        } else if (byte == '{' || byte == '[') {
            ++depth;
        } else if (depth == 0 && (byte == ',' || byte == '}')) {
            std::string_view const text = object.substr(begin, index - begin);
            if (!text.empty()) members.push_back({text.substr(1, text.find('"', 1) - 1), text});
            begin = index + 1;
        } else if (byte == '}' || byte == ']') {
            --depth;
        }
    }
    return members;
}

template <class T>
void append_chosen_json(std::string& out, T const& record, Layout const& layout) {
    std::string whole;
    append_json(whole, record);
    std::vector<Member> const members = members_of(whole);
    char separator = '{';
    auto const append_if = [&](auto const& wanted) {
        for (Member const& member : members) {
            if (!wanted(member.name)) continue;
            out.push_back(std::exchange(separator, ','));
            out.append(member.text);
        }
    };
    if (layout.fields.empty()) append_if([](std::string_view name) { return name != private_metadata; });
    for (std::string const& field : layout.fields) {
        append_if([&](std::string_view name) {
            return field == additional_fields ? find_column<T>(name) == nullptr : name == field;
        });
    }
    if (separator == '{') out.push_back('{');
    out.push_back('}');
}

}  // namespace

std::vector<std::string> field_names() {
    std::vector<std::string> names;
    names.reserve(std::size(columns<clerk::Organization>));
    for (auto const& column : columns<clerk::Organization>) names.emplace_back(column.name);
    return names;
}

std::string field_text(clerk::Organization const& organization, std::string_view name) {
    std::string text;
    if (auto const* const column = find_column<clerk::Organization>(name))
        column->append(text, organization, Writing::plain);
    return text;
}

std::string describe(Layout const& layout) {
    std::string text = layout.format == ExportFormat::csv ? "csv" : "ndjson";
    if (layout.raw_csv) text += " as it is";
    bool const is_whole = layout.fields.empty() && layout.private_metadata;
    if (!is_whole) {
        char separator = ' ';
        for_each_column<clerk::Organization>(layout, [&](auto const& column) {
            text.push_back(std::exchange(separator, ','));
            text.append(column.name);
        });
    }
    return text;
}

void append_header(std::string& out, Layout const& layout) {
    if (layout.format != ExportFormat::csv) return;
    bool first = true;
    for_each_column<clerk::Organization>(layout, [&](auto const& column) {
        if (!std::exchange(first, false)) out.push_back(',');
        out.append(column.name);
    });
    out.append("\r\n");
}

void append_record(std::string& out, clerk::Organization const& organization, Layout const& layout) {
    if (layout.format == ExportFormat::csv) return append_csv(out, organization, layout);
    std::size_t const start = out.size();
    if (layout.fields.empty() && layout.private_metadata) {
        append_json(out, organization);
    } else {
        append_chosen_json(out, organization, layout);
    }
    escape_controls_in_json(out, start);
    out.push_back('\n');
}

}  // namespace clerk_orgs
