#include "operator/store/leaf_hash.hpp"

#include <gtest/gtest.h>

#include <string>

namespace guildhall::store {
namespace {

std::string hex(const LeafHash& hash) {
  std::string text;
  for (const std::uint8_t byte : hash) {
    text.push_back("0123456789abcdef"[byte >> 4U]);
    text.push_back("0123456789abcdef"[byte & 0x0fU]);
  }
  return text;
}

/// The leaf hashes of the test vectors of Certificate Transparency (github.com/google/certificate-transparency,
/// merkle_tree_test.cc): of an empty leaf, and of one zero byte.
TEST(LeafHash, IsThatOfRfc6962) {
  EXPECT_EQ(hex(leaf_hash("")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(hex(leaf_hash(std::string_view("\0", 1))),
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7");
}

}  // namespace
}  // namespace guildhall::store
