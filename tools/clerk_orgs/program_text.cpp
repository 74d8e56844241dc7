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
    for (auto const* const list : {&commands, &groups}) {
        auto const found = std::ranges::find(*list, name, &CommandText::name);
        if (found != list->end()) return &*found;
    }
    return nullptr;
}

std::vector<std::string> ProgramText::names() const {
    std::vector<std::string> names;
    for (auto const* const list : {&commands, &groups}) {
        for (CommandText const& each : *list) names.push_back(each.name);
    }
    return names;
}

std::vector<CommandText const*> ProgramText::commands_of(CommandText const& subject) const {
    std::vector<CommandText const*> found;
    for (CommandText const& each : commands) {
        if (&subject == &program || each.name.starts_with(subject.name + " ")) found.push_back(&each);
    }
    return found;
}

}  // namespace clerk_orgs
