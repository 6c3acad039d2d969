#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "operator/page/form_guard.hpp"
#include "operator/page/page.hpp"
#include "tests/unit/operator/page/memory_invitations.hpp"
#include "tests/unit/operator/runtime/fake_clock.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::page {

constexpr const char* kToken = "tOk3n-of_the-invitation-of-jane-0123456789";
constexpr const char* kOtherToken = "tOk3n-of_nobody-at-all-0123456789abcdefghij";

/// A page at https://join.example/guildhall, with one open invitation, asked without a network.
class PageFixture : public testing::Test {
 protected:
  PageFixture() { invitations_.add(kToken, invitation_to_acme()); }

  static http::Request get(const std::string& path) {
    return {.method = "GET", .path = path, .query = {}, .headers = {}, .body = {}, .peer = "192.0.2.7"};
  }
  /// As a browser sends the form of our page.
  static http::Request post(const std::string& token, Place place) {
    http::Request request = get(path_of(token) + (place == Place::Accept ? "/accept" : "/decline"));
    request.method = "POST";
    request.headers = {
        {"content-type", "application/x-www-form-urlencoded"}, {"origin", "null"}, {"sec-fetch-site", "same-origin"}};
    request.body = "proof=" + form_proof(token, place);
    return request;
  }
  static std::string path_of(const std::string& token) { return "/guildhall/invitations/" + token; }

  MemoryInvitations invitations_;
  tests::FakeWallClock clock_;
  tests::FakeMetrics metrics_;
  SteadyTime now_{std::chrono::hours{1}};
  std::vector<std::string> log_;
  Page page_{{.url = *parse_public_url("https://join.example/guildhall"), .trusted_proxies = {}, .limits = {}},
             {.invitations = invitations_,
              .clock = clock_,
              .steady = [this] { return now_; },
              .metrics = metrics_,
              .log = [this](const std::string& line) { log_.push_back(line); },
              .stop = {}}};
};

/// The same answer in every byte.
inline bool is_same(const http::Response& a, const http::Response& b) {
  return a.status == b.status && a.content_type == b.content_type && a.body == b.body && a.headers == b.headers;
}

}  // namespace guildhall::page
