#include "operator/crypto/key_ring.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <string>
#include <thread>

#include "operator/crypto/digest.hpp"

namespace guildhall::crypto {
namespace {

std::string key_of(char fill) {
  return std::string(32, fill);
}

/// A ring with a key for each name; the key is 32 times the name's last character.
std::shared_ptr<const KeyRing::Keys> keys_of(const std::vector<std::string>& names) {
  auto keys = std::make_shared<KeyRing::Keys>();
  for (const std::string& name : names)
    keys->emplace(name, core::SecretText(key_of(name.back())));
  return keys;
}

/// A ring with a key of that name whose 32 bytes are all `fill`.
void replace_with(KeyRing& ring, const std::string& name, char fill) {
  auto keys = std::make_shared<KeyRing::Keys>();
  keys->emplace(name, core::SecretText(key_of(fill)));
  ring.replace(std::move(keys));
}

std::string fingerprint(char fill) {
  return hmac_sha256_hex(key_of(fill), "fingerprint of a seal key").substr(0, 8);
}

std::string sealed(const KeyRing& ring, std::string_view purpose, std::string_view canonical) {
  return ring.sign(purpose, canonical).value_or("");
}

TEST(KeyRing, SealsWithNameAndFingerprintOfItsKeyAndALengthBeforeEachPart) {
  KeyRing ring;
  ring.replace(keys_of({"k1"}));
  EXPECT_EQ(sealed(ring, "secret", "acme/grafana"),
            "k1." + fingerprint('1') + ":" + hmac_sha256_hex(key_of('1'), "6:secret12:acme/grafana"));
}

TEST(KeyRing, VerifiesWhatItSealed) {
  KeyRing ring;
  ring.replace(keys_of({"k1"}));
  EXPECT_TRUE(ring.verify("secret", "acme/grafana", sealed(ring, "secret", "acme/grafana")));
  EXPECT_TRUE(ring.verify("", "", sealed(ring, "", "")));
}

TEST(KeyRing, RefusesAnotherPurposeAnotherTextAndAnotherKey) {
  KeyRing ring;
  ring.replace(keys_of({"k1"}));
  const std::string seal = sealed(ring, "secret", "acme/grafana");
  EXPECT_FALSE(ring.verify("event", "acme/grafana", seal));
  EXPECT_FALSE(ring.verify("secret", "acme/grafanb", seal));
  EXPECT_FALSE(ring.verify("secretacme", "/grafana", seal));
  KeyRing other;
  replace_with(other, "k1", 'x');
  EXPECT_FALSE(other.verify("secret", "acme/grafana", seal));
}

std::string in_upper_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'f' ? char(c - 'a' + 'A') : c; });
  return text;
}

TEST(KeyRing, RefusesASealThatIsNotWhole) {
  KeyRing ring;
  ring.replace(keys_of({"k1", "k2"}));
  const std::string seal = sealed(ring, "secret", "acme/grafana");
  ASSERT_TRUE(ring.verify("secret", "acme/grafana", seal));
  const std::string label = seal.substr(0, seal.find(':'));
  const std::string code = seal.substr(label.size());
  const std::string others_label = "k1." + fingerprint('1');
  for (const std::string& broken : {std::string(), std::string("k2"), label + ":", code.substr(1), code, "k2" + code,
                                    others_label + code, "k1" + seal.substr(2), "k3" + seal.substr(2),
                                    seal.substr(0, seal.size() - 1), seal + "0", label + in_upper_case(code)})
    EXPECT_FALSE(ring.verify("secret", "acme/grafana", broken)) << broken;
}

RC_GTEST_PROP(KeyRing, RefusesASealWithOneCharacterChanged, ()) {
  KeyRing ring;
  ring.replace(keys_of({"k1"}));
  std::string seal = sealed(ring, "secret", "acme/grafana");
  const auto place = *rc::gen::inRange<std::size_t>(0, seal.size());
  const char other = *rc::gen::distinctFrom(seal[place]);
  seal[place] = other;
  RC_ASSERT(!ring.verify("secret", "acme/grafana", seal));
}

RC_GTEST_PROP(KeyRing, GivesNoTwoPairsTheSameSeal,
              (const std::string& text, const std::string& purpose, const std::string& canonical)) {
  KeyRing ring;
  ring.replace(keys_of({"k1"}));
  // The same characters, parted elsewhere, are the pairs that a careless framing would mix up.
  const std::string all = text + purpose + canonical;
  const auto a = *rc::gen::inRange<std::size_t>(0, all.size() + 1);
  const auto b = *rc::gen::inRange<std::size_t>(0, all.size() + 1);
  const std::string seal = sealed(ring, all.substr(0, a), all.substr(a));
  RC_ASSERT(ring.verify(all.substr(0, b), all.substr(b), seal) == (a == b));
  RC_ASSERT(ring.verify(purpose, canonical, seal) == (purpose == all.substr(0, a) && canonical == all.substr(a)));
}

TEST(KeyRing, DoesNotMixUpAPurposeThatLooksLikeAFrame) {
  KeyRing ring;
  ring.replace(keys_of({"k1"}));
  EXPECT_FALSE(ring.verify("a1:b", "", sealed(ring, "a", "b")));
  EXPECT_FALSE(ring.verify("", "1:a1:b", sealed(ring, "a", "b")));
  EXPECT_FALSE(ring.verify("a", "b0:", sealed(ring, "a", "b")));
}

TEST(KeyRing, SealsWithTheNewestAndVerifiesWithAll) {
  KeyRing ring;
  ring.replace(keys_of({"k1"}));
  const std::string old = sealed(ring, "secret", "x");
  ring.replace(keys_of({"k1", "k2"}));
  EXPECT_TRUE(sealed(ring, "secret", "x").starts_with("k2."));
  EXPECT_TRUE(ring.verify("secret", "x", old));
  EXPECT_TRUE(ring.verify("secret", "x", sealed(ring, "secret", "x")));
  ring.replace(keys_of({"k2"}));
  EXPECT_FALSE(ring.verify("secret", "x", old));
}

TEST(KeyRing, TakesTheTenthKeyForNewerThanTheNinth) {
  KeyRing ring;
  ring.replace(keys_of({"k9", "k10", "k2", "k1"}));
  EXPECT_TRUE(sealed(ring, "secret", "x").starts_with("k10."));
}

TEST(KeyNameOrder, CountsNumbersAsNumbers) {
  const std::vector<std::string> want{"",
                                      "0",
                                      "7",
                                      "10",
                                      "a",
                                      "a0",
                                      "a00",
                                      "a01",
                                      "a1",
                                      "a2",
                                      "a10",
                                      "a99999999999999999998",
                                      "a99999999999999999999",
                                      "b1",
                                      "key"};
  auto names = want;
  std::reverse(names.begin(), names.end());
  std::sort(names.begin(), names.end(), KeyNameOrder{});
  EXPECT_EQ(names, want);
  EXPECT_FALSE(KeyNameOrder{}("k1", "k1"));
}

RC_GTEST_PROP(KeyNameOrder, IsAStrictOrderInWhichNoTwoNamesAreEqual, ()) {
  const auto any_name = rc::gen::container<std::string>(rc::gen::element('a', 'b', '0', '1', '9'));
  const std::string a = *any_name;
  const std::string b = *any_name;
  const std::string c = *any_name;
  const KeyNameOrder less;
  RC_ASSERT((less(a, b) || less(b, a)) == (a != b));
  RC_ASSERT(!(less(a, b) && less(b, a)));
  if (less(a, b) && less(b, c)) RC_ASSERT(less(a, c));
}

TEST(KeyRing, TellsASealByAnUnknownKeyFromWhatIsNoSeal) {
  KeyRing ring;
  ring.replace(keys_of({"k1", "k2"}));
  const std::string digest(64, '0');
  EXPECT_FALSE(ring.is_by_unknown_key("k1." + fingerprint('1') + ":" + digest));
  EXPECT_FALSE(ring.is_by_unknown_key("k2." + fingerprint('2') + ":" + digest));
  EXPECT_TRUE(ring.is_by_unknown_key("k3." + fingerprint('3') + ":" + digest));
  EXPECT_TRUE(ring.is_by_unknown_key("k1." + fingerprint('3') + ":" + digest));
  EXPECT_TRUE(ring.is_by_unknown_key("name.with.dots." + fingerprint('3') + ":" + digest));
  const std::string short_digest(63, '0');
  const std::string upper_digest(64, 'A');
  for (const std::string& no_seal :
       {std::string(), std::string("foo"), std::string("k1.zz"), "k3:" + digest, "." + fingerprint('3') + ":" + digest,
        "k3." + fingerprint('3') + ":" + short_digest, "k3." + fingerprint('3') + ":" + upper_digest,
        "k3.0123456:" + digest, "k3." + fingerprint('3') + ":" + digest + "0"})
    EXPECT_FALSE(ring.is_by_unknown_key(no_seal)) << no_seal;
}

TEST(KeyRing, DoesNotTakeAnotherKeyOfTheSameNameForTheOneThatSealed) {
  KeyRing ring;
  replace_with(ring, "k1", 'a');
  const std::string seal = sealed(ring, "secret", "x");
  replace_with(ring, "k1", 'b');
  EXPECT_FALSE(ring.verify("secret", "x", seal));
  EXPECT_TRUE(ring.is_by_unknown_key(seal));
}

TEST(KeyRing, SealsAndVerifiesNothingWithoutAKey) {
  const KeyRing ring;
  EXPECT_TRUE(ring.empty());
  const auto seal = ring.sign("secret", "x");
  ASSERT_FALSE(seal);
  EXPECT_EQ(seal.error().kind, core::ErrorKind::Unavailable);
  EXPECT_FALSE(ring.verify("secret", "x", ":" + hmac_sha256_hex("", "6:secret1:x")));
}

/// How often a seal was not what it should be.
int seal_and_verify(const KeyRing& ring, const std::string& old) {
  int wrong = 0;
  for (int round = 0; round < 200; ++round) {
    if (!ring.verify("secret", "x", old) || !ring.verify("secret", "y", sealed(ring, "secret", "y"))) ++wrong;
  }
  return wrong;
}

TEST(KeyRing, IsReplacedWhileOthersSealAndVerify) {
  KeyRing ring;
  ring.replace(keys_of({"k1", "k2"}));
  const std::string old = sealed(ring, "secret", "x");
  std::atomic<int> wrong{0};
  const auto work = [&] { wrong += seal_and_verify(ring, old); };
  {
    const std::array<std::jthread, 4> threads{std::jthread(work), std::jthread(work), std::jthread(work),
                                              std::jthread(work)};
    for (int round = 0; round < 200; ++round)
      ring.replace(keys_of({"k1", "k2"}));
  }
  EXPECT_EQ(wrong, 0);
}

class CountingRandom final : public core::RandomSource {
 public:
  void fill(std::span<std::byte> bytes) override {
    for (std::byte& byte : bytes)
      byte = std::byte{next_++};
  }

 private:
  std::uint8_t next_ = 1;
};

TEST(MakeSealKey, TakesThirtyTwoBytesFromTheSource) {
  CountingRandom random;
  const core::SecretText key = make_seal_key(random);
  std::string want;
  for (char c = 1; c <= 32; ++c)
    want.push_back(c);
  EXPECT_EQ(key.reveal(), want);
}

}  // namespace
}  // namespace guildhall::crypto
