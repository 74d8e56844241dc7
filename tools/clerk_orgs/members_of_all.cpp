#include "members_of_all.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

namespace clerk_orgs {
namespace {

namespace json = boost::json;

struct Count {
    char const* name{};
    std::int64_t clerk::WalkReport::* member{};
};

constexpr Count counts[] = {{"delivered", &clerk::WalkReport::delivered},
                            {"undecoded", &clerk::WalkReport::undecoded},
                            {"duplicates_dropped", &clerk::WalkReport::duplicates_dropped},
                            {"drift_events", &clerk::WalkReport::drift_events},
                            {"refetches", &clerk::WalkReport::refetches},
                            {"requests", &clerk::WalkReport::requests},
                            {"retries", &clerk::WalkReport::retries}};

}  // namespace

void add_counts(clerk::WalkReport& sum, clerk::WalkReport const& each) {
    for (Count const& count : counts) sum.*count.member += each.*count.member;
}

std::string MembersOfAllState::to_text() const {
    json::object object{{"organizations", organizations},
                        {"members", members},
                        {"doubt", doubt},
                        {"deleted", deleted},
                        {"elapsed_ms", over.elapsed.count()}};
    for (Count const& count : counts) object[count.name] = over.*count.member;
    object["waiting"] = json::array(waiting.begin(), waiting.end());
    return json::serialize(object);
}

MembersOfAllState MembersOfAllState::parse(std::string const& text) {
    json::value const parsed = json::parse(text);
    json::object const& object = parsed.as_object();
    MembersOfAllState state{};
    auto const text_of = [&object](char const* name) { return json::value_to<std::string>(object.at(name)); };
    state.organizations = text_of("organizations");
    state.members = text_of("members");
    state.doubt = text_of("doubt");
    state.deleted = object.at("deleted").as_int64();
    state.over.elapsed = std::chrono::milliseconds{object.at("elapsed_ms").as_int64()};
    for (Count const& count : counts) state.over.*count.member = object.at(count.name).as_int64();
    state.waiting = json::value_to<std::vector<std::string>>(object.at("waiting"));
    return state;
}

}  // namespace clerk_orgs
