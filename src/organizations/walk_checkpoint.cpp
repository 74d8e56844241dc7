#include "organizations/walk_checkpoint.hpp"

#include "base/digest.hpp"
#include "base/percent_encoding.hpp"
#include "organizations/json_writer.hpp"
#include "policy/anchored_cursor.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/url/decode_view.hpp>
#include <boost/url/pct_string_view.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace clerk::organizations {

namespace json = boost::json;

namespace {

constexpr std::int64_t version = 1;
constexpr std::int64_t largest_number = 1LL << 53;  // no list is that long, and sums of a few cannot overflow
constexpr std::size_t filter_bytes = 16;
constexpr std::size_t checksum_bytes = 8;

Error refused(std::string message) {
    ErrorDetails details{};
    details.operation = "list_organizations";
    details.field = "checkpoint";
    details.message = std::move(message);
    return Error{make_error_code(errc::invalid_argument), std::move(details)};
}

void write_ids(std::string& out, std::vector<std::string> const& ids) {
    out += '[';
    for (std::size_t i = 0; i != ids.size(); ++i) {
        out += i == 0 ? "\"" : ",\"";
        base::append_percent_encoded(out, ids[i]);  // whatever an id holds, the line stays printable
        out += '"';
    }
    out += ']';
}

// Reads the members of one object; remembers whether one was missing or unfit.
class Reader {
public:
    explicit Reader(json::object const& object) : object_{object} {}

    [[nodiscard]] bool failed() const noexcept { return failed_; }

    void count(std::string_view name, std::int64_t& into) {
        integer(name, into);
        if (into < 0 || into > largest_number) failed_ = true;
    }
    void integer(std::string_view name, std::int64_t& into) {
        json::value const* const value = find(name);
        if (value != nullptr && value->is_int64()) {
            into = value->get_int64();
        } else {
            failed_ = true;
        }
    }
    // Absent means empty.
    void optional_count(std::string_view name, std::optional<std::int64_t>& into) {
        if (find(name) != nullptr) count(name, into.emplace());
    }
    void optional_integer(std::string_view name, std::optional<std::int64_t>& into) {
        if (find(name) != nullptr) integer(name, into.emplace());
    }
    void boolean(std::string_view name, bool& into) {
        json::value const* const value = find(name);
        if (value != nullptr && value->is_bool()) {
            into = value->get_bool();
        } else {
            failed_ = true;
        }
    }
    void text(std::string_view name, std::string& into) {
        json::value const* const value = find(name);
        if (value != nullptr && value->is_string()) {
            into = std::string_view{value->get_string()};
        } else {
            failed_ = true;
        }
    }
    void ids(std::string_view name, std::vector<std::string>& into) {
        json::value const* const value = find(name);
        json::array const* const array = value == nullptr ? nullptr : value->if_array();
        if (array == nullptr || array->size() > policy::AnchoredOptions{}.max_known) {
            failed_ = true;
            return;
        }
        for (json::value const& element : *array) {
            json::string const* const encoded = element.if_string();
            auto const decoded = boost::urls::make_pct_string_view(
                encoded == nullptr ? boost::core::string_view{}
                                   : boost::core::string_view{encoded->data(), encoded->size()});
            if (encoded == nullptr || encoded->empty() || !decoded) {
                failed_ = true;
                return;
            }
            auto const bytes = **decoded;
            into.emplace_back(bytes.begin(), bytes.end());
        }
    }

private:
    [[nodiscard]] json::value const* find(std::string_view name) const {
        return object_.if_contains(json::string_view{name.data(), name.size()});
    }

    json::object const& object_;
    bool failed_{};
};

}  // namespace

WalkIdentity identity_of(ListOrganizationsRequest const& request, bool anchored) {
    std::string filter;
    auto const add = [&filter](std::string_view text) {
        base::append_integer(filter, static_cast<std::int64_t>(text.size()));
        (filter += ':') += text;
    };
    auto const add_flag = [&filter](std::optional<bool> const& flag) { filter += !flag ? '-' : *flag ? 't' : 'f'; };
    auto const add_list = [&](std::vector<std::string> const& texts) {
        base::append_integer(filter, static_cast<std::int64_t>(texts.size()));
        filter += ';';
        for (std::string const& text : texts) add(text);
    };
    add(request.query);
    add_list(request.user_id);
    add_list(request.organization_id);
    add_flag(request.include_members_count);
    add_flag(request.include_missing_member_with_elevated_permissions);

    WalkIdentity identity{};
    identity.anchored = anchored;
    identity.order = !request.order_by.empty() ? request.order_by : anchored ? "+created_at" : "-created_at";
    identity.filter = base::sha256_hex(filter, filter_bytes);
    return identity;
}

std::string write_checkpoint(SavedWalk const& walk, WalkIdentity const& identity) {
    policy::WalkState const& state = walk.state;
    std::string out;
    JsonObjectWriter object{out};
    object.member("checkpoint", version);
    object.member("anchored", identity.anchored);
    base::append_percent_encoded(object.begin("order") += '"', identity.order);
    out += '"';
    object.member("filter", identity.filter);
    object.member("done", state.done);
    object.member("doubts", std::int64_t{state.doubts});
    object.member("start", state.start);
    object.member("position", state.position);
    object.member("pages", state.pages);
    object.member("growth_pages", state.growth_pages);
    object.member("delivered", state.delivered);
    object.member("undecoded", state.undecoded);
    object.member("duplicates_dropped", state.duplicates_dropped);
    object.member("drift_events", state.drift_events);
    object.member("refetches", state.refetches);
    object.member("requests", walk.requests);
    object.member("retries", walk.retries);
    object.member("elapsed_ms", std::int64_t{walk.elapsed.count()});
    // A total is whatever the service says.
    if (state.first_total) object.member("first_total", std::min(*state.first_total, largest_number));
    if (state.total) object.member("total", std::min(*state.total, largest_number));
    if (identity.anchored) {
        if (state.frontier) object.member("frontier", *state.frontier);
        write_ids(object.begin("known"), state.known);
        object.member("known_cut", state.known_cut);
        write_ids(object.begin("trailing"), state.trailing);
        object.member("trailing_nameless", state.trailing_nameless);
    }
    object.end();
    std::string const checksum = base::sha256_hex(out, checksum_bytes);
    (out += ' ') += checksum;
    return out;
}

Result<SavedWalk> read_checkpoint(std::string_view text, WalkIdentity const& identity) {
    std::size_t const space = text.rfind(' ');
    if (space == std::string_view::npos ||
        text.substr(space + 1) != base::sha256_hex(text.substr(0, space), checksum_bytes)) {
        return refused("is damaged, or is no checkpoint");
    }
    return read_checkpoint_body(text.substr(0, space), identity);
}

Result<SavedWalk> read_checkpoint_body(std::string_view body, WalkIdentity const& identity) {
    boost::system::error_code error;
    json::value const parsed = json::parse(json::string_view{body.data(), body.size()}, error);
    json::object const* const object = error ? nullptr : parsed.if_object();
    if (object == nullptr) return refused("is damaged, or is no checkpoint");

    Reader read{*object};
    std::int64_t made_by{};
    read.count("checkpoint", made_by);
    if (read.failed()) return refused("is damaged, or is no checkpoint");
    if (made_by != version) return refused("was made by an incompatible version");
    WalkIdentity made_for{};
    read.boolean("anchored", made_for.anchored);
    std::string order;
    read.text("order", order);
    read.text("filter", made_for.filter);

    SavedWalk walk{};
    policy::WalkState& state = walk.state;
    std::int64_t doubts{};
    std::int64_t elapsed{};
    read.boolean("done", state.done);
    read.count("doubts", doubts);
    read.count("start", state.start);
    read.count("position", state.position);
    read.count("pages", state.pages);
    read.count("growth_pages", state.growth_pages);
    read.count("delivered", state.delivered);
    read.count("undecoded", state.undecoded);
    read.count("duplicates_dropped", state.duplicates_dropped);
    read.count("drift_events", state.drift_events);
    read.count("refetches", state.refetches);
    read.count("requests", walk.requests);
    read.count("retries", walk.retries);
    read.count("elapsed_ms", elapsed);
    read.optional_count("first_total", state.first_total);
    read.optional_count("total", state.total);
    if (made_for.anchored) {
        read.optional_integer("frontier", state.frontier);
        read.ids("known", state.known);
        read.boolean("known_cut", state.known_cut);
        read.ids("trailing", state.trailing);
        read.count("trailing_nameless", state.trailing_nameless);
    }
    if (read.failed() || doubts > std::int64_t{policy::all_doubts}) return refused("is damaged");
    state.doubts = static_cast<std::uint32_t>(doubts);
    walk.elapsed = std::chrono::milliseconds{elapsed};

    if (made_for.anchored != identity.anchored) return refused("belongs to another kind of walk");
    std::string expected_order;
    base::append_percent_encoded(expected_order, identity.order);
    if (order != expected_order) return refused("belongs to a walk in another order");
    if (made_for.filter != identity.filter) return refused("belongs to a walk with other filters");
    return walk;
}

}  // namespace clerk::organizations
