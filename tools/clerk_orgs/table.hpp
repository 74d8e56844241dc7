/// @file
/// Answers as aligned columns instead of JSON.
#pragma once

#include "columns.hpp"

#include <clerk.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace clerk_orgs {

struct TableStyle {
    std::size_t width{};  ///< Longer lines are cut; 0: none is.
    bool colour{};
};

/// For standard output. `no_colour` and `term` are the environment variables NO_COLOR and TERM, null when not set.
TableStyle choose_table_style(bool is_terminal, std::size_t width, char const* no_colour, char const* term);

/// The width of a text on a terminal in columns: none for combining characters, two for wide ones.
std::size_t display_width(std::string_view text);

/// A line for each item under a header.
template <Tabular T>
std::string render_table(clerk::Page<T> const& page, TableStyle style);
/// A line for each member that has a value.
template <Tabular T>
std::string render_table(T const& record, TableStyle style);

}  // namespace clerk_orgs
