/// @file
/// The layout of an export: which members of an organization, in which order, as which text.
#pragma once

#include <clerk.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace clerk_orgs {

enum class ExportFormat { ndjson, csv };

struct Layout {
    ExportFormat format{ExportFormat::ndjson};
    std::vector<std::string> fields{};  ///< Names of `field_names()` in the order wanted; empty: everything.
    bool private_metadata{true};
    bool raw_csv{};  ///< Texts like formulas get no apostrophe.

    friend bool operator==(Layout const&, Layout const&) = default;
};

/// The members of an organization that the library knows, and `additional_fields` for all others.
std::vector<std::string> field_names();

/// The value of one of them as text; empty when there is none.
std::string field_text(clerk::Organization const& organization, std::string_view name);

/// Equal for equal layouts only: `csv object,id,name`.
std::string describe(Layout const& layout);

/// Appends the header row of CSV; nothing for NDJSON.
void append_header(std::string& out, Layout const& layout);
/// Appends one organization and the end of its line: RFC 4180, or a JSON object.
void append_record(std::string& out, clerk::Organization const& organization, Layout const& layout);

}  // namespace clerk_orgs
