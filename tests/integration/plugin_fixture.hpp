// A test suite about kubectl guildhall: the operator with a mail server and the page, and people with client
// certificates.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "tests/cluster/mailpit_process.hpp"
#include "tests/integration/member_fixture.hpp"

namespace guildhall::tests {

class PluginFixture : public MemberFixture {
 protected:
  using Words = std::vector<std::string>;

  static void SetUpTestSuite() {
    mailpit_.emplace();
    page_port_ = cluster::lasting_port();
    start_operator(flags());
  }
  static Words flags() {
    return {"--leader-elect=false", fmt::format("--smtp=smtp://127.0.0.1:{}", mailpit_->smtp_port()),
            fmt::format("--public-url=http://127.0.0.1:{}", page_port_),
            fmt::format("--public-listen=127.0.0.1:{}", page_port_)};
  }
  static void TearDownTestSuite() {
    MemberFixture::TearDownTestSuite();
    mailpit_.reset();
  }

  /// With ada (Admin), ed (Editor) and vi (Viewer), all Active.
  void apply_company(const std::string& organization, const std::string& spec = "") const {
    apply_organization(organization, spec);
    apply_member(organization, "ada", "role: Admin, displayName: Ada");
    apply_member(organization, "ed", "role: Editor");
    apply_member(organization, "vi", "role: Viewer");
    wait_ready(organization, {"ada", "ed", "vi"});
  }

  /// Of the same build as the operator.
  static std::filesystem::path plugin() { return cluster::operator_binary().parent_path() / "kubectl-guildhall"; }
  static cluster::Command command(const cluster::Kubectl& user, Words words, const std::string& ns) {
    if (!ns.empty()) words.insert(words.end(), {"-n", ns});
    return {.program = plugin(),
            .arguments = std::move(words),
            .environment = {{"KUBECONFIG", user.kubeconfig().string()}}};
  }
  /// The plugin, run by that user; it is no terminal's.
  static cluster::Output guildhall(const cluster::Kubectl& user, Words words, const std::string& ns = "") {
    return cluster::run(command(user, std::move(words), ns));
  }
  /// kubectl, that finds the plugin beside its own folder.
  static cluster::Output kubectl_with_plugin(const cluster::Kubectl& user, Words words) {
    const std::string path = plugin().parent_path().string() + ":" + std::getenv("PATH");
    return cluster::run({.program = user.program(),
                         .arguments = std::move(words),
                         .environment = {{"KUBECONFIG", user.kubeconfig().string()}, {"PATH", path}}});
  }

  [[nodiscard]] std::string version_of(const std::string& organization, const std::string& name) const {
    return text(member(organization, name), "/metadata/resourceVersion");
  }
  static std::size_t mails_to(const std::string& email) {
    const auto mails = mailpit_->mails();
    return static_cast<std::size_t>(std::ranges::count(mails, email, &cluster::ReceivedMail::to));
  }

  static inline std::optional<cluster::MailpitProcess> mailpit_;
  static inline std::uint16_t page_port_ = 0;
};

}  // namespace guildhall::tests
