#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controllers/enforcement/observed.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::enforcement {

/// A token that is let in.
struct AdmittedToken {
  std::string key;     ///< the name of its ApiKey
  std::string id;      ///< of the token
  std::string hash;    ///< SHA-256, in hexadecimal digits
  std::string secret;  ///< the Secret of the home in which it stands; empty: none does
  bool reads = false;
  bool writes = false;
  std::vector<api::OrganizationDeployment> opens;  ///< sorted as the Organization's status lists them
  bool operator==(const AdmittedToken&) const = default;
};

/// Those of an Organization, and until when that is so.
struct Admittance {
  std::vector<AdmittedToken> tokens;     ///< the keys by age, so that what comes later moves nothing
  std::optional<core::Timestamp> until;  ///< when the next of them expires
  bool operator==(const Admittance&) const = default;
};

/// By the rules of the gate: neither the key nor its owner nor the Organization stands in the way, and the token has
/// not expired. One whose Secret is not written yet (Issuing) is not among them. Pure.
Admittance admittance_of(const Observed& seen, core::Timestamp now);

/// Those of them that may stand at that place now: while the Organization is paused, Editors may still read Secrets, or
/// there is no such kind as VMUser for what stands beside them, none that does not stand there already. Pure.
std::vector<AdmittedToken> tokens_at(const Observed& seen, const core::ObjectKey& place,
                                     std::vector<AdmittedToken> admitted);

}  // namespace guildhall::controllers::enforcement
