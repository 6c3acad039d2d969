#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "operator/core/timestamp.hpp"
#include "operator/plugin/invocation.hpp"

namespace guildhall::plugin {

/// Prints a document as `output` says, which is Json or Yaml.
void print_document(std::ostream& out, Output output, const nlohmann::json& document);

/// Prints what was done to a Member: "member.guildhall.dev/jane deactivated", its name alone, or the whole object.
/// It is there at once: whoever waits for more may be interrupted.
void print_done(std::ostream& out, Output output, const nlohmann::json& member, const std::string& done);

/// The wall clock: ages in tables and the time of resendAt are told by it.
core::Timestamp now();

}  // namespace guildhall::plugin
