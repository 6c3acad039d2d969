#include "operator/crypto/digest.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

namespace guildhall::crypto {
namespace {

struct DigestCase {
  std::string name;
  std::string bytes;
  std::string want;
};

// RFC 4648; the values that browsers and `openssl dgst -binary | base64` give.
TEST(Sha256Base64, IsTheDigestInBase64) {
  EXPECT_EQ(sha256_base64(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  EXPECT_EQ(sha256_base64("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

class Sha256 : public testing::TestWithParam<DigestCase> {};

TEST_P(Sha256, HasTheValueOfTheStandard) {
  EXPECT_EQ(sha256_hex(GetParam().bytes), GetParam().want);
}

// NIST, "Examples with Intermediate Values" and the byte-oriented vectors of the CAVP (SHA256ShortMsg).
INSTANTIATE_TEST_SUITE_P(
    , Sha256,
    testing::Values(DigestCase{"Nothing", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
                    DigestCase{"Abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
                    DigestCase{"TwoBlocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
                    DigestCase{"OneByte", "\xd3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"},
                    DigestCase{"AMillionTimesA", std::string(1'000'000, 'a'),
                               "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"}),
    [](const auto& info) { return info.param.name; });

struct HmacCase {
  std::string name;
  std::string key;
  std::string bytes;
  std::string want;
};

class HmacSha256 : public testing::TestWithParam<HmacCase> {};

TEST_P(HmacSha256, HasTheValueOfTheStandard) {
  EXPECT_EQ(hmac_sha256_hex(GetParam().key, GetParam().bytes), GetParam().want);
}

std::string sequence(char first, char last) {
  std::string bytes;
  for (char c = first; c <= last; ++c)
    bytes.push_back(c);
  return bytes;
}

// RFC 4231, test cases 1 to 4, 6 and 7; the one without a key is widely published.
INSTANTIATE_TEST_SUITE_P(
    , HmacSha256,
    testing::Values(
        HmacCase{"Rfc4231Case1", std::string(20, '\x0b'), "Hi There",
                 "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        HmacCase{"Rfc4231Case2", "Jefe", "what do ya want for nothing?",
                 "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        HmacCase{"Rfc4231Case3", std::string(20, '\xaa'), std::string(50, '\xdd'),
                 "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        HmacCase{"Rfc4231Case4", sequence('\x01', '\x19'), std::string(50, '\xcd'),
                 "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        HmacCase{"Rfc4231Case6", std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
                 "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        HmacCase{"Rfc4231Case7", std::string(131, '\xaa'),
                 "This is a test using a larger than block-size key and a larger than block-size data. The key needs "
                 "to be hashed before being used by the HMAC algorithm.",
                 "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
        HmacCase{"NeitherKeyNorBytes", "", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"}),
    [](const auto& info) { return info.param.name; });

TEST(Digest, TakesAViewOfNothingAtAll) {
  EXPECT_EQ(sha256({}), sha256(""));
  EXPECT_EQ(hmac_sha256({}, {}), hmac_sha256("", ""));
}

TEST(Digest, IsTheSameFromManyThreadsAtOnce) {
  const std::string want = sha256_hex("abc");
  std::vector<std::string> got(8);
  {
    std::vector<std::jthread> threads;
    threads.reserve(got.size());
    for (std::string& text : got)
      threads.emplace_back([&text] { text = sha256_hex("abc"); });
  }
  EXPECT_EQ(std::count(got.begin(), got.end(), want), 8);
}

TEST(EqualInConstantTime, ComparesEveryByteAndTheLength) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time(std::string("a\0b", 3), std::string("a\0b", 3)));
  EXPECT_FALSE(equal_in_constant_time(std::string("a\0b", 3), std::string("a\0c", 3)));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_FALSE(equal_in_constant_time("", "a"));
  EXPECT_FALSE(equal_in_constant_time("abc", "Abc"));
}

RC_GTEST_PROP(EqualInConstantTime, AgreesWithPlainComparison, (const std::string& a, const std::string& b)) {
  RC_ASSERT(equal_in_constant_time(a, b) == (a == b));
  RC_ASSERT(equal_in_constant_time(a, std::string(a)));
}

}  // namespace
}  // namespace guildhall::crypto
