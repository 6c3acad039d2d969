// One object of the API server, read over a kept connection: what kubectl would say, for a hundredth of its processor
// time. Most of what a test asks is asked again and again until it holds.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace guildhall::tests::cluster {

// The looks of one user. Several threads may use one.
class DirectLook {
 public:
  // The kubeconfig's current user; credentials of other forms than the control plane writes look at nothing.
  explicit DirectLook(const std::filesystem::path& kubeconfig);
  DirectLook(const DirectLook&) = delete;
  DirectLook& operator=(const DirectLook&) = delete;
  ~DirectLook();

  // What `kubectl get ARGUMENTS -o json --ignore-not-found` prints, where the arguments are TYPE NAME [-n NAMESPACE];
  // JSON null: it is not there. Unset: not asked, or answered otherwise; kubectl is to say how.
  [[nodiscard]] std::optional<nlohmann::json> get(const std::vector<std::string>& arguments) const;

  // What `kubectl create --raw PATH -f -` prints. Unset: likewise.
  [[nodiscard]] std::optional<nlohmann::json> create(const std::string& path, const nlohmann::json& object) const;

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace guildhall::tests::cluster
