#include "operator/admission/webhook_paths.hpp"

#include <gtest/gtest.h>

#include "tests/unit/controllers/legible_seals.hpp"

namespace guildhall::admission {
namespace {

class NoKeys final : public core::Sealer {
 public:
  [[nodiscard]] core::Result<std::string> sign(std::string_view /*purpose*/, std::string_view /*text*/) const override {
    return core::fail(core::ErrorKind::Unavailable, "no key yet");
  }
  [[nodiscard]] bool verify(std::string_view /*purpose*/, std::string_view /*text*/,
                            std::string_view /*seal*/) const override {
    return false;
  }
  [[nodiscard]] bool is_by_unknown_key(std::string_view /*seal*/) const override { return false; }
};

const controllers::LegibleSeals kSeals;

TEST(WebhookPaths, AreKnownByTheirSeal) {
  const WebhookPaths paths(kSeals);
  const std::string changes = *paths.path_of("changes");
  EXPECT_EQ(changes, "/changes/k1-webhook-changes");
  EXPECT_EQ(paths.webhook_at(changes), "changes");
  EXPECT_NE(*paths.path_of("invariants"), changes);
}

TEST(WebhookPaths, AreNoOther) {
  const WebhookPaths paths(kSeals);
  for (const char* path :
       {"", "/", "/changes", "/changes/", "/changes/k1-webhook-invariants", "/changes/k1-webhook-changes/",
        "changes/k1-webhook-changes", "/invariants/k1-webhook-changes", "//k1-webhook-"})
    EXPECT_EQ(paths.webhook_at(path), "") << path;
}

TEST(WebhookPaths, AreNotMadeWithoutAKey) {
  const NoKeys none;
  EXPECT_FALSE(WebhookPaths(none).path_of("changes"));
  EXPECT_EQ(WebhookPaths(none).webhook_at("/changes/x"), "");
}

}  // namespace
}  // namespace guildhall::admission
