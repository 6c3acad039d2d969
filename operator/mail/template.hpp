#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/core/secret_text.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::mail {

/// The texts of one kind of mail, with placeholders such as {{organization}}.
struct Texts {
  std::string subject;
  std::string text;
  std::string html;
  bool operator==(const Texts&) const = default;
};

/// What an invitation says. All but the link may be what users wrote.
struct Invitation {
  std::string organization;    ///< {{organization}}: its displayName
  std::string display_name;    ///< {{displayName}}: of the invited; empty: the email stands for it
  std::string role;            ///< {{role}}
  std::string inviter;         ///< {{inviter}}; empty: the organization stands for it
  std::string email;           ///< {{email}}: of the invited
  core::SecretText link;       ///< {{link}}
  core::Timestamp expires_at;  ///< {{expiresAt}}: 2026-11-24 10:00 UTC
  std::chrono::seconds ttl{};  ///< {{ttl}}: 24 hours
};

/// A mail's texts with everything filled in.
struct RenderedTexts {
  std::string subject;
  core::SecretText text;
  core::SecretText html;
};

// Pure, all of it.

/// What is sent when the platform team says nothing else.
const Texts& default_invitation();

/// The data of a ConfigMap: keys invitation.subject, invitation.txt, invitation.html; what is absent is the default.
/// `binary_keys`: those of its binaryData, where kubectl puts what is not UTF-8.
/// Errors: Invalid, naming the key: it is unknown, not UTF-8, empty or longer than 64 KiB, a placeholder is unknown or
/// not closed, the link is missing in a text part, or stands in the subject.
core::Result<Texts> parse_templates(const std::map<std::string, std::string>& data,
                                    const std::vector<std::string>& binary_keys = {});

/// Fills in the values, each on one line and, in the HTML part, escaped; a placeholder in a value stays text.
/// Errors: as parse_templates, for texts that it did not make.
core::Result<RenderedTexts> render(const Texts& texts, const Invitation& invitation);

}  // namespace guildhall::mail
