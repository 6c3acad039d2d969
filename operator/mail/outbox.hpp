#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "operator/mail/transport.hpp"

namespace guildhall::mail {

/// How far a mail is.
enum class Stage {
  Unknown,    ///< never handed in, withdrawn, or long since finished
  Queued,     ///< waits for a thread, or for mails of its organization
  UnderWay,   ///< on its way to the server, before its release or after it
  AtTheDoor,  ///< waits for release()
  Delivered,
  Failed,  ///< Delivery::failure says how
};

/// The enumerator's name.
std::string_view to_string(Stage stage);

struct Delivery {
  Stage stage = Stage::Unknown;
  Outcome failure;  ///< when Failed: Retry, Refused, Withheld or Uncertain, and why
  bool operator==(const Delivery&) const = default;
};

struct OutboxLimits {
  int threads = 8;                                ///< mails on their way at once
  int for_one_organization = 2;                   ///< of those, of one organization
  std::chrono::milliseconds at_the_door{20'000};  ///< after so long without a release the mail is Withheld
  std::size_t finished = 10'000;                  ///< finished mails that are remembered; the oldest are forgotten
};

/// Delivers mails in the background. A mail waits at the door, all but its end sent, until release(): whoever hands it
/// in writes down meanwhile that it goes, so that after a crash nobody sends it again. Thread-safe.
///
/// Guarantees: what waits because its organization has enough under way holds no thread, so that a server that is slow
/// with one organization's recipients does not keep the mails of others (with those of threads / for_one_organization
/// it does); of those that may begin the oldest does.
///
/// It does not try again and does not throttle. What is queued is bounded by who hands it in.
class Outbox {
 public:
  /// The transport outlives it.
  explicit Outbox(Transport& transport, OutboxLimits limits = {});
  /// stop(), with kStopPatience.
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Queues a mail of that organization. Nothing happens when the id is known, whatever its stage, or after stop().
  /// `changed` is called on one of the outbox' threads, with no lock held, when the mail is AtTheDoor, Delivered or
  /// Failed; it may call any member but stop(). It may still be called once while withdraw() runs.
  void hand_in(const std::string& id, const std::string& organization, Message message, std::function<void()> changed);

  [[nodiscard]] Delivery state(const std::string& id) const;

  /// Lets the mail at the door go. Nothing happens at any other stage: an early release is no release.
  void release(const std::string& id);

  /// Forgets it. Queued, under way or at the door, it is not sent; once released it may still arrive, and nobody hears
  /// of it.
  void withdraw(const std::string& id);

  /// Mails that are not released become Withheld; for those that are it waits for the server's answer, until the
  /// deadline: then they are Uncertain. Returns when every thread has ended. A second call does nothing.
  void stop(std::chrono::steady_clock::time_point deadline);

  static constexpr std::chrono::seconds kStopPatience{4};

 private:
  struct Mail {
    std::string id;
    std::string organization;
    Message message;
    std::function<void()> changed;
    Delivery delivery;
    bool may_go = false;    // release() was called while it was at the door
    bool released = false;  // the transport was told so
    bool withdrawn = false;
    std::stop_source stop;
  };
  using Handle = std::shared_ptr<Mail>;

  using Queue = std::deque<Handle>;

  void work();
  Handle take();
  Queue::iterator find_next();
  [[nodiscard]] bool may_begin(const Mail& mail) const;
  void deliver(const Handle& mail);
  bool wait_at_the_door(Mail& mail);
  void finish(const Handle& mail, Outcome outcome);
  void remember(const Handle& mail);

  Transport& transport_;
  const OutboxLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable news_;
  std::map<std::string, Handle> mails_;
  Queue queue_;
  std::vector<Handle> under_way_;  // also those that were withdrawn
  std::deque<Handle> finished_;    // the oldest first; also those that were withdrawn since
  bool stopping_ = false;
  std::vector<std::jthread> threads_;  // the last member: they use all others
};

}  // namespace guildhall::mail
