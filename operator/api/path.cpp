#include "operator/api/path.hpp"

#include <fmt/core.h>

namespace guildhall::api {

std::string Path::to_string() const {
  if (step_ == Step::Root) return {};
  const std::string parent = parent_->to_string();
  if (step_ == Step::Item) return fmt::format("{}[{}]", parent, index_);
  if (step_ == Step::Entry) return fmt::format("{}[{}]", parent, name_);
  return parent.empty() ? std::string(name_) : fmt::format("{}.{}", parent, name_);
}

}  // namespace guildhall::api
