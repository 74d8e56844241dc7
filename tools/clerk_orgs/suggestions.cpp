#include "suggestions.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace clerk_orgs {
namespace {

/// The number of insertions, deletions, replacements and swaps of neighbours between two words.
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> before_last(right.size() + 1);
    std::vector<std::size_t> last(right.size() + 1);
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= left.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            std::size_t const replaced = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
            bool const swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        before_last.swap(last);
        last.swap(row);
    }
    return last[right.size()];
}

std::string suggestion(std::string const& word, std::vector<std::string> const& candidates) {
    std::string const meant = closest(word, candidates);
    return meant.empty() ? std::string{} : "; did you mean '" + meant + "'?";
}

}  // namespace

std::string closest(std::string_view word, std::vector<std::string> const& candidates) {
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (std::string const& candidate : candidates) {
        std::size_t const found = distance(word, candidate);
        if (found >= best_distance) continue;
        best_distance = found;
        best = candidate;
    }
    return best;
}

UsageError no_command(ProgramText const& text, std::string const& name) {
    return UsageError{"there is no command '" + name + "'" + suggestion(name, text.names())};
}

UsageError unexpected_argument(ProgramText const& text, CommandText const* command, std::string const& argument) {
    std::vector<std::string> names;
    if (argument.starts_with("-")) {
        for (CommandText const* const each : {&text.program, command}) {
            if (each == nullptr) continue;
            for (OptionText const& option : each->options) {
                names.insert(names.end(), option.names.begin(), option.names.end());
            }
        }
    } else {
        for (CommandText const& group : text.groups) names.push_back(group.name);
    }
    return UsageError{"unexpected argument '" + argument + "'" +
                      suggestion(argument.substr(0, argument.find('=')), names)};
}

}  // namespace clerk_orgs
