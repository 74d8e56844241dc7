#include "program_text.hpp"

#include <algorithm>
#include <cstddef>

namespace clerk_orgs {

std::vector<std::string> OptionText::choices() const {
    std::vector<std::string> words;
    bool const is_choice = value.find('|') != std::string::npos && std::all_of(value.begin(), value.end(), [](char c) {
                               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '|';
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

std::vector<std::string> ProgramText::command_names() const {
    std::vector<std::string> names;
    names.reserve(commands.size());
    for (CommandText const& each : commands) names.push_back(each.name);
    return names;
}

}  // namespace clerk_orgs
