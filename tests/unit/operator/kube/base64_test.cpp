#include "operator/kube/base64.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace guildhall::kube {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::optional<std::string> bytes;
};

class Base64Test : public testing::TestWithParam<Case> {};

TEST_P(Base64Test, Decodes) {
  EXPECT_EQ(decode_base64(GetParam().text), GetParam().bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Base64Test,
    testing::Values(Case{"Nothing", "", ""}, Case{"TwoPads", "Zg==", "f"}, Case{"OnePad", "Zm8=", "fo"},
                    Case{"NoPad", "Zm9v", "foo"}, Case{"PaddingLeftOut", "Zg", "f"},
                    Case{"LinesAndSpaces", "Zm\r\n9v Zg==\n", "foof"}, Case{"OneCharacter", "Z", std::nullopt},
                    Case{"UrlAlphabet", "_-8=", std::nullopt}, Case{"TextAfterPadding", "Zg==Zg==", std::nullopt},
                    Case{"OtherBytes", "Zm9v!", std::nullopt}),
    [](const auto& info) { return info.param.name; });

RC_GTEST_PROP(Base64Property, DecodesWhatItEncoded, (const std::string& bytes)) {
  const auto text = encode_base64(bytes);
  RC_ASSERT(text.size() % 4 == 0U);
  RC_ASSERT(decode_base64(text) == bytes);
}

}  // namespace
}  // namespace guildhall::kube
