// Jane is invited by mail.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/controllers/member/invitation_world.hpp"

namespace guildhall::controllers::member {

inline SeenMail failed(const std::string& words) {
  return {.stage = MailStage::Failed, .words = words};
}
inline SeenMail refused(const std::string& words) {
  return {.stage = MailStage::Refused, .words = words};
}

class InvitationByMail : public testing::Test {
 protected:
  InvitationByMail() { world.add_member("jane"); }
  [[nodiscard]] std::string hash() const { return world.invitation("jane").value("tokenHash", ""); }
  void resend_now() { world.edit("jane", {{"invitation", {{"resendAt", core::format_timestamp(world.now)}}}}); }

  InvitationWorld world;
};

}  // namespace guildhall::controllers::member
