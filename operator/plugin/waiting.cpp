#include "operator/plugin/waiting.hpp"

#include <fmt/format.h>

#include <utility>

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

bool has_settled(const nlohmann::json& member) {
  return is_settled(member_view(member));
}

/// Takes each new form of the Member, and ends the watch when there is nothing more to wait for.
bool take(kube::WatchEvent&& event, nlohmann::json& seen, bool& deleted) {
  if (event.type == kube::WatchEventType::Bookmark) return true;
  deleted = event.type == kube::WatchEventType::Deleted;
  seen = std::move(event.object);
  return !deleted && !has_settled(seen);
}

}  // namespace

core::Result<nlohmann::json> wait_until_settled(Session& session, const core::ObjectKey& key,
                                                std::chrono::milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (true) {
    auto member = session.client().get(api::member_type(), key);
    if (!member) return std::unexpected(std::move(member.error()));
    const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - Clock::now());
    if (has_settled(*member) || left <= std::chrono::seconds(0)) return member;
    bool deleted = false;
    const auto watched =
        session.client().watch(api::member_type(), watch_from(key, text_at(*member, "/metadata/resourceVersion"), left),
                               [&](kube::WatchEvent&& event) { return take(std::move(event), *member, deleted); }, {});
    if (deleted) return core::fail(core::ErrorKind::NotFound, fmt::format("Member {} was deleted meanwhile", key.name));
    if (has_settled(*member)) return member;
    // What a watch can lose, the next look finds.
    if (!watched && watched.error().kind != core::ErrorKind::Gone) return std::unexpected(watched.error());
  }
}

}  // namespace guildhall::plugin
