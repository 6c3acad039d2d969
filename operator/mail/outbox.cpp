#include "operator/mail/outbox.hpp"

#include <algorithm>
#include <utility>

namespace guildhall::mail {
namespace {

void request_stop(const auto& mails) {
  for (const auto& mail : mails)
    mail->stop.request_stop();
}

}  // namespace

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::Unknown:
      return "Unknown";
    case Stage::Queued:
      return "Queued";
    case Stage::UnderWay:
      return "UnderWay";
    case Stage::AtTheDoor:
      return "AtTheDoor";
    case Stage::Delivered:
      return "Delivered";
    case Stage::Failed:
      return "Failed";
  }
  return "Unknown";
}

Outbox::Outbox(Transport& transport, OutboxLimits limits) : transport_(transport), limits_(limits) {
  for (int i = 0; i < limits_.threads; ++i)
    threads_.emplace_back([this] { work(); });
}

Outbox::~Outbox() {
  stop(std::chrono::steady_clock::now() + kStopPatience);
}

void Outbox::hand_in(const std::string& id, const std::string& organization, Message message,
                     std::function<void()> changed) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_ || mails_.contains(id)) return;
    auto mail = std::make_shared<Mail>();
    mail->id = id;
    mail->organization = organization;
    mail->message = std::move(message);
    mail->changed = std::move(changed);
    mail->delivery.stage = Stage::Queued;
    mails_.emplace(id, mail);
    queue_.push_back(std::move(mail));
  }
  news_.notify_all();
}

Delivery Outbox::state(const std::string& id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = mails_.find(id);
  return found == mails_.end() ? Delivery{} : found->second->delivery;
}

void Outbox::release(const std::string& id) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = mails_.find(id);
    if (found == mails_.end() || found->second->delivery.stage != Stage::AtTheDoor) return;
    found->second->may_go = true;
  }
  news_.notify_all();
}

void Outbox::withdraw(const std::string& id) {
  Handle mail;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = mails_.find(id);
    if (found == mails_.end()) return;
    mail = found->second;
    mail->withdrawn = true;
    mails_.erase(found);
    std::erase(queue_, mail);
    if (mail->released) return;
  }
  mail->stop.request_stop();
  news_.notify_all();
}

void Outbox::stop(std::chrono::steady_clock::time_point deadline) {
  std::vector<Handle> to_stop;
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(stopping_, true)) return;
    std::ranges::copy_if(under_way_, std::back_inserter(to_stop), [](const Handle& mail) { return !mail->released; });
  }
  request_stop(to_stop);
  news_.notify_all();
  {
    std::unique_lock lock(mutex_);
    news_.wait_until(lock, deadline, [this] { return queue_.empty() && under_way_.empty(); });
    to_stop = under_way_;
  }
  request_stop(to_stop);
  threads_.clear();
}

void Outbox::work() {
  while (const Handle mail = take())
    deliver(mail);
}

/// The next mail; null when there will be none.
Outbox::Handle Outbox::take() {
  std::unique_lock lock(mutex_);
  auto next = queue_.end();
  news_.wait(lock, [&] {
    next = find_next();
    return stopping_ || next != queue_.end();
  });
  if (next == queue_.end()) return nullptr;
  Handle mail = std::move(*next);
  queue_.erase(next);
  mail->delivery.stage = Stage::UnderWay;
  under_way_.push_back(mail);
  if (stopping_) mail->stop.request_stop();
  return mail;
}

Outbox::Queue::iterator Outbox::find_next() {
  return std::ranges::find_if(queue_, [this](const Handle& mail) { return may_begin(*mail); });
}

/// With a stop all do: they end at once.
bool Outbox::may_begin(const Mail& mail) const {
  if (stopping_) return true;
  const auto is_of_the_same = [&](const Handle& other) { return other->organization == mail.organization; };
  return std::ranges::count_if(under_way_, is_of_the_same) < limits_.for_one_organization;
}

void Outbox::deliver(const Handle& mail) {
  const auto stop = mail->stop.get_token();
  // Not the transport's to judge: one that was stopped before it began was not sent.
  finish(mail, stop.stop_requested()
                   ? Outcome{.ending = Ending::Withheld, .words = {}}
                   : transport_.send(mail->message, [this, &mail] { return wait_at_the_door(*mail); }, stop));
}

bool Outbox::wait_at_the_door(Mail& mail) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_ || mail.withdrawn) return false;
    mail.delivery.stage = Stage::AtTheDoor;
  }
  mail.changed();
  std::unique_lock lock(mutex_);
  news_.wait_for(lock, limits_.at_the_door, [&] { return mail.may_go || mail.withdrawn || stopping_; });
  mail.released = mail.may_go && !mail.withdrawn && !stopping_;
  mail.delivery.stage = Stage::UnderWay;
  return mail.released;
}

void Outbox::finish(const Handle& mail, Outcome outcome) {
  bool is_wanted = false;
  {
    const std::scoped_lock lock(mutex_);
    const bool delivered = outcome.ending == Ending::Delivered;
    mail->delivery = {.stage = delivered ? Stage::Delivered : Stage::Failed,
                      .failure = delivered ? Outcome{} : std::move(outcome)};
    mail->message = {};
    is_wanted = !mail->withdrawn;
    if (is_wanted) remember(mail);
  }
  if (is_wanted) mail->changed();
  {
    const std::scoped_lock lock(mutex_);
    mail->changed = nullptr;
    std::erase(under_way_, mail);
  }
  news_.notify_all();
}

void Outbox::remember(const Handle& mail) {
  finished_.push_back(mail);
  if (finished_.size() <= limits_.finished) return;
  const auto found = mails_.find(finished_.front()->id);
  if (found != mails_.end() && found->second == finished_.front()) mails_.erase(found);
  finished_.pop_front();
}

}  // namespace guildhall::mail
