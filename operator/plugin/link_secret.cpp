#include "operator/plugin/link_secret.hpp"

#include <fmt/format.h>
#include <string.h>  // NOLINT(modernize-deprecated-headers): explicit_bzero is not in <cstring>

#include <chrono>

#include "operator/kube/base64.hpp"
#include "operator/kube/retry.hpp"

namespace guildhall::plugin {

namespace {

using core::ErrorKind;
using nlohmann::json;

constexpr std::chrono::seconds kLongestWaitForTheRight{5};

/// Guildhall lets Admins read the Secret of a link a moment after it has made it.
core::Result<json> read_link_secret(Session& session, const core::ObjectKey& key) {
  constexpr std::chrono::milliseconds kPause{200};
  const auto deadline = std::chrono::steady_clock::now() + kLongestWaitForTheRight;
  while (true) {
    auto secret = session.client().get(core::types::secrets(), key);
    const bool may_come = !secret && secret.error().kind == ErrorKind::Forbidden;
    if (!may_come || std::chrono::steady_clock::now() >= deadline) return secret;
    kube::pause(kPause, {});
  }
}

/// The link in a Secret, whose encoded form is wiped. Errors: NotFound, when there is none.
core::Result<core::SecretText> take_link(json& secret) {
  const json::json_pointer entry("/data/link");
  auto clear = kube::decode_base64(text_at(secret, "/data/link"));
  if (secret.contains(entry) && secret.at(entry).is_string()) {
    auto& encoded = secret.at(entry).get_ref<std::string&>();
    explicit_bzero(encoded.data(), encoded.size());
  }
  if (!clear || clear->empty()) return core::fail(ErrorKind::NotFound, "the Secret holds no link");
  return core::SecretText(std::move(*clear));
}

}  // namespace

core::Result<core::SecretText> read_link(Session& session, const MemberView& member) {
  if (member.link_secret.empty())
    return core::fail(ErrorKind::NotFound, fmt::format("{} has no open link", name_of(member)));
  auto secret = read_link_secret(session, {member.key.ns, member.link_secret});
  if (!secret) return std::unexpected(std::move(secret.error()));
  return take_link(*secret);
}

}  // namespace guildhall::plugin
