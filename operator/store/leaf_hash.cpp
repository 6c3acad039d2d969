#include "operator/store/leaf_hash.hpp"

#include <string>

namespace guildhall::store {

LeafHash leaf_hash(std::string_view canonical_entry) {
  std::string leaf;
  leaf.reserve(1 + canonical_entry.size());
  leaf.push_back('\0');
  leaf.append(canonical_entry);
  return crypto::sha256(leaf);
}

}  // namespace guildhall::store
