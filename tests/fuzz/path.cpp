// What may be done by a path. An input's first line is the target of a request to the gate, the others are its header
// fields. Where that asks nothing, the line is taken for the target that a proxy was asked for.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <string>

#include "operator/core/text.hpp"
#include "operator/gate/clean_path.hpp"
#include "operator/gate/original_request.hpp"
#include "operator/gate/path_table.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

namespace guildhall::tests::fuzz {

namespace {

using core::ErrorKind;
using gate::OriginalRequest;
using gate::PathUse;

constexpr std::string_view kCluster = "VMCluster";
constexpr std::array<std::string_view, 6> kProducts{"VMSingle",  kCluster,   "VLSingle",
                                                    "VLCluster", "VTSingle", "VTCluster"};
/// Below these nothing is for keys, whatever the product.
constexpr std::array<std::string_view, 8> kClosed{"-",      "admin", "config",   "debug",
                                                  "delete", "flags", "internal", "snapshot"};

http::Request question_of(std::string_view input) {
  const std::string_view target = take_line(input);
  http::Request request = request_with(input);
  const auto question = std::min(target.find('?'), target.size());
  request.method = "GET";
  request.path = target.substr(0, question);
  request.query = target.substr(std::min(question + 1, target.size()));
  return request;
}

bool is_same(const core::Result<OriginalRequest>& a, const core::Result<OriginalRequest>& b) {
  if (!a || !b) return !a && !b && a.error().kind == b.error().kind;
  return a->organization == b->organization && a->deployment == b->deployment && a->method == b->method &&
         a->target == b->target;
}

/// Who asks can send the headers of another kind of proxy along; they count for nothing.
void check_foreign_headers(http::Request request, const core::Result<OriginalRequest>& original) {
  const bool forwarded = request.path.ends_with("/forwarded") && std::ranges::count(request.path, '/') == 4;
  request.fields.emplace(forwarded ? "x-original-uri" : "x-forwarded-uri", "/foreign");
  request.fields.emplace(forwarded ? "x-original-method" : "x-forwarded-method", "FOREIGN");
  require(is_same(gate::original_request(request), original), "a proxy's own headers count, and no others");
}

/// The target that the gate judges.
std::string asked_target(std::string_view input) {
  const http::Request request = question_of(input);
  const auto original = gate::original_request(request);
  check_foreign_headers(request, original);
  if (!original) {
    require(original.error().kind == ErrorKind::NotFound || original.error().kind == ErrorKind::Forbidden,
            "a question that is none is not found, or forbidden");
    return std::string(take_line(input));
  }
  for (const std::string& name : {original->organization, original->deployment})
    require(!name.empty() && !name.contains('/'), "a name is one segment");
  return original->target;
}

bool holds_segment(std::string_view path, std::string_view wanted) {
  return (std::string(path) + "/").contains(fmt::format("/{}/", wanted));
}

std::string escape_all(std::string_view path) {
  std::string escaped;
  for (const char c : path)
    escaped += c == '/' ? "/" : fmt::format("%{:02x}", static_cast<unsigned char>(c));
  return escaped;
}

std::string cleaned(const std::string& target) {
  return gate::clean_path(target).value_or("refused");
}

void check_clean(const std::string& target, const std::string& path) {
  require(path.starts_with('/') && !path.contains("//"), "a path is one slash, and one behind each segment");
  require(!holds_segment(path, ".") && !holds_segment(path, ".."), "a path leads nowhere else");
  require(path.find_first_of("?#;\\%") == std::string::npos, "a path holds nothing that ends or escapes");
  require(std::ranges::none_of(path, [](unsigned char c) { return c < ' ' || c == 0x7F; }), "a path is one line");
  require(cleaned(escape_all(path)) == path, "a path is the same, however it is escaped");
  require(path.contains(' ') || cleaned(path) == path, "a clean path stays as it is");
  const std::string asked = target.substr(0, target.find('?'));
  require(!core::lower_case(asked).contains("%2f"), "an escaped slash is none of the path");
  require(cleaned(asked + "?x=/../") == path, "a query is no part of the path");
}

std::string_view segment_at(std::string_view path, std::size_t index) {
  for (; index > 0; --index)
    path.remove_prefix(std::min(path.find('/', 1), path.size()));
  return path.empty() ? path : path.substr(1, path.find('/', 1) - 1);
}

/// The path of another tenant may be used as the path of this one.
void check_tenant(const std::string& path, const gate::ClassifiedPath& classified) {
  const std::string_view tenant = segment_at(path, 1);
  require(gate::parse_tenant(tenant) == classified.tenant, "a tenant stands in the second segment");
  std::string other = path;
  other.replace(static_cast<std::size_t>(tenant.data() - path.data()), tenant.size(), "4294967295:7");
  const gate::Tenant expected{.account = 4294967295U, .project = 7};
  require(gate::path_table().classify(kCluster, other) == gate::ClassifiedPath{classified.use, expected},
          "what may be done is the same for each tenant");
}

void check_open(std::string_view product, const std::string& path, const gate::ClassifiedPath& classified) {
  require(product != kCluster || classified.tenant, "an open path of a cluster names its tenant");
  const std::size_t first = segment_at(path, 0) == "prometheus" ? 1 : 0;
  require(std::ranges::find(kClosed, segment_at(path, first)) == kClosed.end(), "what is closed is not open");
}

void check_uses(const std::string& path) {
  require(gate::path_table().classify("Other", path) == gate::ClassifiedPath{}, "a product that is none has no paths");
  for (const std::string_view product : kProducts) {
    const auto classified = gate::path_table().classify(product, path);
    const bool is_open = classified.use == PathUse::Read || classified.use == PathUse::Write;
    require(!classified.tenant || product == kCluster, "only clusters have tenants");
    if (classified.tenant) check_tenant(path, classified);
    if (is_open) check_open(product, path, classified);
  }
}

}  // namespace

void check_path(std::string_view input) {
  const std::string target = asked_target(input);
  const auto path = gate::clean_path(target);
  if (!path) {
    require(path.error().kind == ErrorKind::Forbidden, "a path that is unclear is forbidden");
    return;
  }
  check_clean(target, *path);
  check_uses(*path);
}

}  // namespace guildhall::tests::fuzz
