#include "operator/mailing.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <nlohmann/json.hpp>

namespace guildhall {
namespace {

/// Within the time in which a process has to end, and there is something to write down after it.
constexpr std::chrono::seconds kPatience{2};

}  // namespace

Mailing::Mailing(const std::optional<mail::SmtpServer>& server, std::string templates, Surroundings surroundings)
    : templates_(std::move(templates)), at_(std::move(surroundings)) {
  if (!server) {
    post_ = std::make_unique<NoPost>();
    return;
  }
  transport_ = std::make_unique<mail::SmtpTransport>(*server);
  news_ = std::make_unique<mail::MailNews>(at_.metrics, at_.clock,
                                           [](const std::string& text) { spdlog::warn("{}", text); });
  told_ = std::make_unique<mail::ToldTransport>(*transport_, *news_);
  outbox_ = std::make_unique<mail::Outbox>(*told_);
  post_ = std::make_unique<InvitationPost>(*outbox_, *server, [this] { return texts(); }, at_.clock);
}

void Mailing::stop() {
  if (outbox_) outbox_->stop(std::chrono::steady_clock::now() + kPatience);
}

core::Result<mail::Texts> Mailing::texts() const {
  auto texts = read_texts();
  if (!texts) news_->tell_unwritten(texts.error().describe());
  return texts;
}

/// Read for each mail, so that an edit counts at once and a mistake in it is told by the Members that wait for it.
core::Result<mail::Texts> Mailing::read_texts() const {
  if (templates_.empty()) return mail::default_invitation();
  const core::ObjectKey key{at_.ns, templates_};
  const auto object = at_.client.get(core::types::config_maps(), key, at_.stop);
  if (!object) return std::unexpected(object.error());
  const auto data = object->value("data", nlohmann::json::object()).get<std::map<std::string, std::string>>();
  const auto binary_data = object->value("binaryData", nlohmann::json::object());
  std::vector<std::string> binary_keys;
  for (const auto& [name, bytes] : binary_data.items())
    binary_keys.push_back(name);
  auto texts = mail::parse_templates(data, binary_keys);
  if (!texts) texts.error().object = core::describe(core::types::config_maps(), key);
  return texts;
}

}  // namespace guildhall
