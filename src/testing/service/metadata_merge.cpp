#include "testing/service/metadata_merge.hpp"

#include <unordered_map>

namespace clerk::testing {

void merge_metadata(Json& target, Json const& patch) {
    if (!target.is_object()) target = Json{Json::Kind::object, {}, {}, {}, {}};
    std::unordered_map<std::string, std::size_t> position{};
    for (std::size_t i = 0; i != target.members.size(); ++i) position.emplace(target.members[i].key, i);

    std::vector<bool> removed(target.members.size());
    for (JsonMember const& member : patch.members) {
        auto const found = position.find(member.key);
        if (member.value.is_null()) {
            if (found != position.end()) removed[found->second] = true;
            continue;
        }
        Json* place = nullptr;
        if (found != position.end()) {
            place = &target.members[found->second].value;
        } else {
            place = &target.members.emplace_back(JsonMember{member.key, {}}).value;
            removed.push_back(false);
        }
        if (member.value.is_object()) {
            merge_metadata(*place, member.value);  // also drops the nulls of an object that is new here
        } else {
            *place = member.value;
        }
    }

    std::size_t kept = 0;
    for (std::size_t i = 0; i != target.members.size(); ++i) {
        if (removed[i]) continue;
        if (kept != i) target.members[kept] = std::move(target.members[i]);
        ++kept;
    }
    target.members.resize(kept);
}

}  // namespace clerk::testing
