#include "api/pagination/checkpoint.hpp"

#include "api/codec/encode.hpp"
#include "api/pagination/keyset_cursor.hpp"
#include "base/digest.hpp"
#include "base/local_error.hpp"
#include "base/percent_encoding.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/url/decode_view.hpp>
#include <boost/url/pct_string_view.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace clerk::api {

namespace json = boost::json;

namespace {

constexpr std::int64_t version = 2;
constexpr std::int64_t largest_number = 1LL << 53;  // no list is that long, and sums of a few cannot overflow
constexpr std::size_t digest_bytes = 16;
constexpr std::size_t checksum_bytes = 8;

void write_ids(std::string& out, std::vector<std::string> const& ids) {
    out += '[';
    for (std::size_t i = 0; i != ids.size(); ++i) {
        out += i == 0 ? "\"" : ",\"";
        base::append_percent_encoded(out, ids[i]);  // so that the line is printable whatever the ids hold
        out += '"';
    }
    out += ']';
}

// Reads the members of one object; remembers whether one was missing or invalid.
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
        if (array == nullptr || array->size() > KeysetOptions{}.max_known) {
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

Error refused(WalkIdentity const& identity, std::string message) {
    return base::local_error(identity.operation, errc::invalid_argument, std::move(message), "checkpoint");
}

}  // namespace

WalkIdentity identity_of(http::Request const& first_page, bool anchored, std::string account) {
    WalkIdentity identity{};
    identity.operation = first_page.operation;
    identity.anchored = anchored;
    identity.list = base::sha256_hex(first_page.target, digest_bytes);
    identity.account = std::move(account);
    return identity;
}

std::string write_checkpoint(SavedWalk const& walk, WalkIdentity const& identity) {
    WalkState const& state = walk.state;
    std::string out;
    JsonObjectWriter object{out};
    object.member("checkpoint", version);
    object.member("operation", identity.operation);
    object.member("anchored", identity.anchored);
    object.member("list", identity.list);
    object.member("account", identity.account);
    object.member("done", state.done);
    object.member("incomplete_reasons", std::int64_t{state.incomplete_reasons});
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
    // A total is not checked, because the service may report any number.
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
        return refused(identity, "is damaged or not a checkpoint");
    }
    return read_checkpoint_body(text.substr(0, space), identity);
}

Result<SavedWalk> read_checkpoint_body(std::string_view body, WalkIdentity const& identity) {
    boost::system::error_code error;
    json::value const parsed = json::parse(json::string_view{body.data(), body.size()}, error);
    json::object const* const object = error ? nullptr : parsed.if_object();
    if (object == nullptr) return refused(identity, "is damaged or not a checkpoint");

    Reader read{*object};
    std::int64_t made_by{};
    read.count("checkpoint", made_by);
    if (read.failed()) return refused(identity, "is damaged or not a checkpoint");
    if (made_by != version) return refused(identity, "was made by an incompatible version");
    WalkIdentity made_for{};
    read.boolean("anchored", made_for.anchored);
    std::string operation;
    read.text("operation", operation);
    read.text("list", made_for.list);
    read.text("account", made_for.account);

    SavedWalk walk{};
    WalkState& state = walk.state;
    std::int64_t reasons{};
    std::int64_t elapsed{};
    read.boolean("done", state.done);
    read.count("incomplete_reasons", reasons);
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
    if (read.failed() || reasons > std::int64_t{all_incomplete_reasons}) return refused(identity, "is damaged");
    state.incomplete_reasons = static_cast<std::uint32_t>(reasons);
    walk.elapsed = std::chrono::milliseconds{elapsed};

    if (operation != identity.operation) return refused(identity, "belongs to a walk of another operation");
    if (made_for.account != identity.account) return refused(identity, "belongs to another server or secret key");
    if (made_for.anchored != identity.anchored) {
        return refused(identity,
                       identity.anchored ? "belongs to a walk that is not anchored" : "belongs to an anchored walk");
    }
    if (made_for.list != identity.list)
        return refused(identity, "belongs to a walk with other filters or another order");
    return walk;
}

}  // namespace clerk::api
