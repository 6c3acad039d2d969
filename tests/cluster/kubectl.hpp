// kubectl, run without a shell.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cluster/child_process.hpp"
#include "tests/cluster/direct_look.hpp"

namespace guildhall::tests::cluster {

// kubectl as one user. Values of it can be copied; several threads may use one.
class Kubectl {
 public:
  // The program, and the kubeconfig of the user.
  Kubectl(std::filesystem::path program, std::filesystem::path kubeconfig);

  // Runs it with these arguments and `input` as its standard input.
  [[nodiscard]] Output operator()(const std::vector<std::string>& arguments, std::string_view input = {}) const;

  // `apply --server-side -f -` of a manifest in YAML or JSON.
  [[nodiscard]] Output apply(std::string_view manifest) const;

  // `get ... -o json`, parsed; JSON null when the API server does not have it. Throws std::runtime_error with kubectl's
  // words when it fails for any other reason: so a refused connection is never read as "it is gone". One object is read
  // without kubectl where that is possible (direct_look.hpp).
  [[nodiscard]] nlohmann::json get(const std::vector<std::string>& arguments) const;

  // `create --raw PATH -f -`, parsed. Throws likewise, and likewise needs no kubectl.
  [[nodiscard]] nlohmann::json create_raw(const std::string& path, const nlohmann::json& object) const;

  [[nodiscard]] const std::filesystem::path& program() const { return program_; }
  [[nodiscard]] const std::filesystem::path& kubeconfig() const { return kubeconfig_; }

 private:
  std::filesystem::path program_;
  std::filesystem::path kubeconfig_;
  std::shared_ptr<const DirectLook> look_;
};

}  // namespace guildhall::tests::cluster
