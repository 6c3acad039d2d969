#pragma once

#include <string>

#include "crds/generator/schema_model.hpp"

namespace guildhall::crds {

/// The header of one kind's types.
std::string emit_header(const KindModel& model);
/// Its JSON conversion.
std::string emit_source(const KindModel& model);

}  // namespace guildhall::crds
