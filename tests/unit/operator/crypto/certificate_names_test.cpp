#include "operator/crypto/certificate_names.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <string>

namespace guildhall::crypto {
namespace {

TEST(IsDnsName, TakesWhatAServiceIsCalled) {
  for (const std::string& name :
       {std::string("a"), std::string("guildhall.guildhall-system.svc"), std::string("A-1.example"),
        std::string("*.example.com"), std::string("1.example"), std::string(63, 'a') + ".b"})
    EXPECT_TRUE(is_dns_name(name)) << name;
}

TEST(IsDnsName, RefusesWhatNoServerIsCalled) {
  std::string long_name;
  while (long_name.size() < 252)
    long_name += "a.";
  for (const std::string& name : {std::string(),
                                  std::string("."),
                                  std::string("a."),
                                  std::string(".a"),
                                  std::string("a..b"),
                                  std::string("-a"),
                                  std::string("a-"),
                                  std::string("a_b"),
                                  std::string("a b"),
                                  std::string("a,IP:127.0.0.1"),
                                  std::string("*"),
                                  std::string("*."),
                                  std::string("a.*"),
                                  std::string("*.*.a"),
                                  std::string("m\xc3\xbcnchen"),
                                  std::string("a\0b", 3),
                                  std::string("999.1.1.1"),
                                  std::string("1.2.3"),
                                  std::string(64, 'a') + ".b",
                                  long_name + "ab"})
    EXPECT_FALSE(is_dns_name(name)) << name;
  EXPECT_TRUE(is_dns_name(long_name + "a")) << "253 characters";
}

struct AddressCase {
  std::string name;
  std::string text;
};

class AddressText : public testing::TestWithParam<AddressCase> {};

/// The octets of an address, by the system's own reader.
std::string octets_of(const std::string& text) {
  std::array<char, 16> octets{};
  const bool is_ipv6 = text.find(':') != std::string::npos;
  if (inet_pton(is_ipv6 ? AF_INET6 : AF_INET, text.c_str(), octets.data()) != 1) return "?";
  return {octets.data(), is_ipv6 ? 16UL : 4UL};
}

TEST_P(AddressText, IsTheCanonicalOne) {
  EXPECT_EQ(address_text(octets_of(GetParam().text)), GetParam().text);
}

// RFC 5952, section 4.
INSTANTIATE_TEST_SUITE_P(, AddressText,
                         testing::Values(AddressCase{"IPv4", "192.0.2.255"}, AddressCase{"Loopback", "::1"},
                                         AddressCase{"Nothing", "::"}, AddressCase{"ZerosAtTheEnd", "2001:db8::"},
                                         AddressCase{"OneZeroStays", "2001:db8:0:1:1:1:1:1"},
                                         AddressCase{"TheLongerRun", "2001:0:0:1::1"},
                                         AddressCase{"TheFirstOfEqualRuns", "2001:db8::1:0:0:1"},
                                         AddressCase{"LowerCaseNoLeadingZeros", "fe80::a:bcde:f01:0"},
                                         AddressCase{"NoZeros", "1:2:3:4:5:6:7:8"}),
                         [](const auto& info) { return info.param.name; });

TEST(AddressTexts, AreEmptyForWhatIsNoAddress) {
  EXPECT_EQ(address_text(""), "");
  EXPECT_EQ(address_text("abc"), "");
  EXPECT_EQ(address_text(std::string(17, 'a')), "");
}

RC_GTEST_PROP(AddressTexts, AgreeWithTheSystem, ()) {
  // Few different groups, so that there are runs of zeros. The first is set: the system writes some others half as
  // IPv4.
  std::string octets("\x20\x01", 2);
  for (int group = 1; group < 8; ++group)
    octets += *rc::gen::element(std::string(2, '\0'), std::string("\0\1", 2), std::string("\xab\xcd"));
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, octets.data(), text.data(), text.size());
  RC_ASSERT(address_text(octets) == std::string(text.data()));
}

}  // namespace
}  // namespace guildhall::crypto
