#include "operator/kube/server_address.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace guildhall::kube {
namespace {

struct Case {
  std::string name;
  std::string url;
  std::optional<ServerAddress> want;
};

class ServerUrlTest : public testing::TestWithParam<Case> {};

TEST_P(ServerUrlTest, IsReadOrNot) {
  EXPECT_EQ(parse_server_address(GetParam().url), GetParam().want);
}

const std::vector<Case> kCases{
    {"Usual", "https://10.0.0.1:6443", ServerAddress{true, "10.0.0.1", 6443, ""}},
    {"WithoutPort", "https://10.0.0.1", ServerAddress{true, "10.0.0.1", 443, ""}},
    {"Plain", "http://10.0.0.1", ServerAddress{false, "10.0.0.1", 80, ""}},
    {"Ipv6", "https://[fd00::1]:6443", ServerAddress{true, "fd00::1", 6443, ""}},
    {"Ipv6WithoutPort", "https://[fd00::1]", ServerAddress{true, "fd00::1", 443, ""}},
    {"Name", "https://api.example:6443", ServerAddress{true, "api.example", 6443, ""}},
    {"Path", "https://10.0.0.1/clusters/one/", ServerAddress{true, "10.0.0.1", 443, "/clusters/one"}},
    {"Slash", "https://10.0.0.1:6443/", ServerAddress{true, "10.0.0.1", 6443, ""}},
    {"NoScheme", "10.0.0.1:6443", std::nullopt},
    {"OtherScheme", "ftp://10.0.0.1", std::nullopt},
    {"NoHost", "https://:6443", std::nullopt},
    {"Ipv6WithoutItsEnd", "https://[fd00::1", std::nullopt},
    {"TextBehindIpv6", "https://[fd00::1]x", std::nullopt},
    {"NoSuchPort", "https://10.0.0.1:65536", std::nullopt},
    {"PortZero", "https://10.0.0.1:0", std::nullopt},
    {"TwoPorts", "https://10.0.0.1:1:2", std::nullopt},
    {"User", "https://me@10.0.0.1", std::nullopt},
    {"Query", "https://10.0.0.1/?a=b", std::nullopt},
    {"Space", "https://10.0.0.1/a b", std::nullopt},
    {"LineFeed", "https://10.0.0.1/a\r\nb", std::nullopt},
    {"Empty", "", std::nullopt},
};
INSTANTIATE_TEST_SUITE_P(, ServerUrlTest, testing::ValuesIn(kCases), [](const auto& info) { return info.param.name; });

TEST(ServerAddressTest, IsAnIpAddressOrAName) {
  for (const char* host : {"10.0.0.1", "::1", "fd00::1"})
    EXPECT_TRUE(is_ip_address(host)) << host;
  for (const char* host : {"", "api.example", "10.0.0", "[::1]", "fe80::1%eth0", "10.0.0.1:1"})
    EXPECT_FALSE(is_ip_address(host)) << host;
}

TEST(ServerAddressTest, IsWrittenAsAHostHeaderHasIt) {
  EXPECT_EQ(host_header_of({true, "10.0.0.1", 6443, "/path"}), "10.0.0.1:6443");
  EXPECT_EQ(host_header_of({true, "fd00::1", 443, ""}), "[fd00::1]:443");
}

}  // namespace
}  // namespace guildhall::kube
