#include "operator/core/secret_text.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <new>
#include <ostream>
#include <type_traits>

namespace {

constexpr std::string_view kSecret = "gld_7kQ2mX9w_a-secret-that-is-long-enough-for-the-heap";
bool watching = false;
int leaked_blocks = 0;

bool holds_secret(const void* memory, std::size_t size) {
  // Half of it is as bad as the whole.
  return memmem(memory, size, kSecret.data() + 16, 16) != nullptr;
}

/// Also behind what was asked for, where delete looks. By hand: a fortified memset would take that for an overflow.
void clear_all(void* memory) {
  auto* bytes = static_cast<volatile char*>(memory);
  for (std::size_t at = malloc_usable_size(memory); at > 0; --at)
    bytes[at - 1] = 0;
}

}  // namespace

// Every block of memory is looked at before it goes back: what it still holds then, anybody may find later.
// NOLINTBEGIN(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory): this is the allocator
void* operator new(std::size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc{};
  clear_all(memory);
  return memory;
}

void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return std::calloc(1, size);
}

void operator delete(void* memory) noexcept {
  if (watching && memory != nullptr && holds_secret(memory, malloc_usable_size(memory))) ++leaked_blocks;
  std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept {
  operator delete(memory);
}
void operator delete(void* memory, const std::nothrow_t& /*tag*/) noexcept {
  operator delete(memory);
}
// NOLINTEND(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory)

namespace guildhall::core {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

static_assert(!std::is_copy_constructible_v<SecretText>);
static_assert(!std::is_copy_assignable_v<SecretText>);
static_assert(!std::is_convertible_v<SecretText, std::string>);
static_assert(!std::is_convertible_v<std::string, SecretText>);
static_assert(!Printable<SecretText>);

class SecretTextWipes : public testing::Test {
 protected:
  void SetUp() override {
    leaked_blocks = 0;
    watching = true;
  }
  void TearDown() override { watching = false; }
};

TEST_F(SecretTextWipes, TheWatchItselfSeesAPlainString) {
  {
    const std::string plain(kSecret);
    EXPECT_EQ(plain, kSecret);
  }
  EXPECT_EQ(leaked_blocks, 1);
}

TEST_F(SecretTextWipes, ItsMemoryWhenItGoes) {
  {
    const SecretText secret{std::string(kSecret)};
    EXPECT_EQ(secret.reveal(), kSecret);
  }
  EXPECT_EQ(leaked_blocks, 0);
}

TEST_F(SecretTextWipes, TheSourceOfAMove) {
  {
    SecretText source{std::string(kSecret)};
    const char* memory = source.reveal().data();
    const SecretText target = std::move(source);
    EXPECT_EQ(target.reveal(), kSecret);
    EXPECT_TRUE(source.empty());  // NOLINT(bugprone-use-after-move): what it promises of a source
    EXPECT_FALSE(holds_secret(memory, kSecret.size()));
  }
  EXPECT_EQ(leaked_blocks, 0);
}

TEST_F(SecretTextWipes, BothSidesOfAnAssignment) {
  {
    SecretText target{std::string(kSecret)};
    SecretText source{std::string(kSecret)};
    const char* memory = source.reveal().data();
    target = std::move(source);
    EXPECT_EQ(target.reveal(), kSecret);
    EXPECT_TRUE(source.empty());  // NOLINT(bugprone-use-after-move): what it promises of a source
    EXPECT_FALSE(holds_secret(memory, kSecret.size()));
  }
  EXPECT_EQ(leaked_blocks, 0);
}

TEST_F(SecretTextWipes, WhatAShorterTextLeftBehindItself) {
  {
    SecretText target{std::string(kSecret)};
    const char* memory = target.reveal().data();
    target = SecretText{std::string("a text of twenty chars")};
    EXPECT_FALSE(holds_secret(memory, kSecret.size()));
  }
  std::string cut(kSecret);
  cut.resize(4);
  {
    const SecretText secret{std::move(cut)};
  }
  EXPECT_EQ(leaked_blocks, 0);
}

TEST_F(SecretTextWipes, AShortTextInsideTheObjectItself) {
  SecretText source{std::string("short")};
  const char* memory = source.reveal().data();
  const SecretText target = std::move(source);
  EXPECT_EQ(target.reveal(), "short");
  EXPECT_EQ(std::memcmp(memory, "\0\0\0\0\0", 5), 0);
}

TEST(SecretText, KeepsItselfWhenItIsMovedToItself) {
  SecretText secret{std::string("kept")};
  SecretText& same = secret;
  secret = std::move(same);
  EXPECT_EQ(secret.reveal(), "kept");
}

TEST(SecretText, IsEmptyUntilItGetsAText) {
  SecretText secret;
  EXPECT_TRUE(secret.empty());
  secret = SecretText{std::string("text")};
  EXPECT_FALSE(secret.empty());
}

}  // namespace
}  // namespace guildhall::core
