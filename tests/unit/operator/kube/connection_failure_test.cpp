#include "operator/kube/connection_failure.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace guildhall::kube {
namespace {

struct Case {
  std::string name;
  std::string stage;
  int code;
  std::string want;
};

class ConnectionFailure : public testing::TestWithParam<Case> {};

TEST_P(ConnectionFailure, IsToldInTheseWords) {
  EXPECT_EQ(describe_connection_failure(GetParam().stage, GetParam().code), GetParam().want);
}

const std::vector<Case> kCases{
    {"Refused", "Failed to connect to any resolved endpoint", EHOSTUNREACH,
     "cannot connect: connection refused, or no route to the host"},
    {"TimedOut", "Failed to connect to any resolved endpoint", ETIMEDOUT, "cannot connect: Connection timed out"},
    {"UnknownHost", "Error resolving address", 1, "its host name cannot be resolved: there is no such host"},
    {"SilentResolver", "Error resolving address", 2,
     "its host name cannot be resolved now: the name server does not answer"},
    {"LostInAWord", "Failed to read HTTP status line", ECONNRESET,
     "the connection was lost (Failed to read HTTP status line): Connection reset by peer"},
    {"OpenSslsUninitialized", "Failed to write request headers", 1,
     "the connection was lost (Failed to write request headers)"},
    {"WrittenOverByTheLibrary", "Failed to write request headers", EHOSTUNREACH,
     "the connection was lost (Failed to write request headers)"},
    {"Certificate", "Error in SSL handshake", 0x0A000086, "Error in SSL handshake: certificate verify failed"},
    {"AnythingElse", "Bad Connection", 0, "Bad Connection"},
};
INSTANTIATE_TEST_SUITE_P(, ConnectionFailure, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace guildhall::kube
