#include "tests/cluster/own_directory.hpp"

#include <cstdlib>
#include <stdexcept>

namespace guildhall::tests::cluster {

std::filesystem::path own_directory(const std::string& purpose) {
  const auto parent = std::filesystem::path(GUILDHALL_BINARY_DIR) / "clusters";
  std::filesystem::create_directories(parent);
  std::string name = (parent / (purpose + "-XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::runtime_error("no folder for " + purpose + " in " + parent.string());
  return name;
}

}  // namespace guildhall::tests::cluster
