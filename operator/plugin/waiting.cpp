#include "operator/plugin/waiting.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operator/api/member.hpp"
#include "operator/kube/watch_event.hpp"
#include "operator/plugin/invitation.hpp"

namespace guildhall::plugin {

namespace {

using Clock = std::chrono::steady_clock;

/// On top of the time after which the server ends a watch: then it is no server any more.
constexpr std::chrono::seconds kGrace{5};

kube::WatchOptions watch_from(const core::ObjectKey& key, const std::string& version, std::chrono::seconds timeout) {
  kube::WatchOptions options;
  options.selection = {.ns = key.ns, .label_selector = {}, .field_selector = "metadata.name=" + key.name};
  options.resource_version = version;
  options.timeout = timeout;
  options.silence = timeout + kGrace;
  return options;
}

/// Takes each new form of the Member, and ends the watch when there is nothing more to wait for.
bool take(const kube::WatchEvent& event, MemberView& seen, bool& deleted) {
  if (event.type == kube::WatchEventType::Bookmark) return true;
  deleted = event.type == kube::WatchEventType::Deleted;
  seen = member_view(event.object);
  return !deleted && !is_settled(seen);
}

}  // namespace

core::Result<MemberView> wait_until_settled(Session& session, const core::ObjectKey& key, std::chrono::seconds limit) {
  const auto deadline = Clock::now() + limit;
  while (true) {
    const auto member = session.client().get(api::member_type(), key);
    if (!member) return std::unexpected(member.error());
    MemberView seen = member_view(*member);
    const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - Clock::now());
    if (is_settled(seen) || left <= std::chrono::seconds(0)) return seen;
    bool deleted = false;
    const auto watched =
        session.client().watch(api::member_type(), watch_from(key, text_at(*member, "/metadata/resourceVersion"), left),
                               [&](kube::WatchEvent&& event) { return take(event, seen, deleted); }, {});
    if (deleted) return core::fail(core::ErrorKind::NotFound, fmt::format("{} was deleted meanwhile", name_of(seen)));
    if (is_settled(seen)) return seen;
    // What a watch can lose, the next look finds.
    if (!watched && watched.error().kind != core::ErrorKind::Gone) return std::unexpected(watched.error());
  }
}

}  // namespace guildhall::plugin
