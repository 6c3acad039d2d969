#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/timestamp.hpp"
#include "operator/gate/credentials.hpp"
#include "operator/gate/key_table.hpp"
#include "operator/gate/original_request.hpp"
#include "operator/gate/path_table.hpp"

namespace guildhall::gate {

/// Why a request may pass, or may not: a label of metrics, so there are no others.
enum class Outcome {
  Allowed,
  // 401: who asks is not known.
  NoKey,
  SeveralKeys,
  MalformedKey,  ///< no token of ours, or one that was mistyped
  UnknownKey,    ///< of nobody, or of another Organization
  Expired,
  Revoked,
  Suspended,  ///< the key, its owner, or the Organization
  // 403: who asks is known, and may not do this.
  UnknownDeployment,    ///< the Organization has none of that name
  AmbiguousDeployment,  ///< or several
  OtherDeployment,      ///< that the key does not open
  OtherTenant,
  NoPermission,
  ClosedPath,
  UnknownPath,
  AmbiguousPath,
  UnclearRequest,  ///< the proxy does not say what it was asked, or says it twice
};

/// The word of metrics.
std::string_view to_string(Outcome outcome);
std::vector<Outcome> all_outcomes();
/// Unset: it is none of them.
std::optional<Outcome> parse_outcome(std::string_view word);
/// 200, 401 or 403, as proxies take them.
int status_of(Outcome outcome);
/// For people. It depends on nothing else, so it tells nothing of others. Of what may pass nothing: nginx does not read
/// it, and would close its connection.
std::string_view sentence_of(Outcome outcome);

/// What the gate decides of one request.
struct Decision {
  Outcome outcome = Outcome::NoKey;
  // With initializers GCC lets a designated one leave them out.
  // NOLINTBEGIN(readability-redundant-member-init)
  std::string key = {};          ///< the ApiKey's name, once it is known who asks
  std::string permissions = {};  ///< of the key: "Read", "Write", "ReadWrite"
  Tenant tenant = {};            ///< of the Organization, likewise; a single node has none, and passes it over
  std::string home = {};         ///< the namespace in which the ApiKey lies, likewise
  std::string uid = {};          ///< of the ApiKey, likewise
  // NOLINTEND(readability-redundant-member-init)
  bool operator==(const Decision&) const = default;
};

/// What is asked, with what is needed to decide it.
struct Question {
  const OriginalRequest& request;
  const Credentials& credentials;
  core::Timestamp now;
};

/// Who asks comes first (401), then what for (403). A token of an unknown id is compared with nothing as one of a known
/// id is with its hash. `table` and `paths` are read, nothing is written. Thread-safe.
Decision decide(const Question& question, const KeyTable& table, const PathTable& paths);

}  // namespace guildhall::gate
