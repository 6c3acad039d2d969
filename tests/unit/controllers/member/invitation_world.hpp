#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "controllers/member/reconciler.hpp"
#include "controllers/organization/signup.hpp"
#include "tests/unit/controllers/legible_seals.hpp"
#include "tests/unit/controllers/member/filled_caches.hpp"

namespace guildhall::controllers::member {

/// What a mail server did with the mails that the Post brought it, for as long as the process lives that has the Post.
class FakePost final : public Post {
 public:
  [[nodiscard]] SeenMail state(const std::string& id) const override;
  void send(Letter letter, std::function<void()> changed) override;
  void release(const std::string& id) override;
  void withdraw(const std::string& id) override;

  /// The mails on their way go one step: to the door, or to what became of them.
  void step();
  /// With its process; what the server got stays there.
  void die() { mails_.clear(); }
  SeenMail before_the_end{.stage = MailStage::AtTheDoor, .words = {}};  ///< what becomes of one that is sent
  SeenMail after_the_end{.stage = MailStage::Delivered, .words = {}};   ///< what becomes of one that is released
  std::vector<std::string> arrived;                                     ///< ids, in order; mails that the server took
  std::vector<std::string> links;                                       ///< of the letters that were sent
  std::vector<std::string> inviters;

 private:
  struct Mail {
    SeenMail seen{.stage = MailStage::UnderWay, .words = {}};
    bool released = false;
  };
  std::map<std::string, Mail> mails_;
};

/// A cluster with the Organization acme and Members in it that are invited, and the operator's reconciler of Members
/// with a Post. Time stands still until a test moves it.
class InvitationWorld {
 public:
  InvitationWorld();

  void add_member(const std::string& name, const nlohmann::json& spec = nlohmann::json::object());
  void edit(const std::string& name, const nlohmann::json& spec_patch);
  void remove(const std::string& name);
  void remove_secret(const std::string& name);
  void edit_organization(const nlohmann::json& spec_patch);
  /// The Organization was made for that Member.
  void found_by(const std::string& name);
  /// Somebody signed up for the Organization, and is to be this Member of it.
  void signed_up(const organization::SignupRecord& record);
  nlohmann::json& member(const std::string& name) { return members_.at(name); }
  void accept(const std::string& name);
  void decline(const std::string& name);
  void touch(nlohmann::json& object);

  /// One look; carries out at most so many writes. Returns how many it made.
  int look(const std::string& name, int most_writes = 1'000);
  /// Looks at all, each with what the caches held before the first look, and lets the Post step, until nothing is
  /// written.
  void settle();
  /// The process dies; the next one knows what the cluster holds.
  void crash();

  [[nodiscard]] nlohmann::json status(const std::string& name) const;
  [[nodiscard]] nlohmann::json invitation(const std::string& name) const;
  [[nodiscard]] std::string phase(const std::string& name) const;
  [[nodiscard]] std::string ready(const std::string& name) const;  ///< "True/Active"
  [[nodiscard]] std::string message(const std::string& name) const;
  [[nodiscard]] bool is_open(const std::string& name, const std::string& hash);
  /// The hash of a link's token.
  [[nodiscard]] static std::string hash_of(const std::string& link);
  /// The link in the Member's Secret; "" when none stands.
  [[nodiscard]] std::string link(const std::string& name) const;

  core::Timestamp now;
  std::string creator = "ada@acme.example";  ///< the user that made each Member
  FakePost post;
  Means means{.sends_mail = true,
              .link = [](std::string_view token) { return "https://guild.example/invitations/" + std::string(token); }};
  std::map<std::string, nlohmann::json> secrets;              ///< by name, as they stand in the home
  std::vector<std::string> told;                              ///< actions
  std::vector<std::string> notes;                             ///< of what was told
  std::optional<std::chrono::milliseconds> look_again_after;  ///< of the last look

 private:
  class ChosenRandom final : public core::RandomSource {
   public:
    void fill(std::span<std::byte> bytes) override;

   private:
    std::mt19937 numbers_;  // NOLINT(cert-msc51-cpp,cert-msc32-c): the same each time
  };

  void start();
  void fill();
  int look_at_what_was_filled(const std::string& name, int most_writes);
  void write(const core::Apply& apply, const runtime::Work& work);

  int version_ = 100;
  int filled_at_ = 0;  ///< the version at which the caches were filled
  nlohmann::json organization_;
  std::map<std::string, nlohmann::json> members_;
  ChosenRandom random_;
  LegibleSeals seals_;
  std::unique_ptr<FilledCaches> caches_;
  std::unique_ptr<Reconciler> reconciler_;
};

}  // namespace guildhall::controllers::member
