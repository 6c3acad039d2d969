#include "tests/cluster/kubectl.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace guildhall::tests::cluster {

Kubectl::Kubectl(std::filesystem::path program, std::filesystem::path kubeconfig)
    : program_(std::move(program)),
      kubeconfig_(std::move(kubeconfig)),
      look_(std::make_shared<const DirectLook>(kubeconfig_)) {}

Output Kubectl::operator()(const std::vector<std::string>& arguments, std::string_view input) const {
  Command command{.program = program_, .arguments = {"--kubeconfig", kubeconfig_}, .environment = {}};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  // Beside the kubeconfig: ports are used again by other clusters, and what it remembers of a server goes by the port.
  command.environment.emplace_back("KUBECACHEDIR", kubeconfig_.string() + ".cache");
  // A quarter faster: it ends before it would have to collect, and has little to do at the same time.
  command.environment.emplace_back("GOGC", "off");
  command.environment.emplace_back("GOMAXPROCS", "1");
  return run(command, input);
}

Output Kubectl::apply(std::string_view manifest) const {
  return (*this)({"apply", "--server-side", "-f", "-"}, manifest);
}

nlohmann::json Kubectl::get(const std::vector<std::string>& arguments) const {
  if (auto object = look_->get(arguments)) return *std::move(object);
  std::vector<std::string> all{"get", "-o", "json", "--ignore-not-found"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const auto output = (*this)(all);
  if (output.exit_code != 0) {
    throw std::runtime_error("kubectl get: " + output.err);
  }
  return output.out.empty() ? nlohmann::json() : nlohmann::json::parse(output.out);
}

nlohmann::json Kubectl::create_raw(const std::string& path, const nlohmann::json& object) const {
  if (auto created = look_->create(path, object)) return *std::move(created);
  const auto output = (*this)({"create", "--raw", path, "-f", "-"}, object.dump());
  if (output.exit_code != 0) {
    throw std::runtime_error("kubectl create: " + output.err);
  }
  return nlohmann::json::parse(output.out);
}

}  // namespace guildhall::tests::cluster
