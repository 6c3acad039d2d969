#include "tests/unit/operator/kube/fake_transport.hpp"

#include <utility>

namespace guildhall::kube {

FakeTransport& FakeTransport::then(Step step) {
  const std::scoped_lock lock(mutex_);
  steps_.push_back(std::move(step));
  return *this;
}

FakeTransport& FakeTransport::then_answer(int status, std::string body, std::map<std::string, std::string> headers) {
  return then([response = HttpResponse{.status = status, .headers = std::move(headers), .body = std::move(body)}](
                  const HttpRequest&, const LineHandler*, const std::stop_token&) { return response; });
}

FakeTransport& FakeTransport::then_fail(core::ErrorKind kind) {
  return then([kind](const HttpRequest&, const LineHandler*, const std::stop_token&) -> core::Result<HttpResponse> {
    return core::fail(kind, "scripted");
  });
}

FakeTransport& FakeTransport::then_lines(std::vector<std::string> lines) {
  return then([lines = std::move(lines)](const HttpRequest&, const LineHandler* on_line,
                                         const std::stop_token&) -> core::Result<HttpResponse> {
    for (const auto& line : lines)
      if (!(*on_line)(line)) break;
    return HttpResponse{.status = 200, .headers = {}, .body = {}};
  });
}

FakeTransport::Step FakeTransport::next(const HttpRequest& request) {
  const std::scoped_lock lock(mutex_);
  requests_.push_back(request);
  Step step = steps_.at(0);
  if (steps_.size() > 1) steps_.pop_front();
  return step;
}

core::Result<HttpResponse> FakeTransport::send(const HttpRequest& request, const std::stop_token& stop) {
  return next(request)(request, nullptr, stop);
}

core::Result<HttpResponse> FakeTransport::stream(const HttpRequest& request, std::chrono::milliseconds silence,
                                                 const LineHandler& on_line, const std::stop_token& stop) {
  {
    const std::scoped_lock lock(mutex_);
    silence_ = silence;
  }
  return next(request)(request, &on_line, stop);
}

std::vector<std::string> FakeTransport::requests() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> lines;
  lines.reserve(requests_.size());
  for (const auto& request : requests_)
    lines.push_back(request.method + " " + request.target);
  return lines;
}

HttpRequest FakeTransport::last_request() const {
  const std::scoped_lock lock(mutex_);
  return requests_.back();
}

std::chrono::milliseconds FakeTransport::last_silence() const {
  const std::scoped_lock lock(mutex_);
  return silence_;
}

}  // namespace guildhall::kube
