// Reads the members of a JSON body and collects what is wrong with them. Pure.
#pragma once

#include "testing/service/json.hpp"
#include "testing/service/refusal.hpp"
#include "testing/service/text.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk::testing {

// At most so many unknown parameters are reported, so that the answer is not larger than the request.
inline constexpr std::size_t max_unknown = 100;

// Outer: present in the request. Inner: not null.
template <class T>
using Patch = std::optional<std::optional<T>>;

// For members where null is the same as absent.
template <class T>
std::optional<T> value_of(Patch<T> patch) {
    return patch ? std::move(*patch) : std::nullopt;
}

// Reads one body.
class BodyReader {
public:
    explicit BodyReader(Json const& body) : body_(body) {}

    void refuse_unknown(std::initializer_list<std::string_view> known) {
        std::size_t unknown = 0;
        for (JsonMember const& member : body_.members) {
            if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
            refuse(refusals::param_unknown(member.key));
            if (++unknown == max_unknown) return;
        }
    }

    // A text that may be absent or null; `check` may refuse a value that is text.
    template <class Check>
    [[nodiscard]] Patch<std::string> text(std::string_view name, Check check) {
        return read<std::string>(name, [&](Json const& value) -> std::optional<std::string> {
            if (!value.is_string()) return wrong_type(name, "a string");
            if (auto refusal = check(value.text)) return refuse(std::move(*refusal));
            return value.text;
        });
    }
    [[nodiscard]] Patch<std::string> text(std::string_view name) {
        return text(name, [](std::string const&) { return std::optional<ApiRefusal>{}; });
    }
    // A required text that is not blank. Empty when it is missing or invalid.
    template <class Check>
    [[nodiscard]] std::string required_text(std::string_view name, Check check) {
        Json const* const value = body_.find(name);
        if (value == nullptr || value->is_null() || (value->is_string() && is_blank(value->text))) {
            refuse(refusals::param_missing(name));
            return {};
        }
        return value_of(text(name, check)).value_or("");
    }
    [[nodiscard]] std::string required_text(std::string_view name) {
        return required_text(name, [](std::string const&) { return std::optional<ApiRefusal>{}; });
    }
    [[nodiscard]] Patch<bool> boolean(std::string_view name) {
        return read<bool>(name, [&](Json const& value) -> std::optional<bool> {
            if (value.kind != Json::Kind::boolean) return wrong_type(name, "a boolean");
            return value.truth;
        });
    }
    [[nodiscard]] Patch<std::int64_t> count(std::string_view name) {
        return read<std::int64_t>(name, [&](Json const& value) -> std::optional<std::int64_t> {
            auto const number = value.to_integer();
            if (!number) return wrong_type(name, "an integer");
            if (*number < 0) return refuse(refusals::param_value_invalid(name, "must be greater than or equal to 0."));
            return number;
        });
    }
    [[nodiscard]] Patch<Milliseconds> time(std::string_view name) {
        return read<Milliseconds>(name, [&](Json const& value) -> std::optional<Milliseconds> {
            if (!value.is_string()) return wrong_type(name, "a string");
            auto const parsed = parse_rfc3339(value.text);
            if (!parsed) return refuse(refusals::param_invalid_time(name));
            return parsed;
        });
    }
    // An object or null, unchanged.
    [[nodiscard]] std::optional<Json> metadata(std::string_view name) {
        Json const* const value = body_.find(name);
        if (value == nullptr) return std::nullopt;
        if (!value->is_object() && !value->is_null()) {
            return refuse(refusals::param_value_invalid(name, "must be an object."));
        }
        return *value;
    }

    std::nullopt_t refuse(ApiRefusal refusal) {
        refusals_.push_back(std::move(refusal));
        return std::nullopt;
    }

    template <class T>
    [[nodiscard]] Outcome<T> finish(T& fields) {
        if (!refusals_.empty()) return Failure{std::move(refusals_)};
        return std::move(fields);
    }

private:
    std::nullopt_t wrong_type(std::string_view name, std::string_view wanted) {
        return refuse(refusals::param_type_invalid(name, wanted));
    }
    template <class T, class Read>
    [[nodiscard]] Patch<T> read(std::string_view name, Read read_value) {
        Json const* const value = body_.find(name);
        if (value == nullptr) return std::nullopt;
        if (value->is_null()) return std::optional<T>{};
        return Patch<T>{read_value(*value)};
    }

    Json const& body_;
    std::vector<ApiRefusal> refusals_{};
};

}  // namespace clerk::testing
