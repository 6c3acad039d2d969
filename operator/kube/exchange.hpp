#pragma once

#include <memory>
#include <stop_token>

#include "operator/core/metrics.hpp"
#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"
#include "operator/kube/in_flight.hpp"
#include "operator/kube/request.hpp"
#include "operator/kube/transport.hpp"

namespace guildhall::kube {

/// Carries a Call out: in-flight cap, write guard, attempts and waits, metrics. Thread-safe.
class Exchange {
 public:
  Exchange(std::shared_ptr<HttpTransport> transport, ClientOptions options, core::Metrics& metrics);

  /// The answer, always of 2xx. Errors: those of Client, with call.object.
  core::Result<HttpResponse> send(const Call& call, const std::stop_token& stop);
  /// One stream; only refused credentials that have been renewed meanwhile make it try a second time.
  core::Result<void> stream(const Call& call, std::chrono::milliseconds silence, const LineHandler& on_line,
                            const std::stop_token& stop);

  [[nodiscard]] const ClientOptions& options() const { return options_; }

 private:
  /// What came of one attempt; the outer failure: nothing was sent, and nothing shall be.
  core::Result<core::Result<HttpResponse>> attempt(const Call& call, const std::stop_token& stop);
  void count(const Call& call, const core::Result<HttpResponse>& outcome);
  void count_retry(const Call& call, const core::Result<HttpResponse>& outcome);

  std::shared_ptr<HttpTransport> transport_;
  ClientOptions options_;
  core::Metrics& metrics_;
  InFlight in_flight_;
};

}  // namespace guildhall::kube
