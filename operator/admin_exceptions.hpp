#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "operator/admission/review.hpp"
#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"

namespace guildhall {

/// Whose last active Admin is to go.
struct AdminExceptionQuestion {
  std::string organization;
  std::string home;  ///< its namespace
  core::User user;
};

/// What lets even the last active Admin go.
struct AdminExceptions {
  bool manages = false;     ///< who asks holds the verb manage on the Organization
  bool goes_along = false;  ///< it goes with its Organization or its home, or a controller collects it
};

/// Asks the API server for all of it at the same time. Errors: of a question that the other answers do not settle.
core::Result<AdminExceptions> ask_for_exceptions(kube::Client& client, const AdminExceptionQuestion& question,
                                                 const std::stop_token& stop);

}  // namespace guildhall
