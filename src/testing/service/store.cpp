#include "testing/service/store.hpp"

#include "testing/service/metadata_merge.hpp"
#include "testing/service/random_ids.hpp"
#include "testing/service/text.hpp"

#include <algorithm>
#include <tuple>

namespace clerk::testing {
namespace {

// Far from the seeds of seeded organizations.
constexpr std::uint64_t created_ids = 1ULL << 62U;

Json merged(std::string_view stored, Json const& patch) {
    Json value = parse_json(stored).value_or(Json{});
    clerk::testing::merge_metadata(value, patch);
    return value;
}

// Of compact JSON. The service publishes 8 KB and not how it counts.
constexpr std::size_t max_metadata_bytes = 8192;

std::optional<Failure> oversized(std::optional<Json> const& public_metadata,
                                 std::optional<Json> const& private_metadata) {
    std::vector<ApiRefusal> refusals{};
    auto const check = [&refusals](std::string_view name, std::optional<Json> const& value) {
        if (!value || to_text(*value).size() <= max_metadata_bytes) return;
        refusals.push_back(refusals::param_too_large(name, max_metadata_bytes));
    };
    check("public_metadata", public_metadata);
    check("private_metadata", private_metadata);
    if (refusals.empty()) return std::nullopt;
    return Failure{std::move(refusals)};
}

std::string text_or_empty_object(std::optional<Json> const& value) { return value ? to_text(*value) : "{}"; }

}  // namespace

Store::Store(StoreOptions options)
    : options_(std::move(options)),
      known_users_(options_.users.begin(), options_.users.end()),
      by_id_(0, Hash<ById>{{&records_}}, Equal<ById>{{&records_}}),
      by_slug_(0, Hash<BySlug>{{&records_}}, Equal<BySlug>{{&records_}}),
      // Equal keys are ordered by id: stable, but not the order of creation.
      by_created_at_([this](Slot left, Slot right) {
          Record const& l = records_[left];
          Record const& r = records_[right];
          return l.created_at != r.created_at ? l.created_at < r.created_at : l.id() < r.id();
      }),
      by_name_([this](Slot left, Slot right) {
          Record const& l = records_[left];
          Record const& r = records_[right];
          int const order = l.name().compare(r.name());
          return order != 0 ? order < 0 : l.id() < r.id();
      }),
      by_members_count_([this](Slot left, Slot right) {
          Record const& l = records_[left];
          Record const& r = records_[right];
          return l.members != r.members ? l.members < r.members : l.id() < r.id();
      }) {
    by_created_at_.build({});
}

Outcome<Slot> Store::create(CreateFields const& fields, Milliseconds now) {
    if (auto failure = oversized(fields.public_metadata, fields.private_metadata)) return std::move(*failure);
    if (fields.slug && !options_.slugs_enabled) return Failure{refusals::organization_slugs_disabled()};
    if (fields.created_by &&
        (fields.created_by->empty() || (!known_users_.empty() && !known_users_.contains(*fields.created_by)))) {
        return Failure{refusals::creator_not_found(*fields.created_by)};
    }
    if (fields.slug && by_slug_.contains(std::string_view{*fields.slug})) return Failure{refusals::slug_taken()};
    if (options_.max_organizations != 0 && size() >= options_.max_organizations) {
        return Failure{refusals::organization_quota_exceeded(options_.max_organizations)};
    }

    std::string slug{};
    if (options_.slugs_enabled) slug = fields.slug ? *fields.slug : slug_for(fields.name, now);
    Slot const slot = new_slot();
    Record& record = records_[slot];
    record.set_id(new_id());
    record.set_texts(fields.name, slug, text_or_empty_object(fields.public_metadata),
                     text_or_empty_object(fields.private_metadata));
    record.created_at = fields.created_at.value_or(now);
    record.updated_at = now;
    record.max_allowed_memberships = fields.max_allowed_memberships.value_or(0);
    record.first_member = members_.size();
    if (fields.created_by) {
        record.created_by = users_.intern(*fields.created_by);
        record.members = 1;
        members_.push_back(record.created_by);
    }
    if (fields.role_set_key) record.role_set = role_sets_.intern(*fields.role_set_key);
    add_to_indexes(slot);
    return slot;
}

Outcome<Slot> Store::find(std::string_view id) const {
    auto const found = by_id_.find(id);
    if (found == by_id_.end()) return Failure{refusals::organization_not_found()};
    return *found;
}

Outcome<Slot> Store::find_by_id_or_slug(std::string_view text) const {
    if (auto const found = by_id_.find(text); found != by_id_.end()) return *found;
    if (auto const found = by_slug_.find(text); found != by_slug_.end()) return *found;
    return Failure{refusals::organization_not_found()};
}

Outcome<Slot> Store::update(std::string_view id, UpdateFields const& fields, Milliseconds now) {
    auto found = find(id);
    if (!found) return found;
    if (auto failure = oversized(fields.public_metadata, fields.private_metadata)) return std::move(*failure);
    Slot const slot = *found;
    Record& record = records_[slot];
    if (fields.slug && *fields.slug) {
        if (!options_.slugs_enabled) return Failure{refusals::organization_slugs_disabled()};
        auto const owner = by_slug_.find(std::string_view{**fields.slug});
        if (owner != by_slug_.end() && *owner != slot) return Failure{refusals::slug_taken()};
    }
    bool const nothing = !fields.name && !fields.slug && !fields.max_allowed_memberships &&
                         !fields.admin_delete_enabled && !fields.created_at && !fields.role_set_key &&
                         !fields.public_metadata && !fields.private_metadata;
    if (nothing) return slot;

    remove_from_indexes(slot);
    std::string const name{fields.name && *fields.name ? std::string_view{**fields.name} : record.name()};
    std::string const slug{fields.slug ? fields.slug->value_or("") : std::string{record.slug()}};
    std::string const public_metadata{fields.public_metadata ? to_text(*fields.public_metadata)
                                                             : std::string{record.public_metadata()}};
    std::string const private_metadata{fields.private_metadata ? to_text(*fields.private_metadata)
                                                               : std::string{record.private_metadata()}};
    record.set_texts(name, slug, public_metadata, private_metadata);
    if (fields.max_allowed_memberships) record.max_allowed_memberships = fields.max_allowed_memberships->value_or(0);
    if (fields.admin_delete_enabled) record.admin_delete_enabled = fields.admin_delete_enabled->value_or(true);
    if (fields.created_at && *fields.created_at) record.created_at = **fields.created_at;
    if (fields.role_set_key)
        record.role_set = *fields.role_set_key ? role_sets_.intern(**fields.role_set_key) : no_name;
    touch(record, now);
    add_to_indexes(slot);
    return slot;
}

Outcome<Slot> Store::merge_metadata(std::string_view id, MetadataFields const& fields, Milliseconds now) {
    auto found = find(id);
    if (!found || (!fields.public_metadata && !fields.private_metadata)) return found;
    Record const& record = records_[*found];
    MetadataFields whole{};
    if (fields.public_metadata) whole.public_metadata = merged(record.public_metadata(), *fields.public_metadata);
    if (fields.private_metadata) whole.private_metadata = merged(record.private_metadata(), *fields.private_metadata);
    return replace_metadata(id, whole, now);
}

Outcome<Slot> Store::replace_metadata(std::string_view id, MetadataFields const& fields, Milliseconds now) {
    auto found = find(id);
    if (!found || (!fields.public_metadata && !fields.private_metadata)) return found;
    if (auto failure = oversized(fields.public_metadata, fields.private_metadata)) return std::move(*failure);
    Record& record = records_[*found];
    std::string const public_metadata{fields.public_metadata ? to_text(*fields.public_metadata)
                                                             : std::string{record.public_metadata()}};
    std::string const private_metadata{fields.private_metadata ? to_text(*fields.private_metadata)
                                                               : std::string{record.private_metadata()}};
    record.set_texts(record.name(), record.slug(), public_metadata, private_metadata);
    touch(record, now);
    return found;
}

Outcome<Slot> Store::set_logo(std::string_view id, Milliseconds now) {
    auto found = find(id);
    if (!found) return found;
    Record& record = records_[*found];
    record.logo = ++logos_made_;
    touch(record, now);
    return found;
}

Outcome<Slot> Store::remove_logo(std::string_view id, Milliseconds now) {
    auto found = find(id);
    if (!found) return found;
    Record& record = records_[*found];
    if (record.logo == 0) return Failure{refusals::image_not_found()};
    record.logo = 0;
    touch(record, now);
    return found;
}

Outcome<std::string> Store::remove(std::string_view id) {
    auto const found = find(id);
    if (!found) return found.error();
    Record& record = records_[*found];
    std::string answer = R"({"object":"organization","id":")";
    answer += record.id();
    if (!record.slug().empty()) (answer += R"(","slug":")") += record.slug();
    answer += R"(","deleted":true})";
    remove_from_indexes(*found);
    record = Record{};
    free_slots_.push_back(*found);
    return answer;
}

void Store::reserve(std::size_t more) {
    records_.reserve(records_.size() + more);
    by_id_.reserve(size() + more);
    if (options_.slugs_enabled) by_slug_.reserve(by_slug_.size() + more);
    members_.reserve(members_.size() + more * 12);
}

void Store::insert(SeededOrganization const& organization) {
    Slot const slot = new_slot();
    Record& record = records_[slot];
    record.set_id(organization.id);
    record.set_texts(organization.name,
                     options_.slugs_enabled ? std::string_view{organization.slug} : std::string_view{},
                     organization.public_metadata, organization.private_metadata);
    record.created_at = organization.created_at;
    record.updated_at = organization.updated_at;
    record.last_active_at = organization.last_active_at;
    record.max_allowed_memberships = organization.max_allowed_memberships;
    record.pending_invitations = organization.pending_invitations;
    record.admin_delete_enabled = organization.admin_delete_enabled;
    if (organization.has_logo) record.logo = ++logos_made_;
    if (organization.role_set_key) record.role_set = role_sets_.intern(*organization.role_set_key);
    record.first_member = members_.size();
    record.members = static_cast<std::uint32_t>(organization.members.size());
    members_.insert(members_.end(), organization.members.begin(), organization.members.end());
    if (!organization.members.empty()) record.created_by = organization.members.front();
    add_to_indexes(slot);
}

Slot Store::new_slot() {
    if (free_slots_.empty()) {
        records_.emplace_back();
        records_.back().live = true;
        return static_cast<Slot>(records_.size() - 1);
    }
    Slot const slot = free_slots_.back();
    free_slots_.pop_back();
    records_[slot].live = true;
    return slot;
}

std::string Store::new_id() {
    for (;;) {
        std::string id = random_id("org_", created_ids + ids_made_++);
        if (!by_id_.contains(std::string_view{id})) return id;
    }
}

std::string Store::slug_for(std::string_view name, Milliseconds now) const {
    constexpr std::size_t longest_stem = 200;
    std::string stem = slug_from_name(name).substr(0, longest_stem);
    if (stem.empty()) stem = "org";
    for (Milliseconds number = now / 1000;; ++number) {
        std::string slug = stem + '-' + std::to_string(number);
        if (!by_slug_.contains(std::string_view{slug})) return slug;
    }
}

OrderedSlots const& Store::index(Order order) const noexcept {
    switch (order) {
        case Order::created_at:
            break;
        case Order::name:
            return by_name_;
        case Order::members_count:
            return by_members_count_;
    }
    return by_created_at_;
}

OrderedSlots& Store::index(Order order) noexcept {
    return const_cast<OrderedSlots&>(std::as_const(*this).index(order));
}

std::span<NameIndex const> Store::members(Record const& record) const noexcept {
    return std::span{members_}.subspan(record.first_member, record.members);
}

void Store::add_to_indexes(Slot slot) {
    by_id_.insert(slot);
    if (!records_[slot].slug().empty()) by_slug_.insert(slot);
    by_created_at_.insert(slot);
    by_name_.insert(slot);
    by_members_count_.insert(slot);
}

void Store::remove_from_indexes(Slot slot) {
    by_id_.erase(slot);
    if (!records_[slot].slug().empty()) by_slug_.erase(slot);
    by_created_at_.erase(slot);
    by_name_.erase(slot);
    by_members_count_.erase(slot);
}

void Store::touch(Record& record, Milliseconds now) noexcept {
    // Every write changes it, even two within a millisecond.
    record.updated_at = std::max(now, record.updated_at + 1);
}

}  // namespace clerk::testing
