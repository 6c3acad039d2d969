// The token of an ApiKey, and where a request presents one. An input is a request's header fields, one a line; its
// bytes also make a token of the right form, which nobody would come upon by chance.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "operator/core/api_key_token.hpp"
#include "operator/core/crc32.hpp"
#include "operator/core/random_text.hpp"
#include "operator/core/token_quotes.hpp"
#include "operator/gate/credentials.hpp"
#include "operator/kube/base64.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

namespace guildhall::tests::fuzz {

namespace {

using gate::Credentials;
using gate::Presented;

std::size_t code_at(std::string_view input, std::size_t place) {
  return place < input.size() ? static_cast<unsigned char>(input[place]) : 0U;
}

std::string token_of(std::string_view input) {
  std::string token(core::kTokenPrefix);
  for (std::size_t i = 0; i < core::kTokenIdLength + core::kTokenSecretLength; ++i) {
    if (i == core::kTokenIdLength) token += '_';
    token += core::kBase62[code_at(input, i) % core::kBase62.size()];
  }
  return token + core::token_checksum(token);
}

/// A checksum as the number that it is.
std::uint64_t number_of(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char digit : digits)
    number = number * core::kBase62.size() + core::kBase62.find(digit);
  return number;
}

void check_form(std::string_view text) {
  const std::string_view id = core::token_id(text);
  require(core::is_well_formed_token(text) == !id.empty(), "just a token has an id");
  if (id.empty()) return;
  require(text.size() == core::kTokenLength && text.starts_with(core::kTokenPrefix), "a token has this form");
  const std::string_view body = text.substr(0, core::kTokenLength - core::kTokenChecksumLength);
  require(number_of(text.substr(body.size())) == core::crc32(body), "a token's checksum is right");
}

/// One character that is another is seen, wherever it stands.
void check_slip(std::string token, std::size_t place) {
  token[place] = token[place] == 'a' ? 'b' : 'a';
  require(!core::is_well_formed_token(token), "a token with a slip is none");
}

void check_base64(std::string_view input) {
  require(kube::decode_base64(kube::encode_base64(input)) == input, "what was encoded is decoded");
  const auto decoded = kube::decode_base64(input);
  if (decoded) require(kube::decode_base64(kube::encode_base64(*decoded)) == decoded, "one text decodes to the same");
}

bool is_token(const Credentials& credentials, std::string_view token) {
  return credentials.presented == Presented::Token && credentials.token == token;
}

/// However a token is presented, it is that one; also in all ways at once.
void check_presented(const std::string& token, std::string_view user) {
  const std::string basic = kube::encode_base64(fmt::format("{}:{}", user, token));
  http::Request request;
  request.fields.emplace(gate::kAccessHeader, token);
  require(is_token(gate::credentials_of(request), token), "X-VM-Cloud-Access holds a token");
  request.fields.emplace("authorization", "bEARER  " + token);
  require(is_token(gate::credentials_of(request), token), "Bearer is followed by a token");
  request.fields.emplace("authorization", "basic " + basic);
  require(is_token(gate::credentials_of(request), token), "the password of Basic is a token");
}

void check_fields(std::string_view lines) {
  http::Request request = request_with(lines);
  const Credentials credentials = gate::credentials_of(request);
  require(credentials.presented == Presented::Token || credentials.token.empty(), "what is no token leaves none");
  check_form(credentials.token);
  const auto fields = request.fields;
  request.fields.insert(fields.begin(), fields.end());
  const Credentials twice = gate::credentials_of(request);
  require(twice.presented == credentials.presented && twice.token == credentials.token, "a key may be said twice");
  request.fields.emplace(gate::kAccessHeader, credentials.token + "x");
  const Presented more = gate::credentials_of(request).presented;
  require(credentials.presented != Presented::Token || more == Presented::Several, "two keys are several");
}

}  // namespace

void check_token(std::string_view input) {
  check_form(input);
  check_base64(input);
  check_fields(input);
  const std::string token = token_of(input);
  require(core::is_well_formed_token(token), "a text of a token's form is one");
  check_form(token);
  check_slip(token, code_at(input, input.size() - 1) % core::kTokenLength);
  check_presented(token, input.substr(0, input.find(':')));
  require(!core::strike_tokens(std::string(input) + token).contains(token), "a token is struck out wherever it stands");
}

}  // namespace guildhall::tests::fuzz
