#include "tests/cluster/mailpit_process.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/cluster/control_plane.hpp"
#include "tests/cluster/eventually.hpp"
#include "tests/cluster/http_get.hpp"
#include "tests/cluster/own_directory.hpp"

namespace guildhall::tests::cluster {
namespace {

using nlohmann::json;

std::filesystem::path mailpit_binary() {
  const auto built =
      run({.program = source_directory() / "tests/cluster/setup/mailpit", .arguments = {}, .environment = {}}, {},
          std::chrono::minutes(15));
  if (built.exit_code != 0) {
    throw std::runtime_error("mailpit cannot be built: " + built.err);
  }
  return std::filesystem::path(built.out.substr(0, built.out.find('\n'))) / "mailpit";
}

std::string loopback(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

json answer_of(const HttpAnswer& answer, const std::string& what) {
  if (answer.status != 200) {
    throw std::runtime_error("mailpit: " + what + ": " + std::to_string(answer.status) + " " + answer.body);
  }
  return json::parse(answer.body, nullptr, false);
}

}  // namespace

MailpitProcess::MailpitProcess(const std::vector<std::string>& flags)
    : directory_(own_directory("mailpit")), smtp_port_(free_port()), http_port_(free_port()) {
  Command command{
      .program = mailpit_binary(),
      .arguments = {"--listen", loopback(http_port_), "--smtp", loopback(smtp_port_), "--database",
                    directory_ / "mails.db", "--disable-version-check", "--smtp-disable-rdns", "--enable-chaos"},
      .environment = {}};
  command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
  process_.emplace(command, directory_ / "mailpit.log");
  const auto ready = eventually("mailpit's /readyz answers 200, or it has ended", [this] {
    const auto answer = http_get(http_port_, "/readyz");
    return Observation{.holds = answer.status == 200 || !process_->running(), .seen = std::to_string(answer.status)};
  });
  if (!ready || !process_->running()) {
    std::ifstream log(directory_ / "mailpit.log");
    throw std::runtime_error("mailpit does not start: " + std::string(std::istreambuf_iterator<char>(log), {}));
  }
}

MailpitProcess::~MailpitProcess() {
  kill();
  std::error_code ignored;
  if (testing::Test::HasFailure()) {
    std::filesystem::remove(directory_ / "mails.db", ignored);
  } else {
    std::filesystem::remove_all(directory_, ignored);
  }
}

std::string MailpitProcess::url() const {
  return "http://" + loopback(http_port_);
}

std::vector<ReceivedMail> MailpitProcess::mails() const {
  const auto list = answer_of(http_get(http_port_, "/api/v1/messages?limit=1000"), "the list of mails");
  std::vector<ReceivedMail> mails;
  for (const auto& entry : list.at("messages")) {
    mails.insert(mails.begin(), read(entry.at("ID").get<std::string>()));
  }
  return mails;
}

ReceivedMail MailpitProcess::read(const std::string& id) const {
  const auto mail = answer_of(http_get(http_port_, "/api/v1/message/" + id), "mail " + id);
  return {.id = id,
          .message_id = mail.at("MessageID"),
          .from = mail.at("From").at("Address"),
          .from_name = mail.at("From").at("Name"),
          .to = mail.at("To").at(0).at("Address"),
          .to_name = mail.at("To").at(0).at("Name"),
          .subject = mail.at("Subject"),
          .text = mail.at("Text"),
          .html = mail.at("HTML"),
          .raw = http_get(http_port_, "/api/v1/message/" + id + "/raw").body};
}

void MailpitProcess::clear() {
  static_cast<void>(answer_of(http_send(http_port_, "DELETE", "/api/v1/messages", {}), "forgetting all mails"));
}

void MailpitProcess::refuse(std::string_view where, int code) {
  const json rule{{std::string(where), {{"ErrorCode", code}, {"Probability", 100}}}};
  static_cast<void>(answer_of(http_send(http_port_, "PUT", "/api/v1/chaos", rule.dump()), "chaos"));
}

void MailpitProcess::accept() {
  // What is not named is without trouble.
  static_cast<void>(answer_of(http_send(http_port_, "PUT", "/api/v1/chaos", "{}"), "no chaos"));
}

void MailpitProcess::kill() {
  if (process_.has_value()) {
    process_->signal(SIGKILL);
    static_cast<void>(process_->wait(std::chrono::seconds(10)));
  }
}

}  // namespace guildhall::tests::cluster
