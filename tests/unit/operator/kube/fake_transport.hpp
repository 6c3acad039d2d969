// A transport whose answers the test writes down.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "operator/kube/transport.hpp"

namespace guildhall::kube {

/// Answers each request by the next step; the last step answers all that follow. Thread-safe.
class FakeTransport final : public HttpTransport {
 public:
  using Step = std::function<core::Result<HttpResponse>(const HttpRequest& request, const LineHandler* on_line,
                                                        const std::stop_token& stop)>;

  FakeTransport& then(Step step);
  FakeTransport& then_answer(int status, std::string body = "{}", std::map<std::string, std::string> headers = {});
  FakeTransport& then_fail(core::ErrorKind kind);
  /// A stream of these lines, then its end.
  FakeTransport& then_lines(std::vector<std::string> lines);

  core::Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop) override;
  core::Result<HttpResponse> stream(const HttpRequest& request, std::chrono::milliseconds silence,
                                    const LineHandler& on_line, const std::stop_token& stop) override;
  std::string host() const override { return "api:6443"; }

  /// "GET /api/v1/..." of every request so far.
  std::vector<std::string> requests() const;
  HttpRequest last_request() const;
  std::chrono::milliseconds last_silence() const;

 private:
  Step next(const HttpRequest& request);

  mutable std::mutex mutex_;
  std::deque<Step> steps_;
  std::vector<HttpRequest> requests_;
  std::chrono::milliseconds silence_{0};
};

}  // namespace guildhall::kube
