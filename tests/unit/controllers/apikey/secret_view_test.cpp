#include "controllers/apikey/secret_view.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controllers/apikey/names.hpp"
#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

using nlohmann::json;

json secret() {
  return json::parse(
      R"({"metadata": {"name": "grafana", "namespace": "acme", "uid": "u1", "resourceVersion": "7", "labels": {"a": "b"},
      "annotations": {"guildhall.dev/sealed": "payload", "guildhall.dev/seal": "k1:00", "guildhall.dev/owner-uid": "copy-of"},
      "ownerReferences": [{"apiVersion": "guildhall.dev/v1alpha1", "kind": "ApiKey", "name": "grafana", "uid": "key-1", "controller": true},
                          {"apiVersion": "apps/v1", "kind": "Deployment", "name": "x", "uid": "other"}]},
    "type": "guildhall.dev/api-key", "data": {"token": "b64:gld_x", "keyId": "b64:x", "note": "b64:mine"}})");
}

TEST(SecretView, KeepsNoTokenButItsHash) {
  const auto view = parse_secret_view(secret(), fake_codec());
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->token_hash, fake_codec().sha256_hex("gld_x"));
  EXPECT_EQ(view->payload_text, "payload");
  EXPECT_EQ(view->seal, "k1:00");
  EXPECT_TRUE(view->belongs_to("key-1"));
  EXPECT_TRUE(view->belongs_to("copy-of"));
  EXPECT_FALSE(view->belongs_to("other"));
  EXPECT_FALSE(view->belongs_to(""));
}

TEST(SecretView, TheDigestCoversOurEntriesAndNoOthers) {
  const json data = secret()["data"];
  json more = data;
  more["note2"] = "b64:y";
  EXPECT_EQ(content_digest(data, fake_codec()), content_digest(more, fake_codec()));
  for (const char* entry : {"token", "previous-token", "keyId", "header", "vmagent.yaml", "grafana-datasource.yaml",
                            "curl.conf", "guildhall.env"}) {
    json changed = data;
    changed[entry] = "b64:changed";
    EXPECT_NE(content_digest(data, fake_codec()), content_digest(changed, fake_codec())) << entry;
  }
}

TEST(SecretView, SurvivesWhatIsNotThere) {
  EXPECT_FALSE(parse_secret_view(json::object(), fake_codec()).has_value());
  const auto view = parse_secret_view({{"metadata", {{"name", "x"}}}}, fake_codec());
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->token_hash, "");
  EXPECT_FALSE(view->belongs_to(""));
}

}  // namespace
}  // namespace guildhall::controllers::apikey
