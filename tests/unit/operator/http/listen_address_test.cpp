#include "operator/http/listen_address.hpp"

#include <gtest/gtest.h>

namespace guildhall::http {
namespace {

struct ReadCase {
  std::string name;
  std::string text;
  ListenAddress want;
};

class ListenAddressReads : public testing::TestWithParam<ReadCase> {};

TEST_P(ListenAddressReads, AsHostAndPort) {
  const auto address = parse_listen_address(GetParam().text);
  ASSERT_TRUE(address) << address.error().describe();
  EXPECT_EQ(address->host, GetParam().want.host);
  EXPECT_EQ(address->port, GetParam().want.port);
}

INSTANTIATE_TEST_SUITE_P(, ListenAddressReads,
                         testing::Values(ReadCase{"IPv4", "127.0.0.1:8080", {"127.0.0.1", 8080}},
                                         ReadCase{"OnlyAPort", ":8080", {"", 8080}},
                                         ReadCase{"IPv6", "[::1]:0", {"::1", 0}},
                                         ReadCase{"AnyIPv6", "[::]:9443", {"::", 9443}},
                                         ReadCase{"Localhost", "localhost:1", {"127.0.0.1", 1}},
                                         ReadCase{"TheLastPort", "0.0.0.0:65535", {"0.0.0.0", 65535}}),
                         [](const auto& info) { return info.param.name; });

struct RefusedCase {
  std::string name;
  std::string text;
};

class ListenAddressRefuses : public testing::TestWithParam<RefusedCase> {};

TEST_P(ListenAddressRefuses, AsInvalidAndNamesTheText) {
  const auto address = parse_listen_address(GetParam().text);
  ASSERT_FALSE(address);
  EXPECT_EQ(address.error().kind, core::ErrorKind::Invalid);
  EXPECT_NE(address.error().message.find("'" + GetParam().text + "'"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    , ListenAddressRefuses,
    testing::Values(RefusedCase{"Nothing", ""}, RefusedCase{"NoPort", "127.0.0.1"},
                    RefusedCase{"AnEmptyPort", "127.0.0.1:"}, RefusedCase{"OnlyAColon", ":"},
                    RefusedCase{"APortTooLarge", ":65536"}, RefusedCase{"ANegativePort", ":-1"},
                    RefusedCase{"APlus", ":+80"}, RefusedCase{"APortThatIsNone", ":http"},
                    RefusedCase{"SomethingBehindThePort", ":80 "}, RefusedCase{"AName", "metrics.acme.example:80"},
                    RefusedCase{"IPv6WithoutBrackets", "::1:8080"}, RefusedCase{"AnOpenBracket", "[::1:8080"},
                    RefusedCase{"AnEmptyBracket", "[]:8080"}, RefusedCase{"HalfAnAddress", "127.0.0:8080"},
                    RefusedCase{"AUrl", "http://127.0.0.1:8080"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace guildhall::http
