#pragma once

#include <string>

#include "crds/generator/model.hpp"

namespace guildhall::crds::generator {

/// A CRD of the kind ApiKey whose spec has the given properties (YAML, flow or block) and nothing else.
std::string crd_with(const std::string& spec_properties, const std::string& status_properties = "{}",
                     const std::string& spec_required = "[]");

/// The kind of such a CRD; a failure of the test when it cannot be read.
Kind kind_with(const std::string& spec_properties, const std::string& status_properties = "{}",
               const std::string& spec_required = "[]");

}  // namespace guildhall::crds::generator
