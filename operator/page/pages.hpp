#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "operator/core/timestamp.hpp"
#include "operator/page/invitations.hpp"
#include "operator/page/public_url.hpp"

namespace guildhall::page {

// The pages as whole HTML documents, without script and without anything to load. Pure.

/// What is asked, and a form for each of the two answers.
std::string invitation_page(const Invitation& invitation, const PublicUrl& url, std::string_view token,
                            core::Timestamp now);
std::string accepted_page(const Invitation& invitation);
std::string declined_page(const Invitation& invitation);

/// For every link that is not open, whyever: wrong, answered, expired, withdrawn. It tells not which.
std::string not_open_page();
/// A rule forbids the answer, in these words.
std::string refused_page(std::string_view words);
/// It cannot be told now, or it is not known whether the answer was recorded. `path`: of the invitation.
std::string try_again_page(std::string_view path);
/// The form was not one of ours. `path`: of the invitation.
std::string unknown_form_page(std::string_view path);
std::string too_many_requests_page(std::chrono::seconds wait);
std::string wrong_method_page();
std::string start_page();
/// For every other path.
std::string nothing_here_page();

/// "25 November 2026, 10:00 UTC"
std::string written_date(core::Timestamp time);
/// How long from now, as one says it: "in about 23 hours"; "in less than a minute" at the end and behind it.
std::string written_distance(core::Timestamp time, core::Timestamp now);

}  // namespace guildhall::page
