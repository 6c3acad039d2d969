#include "operator/page/form_guard.hpp"

#include <fmt/format.h>

#include "operator/core/text.hpp"
#include "operator/crypto/digest.hpp"

namespace guildhall::page {
namespace {

constexpr std::string_view kPurpose = "guildhall.dev/page/form/v1";

std::string_view header(const http::Request& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string_view{} : std::string_view(found->second);
}

bool is_form(std::string_view content_type) {
  std::string type = core::lower_case(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ') || type.ends_with('\t'))
    type.pop_back();
  return type == "application/x-www-form-urlencoded";
}

bool is_of(std::string_view referer, const std::string& origin) {
  return referer.starts_with(origin) && (referer.size() == origin.size() || referer[origin.size()] == '/');
}

bool is_from_our_site(const http::Request& request, const PublicUrl& url) {
  const auto site = header(request, "sec-fetch-site");
  const auto origin = header(request, "origin");
  const auto referer = header(request, "referer");
  if (!site.empty() && site != "same-origin") return false;
  if (!origin.empty() && origin != "null") return origin == url.origin;
  if (!referer.empty()) return is_of(referer, url.origin);
  return !site.empty() || (origin == "null" && !url.is_https);
}

/// The field's value as it came: our own needs no encoding. Empty: there is none.
std::string_view field(std::string_view body, std::string_view name) {
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) return pair.substr(name.size() + 1);
    body.remove_prefix(std::min(pair.size() + 1, body.size()));
  }
  return {};
}

}  // namespace

std::string form_proof(std::string_view token, Place place) {
  return crypto::hmac_sha256_hex(token, fmt::format("{}:{}", kPurpose, label_of(place)));
}

FormProblem check_form(const http::Request& request, const Route& form, const PublicUrl& url) {
  if (!is_form(header(request, "content-type"))) return FormProblem::WrongType;
  if (!is_from_our_site(request, url)) return FormProblem::OtherSite;
  const bool is_ours =
      crypto::equal_in_constant_time(field(request.body, kProofField), form_proof(form.token, form.place));
  return is_ours ? FormProblem::None : FormProblem::WrongProof;
}

}  // namespace guildhall::page
