#include "table.hpp"

#include "output.hpp"

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

namespace clerk_orgs {
namespace {

constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view plain = "\x1b[0m";
constexpr std::string_view ellipsis = "…";
constexpr std::size_t gap = 2;

struct Range {
    std::uint32_t first{};
    std::uint32_t last{};
};

// The common ranges of Unicode: combining marks and joiners; East Asian wide characters and emoji.
constexpr Range zero_width[] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a},
                                {0x064b, 0x065f}, {0x0900, 0x0902}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a},
                                {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x20d0, 0x20ff},
                                {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};
constexpr Range two_wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},  {0x3400, 0x4dbf},
                              {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3},  {0xf900, 0xfaff},
                              {0xfe30, 0xfe4f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},  {0x1f300, 0x1f64f},
                              {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

template <std::size_t N>
bool contains(Range const (&ranges)[N], std::uint32_t character) {
    return std::any_of(std::begin(ranges), std::end(ranges),
                       [&](Range const& range) { return character >= range.first && character <= range.last; });
}

struct Character {
    std::size_t length{};
    std::size_t width{};
};

/// The first character of UTF-8 text that is not empty.
Character first_character(std::string_view text) {
    auto const lead = static_cast<unsigned char>(text.front());
    std::size_t const length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length == 1 || length > text.size()) return {1, 1};
    std::uint32_t value = lead & (0x7fU >> length);
    for (std::size_t index = 1; index < length; ++index) {
        value = (value << 6U) | (static_cast<unsigned char>(text[index]) & 0x3fU);
    }
    std::size_t const width = contains(zero_width, value) ? 0 : contains(two_wide, value) ? 2 : 1;
    return {length, width};
}

/// Appends a line, cut to the width.
void append_line(std::string& out, std::string_view line, std::size_t width) {
    if (width == 0 || display_width(line) <= width) {
        out.append(line);
    } else {
        std::size_t used = 1;  // for the ellipsis
        while (!line.empty()) {
            Character const next = first_character(line);
            if (used + next.width > width) break;
            used += next.width;
            out.append(line.substr(0, next.length));
            line.remove_prefix(next.length);
        }
        out.append(ellipsis);
    }
    out.push_back('\n');
}

using Row = std::vector<std::string>;

std::string lines_of(std::vector<Row> const& rows, TableStyle style, bool has_header) {
    std::vector<std::size_t> widths;
    for (Row const& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i != row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    std::string out;
    for (Row const& row : rows) {
        std::string line;
        for (std::size_t i = 0; i != row.size(); ++i) {
            line += row[i];
            if (i + 1 != row.size()) line.append(widths[i] - display_width(row[i]) + gap, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        bool const is_header = has_header && &row == &rows.front();
        if (is_header && style.colour) out.append(bold);
        append_line(out, line, style.width);
        if (is_header && style.colour) out.insert(out.size() - 1, plain);
    }
    return out;
}

struct Heading {
    char const* text{};
    char const* field{};
    bool only_with_values{};  ///< The column is left out when no item has a value.
};

std::vector<Heading> headings(std::type_identity<clerk::Organization>) {
    return {{"ID", "id"},
            {"NAME", "name"},
            {"SLUG", "slug"},
            {"CREATED", "created_at"},
            {"MEMBERS", "members_count", true}};
}
std::vector<Heading> headings(std::type_identity<clerk::OrganizationMembership>) {
    return {{"ORGANIZATION", "organization.id"},
            {"USER", "public_user_data.user_id"},
            {"IDENTIFIER", "public_user_data.identifier"},
            {"ROLE", "role"},
            {"CREATED", "created_at"}};
}
template <class Invitation>
std::vector<Heading> headings(std::type_identity<Invitation>) {
    return {{"ORGANIZATION", "organization_id"},
            {"ID", "id"},
            {"EMAIL ADDRESS", "email_address"},
            {"ROLE", "role"},
            {"STATUS", "status"},
            {"CREATED", "created_at"}};
}

}  // namespace

TableStyle choose_table_style(bool is_terminal, std::size_t width, char const* no_colour, char const* term) {
    bool const is_dumb = term != nullptr && std::string_view{term} == "dumb";
    bool const forbidden = no_colour != nullptr && *no_colour != '\0';
    return {is_terminal ? width : 0, is_terminal && !is_dumb && !forbidden};
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        Character const next = first_character(text);
        width += next.width;
        text.remove_prefix(next.length);
    }
    return width;
}

template <Tabular T>
std::string render_table(clerk::Page<T> const& page, TableStyle style) {
    std::vector<Row> rows(page.size() + 1);
    for (Heading const& heading : headings(std::type_identity<T>{})) {
        std::vector<std::string> cells;
        for (T const& record : page) cells.push_back(printable(field_text(record, heading.field)));
        if (heading.only_with_values && std::ranges::all_of(cells, &std::string::empty)) continue;
        rows.front().emplace_back(heading.text);
        for (std::size_t i = 0; i != cells.size(); ++i) rows[i + 1].push_back(std::move(cells[i]));
    }
    return lines_of(rows, style, true);
}

template <Tabular T>
std::string render_table(T const& record, TableStyle style) {
    std::vector<Row> rows;
    for (std::string const& name : field_names<T>()) {
        std::string value = field_text(record, name);
        if (!value.empty() && value != "{}") rows.push_back({name, printable(value)});
    }
    return lines_of(rows, style, false);
}

#define CLERK_ORGS_TABLES_OF(T)                                           \
    template std::string render_table(clerk::Page<T> const&, TableStyle); \
    template std::string render_table(T const&, TableStyle);
CLERK_ORGS_TABLES_OF(clerk::Organization)
CLERK_ORGS_TABLES_OF(clerk::OrganizationMembership)
CLERK_ORGS_TABLES_OF(clerk::OrganizationInvitation)
CLERK_ORGS_TABLES_OF(clerk::OrganizationInvitationWithPublicOrganizationData)
#undef CLERK_ORGS_TABLES_OF

}  // namespace clerk_orgs
