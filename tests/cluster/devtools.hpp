// The Chrome DevTools Protocol with a headless Chromium, over its pipe.
#pragma once

#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cluster/child_process.hpp"

namespace guildhall::tests::cluster {

// A Chromium of its own, with an empty profile, that reaches this machine and nothing else: every name that ends in
// ".test" is 127.0.0.1. It ends with this object. What goes wrong is thrown as std::runtime_error. Not thread-safe.
class DevTools {
 public:
  using Listener = std::function<void(const nlohmann::json& event)>;

  // `folder` holds its profile and its log. `listener` gets every event, during the calls below.
  DevTools(const std::filesystem::path& folder, Listener listener);
  ~DevTools();
  DevTools(const DevTools&) = delete;
  DevTools& operator=(const DevTools&) = delete;

  // Sends a command to the page (or, before attach(), to the browser) and waits for its result.
  nlohmann::json call(const std::string& method, const nlohmann::json& params = nlohmann::json::object());
  // Later commands go to this page. Its target is of Target.createTarget.
  void attach(const std::string& target);
  // Takes in events until the condition holds.
  void await(const std::string& what, const std::function<bool()>& condition);

 private:
  void send(const nlohmann::json& message);
  nlohmann::json receive(std::chrono::steady_clock::time_point deadline, const std::string& what);

  struct Pipe;
  std::unique_ptr<Pipe> pipe_;
  std::unique_ptr<ChildProcess> process_;
  Listener listener_;
  std::string session_;
  std::string received_;
  int last_id_ = 0;
};

}  // namespace guildhall::tests::cluster
