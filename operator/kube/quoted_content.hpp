#pragma once

#include <string>
#include <string_view>

namespace guildhall::kube {

/// A text that came with the answer to a request of that body, without what it quotes of the secrets in it: the entries
/// of a Secret, encoded, clear, or as Go prints bytes; the token of a TokenReview. Admission may quote all that it sees
/// (Gatekeeper's documented way to debug a policy does), and the words of a refusal go into statuses, Events and the
/// log.
std::string without_quoted_content(std::string words, std::string_view body);

}  // namespace guildhall::kube
