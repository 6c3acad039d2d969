#pragma once

#include <functional>
#include <string>

#include "operator/core/clock.hpp"
#include "operator/gate/decision.hpp"
#include "operator/gate/key_table.hpp"
#include "operator/gate/outcome_counter.hpp"
#include "operator/gate/path_table.hpp"
#include "operator/gate/use_counter.hpp"
#include "operator/http/server.hpp"

namespace guildhall::gate {

/// References outlive the gate.
struct Dependencies {
  const KeyTable& table;
  const PathTable& paths;
  const core::Clock& clock;
  std::function<bool()> has_read;  ///< whether the cluster was read whole, once; until then: 503
  OutcomeCounter& outcomes;
  UseCounter& uses;
  std::function<void(const std::string& line)> log;  ///< of the access log; empty: there is none
};

/// Answers proxies that ask whether a request may pass (forward auth). Every answer is one that all of them take: 200
/// with who it is, 401 with WWW-Authenticate, 403; 503 only while nothing is known. Never 204, which Envoy takes for a
/// refusal, nor 429, which nginx makes a 500. Nothing is to be kept: a revocation is in force at once. Thread-safe.
class Gate {
 public:
  explicit Gate(Dependencies dependencies) : at_(std::move(dependencies)) {}

  [[nodiscard]] http::Response answer(const http::Request& request) const;

 private:
  Dependencies at_;
};

}  // namespace guildhall::gate
