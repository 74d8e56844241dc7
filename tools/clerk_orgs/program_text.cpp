#include "program_text.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace clerk_orgs {

std::vector<std::string> OptionText::choices() const {
    std::vector<std::string> words;
    bool const is_choice = value.find('|') != std::string::npos && std::all_of(value.begin(), value.end(), [](char c) {
                               return (c >= 'a' && c <= 'z') || c == '|';
                           });
    if (!is_choice) return words;
    for (std::size_t begin = 0; begin <= value.size();) {
        std::size_t const end = std::min(value.find('|', begin), value.size());
        words.push_back(value.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

CommandText const* ProgramText::find(std::string_view name) const noexcept {
    auto const found =
        std::find_if(commands.begin(), commands.end(), [&](CommandText const& each) { return each.name == name; });
    return found == commands.end() ? nullptr : &*found;
}

namespace {

/// Insertions, deletions, replacements and swaps of neighbours that make one word the other.
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

}  // namespace clerk_orgs
