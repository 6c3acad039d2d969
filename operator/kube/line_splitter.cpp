#include "operator/kube/line_splitter.hpp"

#include <fmt/format.h>

namespace guildhall::kube {

core::Result<bool> LineSplitter::feed(std::string_view bytes, const LineHandler& on_line) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto part = bytes.substr(0, end);
    if (begun_.size() + part.size() > longest_)
      return core::fail(core::ErrorKind::Unavailable,
                        fmt::format("a line of the stream is longer than {} bytes", longest_));
    if (end == std::string_view::npos) {
      begun_ += part;
      return true;
    }
    bytes.remove_prefix(end + 1);
    bool go_on = true;
    if (begun_.empty()) {
      go_on = on_line(part);
    } else {
      begun_ += part;
      go_on = on_line(begun_);
      begun_.clear();
    }
    if (!go_on) return false;
  }
  return true;
}

}  // namespace guildhall::kube
