#include "testing/service/validation.hpp"

#include <algorithm>
#include <initializer_list>
#include <limits>

namespace clerk::testing {
namespace {

constexpr std::size_t max_name = 256;
constexpr std::size_t max_unknown = 100;  // errors, so that an answer is not larger than its request

// Reads members of a body and collects the errors.
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

    // A text, null or absent; `check` may refuse a value that is text.
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
    // An object or null, as it is.
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

bool is_blank(std::string_view text) noexcept { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::optional<ApiRefusal> check_name(std::string const& name) {
    if (count_code_points(name) > max_name) return refusals::param_too_long("name", max_name);
    if (contains_html(name)) return refusals::organization_name_invalid(name, "contains HTML");
    if (contains_url(name)) return refusals::organization_name_invalid(name, "contains a URL");
    return std::nullopt;
}

std::optional<ApiRefusal> check_slug(std::string const& slug) {
    if (slug.size() > max_name) return refusals::param_too_long("slug", max_name);
    if (!is_slug(slug)) return refusals::slug_format_invalid();
    return std::nullopt;
}

template <class T>
std::optional<T> value_of(Patch<T> patch) {
    return patch ? std::move(*patch) : std::nullopt;
}

std::optional<Json> unless_null(std::optional<Json> value) {
    if (value && value->is_null()) return std::nullopt;
    return value;
}

// An integer from `low` on, at most `high`.
std::optional<ApiRefusal> read_integer(std::string const& name, std::string const& text, std::int64_t low,
                                       std::int64_t high, std::size_t& into) {
    std::size_t const sign = text.starts_with('-') ? 1 : 0;
    bool const digits = text.size() > sign && std::all_of(text.begin() + static_cast<std::ptrdiff_t>(sign), text.end(),
                                                          [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return refusals::param_value_invalid(name, "must be an integer.");
    auto const number = Json{Json::Kind::number, {}, text, {}, {}}.to_integer();
    if (!number || *number < low || *number > high) {
        std::string why = "must be greater than or equal to " + std::to_string(low);
        if (high == 500) why += " and less than or equal to " + std::to_string(high);
        return refusals::param_value_invalid(name, why + '.');
    }
    into = static_cast<std::size_t>(*number);
    return std::nullopt;
}

std::optional<ApiRefusal> read_flag(std::string const& name, std::string const& text, bool& into) {
    if (text != "true" && text != "false") return refusals::param_value_invalid(name, "must be true or false.");
    into = text == "true";
    return std::nullopt;
}

std::optional<ApiRefusal> read_order(std::string_view text, ListFields& fields) {
    bool descending = false;
    std::string_view property = text;
    if (property.starts_with('+') || property.starts_with('-')) {
        descending = property.front() == '-';
        property.remove_prefix(1);
    }
    if (property == "created_at") {
        fields.order = Order::created_at;
    } else if (property == "name") {
        fields.order = Order::name;
    } else if (property == "members_count") {
        fields.order = Order::members_count;
    } else {
        return refusals::param_value_invalid(
            "order_by", "must be one of name, created_at, members_count, with an optional + or -.");
    }
    fields.descending = descending;
    return std::nullopt;
}

// Sorts a signed id into those asked for and those excluded.
void add_signed(std::string const& text, std::vector<std::string>& wanted, std::vector<std::string>& excluded,
                bool& some) {
    if (text.starts_with('-')) {
        excluded.push_back(text.substr(1));
        return;
    }
    some = true;
    wanted.push_back(text.starts_with('+') ? text.substr(1) : text);
}

constexpr std::string_view members_count_flag = "include_members_count";
constexpr std::string_view missing_member_flag = "include_missing_member_with_elevated_permissions";

// Collects the errors of a query's scalar parameters.
class QueryProblems {
public:
    explicit QueryProblems(QueryParams const& params) : params_(params) {}

    // Whether the parameter comes for the first time. A second one is refused, whatever it says.
    [[nodiscard]] bool is_first(std::size_t at) {
        std::string const& name = params_[at].first;
        auto const earlier = std::count_if(params_.begin(), params_.begin() + static_cast<std::ptrdiff_t>(at),
                                           [&](auto const& param) { return param.first == name; });
        if (earlier == 1) add(refusals::param_repeated(name));
        return earlier == 0;
    }
    void add(std::optional<ApiRefusal> refusal) {
        if (refusal && problems_.size() != max_unknown) problems_.push_back(std::move(*refusal));
    }
    template <class T>
    [[nodiscard]] Outcome<T> finish(T& fields) {
        if (!problems_.empty()) return Failure{std::move(problems_)};
        return std::move(fields);
    }

private:
    QueryParams const& params_;
    std::vector<ApiRefusal> problems_{};
};

std::optional<ApiRefusal> read_include_param(std::string const& name, std::string const& value, Include& include) {
    if (name == members_count_flag) return read_flag(name, value, include.members_count);
    if (name == missing_member_flag) return read_flag(name, value, include.missing_member_with_elevated_permissions);
    if (name == api_version_param) return std::nullopt;
    return refusals::param_unknown(name);
}

}  // namespace

Outcome<CreateFields> read_create(Json const& body) {
    BodyReader reader{body};
    CreateFields fields{};
    auto const name = reader.text("name", check_name);
    Json const* const given = body.find("name");
    if (given == nullptr || given->is_null() || (given->is_string() && is_blank(given->text))) {
        reader.refuse(refusals::param_missing("name"));
    } else if (name && *name) {
        fields.name = **name;
    }
    fields.slug = value_of(reader.text("slug", check_slug));
    fields.created_by = value_of(reader.text("created_by"));
    fields.role_set_key = value_of(reader.text("role_set_key"));
    fields.max_allowed_memberships = value_of(reader.count("max_allowed_memberships"));
    fields.created_at = value_of(reader.time("created_at"));
    fields.public_metadata = unless_null(reader.metadata("public_metadata"));
    fields.private_metadata = unless_null(reader.metadata("private_metadata"));
    reader.refuse_unknown({"name", "slug", "created_by", "role_set_key", "max_allowed_memberships", "created_at",
                           "public_metadata", "private_metadata"});
    return reader.finish(fields);
}

Outcome<UpdateFields> read_update(Json const& body, bool accept_metadata) {
    BodyReader reader{body};
    UpdateFields fields{};
    fields.name = reader.text("name", [](std::string const& name) {
        return is_blank(name) ? refusals::param_value_invalid("name", "cannot be empty.") : check_name(name);
    });
    fields.slug = reader.text("slug", check_slug);
    fields.max_allowed_memberships = reader.count("max_allowed_memberships");
    fields.admin_delete_enabled = reader.boolean("admin_delete_enabled");
    fields.created_at = reader.time("created_at");
    fields.role_set_key = reader.text("role_set_key");
    if (accept_metadata) {
        fields.public_metadata = reader.metadata("public_metadata");
        fields.private_metadata = reader.metadata("private_metadata");
        reader.refuse_unknown({"name", "slug", "max_allowed_memberships", "admin_delete_enabled", "created_at",
                               "role_set_key", "public_metadata", "private_metadata"});
    } else {
        reader.refuse_unknown(
            {"name", "slug", "max_allowed_memberships", "admin_delete_enabled", "created_at", "role_set_key"});
    }
    return reader.finish(fields);
}

Outcome<MetadataFields> read_metadata(Json const& body, bool null_is_value) {
    BodyReader reader{body};
    MetadataFields fields{};
    fields.public_metadata = reader.metadata("public_metadata");
    fields.private_metadata = reader.metadata("private_metadata");
    if (!null_is_value) {
        fields.public_metadata = unless_null(std::move(fields.public_metadata));
        fields.private_metadata = unless_null(std::move(fields.private_metadata));
    }
    reader.refuse_unknown({"public_metadata", "private_metadata"});
    return reader.finish(fields);
}

Outcome<Include> read_include(QueryParams const& params) {
    Include include{};
    QueryProblems problems{params};
    for (std::size_t i = 0; i != params.size(); ++i) {
        if (problems.is_first(i)) problems.add(read_include_param(params[i].first, params[i].second, include));
    }
    return problems.finish(include);
}

Outcome<ListFields> read_list(QueryParams const& params) {
    constexpr std::size_t max_organization_ids = 100;
    ListFields fields{};
    QueryProblems problems{params};
    for (std::size_t i = 0; i != params.size(); ++i) {
        auto const& [name, value] = params[i];
        if (name == "user_id") {
            add_signed(value, fields.users, fields.excluded_users, fields.only_some_users);
        } else if (name == "organization_id") {
            add_signed(value, fields.organizations, fields.excluded_organizations, fields.only_some_organizations);
        } else if (!problems.is_first(i)) {
            continue;
        } else if (name == "limit") {
            problems.add(read_integer(name, value, 1, 500, fields.limit));
        } else if (name == "offset") {
            problems.add(read_integer(name, value, 0, std::numeric_limits<std::int64_t>::max(), fields.offset));
        } else if (name == "order_by") {
            problems.add(read_order(value, fields));
        } else if (name == "query") {
            fields.query = value;
        } else {
            problems.add(read_include_param(name, value, fields.include));
        }
    }
    if (fields.organizations.size() + fields.excluded_organizations.size() > max_organization_ids) {
        problems.add(refusals::param_array_too_large("organization_id", max_organization_ids));
    }
    return problems.finish(fields);
}

}  // namespace clerk::testing
