#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "operator/kube/informer.hpp"
#include "operator/kube/reflector.hpp"
#include "operator/kube/transport.hpp"

namespace guildhall::tests {

// What is kept of a Secret here.
struct Item {
  std::string name;
  std::string value;
  std::string version;
};

core::Result<Item> decode_item(const nlohmann::json& object);

// "Secret" acme/<name>; `version` is its resourceVersion.
nlohmann::json item(const std::string& name, int version, const std::string& value = "v", const std::string& uid = "u");
std::string event(const std::string& type, const nlohmann::json& object);
std::string bookmark(int version, bool ends_list = false);
std::string gone();

// Answers requests one after the other with what a test has written down, in the thread of the caller; when nothing is
// left it requests the stop. So a whole life of a reflector runs without threads and without waiting.
class ScriptedServer final : public kube::HttpTransport {
 public:
  using Answer = std::function<core::Result<kube::HttpResponse>(const kube::LineHandler& on_line)>;

  // A stream of these lines, which then ends as the server ends it, or by that failure.
  void stream_of(std::vector<std::string> lines,
                 core::Result<kube::HttpResponse> end = kube::HttpResponse{200, {}, ""});
  // The head of the stream that is being answered has come; stream_of says so by itself.
  void open() const;
  // A page of a list.
  void page_of(const std::vector<nlohmann::json>& items, int version, const std::string& continue_token = "");
  void refuse(int code, const std::string& reason, const std::string& message = "refused");
  void fail(core::ErrorKind kind);
  void then(Answer answer) { answers_.push_back(std::move(answer)); }

  core::Result<kube::HttpResponse> send(const kube::HttpRequest& request, const std::stop_token& stop) override;
  core::Result<kube::HttpResponse> stream(const kube::HttpRequest& request, std::chrono::milliseconds silence,
                                          const kube::LineHandler& on_line, const std::stop_token& stop) override;

  [[nodiscard]] const std::vector<std::string>& targets() const { return targets_; }
  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }
  void restart() { stop_ = std::stop_source(); }

 private:
  core::Result<kube::HttpResponse> next(const kube::HttpRequest& request, const kube::LineHandler& on_line);

  std::deque<Answer> answers_;
  std::vector<std::string> targets_;
  std::function<void()> on_open_;
  std::stop_source stop_;
};

// Time that passes only by waiting, and is written down.
struct FakePacing {
  std::chrono::steady_clock::time_point now{std::chrono::hours(1)};
  std::vector<std::chrono::milliseconds> waits;
  double random = 0;
  std::chrono::milliseconds longest_backoff{30'000};

  kube::Pacing pacing();
};

}  // namespace guildhall::tests
