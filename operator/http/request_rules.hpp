#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace guildhall::http {

/// One header field as it came.
struct Field {
  std::string_view name;
  std::string_view value;
};

/// Why a request that Beast's parser took must be refused with 400; empty: it may pass. `folded`: some field went on in
/// the next line. Pure. Source: RFC 9112, sections 3.2, 5.2, 6.1 and 6.3.
std::string_view find_ambiguity(unsigned version, const std::vector<Field>& fields, bool folded);

/// Sees a field that goes on in the next line (obs-fold) in the bytes of a header, however they are cut: Beast joins
/// such lines, so the parsed fields no longer tell.
class FoldDetector {
 public:
  void feed(std::string_view header_bytes);
  [[nodiscard]] bool found() const { return found_; }

 private:
  bool at_line_start_ = false;
  bool found_ = false;
};

}  // namespace guildhall::http
