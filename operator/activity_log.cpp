#include "operator/activity_log.hpp"

#include <algorithm>

#include "controllers/apikey/caches.hpp"
#include "controllers/member/caches.hpp"
#include "controllers/organization/observed.hpp"
#include "operator/actors.hpp"
#include "operator/admission/changes.hpp"

namespace guildhall {
namespace {

namespace member = controllers::member;
namespace organization = controllers::organization;

std::string namespace_of(const auto& object) {
  return object.metadata.ns;
}

std::string_view noted_on(const core::ObjectMeta& object) {
  return object.annotation(admission::kChangesAnnotation);
}

}  // namespace

ActivityLog::ActivityLog(Informers& informers, const core::Sealer& sealer, const core::Clock& clock,
                         organization::IdentityRules identity)
    : informers_(informers), sealer_(sealer), clock_(clock), identity_(std::move(identity)) {
  follow<api::Organization>(informers.organizations, organization::home_namespace);
  follow<api::Member>(informers.members, namespace_of<api::Member>);
  follow<api::ApiKey>(informers.api_keys, namespace_of<api::ApiKey>);
  follow_writes();
  follow_uses();
}

template <class T>
void ActivityLog::follow(kube::Informer<T>& informer, const std::function<std::string(const T&)>& home) {
  const std::string kind = informer.type().kind;
  informer.add_handler([this, kind, home](const core::ObjectKey& /*key*/, const auto& before, const auto& after) {
    const bool is_news = after && (!before || noted_on(before->metadata) != noted_on(after->metadata));
    if (is_news && has_begun()) read(kind, after->metadata, home(*after));
  });
  readers_.push_back([this, kind, home, &informer] {
    for (const auto& object : informer.list())
      read(kind, object->metadata, home(*object));
  });
}

/// Every replica sees when the leader writes, so the next leader knows it.
void ActivityLog::follow_writes() {
  informers_.members.add_handler([this](const core::ObjectKey& key, const auto& before, const auto& after) {
    const std::scoped_lock lock(mutex_);
    if (!after) {
      written_at_.erase(key);
      return;
    }
    if (!before) return;
    const api::MemberStatus& was = before->status;
    const api::MemberStatus& is = after->status;
    if (was.last_active_at != is.last_active_at || was.last_action != is.last_action ||
        was.auth_methods != is.auth_methods)
      written_at_[key] = clock_.now();
  });
}

/// A use is told by the ApiKey's own status, so nothing is kept of it here.
void ActivityLog::follow_uses() {
  informers_.api_keys.add_handler([this](const core::ObjectKey& key, const auto& before, const auto& after) {
    if (!after || !after->spec.owner || !wake_) return;
    const bool is_news = !before || before->status.last_used_at != after->status.last_used_at;
    if (is_news && has_begun()) wake_({key.ns, after->spec.owner->name});
  });
}

void ActivityLog::add_uses(const api::Member& member, member::Activity& activity) const {
  for (const auto& key :
       informers_.api_keys.by_index(controllers::apikey::kKeysByOwner, member.metadata.key().to_string())) {
    const bool is_its_own = key->status.owner_email.value_or("") == member.spec.email;
    if (is_its_own && key->status.last_used_at)
      activity.add(member::Sighting{.at = *key->status.last_used_at,
                                    .action = "used ApiKey " + key->metadata.name,
                                    .method = api::MemberAuthMethod::ApiKey});
  }
}

bool ActivityLog::has_begun() const {
  const std::scoped_lock lock(mutex_);
  return has_begun_;
}

void ActivityLog::begin() {
  {
    const std::scoped_lock lock(mutex_);
    has_begun_ = true;
  }
  for (const auto& read_all : readers_)
    read_all();
}

void ActivityLog::read(const std::string& kind, const core::ObjectMeta& object, const std::string& home) {
  for (const auto& entry : admission::read_changes(kind, object, sealer_)) {
    note(home, entry.user,
         {.at = entry.at,
          .action = (entry.is_creation() ? "created " : "updated ") + kind + " " + object.name,
          .method = api::parse_word<api::MemberAuthMethod>(entry.credential)});
  }
}

void ActivityLog::note(const std::string& home, const std::string& user, const member::Sighting& sighting) {
  member::Sighting one = sighting;
  one.at = std::min(one.at, clock_.now());  // clocks of replicas differ
  {
    const std::scoped_lock lock(mutex_);
    member::Activity& known = users_[{home, user}];
    const member::Activity before = known;
    known.add(one);
    if (known == before) return;
  }
  wake(home, user);
}

void ActivityLog::wake(const std::string& home, const std::string& user) const {
  if (!wake_) return;
  const std::string subject = member::subject_key(home, subject_of(user));
  for (const auto& found : informers_.members.by_index(member::kMembersBySubject, subject))
    wake_(found->metadata.key());
}

member::SeenActivity ActivityLog::of(const api::Member& member) const {
  member::SeenActivity seen;
  add_uses(member, seen.activity);
  const std::scoped_lock lock(mutex_);
  for (const auto& subject : organization::subjects_of(member, identity_)) {
    const auto known = users_.find({member.metadata.ns, member::user_name(subject)});
    if (known != users_.end()) seen.activity.add(known->second);
  }
  const auto written = written_at_.find(member.metadata.key());
  if (written != written_at_.end()) seen.written_at = written->second;
  return seen;
}

}  // namespace guildhall
