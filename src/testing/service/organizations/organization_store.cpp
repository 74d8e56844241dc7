#include "testing/service/organizations/organization_store.hpp"

#include "testing/service/organizations/organization_refusals.hpp"
#include "testing/service/random_ids.hpp"
#include "testing/service/text.hpp"

#include <algorithm>
#include <utility>

namespace clerk::testing {
namespace {

// Does not overlap the seeds of the organizations created at the start.
constexpr std::uint64_t created_ids = 1ULL << 62U;

void set_texts(OrganizationRecord& record, std::string_view name, std::string_view slug, MetadataFields const& fields) {
    StoredMetadata const metadata = replaced(record.public_metadata(), record.private_metadata(), fields);
    record.set_texts(name, slug, metadata.public_metadata, metadata.private_metadata);
}

std::string text_or_empty_object(std::optional<Json> const& value) { return value ? to_text(*value) : "{}"; }

}  // namespace

OrganizationStore::OrganizationStore(Users& users, MembershipStore const& memberships, OrganizationStoreOptions options)
    : users_(users),
      memberships_(memberships),
      options_(options),
      by_id_(0, Hash<ById>{{&records_}}, Equal<ById>{{&records_}}),
      by_slug_(0, Hash<BySlug>{{&records_}}, Equal<BySlug>{{&records_}}),
      // Equal keys are ordered by id: stable, but not an order on which a client should rely.
      by_created_at_([this](Slot left, Slot right) {
          OrganizationRecord const& l = records_[left];
          OrganizationRecord const& r = records_[right];
          return l.created_at != r.created_at ? l.created_at < r.created_at : l.id() < r.id();
      }),
      by_name_([this](Slot left, Slot right) {
          OrganizationRecord const& l = records_[left];
          OrganizationRecord const& r = records_[right];
          int const order = l.name().compare(r.name());
          return order != 0 ? order < 0 : l.id() < r.id();
      }),
      by_members_count_([this](Slot left, Slot right) {
          OrganizationRecord const& l = records_[left];
          OrganizationRecord const& r = records_[right];
          return l.members != r.members ? l.members < r.members : l.id() < r.id();
      }) {
    by_created_at_.build({});
}

Outcome<Slot> OrganizationStore::create(NewOrganization const& fields, Milliseconds now) {
    if (auto failure = check_size(fields.metadata)) return std::move(*failure);
    if (fields.slug && !options_.slugs_enabled) return Failure{refusals::organization_slugs_disabled()};
    if (fields.created_by && !users_.exists(*fields.created_by)) {
        return Failure{refusals::creator_not_found(*fields.created_by)};
    }
    if (fields.slug && by_slug_.contains(std::string_view{*fields.slug})) return Failure{refusals::slug_taken()};
    if (options_.max_organizations != 0 && size() >= options_.max_organizations) {
        return Failure{refusals::organization_quota_exceeded(options_.max_organizations)};
    }

    std::string slug{};
    if (options_.slugs_enabled) slug = fields.slug ? *fields.slug : slug_for(fields.name, now);
    Slot const slot = new_slot();
    OrganizationRecord& record = records_[slot];
    record.set_id(new_id());
    record.set_texts(fields.name, slug, text_or_empty_object(fields.metadata.public_metadata),
                     text_or_empty_object(fields.metadata.private_metadata));
    record.created_at = fields.created_at.value_or(now);
    record.updated_at = now;
    record.max_allowed_memberships = fields.max_allowed_memberships.value_or(0);
    if (fields.created_by) record.created_by = users_.find_or_add(*fields.created_by).value_or(no_name);
    if (fields.role_set_key) record.role_set = role_sets_.intern(*fields.role_set_key);
    add_to_indexes(slot);
    return slot;
}

Outcome<Slot> OrganizationStore::find(std::string_view id) const {
    auto const found = by_id_.find(id);
    if (found == by_id_.end()) return Failure{refusals::organization_not_found()};
    return *found;
}

Outcome<Slot> OrganizationStore::find_by_id_or_slug(std::string_view text) const {
    if (auto const found = by_id_.find(text); found != by_id_.end()) return *found;
    if (auto const found = by_slug_.find(text); found != by_slug_.end()) return *found;
    return Failure{refusals::organization_not_found()};
}

Outcome<Slot> OrganizationStore::update(std::string_view id, OrganizationChanges const& fields, Milliseconds now) {
    auto found = find(id);
    if (!found) return found;
    if (auto failure = check_size(fields.metadata)) return std::move(*failure);
    Slot const slot = *found;
    OrganizationRecord& record = records_[slot];
    if (fields.slug && *fields.slug) {
        if (!options_.slugs_enabled) return Failure{refusals::organization_slugs_disabled()};
        auto const owner = by_slug_.find(std::string_view{**fields.slug});
        if (owner != by_slug_.end() && *owner != slot) return Failure{refusals::slug_taken()};
    }
    bool const nothing = !fields.name && !fields.slug && !fields.max_allowed_memberships &&
                         !fields.admin_delete_enabled && !fields.created_at && !fields.role_set_key &&
                         fields.metadata.empty();
    if (nothing) return slot;

    remove_from_indexes(slot);
    std::string const name{fields.name && *fields.name ? std::string_view{**fields.name} : record.name()};
    std::string const slug{fields.slug ? fields.slug->value_or("") : std::string{record.slug()}};
    set_texts(record, name, slug, fields.metadata);
    if (fields.max_allowed_memberships) record.max_allowed_memberships = fields.max_allowed_memberships->value_or(0);
    if (fields.admin_delete_enabled) record.admin_delete_enabled = fields.admin_delete_enabled->value_or(true);
    if (fields.created_at && *fields.created_at) record.created_at = **fields.created_at;
    if (fields.role_set_key)
        record.role_set = *fields.role_set_key ? role_sets_.intern(**fields.role_set_key) : no_name;
    touch(record, now);
    add_to_indexes(slot);
    return slot;
}

Outcome<Slot> OrganizationStore::merge_metadata(std::string_view id, MetadataFields const& fields, Milliseconds now) {
    auto found = find(id);
    if (!found || fields.empty()) return found;
    OrganizationRecord const& record = records_[*found];
    return replace_metadata(id, merged(record.public_metadata(), record.private_metadata(), fields), now);
}

Outcome<Slot> OrganizationStore::replace_metadata(std::string_view id, MetadataFields const& fields, Milliseconds now) {
    auto found = find(id);
    if (!found || fields.empty()) return found;
    if (auto failure = check_size(fields)) return std::move(*failure);
    OrganizationRecord& record = records_[*found];
    set_texts(record, record.name(), record.slug(), fields);
    touch(record, now);
    return found;
}

Outcome<Slot> OrganizationStore::set_logo(std::string_view id, Milliseconds now) {
    auto found = find(id);
    if (!found) return found;
    OrganizationRecord& record = records_[*found];
    record.logo = ++logos_made_;
    touch(record, now);
    return found;
}

Outcome<Slot> OrganizationStore::remove_logo(std::string_view id, Milliseconds now) {
    auto found = find(id);
    if (!found) return found;
    OrganizationRecord& record = records_[*found];
    if (record.logo == 0) return Failure{refusals::image_not_found()};
    record.logo = 0;
    touch(record, now);
    return found;
}

std::string OrganizationStore::remove(Slot slot) {
    OrganizationRecord& record = records_[slot];
    std::string answer = R"({"object":"organization","id":")";
    answer += record.id();
    if (!record.slug().empty()) (answer += R"(","slug":")") += record.slug();
    answer += R"(","deleted":true})";
    remove_from_indexes(slot);
    record = OrganizationRecord{};
    free_slots_.push_back(slot);
    return answer;
}

void OrganizationStore::reserve(std::size_t more) {
    records_.reserve(records_.size() + more);
    by_id_.reserve(size() + more);
    if (options_.slugs_enabled) by_slug_.reserve(by_slug_.size() + more);
}

Slot OrganizationStore::insert(SeededOrganization const& organization) {
    Slot const slot = new_slot();
    OrganizationRecord& record = records_[slot];
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
    record.members = organization.members;
    record.created_by = organization.created_by;
    add_to_indexes(slot);
    return slot;
}

bool OrganizationStore::has_room(Slot slot, std::size_t more) const noexcept {
    OrganizationRecord const& record = records_[slot];
    std::size_t const taken = std::size_t{record.members} + record.pending_invitations;
    return record.max_allowed_memberships == 0 ||
           taken + more <= static_cast<std::uint64_t>(record.max_allowed_memberships);
}

void OrganizationStore::set_members_count(Slot slot, std::size_t count) {
    by_members_count_.erase(slot);
    records_[slot].members = static_cast<std::uint32_t>(count);
    by_members_count_.insert(slot);
}

void OrganizationStore::set_pending_invitations_count(Slot slot, std::size_t count) {
    records_[slot].pending_invitations = static_cast<std::uint32_t>(count);
}

Slot OrganizationStore::new_slot() {
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

std::string OrganizationStore::new_id() {
    for (;;) {
        std::string id = random_id("org_", created_ids + ids_made_++);
        if (!by_id_.contains(std::string_view{id})) return id;
    }
}

std::string OrganizationStore::slug_for(std::string_view name, Milliseconds now) const {
    constexpr std::size_t longest_stem = 200;
    std::string stem = slug_from_name(name).substr(0, longest_stem);
    if (stem.empty()) stem = "org";
    for (Milliseconds number = now / 1000;; ++number) {
        std::string slug = stem + '-' + std::to_string(number);
        if (!by_slug_.contains(std::string_view{slug})) return slug;
    }
}

OrderedSlots const& OrganizationStore::index(OrganizationOrder order) const noexcept {
    switch (order) {
        case OrganizationOrder::created_at:
            break;
        case OrganizationOrder::name:
            return by_name_;
        case OrganizationOrder::members_count:
            return by_members_count_;
    }
    return by_created_at_;
}

OrderedSlots& OrganizationStore::index(OrganizationOrder order) noexcept {
    return const_cast<OrderedSlots&>(std::as_const(*this).index(order));
}

void OrganizationStore::add_to_indexes(Slot slot) {
    by_id_.insert(slot);
    if (!records_[slot].slug().empty()) by_slug_.insert(slot);
    by_created_at_.insert(slot);
    by_name_.insert(slot);
    by_members_count_.insert(slot);
}

void OrganizationStore::remove_from_indexes(Slot slot) {
    by_id_.erase(slot);
    if (!records_[slot].slug().empty()) by_slug_.erase(slot);
    by_created_at_.erase(slot);
    by_name_.erase(slot);
    by_members_count_.erase(slot);
}

void OrganizationStore::touch(OrganizationRecord& record, Milliseconds now) noexcept {
    // Every write changes it, even two within a millisecond.
    record.updated_at = std::max(now, record.updated_at + 1);
}

}  // namespace clerk::testing
