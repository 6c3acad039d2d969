#pragma once

#include <string>
#include <utility>
#include <vector>

namespace guildhall::crds::generator {

/// What is wrong with a CRD, in the order of the file, each with its path: all of it at once, not the first alone.
class Problems {
 public:
  void add(const std::string& path, const std::string& what) { list_.push_back(path + ": " + what); }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] std::vector<std::string> take() { return std::move(list_); }

 private:
  std::vector<std::string> list_;
};

}  // namespace guildhall::crds::generator
