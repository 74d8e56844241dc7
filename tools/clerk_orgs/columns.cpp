#include "columns.hpp"

#include "output.hpp"

#include "api/organization_invitations/organization_invitation_descriptions.hpp"
#include "api/organization_memberships/organization_membership_descriptions.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace clerk_orgs {
namespace {

/// Escapes control characters as \u00XX, except tabs and line breaks, which RFC 4180 allows inside quotes. With a lone
/// carriage return a name could overwrite its line on a terminal.
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

/// Whether a spreadsheet would evaluate the text as a formula. Some also accept full-width signs.
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

void append_value(std::string& out, std::vector<std::string> const& values, Writing writing) {
    std::string joined;
    for (std::string const& value : values) joined += (joined.empty() ? "" : " ") + value;
    append_value(out, joined, writing);
}

template <class T>
void append_value(std::string& out, std::optional<T> const& value, Writing writing) {
    if (value) append_value(out, *value, writing);
}

constexpr std::string_view private_metadata = "private_metadata";
constexpr std::string_view additional_fields = "additional_fields";

template <class T>
struct Column {
    std::string name{};
    std::function<void(std::string& out, T const& record, Writing writing)> append{};
};

template <class T>
std::vector<Column<T>> const& columns();

template <class T>
T const* address_of(T const& value) {
    return &value;
}
template <class T>
T const* address_of(std::optional<T> const& value) {
    return value ? &*value : nullptr;
}

template <class T, std::size_t index>
void add_columns(std::vector<Column<T>>& all) {
    constexpr auto const& member = clerk::api::member_at<T, index>;
    using Value = std::remove_cvref_t<decltype(*address_of(std::declval<T>().*member.pointer))>;
    if constexpr (clerk::api::Described<Value>) {
        for (Column<Value> const& inner : columns<Value>()) {
            auto const append = [&inner](std::string& out, T const& record, Writing writing) {
                Value const* const value = address_of(record.*clerk::api::member_at<T, index>.pointer);
                if (value != nullptr) inner.append(out, *value, writing);
            };
            all.push_back({std::string{member.name} + '.' + inner.name, append});
        }
    } else {
        all.push_back({std::string{member.name}, [](std::string& out, T const& record, Writing writing) {
                           append_value(out, record.*clerk::api::member_at<T, index>.pointer, writing);
                       }});
    }
}

/// A column for each member that the library describes, in that order, and one for unknown members.
template <class T>
std::vector<Column<T>> const& columns() {
    static std::vector<Column<T>> const all = [] {
        std::vector<Column<T>> made;
        clerk::api::for_each_member<T>([&made]<std::size_t index>() { add_columns<T, index>(made); });
        made.push_back({std::string{additional_fields}, [](std::string& out, T const& record, Writing writing) {
                            append_value(out, record.additional_fields, writing);
                        }});
        return made;
    }();
    return all;
}

template <class T>
Column<T> const* find_column(std::string_view name) {
    auto const found = std::ranges::find(columns<T>(), name, &Column<T>::name);
    return found == columns<T>().end() ? nullptr : &*found;
}

/// Whether the member `name` is an object with separate columns.
template <class T>
bool has_columns(std::string const& name) {
    return std::ranges::any_of(columns<T>(), [&](auto const& column) { return column.name.starts_with(name + '.'); });
}

bool is_private(std::string_view column) { return column.substr(column.rfind('.') + 1) == private_metadata; }

/// Calls `use` with each column of the layout, in order.
template <class T, class Use>
void for_each_column(Layout const& layout, Use use) {
    if (layout.fields.empty()) {
        for (Column<T> const& column : columns<T>()) {
            if (layout.private_metadata || !is_private(column.name)) use(column);
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

/// The members of a compact, valid JSON object, as written there.
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

std::string_view value_of(Member const& member) { return member.text.substr(member.name.size() + 3); }

/// The members of `object` without private metadata, also without that of objects with columns. `prefix`: the path of
/// the object.
template <class T>
void append_without_private(std::string& out, std::string_view object, std::string const& prefix = {}) {
    char separator = '{';
    for (Member const& member : members_of(object)) {
        if (member.name == private_metadata) continue;
        out.push_back(std::exchange(separator, ','));
        std::string const name = prefix + std::string{member.name};
        std::string_view const value = value_of(member);
        if (value.starts_with('{') && has_columns<T>(name)) {
            out.append(member.text.substr(0, member.text.size() - value.size()));
            append_without_private<T>(out, value, name + '.');
        } else {
            out.append(member.text);
        }
    }
    if (separator == '{') out.push_back('{');
    out.push_back('}');
}

/// The members that the layout names. A member of an inner object is written as `"organization.id":value`.
template <class T>
void append_fields(std::string& out, std::string_view object, Layout const& layout) {
    std::vector<Member> const top = members_of(object);
    char separator = '{';
    for (std::string const& field : layout.fields) {
        std::string const prefix = field.substr(0, field.rfind('.') + 1);  // npos + 1 is 0
        std::string_view const last = std::string_view{field}.substr(prefix.size());
        auto const append_if_wanted = [&](Member const& member) {
            std::string const name = prefix + std::string{member.name};
            auto const is_known = [&name] { return find_column<T>(name) != nullptr || has_columns<T>(name); };
            if (last == additional_fields ? is_known() : member.name != last) return;
            out.push_back(std::exchange(separator, ','));
            out.append("\"").append(prefix).append(member.text.substr(1));
        };
        if (prefix.empty()) {
            std::ranges::for_each(top, append_if_wanted);
            continue;
        }
        for (Member const& member : top) {
            if (prefix.compare(0, prefix.size() - 1, member.name) != 0) continue;
            std::ranges::for_each(members_of(value_of(member)), append_if_wanted);
        }
    }
    if (separator == '{') out.push_back('{');
    out.push_back('}');
}

}  // namespace

template <Tabular T>
std::vector<std::string> field_names() {
    std::vector<std::string> names;
    names.reserve(columns<T>().size());
    for (Column<T> const& column : columns<T>()) names.push_back(column.name);
    return names;
}

template <Tabular T>
std::string field_text(T const& record, std::string_view name) {
    std::string text;
    if (auto const* const column = find_column<T>(name)) column->append(text, record, Writing::plain);
    return text;
}

template <Tabular T>
std::string describe(Layout const& layout) {
    std::string text = layout.format == ExportFormat::csv ? "csv" : "ndjson";
    if (layout.raw_csv) text += " as it is";
    bool const is_whole = layout.fields.empty() && layout.private_metadata;
    if (!is_whole) {
        char separator = ' ';
        for_each_column<T>(layout, [&](auto const& column) {
            text.push_back(std::exchange(separator, ','));
            text.append(column.name);
        });
    }
    return text;
}

template <Tabular T>
void append_header(std::string& out, Layout const& layout) {
    if (layout.format != ExportFormat::csv) return;
    bool first = true;
    for_each_column<T>(layout, [&](auto const& column) {
        if (!std::exchange(first, false)) out.push_back(',');
        out.append(column.name);
    });
    out.append("\r\n");
}

template <Tabular T>
void append_record(std::string& out, T const& record, Layout const& layout) {
    if (layout.format == ExportFormat::csv) return append_csv(out, record, layout);
    std::size_t const start = out.size();
    if (layout.fields.empty() && layout.private_metadata) {
        append_json(out, record);
    } else {
        std::string whole;
        append_json(whole, record);
        if (layout.fields.empty()) {
            append_without_private<T>(out, whole);
        } else {
            append_fields<T>(out, whole, layout);
        }
    }
    escape_controls_in_json(out, start);
    out.push_back('\n');
}

#define CLERK_ORGS_COLUMNS_OF(T)                                 \
    template std::vector<std::string> field_names<T>();          \
    template std::string field_text(T const&, std::string_view); \
    template std::string describe<T>(Layout const&);             \
    template void append_header<T>(std::string&, Layout const&); \
    template void append_record(std::string&, T const&, Layout const&);
CLERK_ORGS_COLUMNS_OF(clerk::Organization)
CLERK_ORGS_COLUMNS_OF(clerk::OrganizationMembership)
CLERK_ORGS_COLUMNS_OF(clerk::OrganizationInvitation)
CLERK_ORGS_COLUMNS_OF(clerk::OrganizationInvitationWithPublicOrganizationData)
#undef CLERK_ORGS_COLUMNS_OF

}  // namespace clerk_orgs
