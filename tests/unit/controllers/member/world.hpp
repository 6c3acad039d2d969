#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "controllers/member/observed.hpp"
#include "controllers/member/plan.hpp"

namespace guildhall::controllers::member {

/// 2026-11-24T10:00:00Z.
core::Timestamp noon();

/// A tiny pure model of a cluster with the Member jane, an Editor of the Organization acme, in its home acme. Her
/// acceptance stands as a sealed annotation; "forged" and "unknown" are annotations whose seal does not hold and whose
/// key is not kept.
class World {
 public:
  World();

  api::Member member;
  HomeState home = HomeState::Claimed;
  Enrolment enrolment;
  api::OrganizationSpec organization;
  std::string older_namesake;
  bool is_closing = false;  ///< the namespace is being deleted
  organization::Subjects subjects;
  BoundRole bound;
  bool bindings_follow = true;  ///< the Organization's controller does its part
  bool sends_mail = false;
  bool serves_page = false;
  SeenActivity activity;
  std::vector<core::WriteFailure> failures;
  core::Timestamp now = noon();

  void edit(const nlohmann::json& spec_patch);
  void annotate(const std::string& name, const std::string& value);
  void accept() { annotate(organization::kAcceptedAnnotation, "sealed"); }
  [[nodiscard]] std::string annotation() const {
    return std::string(member.metadata.annotation(organization::kAcceptedAnnotation));
  }

  [[nodiscard]] Observed observe() const;
  [[nodiscard]] core::Plan plan_now() const { return plan(observe(), now); }
  void execute(const core::Plan& plan, int most_writes = 1'000);
  /// Plans and executes until nothing is written; more than 20 rounds are a test failure.
  void settle();

  [[nodiscard]] std::string condition(const std::string& type) const;  ///< "True/Active"; "" when absent
  [[nodiscard]] std::string message(const std::string& type) const;
  [[nodiscard]] std::vector<std::string> grants() const;
  [[nodiscard]] nlohmann::json& grant(const std::string& name) { return grants_.at(name); }
  void remove_grant(const std::string& name) { grants_.erase(name); }
  [[nodiscard]] const std::vector<std::string>& told() const { return told_; }

 private:
  void write(const core::Apply& apply);
  [[nodiscard]] organization::JudgedAcceptance judged() const;
  [[nodiscard]] BoundRole bound_now() const;
  std::string next_version() { return std::to_string(++version_); }

  int version_ = 100;
  std::map<std::string, nlohmann::json> grants_;
  std::vector<std::string> told_;
};

/// Of a Member that has accepted, at rest.
World active();

}  // namespace guildhall::controllers::member
