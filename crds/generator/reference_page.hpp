#pragma once

#include <string>

#include "crds/generator/model.hpp"

namespace guildhall::crds::generator {

/// The page of a kind in docs/reference, as GitHub's Markdown: a section with a table of fields for each object.
std::string reference_page(const Kind& kind);

}  // namespace guildhall::crds::generator
