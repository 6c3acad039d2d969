#pragma once

#include <string>
#include <string_view>

#include "operator/http/server.hpp"
#include "operator/page/public_url.hpp"
#include "operator/page/routes.hpp"

namespace guildhall::page {

// Who may answer an invitation is decided by the link alone: its token is the only secret, it stands in the path, and
// there is no cookie or other standing right that a foreign site could borrow for a forged request. What stands here is
// the second line: it keeps a form from being sent by anything but a page of ours that somebody looked at, so that a
// script, a mail scanner that follows links, or a foreign site that has seen the link answers nothing by mistake.

/// The hidden field of a form: made of the token and the place that the form leads to, so that every replica takes the
/// form of every other one, with no key to share. Who has not the token cannot make it. It does not tell the token.
std::string form_proof(std::string_view token, Place place);

enum class FormProblem {
  None,
  WrongType,   ///< not application/x-www-form-urlencoded
  OtherSite,   ///< another site's form, or it cannot be told whose
  WrongProof,  ///< not of a form that we rendered for this token and place
};

/// Judges a POST; `form` is where it leads.
///
/// Our pages are sent with Referrer-Policy: no-referrer. By the Fetch standard ("append a request Origin header") their
/// forms then come with `Origin: null`, as those of a sandboxed foreign frame would, and without Referer; what tells
/// them apart is `Sec-Fetch-Site: same-origin`, which no page can forge. Browsers send that to https and to localhost
/// alone, so a public URL of plain http has only the proof for a form of `Origin: null`.
FormProblem check_form(const http::Request& request, const Route& form, const PublicUrl& url);

/// The name of the hidden field.
inline constexpr std::string_view kProofField = "proof";

}  // namespace guildhall::page
