#pragma once

#include <string_view>

#include "operator/crypto/digest.hpp"

namespace guildhall::store {

using LeafHash = crypto::Sha256Digest;

/// RFC 6962, section 2.1: SHA-256 over a zero byte and the canonical form of an entry.
LeafHash leaf_hash(std::string_view canonical_entry);

}  // namespace guildhall::store
