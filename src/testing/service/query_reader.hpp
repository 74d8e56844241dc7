// Reads the parameters of a query and collects what is wrong with them. Pure.
#pragma once

#include "testing/service/refusal.hpp"
#include "testing/service/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk::testing {

// An API version may come in the query of any request.
inline constexpr std::string_view api_version_param = "__clerk_api_version";

// The requested part of a list.
struct PageFields {
    std::size_t limit{10};
    std::size_t offset{};
};

// `E` has its values in the order of their names.
template <class E>
struct OrderBy {
    E property{};
    bool descending{};
};

// Ids with an optional sign: `+` or no sign includes, `-` excludes.
struct SignedIds {
    std::vector<std::string> wanted{};  // any of these
    std::vector<std::string> excluded{};
    bool only_some{};  // `wanted` applies, even when empty

    [[nodiscard]] std::size_t size() const noexcept { return wanted.size() + excluded.size(); }
};

// Each known parameter is read by name; finish() reports the parameters that were not read.
class QueryReader {
public:
    static constexpr std::size_t no_limit = ~std::size_t{};

    explicit QueryReader(QueryParams const& params) : params_(params), known_(params.size()) {}

    // `limit` and `offset`.
    void page(PageFields& into);
    // `order_by`: one of `properties`, with a sign or without.
    template <class E>
    void order(std::span<std::string_view const> properties, OrderBy<E>& into) {
        if (auto const given = order(properties)) into = {static_cast<E>(given->property), given->descending};
    }
    void text(std::string_view name, std::string& into);
    void flag(std::string_view name, bool& into);
    // A time in Unix milliseconds.
    void time(std::string_view name, std::optional<Milliseconds>& into);
    // A parameter that may be repeated.
    void texts(std::string_view name, std::vector<std::string>& into, std::size_t most = no_limit);
    void ids(std::string_view name, SignedIds& into, std::size_t most = no_limit);

    void refuse(ApiRefusal refusal);
    template <class T>
    [[nodiscard]] Outcome<T> finish(T& fields) {
        refuse_unknown();
        if (!refusals_.empty()) return Failure{std::move(refusals_)};
        return std::move(fields);
    }

private:
    // The value of a parameter that must not be repeated; null when it is not there.
    [[nodiscard]] std::string const* scalar(std::string_view name);
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name, std::int64_t low, std::int64_t high);
    [[nodiscard]] std::optional<OrderBy<std::size_t>> order(std::span<std::string_view const> properties);
    template <class Take>
    void each(std::string_view name, std::size_t most, Take take);
    void refuse_unknown();

    QueryParams const& params_;
    std::vector<bool> known_;
    std::vector<ApiRefusal> refusals_{};
};

// The errors for the parameters of an operation without parameters.
[[nodiscard]] std::optional<Failure> refuse_parameters(QueryParams const& params);

// The part of `all` that a page shows.
template <class T>
[[nodiscard]] std::vector<T> page_of(std::vector<T> const& all, PageFields const& page) {
    auto const first = std::min(page.offset, all.size());
    auto const count = std::min(page.limit, all.size() - first);
    auto const begin = all.begin() + static_cast<std::ptrdiff_t>(first);
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace clerk::testing
