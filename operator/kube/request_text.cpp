#include "operator/kube/request_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace guildhall::kube {

namespace {

bool is_in_line(std::string_view value) {
  return std::ranges::all_of(value, [](unsigned char c) { return c >= ' ' && c != 0x7F; });
}

bool is_target(std::string_view target) {
  return target.starts_with('/') && std::ranges::all_of(target, [](unsigned char c) { return c > ' ' && c < 0x7F; });
}

/// Puts header after header into one text of the size that it will have: nothing of a token is left behind by growing.
class Head {
 public:
  explicit Head(std::size_t size) { text_.reserve(size); }
  void add(std::string_view name, std::string_view value) {
    sound_ = sound_ && is_in_line(value);
    for (const std::string_view part : {name, std::string_view(": "), value, std::string_view("\r\n")})
      text_.append(part);
  }
  void add_unless_empty(std::string_view name, std::string_view value) {
    if (!value.empty()) add(name, value);
  }
  void append(std::string_view text) { text_.append(text); }
  [[nodiscard]] bool sound() const { return sound_; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  bool sound_ = true;
};

std::size_t size_of(const HttpRequest& request, const RequestFrame& frame, const Identity& identity) {
  constexpr std::size_t kNamesAndMarks = 512;
  return kNamesAndMarks + request.method.size() + frame.path.size() + request.target.size() + frame.host.size() +
         request.accept.size() + frame.impersonation->user.size() + frame.impersonation->group.size() +
         identity.token.reveal().size() + request.content_type.size() + request.body.size();
}

}  // namespace

core::Result<core::SecretText> request_text(const HttpRequest& request, const RequestFrame& frame,
                                            const Identity& identity) {
  if (!is_target(request.target))
    return core::fail(core::ErrorKind::Internal, "the request cannot be sent: its target is no path");
  Head head(size_of(request, frame, identity));
  head.append(fmt::format("{} {}{} HTTP/1.1\r\n", request.method, frame.path, request.target));
  head.add("Host", frame.host);
  head.add("Accept", request.accept);
  head.add("User-Agent", "guildhall");
  head.add_unless_empty("Impersonate-User", frame.impersonation->user);
  head.add_unless_empty("Impersonate-Group", frame.impersonation->group);
  if (!identity.token.empty()) {
    head.append("Authorization: Bearer ");
    head.append(identity.token.reveal());
    head.append("\r\n");
  }
  if (!request.content_type.empty()) {
    head.add("Content-Type", request.content_type);
    head.add("Content-Length", std::to_string(request.body.size()));
  }
  head.append("\r\n");
  if (!head.sound() || !is_in_line(identity.token.reveal()))
    return core::fail(core::ErrorKind::Internal, "the request cannot be sent: a header holds a control character");
  if (!request.content_type.empty()) head.append(request.body);
  return core::SecretText(head.take());
}

}  // namespace guildhall::kube
