#include "operator/records/use_report_routes.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "operator/records/words.hpp"

namespace guildhall::records {

Checked<Answer> answer_use_report(const Surroundings& around, const http::Request& request) {
  if (!around.keep_uses) return std::unexpected(unavailable("this replica keeps no reports of gates"));
  const auto options = accept_creation(request);
  if (!options) return std::unexpected(options.error());
  const auto sent = parse_use_report(request.body, around.outcomes, options->validation);
  if (!sent) return std::unexpected(sent.error());
  if (!options->dry_run) {
    if (const auto kept = around.keep_uses(sent->report); !kept)
      return std::unexpected(unavailable("it could not be kept; send it again: " + kept.error().describe()));
  }
  nlohmann::json object = core::use_report_object(sent->report);
  object["metadata"]["creationTimestamp"] = core::format_timestamp(around.clock->now());
  return Answer{.head = created(object, sent->warnings), .body = {}};
}

}  // namespace guildhall::records
