#include "operator/invitation_post.hpp"

#include "operator/core/duration.hpp"

namespace guildhall {

namespace {

namespace member = controllers::member;
using member::MailStage;
using member::SeenMail;

SeenMail failed(const mail::Outcome& outcome) {
  switch (outcome.ending) {
    case mail::Ending::Refused:
      return {.stage = MailStage::Refused, .words = outcome.words};
    case mail::Ending::Uncertain:
      return {.stage = MailStage::Uncertain, .words = outcome.words};
    case mail::Ending::Withheld:
      return {.stage = MailStage::Withheld, .words = {}};
    case mail::Ending::Retry:
    case mail::Ending::Delivered:
      break;
  }
  return {.stage = MailStage::Failed, .words = outcome.words};
}

/// The part of a mail's id after the @: the sender's domain.
std::string domain_of(const std::string& address) {
  return address.substr(address.rfind('@') + 1);
}

}  // namespace

InvitationPost::InvitationPost(mail::Outbox& outbox, const mail::SmtpServer& server, TextsReader texts,
                               const core::Clock& clock)
    : outbox_(outbox), from_(server.from), from_name_(server.from_name), texts_(std::move(texts)), clock_(clock) {}

SeenMail InvitationPost::state(const std::string& id) const {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = unwritten_.find(id); found != unwritten_.end())
      return {.stage = MailStage::Failed, .words = found->second};
  }
  const mail::Delivery delivery = outbox_.state(id);
  switch (delivery.stage) {
    case mail::Stage::Unknown:
      return {};
    case mail::Stage::Queued:
    case mail::Stage::UnderWay:
      return {.stage = MailStage::UnderWay, .words = {}};
    case mail::Stage::AtTheDoor:
      return {.stage = MailStage::AtTheDoor, .words = {}};
    case mail::Stage::Delivered:
      return {.stage = MailStage::Delivered, .words = {}};
    case mail::Stage::Failed:
      return failed(delivery.failure);
  }
  return {};
}

core::Result<mail::Message> InvitationPost::message(member::Letter letter) const {
  const auto texts = texts_();
  if (!texts) return std::unexpected(texts.error());
  const std::string organization =
      letter.organization_display_name.empty() ? letter.organization : letter.organization_display_name;
  auto rendered = mail::render(*texts, {.organization = organization,
                                        .display_name = letter.to_name,
                                        .role = letter.role,
                                        .inviter = letter.inviter,
                                        .email = letter.to,
                                        .link = std::move(letter.link),
                                        .expires_at = letter.expires_at,
                                        .ttl = core::parse_duration(letter.ttl).value_or(std::chrono::seconds{0})});
  if (!rendered) return std::unexpected(rendered.error());
  return mail::Message{.from = from_,
                       .from_name = from_name_,
                       .to = letter.to,
                       .to_name = letter.to_name,
                       .subject = std::move(rendered->subject),
                       .text = std::move(rendered->text),
                       .html = std::move(rendered->html),
                       .message_id = letter.id + "@" + domain_of(from_),
                       .date = clock_.now()};
}

void InvitationPost::send(member::Letter letter, std::function<void()> changed) {
  const std::string id = letter.id;
  const std::string organization = letter.organization;
  auto mail = message(std::move(letter));
  if (mail) return outbox_.hand_in(id, organization, std::move(*mail), std::move(changed));
  {
    const std::scoped_lock lock(mutex_);
    unwritten_[id] = mail.error().describe();
  }
  changed();
}

void InvitationPost::withdraw(const std::string& id) {
  outbox_.withdraw(id);
  const std::scoped_lock lock(mutex_);
  unwritten_.erase(id);
}

}  // namespace guildhall
