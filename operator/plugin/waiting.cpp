#include "operator/plugin/waiting.hpp"

#include <fmt/format.h>

#include <utility>

#include "operator/api/member.hpp"
#include "operator/kube/watch_event.hpp"

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

/// What the watch has shown of the Member.
struct Seen {
  nlohmann::json member;
  bool deleted = false;
};

/// Takes each new form of the Member, and ends the watch when there is nothing more to wait for.
bool take(kube::WatchEvent&& event, Seen& seen, const Wanted& wanted) {
  if (event.type == kube::WatchEventType::Bookmark) return true;
  seen.deleted = event.type == kube::WatchEventType::Deleted;
  seen.member = std::move(event.object);
  return !seen.deleted && !wanted(member_view(seen.member));
}

}  // namespace

core::Result<nlohmann::json> wait_until(Session& session, const core::ObjectKey& key, std::chrono::milliseconds limit,
                                        const Wanted& wanted) {
  const auto deadline = Clock::now() + limit;
  while (true) {
    auto member = session.client().get(api::member_type(), key);
    if (!member) return std::unexpected(std::move(member.error()));
    const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - Clock::now());
    if (wanted(member_view(*member)) || left <= std::chrono::seconds(0)) return member;
    Seen seen{.member = *std::move(member)};
    const auto options = watch_from(key, text_at(seen.member, "/metadata/resourceVersion"), left);
    const auto watched =
        session.client().watch(api::member_type(), options,
                               [&](kube::WatchEvent&& event) { return take(std::move(event), seen, wanted); }, {});
    if (seen.deleted)
      return core::fail(core::ErrorKind::NotFound, fmt::format("Member {} was deleted meanwhile", key.name));
    if (wanted(member_view(seen.member))) return std::move(seen.member);
    // What a watch can lose, the next look finds.
    if (!watched && watched.error().kind != core::ErrorKind::Gone) return std::unexpected(watched.error());
  }
}

}  // namespace guildhall::plugin
