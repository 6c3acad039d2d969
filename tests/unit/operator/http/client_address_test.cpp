#include "operator/http/client_address.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace guildhall::http {
namespace {

std::vector<Network> networks(const std::vector<std::string>& texts) {
  std::vector<Network> result;
  for (const std::string& text : texts) {
    const auto network = parse_network(text);
    if (!network) ADD_FAILURE() << network.error().describe();
    if (network) result.push_back(*network);
  }
  return result;
}

struct ClientCase {
  std::string name;
  std::string peer;
  std::string forwarded;
  std::string want;
  std::vector<std::string> trusted = {"10.0.0.0/8", "fd00::/8"};
};

void PrintTo(const ClientCase& sample, std::ostream* out) {
  *out << sample.name;
}

class Client : public testing::TestWithParam<ClientCase> {};

TEST_P(Client, IsFound) {
  Request request;
  request.peer = GetParam().peer;
  if (!GetParam().forwarded.empty()) request.headers["x-forwarded-for"] = GetParam().forwarded;
  EXPECT_EQ(client_address(request, networks(GetParam().trusted)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    , Client,
    testing::Values(
        ClientCase{"WithoutProxies", "192.0.2.1", "", "192.0.2.1"},
        ClientCase{"OfAPeerThatIsNoProxy", "192.0.2.1", "198.51.100.1", "192.0.2.1"},
        ClientCase{"WhenNobodyIsTrusted", "10.1.1.1", "198.51.100.1", "10.1.1.1", {}},
        ClientCase{"BehindAProxy", "10.1.1.1", "198.51.100.1", "198.51.100.1"},
        ClientCase{"ThatWroteAnAddressItself", "10.1.1.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"},
        ClientCase{"BehindTwoProxies", "10.1.1.1", "203.0.113.9, 198.51.100.1 ,\t10.2.2.2", "198.51.100.1"},
        ClientCase{"ThatIsAProxyItself", "10.1.1.1", "10.3.3.3, 10.2.2.2", "10.3.3.3"},
        ClientCase{"BehindAProxyThatSaysNothing", "10.1.1.1", "", "10.1.1.1"},
        ClientCase{"WhenTheEntryIsNoAddress", "10.1.1.1", "198.51.100.1, unknown", "10.1.1.1"},
        ClientCase{"WhenTheEntryIsEmpty", "10.1.1.1", "198.51.100.1,", "10.1.1.1"},
        ClientCase{"WithAPort", "10.1.1.1", "198.51.100.1:1234", "198.51.100.1"},
        ClientCase{"OfIPv6WithAPort", "10.1.1.1", "[2001:db8::1]:1234", "2001:db8::1"},
        ClientCase{"OfIPv6InBrackets", "10.1.1.1", "[2001:db8::1]", "2001:db8::1"},
        ClientCase{"OfIPv6", "fd00::1", "2001:DB8:0:0::1", "2001:db8::1"},
        ClientCase{"OfIPv4WrittenAsIPv6", "10.1.1.1", "::ffff:198.51.100.1", "198.51.100.1"},
        ClientCase{"BehindAProxyWrittenAsIPv6", "::ffff:10.1.1.1", "198.51.100.1", "198.51.100.1"},
        ClientCase{"WhenIPv6NetworksAreTrusted", "10.1.1.1", "198.51.100.1", "10.1.1.1", {"::/0"}},
        ClientCase{"WhenOneAddressIsTrusted", "192.0.2.1", "198.51.100.1", "198.51.100.1", {"192.0.2.1"}},
        ClientCase{"NextToTheNetworkThatIsTrusted", "11.0.0.0", "198.51.100.1", "11.0.0.0"},
        ClientCase{"WhenPrefixesEndInAByte", "10.127.0.1", "198.51.100.1", "198.51.100.1", {"10.64.0.0/10"}},
        ClientCase{"BehindTheEndOfAPrefixInAByte", "10.128.0.1", "198.51.100.1", "10.128.0.1", {"10.64.0.0/10"}},
        ClientCase{"WhenThePeerIsGone", "", "198.51.100.1", ""}),
    [](const auto& info) { return info.param.name; });

TEST(ParseNetwork, RefusesWhatIsNone) {
  for (const std::string text : {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "10.0.0.1/8", "fd00::1/8",
                                 "fd00::/129", "host/8", "/8", "10.0.0.0/8/8", "10.0.0.0/ 8", "*"}) {
    const auto network = parse_network(text);
    ASSERT_FALSE(network) << text;
    EXPECT_EQ(network.error().kind, core::ErrorKind::Invalid);
    EXPECT_NE(network.error().message.find("'" + text + "'"), std::string::npos);
  }
}

TEST(ParseNetwork, TakesEveryPrefix) {
  for (const char* const text : {"0.0.0.0/0", "::/0", "255.255.255.255/32", "fe80::/10", "::1/128", "10.0.0.0/8"})
    EXPECT_TRUE(parse_network(text)) << text;
}

TEST(ClientNetwork, IsAnIPv4AddressOrHalfOfIPv6) {
  EXPECT_EQ(client_network("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(client_network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(client_network("2001:db8:1:2::"), "2001:db8:1:2::/64");
  EXPECT_EQ(client_network(""), "");
}

}  // namespace
}  // namespace guildhall::http
