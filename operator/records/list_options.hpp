#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "operator/records/continue_token.hpp"
#include "operator/records/entry_selection.hpp"
#include "operator/records/query.hpp"
#include "operator/records/status.hpp"

namespace guildhall::records {

/// How entries are written: as Kubernetes has it, or one after the other for other programs.
enum class Format { Json, Csv, JsonLines };

/// What a list or a watch asks for: metav1.ListOptions, and our own `format`, `from`, `to`, `q`.
struct ListOptions {
  bool watch = false;
  std::int64_t limit = 0;  ///< 0: all
  std::optional<ContinuePoint> continue_from;
  std::optional<std::int64_t> resource_version;  ///< unset: not said; 0: any
  bool exactly = false;                          ///< resourceVersionMatch=Exact
  bool bookmarks = false;
  std::optional<bool> initial_events;           ///< sendInitialEvents
  std::optional<std::chrono::seconds> timeout;  ///< unset: the server's
  Format format = Format::Json;
  EntrySelection selection;
  std::uint32_t query = 0;  ///< query_mark of it
};

/// Whether it is a watch, and the one name that it selects (empty: none): RBAC is asked about these before all the
/// parameters are read.
bool asks_to_watch(const Query& query);
std::string selected_name(const Query& query);

/// A warning of the parameters that say nothing here, which are ignored as Kubernetes does: whoever mistypes a selector
/// behind `kubectl get --raw` gets more than was asked for. None, or one.
std::vector<std::string> warnings_of_ignored(const Query& query);

/// Reads the parameters of a request for the entries of a namespace (empty: of all). Errors: 400 for what cannot be
/// read, saying what is allowed; 422 for what does not go together. Source: k8s.io/apimachinery
/// pkg/apis/meta/internalversion/validation; API concepts, "Resource versions".
Checked<ListOptions> read_list_options(const Query& query, const std::string& ns, std::span<const std::string> actions,
                                       core::Timestamp now);

}  // namespace guildhall::records
