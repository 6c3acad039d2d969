#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/core/user.hpp"

namespace guildhall::admission {

enum class Operation { Create, Update, Delete, Connect };

/// The request of an AdmissionReview. Source: Kubernetes, "Dynamic Admission Control", admission.k8s.io/v1.
struct Review {
  std::string uid;  ///< of the review, to be given back
  Operation operation = Operation::Create;
  std::string resource;  ///< "members"
  std::string ns;
  std::string name;  ///< empty in each review of a collection's deletion, and with metadata.generateName
  core::User user;
  bool dry_run = false;
  nlohmann::json object;      ///< null on Delete
  nlohmann::json old_object;  ///< null on Create

  /// The one that is or was there: the old one, else the new one.
  [[nodiscard]] const nlohmann::json& standing() const { return old_object.is_null() ? object : old_object; }
};

/// The answer.
struct Verdict {
  bool allowed = true;
  int code = 403;        ///< HTTP status when it is refused
  std::string reason;    ///< metav1.StatusReason when it is refused
  std::string message;   ///< for a person, when it is refused
  nlohmann::json patch;  ///< RFC 6902, for a mutating webhook; null: none
};

Verdict allow();
/// 403 Forbidden.
Verdict refuse(std::string message);
/// 500: nothing could be decided; the same request may pass later.
Verdict undecided(std::string message);

/// Reads an AdmissionReview. Errors: Invalid, with what is missing.
core::Result<Review> parse_review(std::string_view body);

/// The AdmissionReview that answers the one of that UID.
std::string format_answer(const std::string& uid, const Verdict& verdict);

}  // namespace guildhall::admission
