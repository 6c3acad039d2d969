#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "operator/core/clock.hpp"
#include "operator/records/routes.hpp"
#include "tests/unit/operator/records/memory_sink.hpp"
#include "tests/unit/operator/records/memory_source.hpp"

namespace guildhall::records {

/// The whole API over a store in memory: acme is claimed by u-1, everybody may everything unless `allowed` says no.
struct RoutesFixture : ::testing::Test, core::Clock {
  MemorySource source;
  MemorySink sink;
  core::Timestamp time = *core::parse_timestamp("2026-11-24T11:00:00Z");
  std::optional<FrontProxy> proxy = FrontProxy{.client_ca = "ca",
                                               .allowed_names = {"front-proxy-client"},
                                               .username_headers = {"x-remote-user"},
                                               .uid_headers = {"x-remote-uid"},
                                               .group_headers = {"x-remote-group"},
                                               .extra_prefixes = {"x-remote-extra-"}};
  std::string common_name = "front-proxy-client";
  core::Result<bool> allowed = true;
  std::vector<kube::AccessQuestion> questions;
  std::vector<std::string> counted;  ///< "auditentries list 200"
  core::Result<SignupOutcome> outcome = SignupOutcome{.ns = "acme", .member = "jane"};
  std::vector<Signup> signups;
  std::vector<core::UseReport> kept;
  core::Result<void> keeping;
  bool lookup_fails = false;
  core::Result<void> produced;
  http::Handler handler;

  RoutesFixture() { make(); }

  [[nodiscard]] core::Timestamp now() const override { return time; }

  Surroundings surroundings() {
    return {.source = &source,
            .organization_of = [this](const std::string& ns) { return organization_of(ns); },
            .front_proxy = [this] { return proxy; },
            .caller_of =
                [this](const http::Request&) {
                  return Caller{.common_name = common_name,
                                .headers = {{"x-remote-user", "jane"}, {"x-remote-group", "editors"}}};
                },
            .may =
                [this](const kube::AccessQuestion& question) {
                  questions.push_back(question);
                  return allowed;
                },
            .sign_up =
                [this](const Signup& signup) {
                  signups.push_back(signup);
                  return outcome;
                },
            .keep_uses =
                [this](const core::UseReport& report) {
                  kept.push_back(report);
                  return keeping;
                },
            .outcomes = {"Revoked", "UnknownKey"},
            .actions = {"MemberRoleChanged", "MemberCreated"},
            .clock = this,
            .steady = [this] { return sink.now; },
            .random = [] { return 0.0; },
            .hash = [](std::string_view text) { return "H" + std::to_string(std::hash<std::string_view>{}(text)); },
            .count =
                [this](std::string_view resource, std::string_view verb, int code) {
                  counted.push_back(std::string(resource) + " " + std::string(verb) + " " + std::to_string(code));
                },
            .stream =
                [this](http::Response head, const Producer& body) {
                  sink.text.clear();
                  produced = body(sink);
                  head.body = sink.text;
                  return head;
                }};
  }

  void make() { handler = make_routes(surroundings()); }

  [[nodiscard]] core::Result<std::optional<core::AuditOrganization>> organization_of(const std::string& ns) const {
    if (lookup_fails) return core::fail(core::ErrorKind::Unavailable, "caches are not filled");
    if (ns != "acme") return std::optional<core::AuditOrganization>();
    return std::optional(core::AuditOrganization{.name = "acme", .uid = "u-1", .home = "acme"});
  }

  /// `target`: below the version, or from the root when it begins with a slash.
  http::Response ask(const std::string& method, const std::string& target,
                     std::map<std::string, std::string> headers = {}, std::string body = {}) {
    const std::string base = target.starts_with('/') ? "" : "/apis/records.guildhall.dev/v1alpha1/";
    const std::string whole = base + target;
    const auto question = whole.find('?');
    return handler({.method = method,
                    .path = whole.substr(0, question),
                    .query = question == std::string::npos ? "" : whole.substr(question + 1),
                    .headers = std::move(headers),
                    .body = std::move(body),
                    .peer = "127.0.0.1"});
  }
  http::Response get(const std::string& target, const std::string& accept = "") {
    return ask("GET", target, {{"accept", accept}});
  }
  /// The body of a successful answer.
  nlohmann::json object(const std::string& target, const std::string& accept = "") {
    const http::Response response = get(target, accept);
    EXPECT_EQ(response.status, 200) << response.body;
    return nlohmann::json::parse(response.body);
  }
  /// "404 NotFound: message".
  std::string refusal(const http::Response& response) {
    const auto status = nlohmann::json::parse(response.body);
    EXPECT_EQ(status["code"], response.status);
    return std::to_string(response.status) + " " + status["reason"].get<std::string>() + ": " +
           status["message"].get<std::string>();
  }
};

}  // namespace guildhall::records
