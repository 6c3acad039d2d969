// What the API server asks the webhooks. An input is the body of a request.
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "operator/admission/changes.hpp"
#include "operator/admission/review.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

namespace guildhall::tests::fuzz {

namespace {

using admission::Review;
using nlohmann::json;

json object_at(const json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_object() ? *found : json();
}

/// As any reader of JSON has it.
json without_managed_fields(json object) {
  const auto metadata = object.find("metadata");
  if (metadata != object.end() && metadata->is_object()) metadata->erase("managedFields");
  return object;
}

void check_object(const json& read, const json& whole, const char* name) {
  require(read.is_null() || read.is_object(), "an object is one, or absent");
  require(read == without_managed_fields(object_at(object_at(whole, "request"), name)), "an object is as it was sent");
}

void check_answer(const Review& review, const admission::Verdict& verdict) {
  const json answer = json::parse(admission::format_answer(review.uid, verdict));
  require(answer["kind"] == "AdmissionReview" && answer["response"]["uid"] == review.uid, "an answer is to its review");
  require(answer["response"]["allowed"] == verdict.allowed, "an answer is yes or no");
}

/// What is noted of a change by an attempt to make one.
void check_differences(const json& before, const json& after) {
  require(admission::differences(before, before).empty(), "what stays the same has no change");
  const auto changes = admission::differences(before, after);
  require(changes.empty() == (before.dump() == after.dump()), "what differs has a change");
  std::set<std::string> fields;
  for (const auto& change : changes) {
    require(fields.insert(change.field).second, "a field changes once");
    const json noted = {change.field, change.old_value, change.new_value};
    require(json::parse(noted.dump()) == noted, "a change can be noted");
  }
}

}  // namespace

void check_review(std::string_view input) {
  const auto review = admission::parse_review(input);
  if (!review) {
    require(review.error().kind == core::ErrorKind::Invalid, "what is no review is invalid");
    return;
  }
  const json whole = json::parse(input, nullptr, false);
  require(whole.is_object() && !review->uid.empty(), "a review is an object with a UID");
  check_object(review->object, whole, "object");
  check_object(review->old_object, whole, "oldObject");
  check_answer(*review, admission::allow());
  check_answer(*review, admission::refuse("no: " + review->user.name));
  const json before = object_at(review->old_object, "spec");
  const json after = object_at(review->object, "spec");
  if (before.is_object() && after.is_object()) check_differences(before, after);
}

}  // namespace guildhall::tests::fuzz
