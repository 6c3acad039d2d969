#pragma once

#include <string>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall::core {

/// Makes and checks seals: proof that the operator itself wrote what it reads back. Thread-safe.
class Sealer {
 public:
  Sealer() = default;
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  virtual ~Sealer() = default;

  /// Seals `canonical` for one `purpose` with the newest key: "<key name>:<hex>". Errors: Unavailable while there is no
  /// key.
  [[nodiscard]] virtual Result<std::string> sign(std::string_view purpose, std::string_view canonical) const = 0;
  /// Whether `seal` is by a kept key, over just this purpose and canonical form.
  [[nodiscard]] virtual bool verify(std::string_view purpose, std::string_view canonical,
                                    std::string_view seal) const = 0;
  /// Whether `seal` has a seal's form and names a key that is not kept. It proves nothing, neither good nor bad: do not
  /// act on it. What has not that form is no seal at all.
  [[nodiscard]] virtual bool is_by_unknown_key(std::string_view seal) const = 0;
};

}  // namespace guildhall::core
