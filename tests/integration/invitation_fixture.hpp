// Invitations in the running operator: a mail server, a page, and who answers there.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "tests/cluster/mailpit_process.hpp"
#include "tests/integration/member_fixture.hpp"

namespace guildhall::tests {

class InvitationTest : public MemberFixture {
 protected:
  static void SetUpTestSuite() {
    mailpit_.emplace();
    page_port_ = cluster::lasting_port();
    start_operator(flags());
    ASSERT_EQ(cluster::shared_control_plane().kubectl()({"apply", "-f", templates()}).exit_code, 0);
  }
  static std::string templates() { return cluster::source_directory() / "docs/mail/templates.yaml"; }
  static void TearDownTestSuite() {
    MemberFixture::TearDownTestSuite();
    mailpit_.reset();
  }
  void SetUp() override {
    mailpit_->accept();
    mailpit_->clear();
  }

  static std::string origin() { return fmt::format("http://127.0.0.1:{}", page_port_); }
  static std::vector<std::string> flags(const std::string& elect = "false", std::uint16_t port = page_port_) {
    return {"--leader-elect=" + elect,
            fmt::format("--smtp=smtp://127.0.0.1:{}", mailpit_->smtp_port()),
            "--public-url=" + origin(),
            fmt::format("--public-listen=127.0.0.1:{}", port),
            "--public-trusted-proxies=127.0.0.1/32",
            "--smtp-templates=guildhall-mails"};
  }

  void invite(const std::string& organization, const std::string& name, const std::string& how = "Email",
              const std::string& role = "Editor") const {
    apply_member(organization, name, fmt::format("role: {}, invitation: {{delivery: {}}}", role, how));
  }
  /// Together, in one request of kubectl.
  void invite_all(const std::string& organization, const std::vector<std::string>& names) const {
    std::string items;
    for (const auto& name : names)
      items += fmt::format(
          "{{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {{name: {1}, namespace: {0}}}, "
          "spec: {{email: {1}@{0}.example, role: Viewer}}}}, ",
          organization, name);
    apply("{apiVersion: v1, kind: List, items: [" + items + "]}");
  }
  /// All mails to a Member, when there is one at least.
  static std::vector<cluster::ReceivedMail> mails_to(const std::string& organization, const std::string& name) {
    std::vector<cluster::ReceivedMail> mails = mailpit_->mails();
    std::erase_if(mails, [&](const auto& mail) { return mail.to != name + "@" + organization + ".example"; });
    return mails;
  }
  /// The name of a Member for each mail that one of the Organization got.
  static std::vector<std::string> invited_by_mail(const std::string& organization) {
    const std::string domain = "@" + organization + ".example";
    std::vector<std::string> names;
    for (const auto& mail : mailpit_->mails()) {
      if (mail.to.ends_with(domain)) names.push_back(mail.to.substr(0, mail.to.size() - domain.size()));
    }
    return names;
  }
  static std::string path_in(const std::string& text) {
    std::smatch found;
    return std::regex_search(text, found, std::regex("/invitations/gli_[0-9A-Za-z]{43}")) ? found.str() : "";
  }
  /// The path of the link in the mail that is sent to the Member.
  [[nodiscard]] std::string mailed_path(const std::string& organization, const std::string& name) const {
    EXPECT_TRUE(becomes({"member", name, "-n", organization}, "Ready", "True/PendingInvitation"));
    const auto mails = mails_to(organization, name);
    return mails.empty() ? "" : path_in(mails.back().text);
  }
  [[nodiscard]] std::string secret_path(const std::string& organization, const std::string& name) const {
    EXPECT_TRUE(becomes({"member", name, "-n", organization}, "Ready", "True/PendingInvitation"));
    const auto output = kubectl_(
        {"get", "secret", name + "-invitation", "-n", organization, "-o", "go-template={{.data.link | base64decode}}"});
    return path_in(output.out);
  }
  /// Each test comes from an address of its own, as far as the page's limits go.
  static std::string client() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    return fmt::format("X-Forwarded-For: 2001:db8:{:x}::1\r\n", std::hash<std::string>{}(test->name()) & 0xFFFFU);
  }
  static cluster::HttpAnswer open(const std::string& path, std::uint16_t port = page_port_) {
    return cluster::http_send_with(port, "GET", path, client(), {});
  }
  /// Opens the page and sends its form.
  static cluster::HttpAnswer answer(const std::string& path, const std::string& choice,
                                    std::uint16_t port = page_port_) {
    const std::string page = open(path, port).body;
    const std::string form = page.substr(std::min(page.size(), page.find(path + "/" + choice)));
    std::smatch proof;
    if (!std::regex_search(form, proof, std::regex("name=\"?proof\"? value=\"?([0-9a-f]+)"))) return {};
    return cluster::http_send_with(
        port, "POST", path + "/" + choice,
        client() + "Content-Type: application/x-www-form-urlencoded\r\nOrigin: " + origin() + "\r\n",
        "proof=" + proof[1].str());
  }

  /// How many count of twelve, acceptances and refusals, that are sent at once to these in turn.
  static int accepted_answers(const std::string& path, const std::vector<std::uint16_t>& ports) {
    constexpr std::size_t at_once = 12;
    std::vector<std::future<cluster::HttpAnswer>> answers;
    answers.reserve(at_once);
    for (std::size_t i = 0; i < at_once; ++i)
      answers.push_back(std::async(std::launch::async, [&path, i, port = ports[i % ports.size()]] {
        return answer(path, i % 3 == 0 ? "decline" : "accept", port);
      }));
    return static_cast<int>(std::ranges::count_if(answers, [](auto& one) { return one.get().status == 200; }));
  }

  static inline std::optional<cluster::MailpitProcess> mailpit_;
  static inline std::uint16_t page_port_ = 0;
};

}  // namespace guildhall::tests
