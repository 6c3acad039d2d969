#include "operator/core/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace guildhall::core {
namespace {

const std::vector<ErrorKind> kKinds{ErrorKind::NotFound,    ErrorKind::AlreadyExists,   ErrorKind::Conflict,
                                    ErrorKind::Gone,        ErrorKind::Forbidden,       ErrorKind::Unauthorized,
                                    ErrorKind::Invalid,     ErrorKind::TooManyRequests, ErrorKind::Timeout,
                                    ErrorKind::Unavailable, ErrorKind::Canceled,        ErrorKind::Internal};

Error error_of(std::string message, std::string object = {}) {
  Error error;
  error.kind = ErrorKind::Conflict;
  error.message = std::move(message);
  error.object = std::move(object);
  return error;
}

TEST(ErrorKind, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const ErrorKind kind : kKinds)
    names.insert(to_string(kind));
  EXPECT_EQ(names.size(), kKinds.size());
  EXPECT_EQ(to_string(ErrorKind::NotFound), "NotFound");
  EXPECT_EQ(to_string(ErrorKind::TooManyRequests), "TooManyRequests");
  EXPECT_EQ(to_string(ErrorKind::Internal), "Internal");
}

TEST(ErrorKind, IsTransientWhereTheSameRequestMaySucceedLater) {
  const std::set<ErrorKind> transient{ErrorKind::Conflict, ErrorKind::Gone,        ErrorKind::TooManyRequests,
                                      ErrorKind::Timeout,  ErrorKind::Unavailable, ErrorKind::Unauthorized};
  for (const ErrorKind kind : kKinds)
    EXPECT_EQ(is_transient(kind), transient.contains(kind)) << to_string(kind);
}

TEST(Error, DescribesItselfByItsMessage) {
  EXPECT_EQ(error_of("the object has changed").describe(), "the object has changed");
}

TEST(Error, DescribesItselfWithItsObjectInFront) {
  EXPECT_EQ(error_of("the object has changed", "ApiKey acme/grafana").describe(),
            "ApiKey acme/grafana: the object has changed");
}

TEST(Error, DescribesItsWholeChainOfCausesInOneLine) {
  Error bottom = error_of("connection refused");
  Error middle = error_of("GET /api", "Secret acme/grafana");
  middle.cause = std::make_shared<const Error>(std::move(bottom));
  Error top = error_of("cannot issue", "ApiKey acme/grafana");
  top.cause = std::make_shared<const Error>(std::move(middle));
  EXPECT_EQ(top.describe(), "ApiKey acme/grafana: cannot issue: Secret acme/grafana: GET /api: connection refused");
}

}  // namespace
}  // namespace guildhall::core
