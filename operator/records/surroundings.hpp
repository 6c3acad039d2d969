#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/clock.hpp"
#include "operator/http/server.hpp"
#include "operator/records/access.hpp"
#include "operator/records/entry_source.hpp"
#include "operator/records/front_proxy.hpp"
#include "operator/records/line_sink.hpp"
#include "operator/records/signup.hpp"
#include "operator/records/use_report.hpp"

namespace guildhall::records {

/// What a connection says about who is at its other end.
struct Caller {
  std::string common_name;  ///< of a client certificate that was verified against FrontProxy::client_ca; empty: none
  Headers headers;
};

/// An answer: complete, or one whose body is still to be written.
struct Answer {
  http::Response head;
  Producer body;  ///< unset: the head has it
};

/// What the composition root gives to this room. Everything is thread-safe.
struct Surroundings {
  EntrySource* source = nullptr;  ///< null: this replica reads no store, and answers 503
  OrganizationLookup organization_of;
  std::function<std::optional<FrontProxy>()> front_proxy;  ///< as it stands now; unset: nobody is believed
  std::function<Caller(const http::Request& request)> caller_of;
  AccessCache::Ask may;               ///< a SubjectAccessReview
  SignupDesk sign_up;                 ///< unset: 503
  UseReportDesk keep_uses;            ///< likewise
  std::vector<std::string> outcomes;  ///< why a gate may refuse
  std::vector<std::string> actions;   ///< every action that an entry can have
  const core::Clock* clock = nullptr;
  std::function<std::chrono::steady_clock::time_point()> steady;
  std::function<double()> random;                     ///< in [0, 1)
  std::function<std::string(std::string_view)> hash;  ///< for ETags
  /// How many requests for records may be under way at once, streams not counted; one more is to come again. Webhooks
  /// are answered by the same threads, and must not wait for whoever reads.
  int most_at_once = 4;
  /// Counts a request that was answered; unset: nobody does. `resource` is one that is served, or "".
  std::function<void(std::string_view resource, std::string_view verb, int code)> count;
  /// Makes an answer of a head and of what writes its body.
  std::function<http::Response(http::Response head, Producer body)> stream;
};

}  // namespace guildhall::records
