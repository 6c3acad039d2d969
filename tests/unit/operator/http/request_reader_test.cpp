#include "operator/http/request_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace guildhall::http {
namespace {

void put(RequestReader& reader, std::string_view bytes) {
  const auto room = reader.room();
  ASSERT_GE(room.size(), bytes.size());
  std::memcpy(room.data(), bytes.data(), bytes.size());
  reader.take(bytes.size());
}

/// What the first of the pieces that is more than nothing comes to.
std::optional<Received> first_of(RequestReader& reader, const std::vector<std::string>& pieces) {
  for (const std::string& piece : pieces) {
    put(reader, piece);
    if (auto received = reader.next()) return received;
  }
  return std::nullopt;
}

TEST(RequestReader, LimitsAHeaderThatComesFieldByField) {
  RequestReader reader(Limits{.header_bytes = 256});
  // Each piece ends one byte into the next field: there Beast takes the field and begins its own limit anew.
  std::vector<std::string> pieces{"GET / HTTP/1.1\r\nH", "ost: a\r\nX"};
  for (int i = 0; i < 100; ++i)
    pieces.emplace_back(": 1\r\nX");
  pieces.emplace_back(": 1\r\n\r\n");
  const auto received = first_of(reader, pieces);
  ASSERT_TRUE(received && received->refusal);
  EXPECT_EQ(received->refusal->status, 431);
}

class HeaderSize : public testing::TestWithParam<std::size_t> {};

/// A piece is of so many bytes.
TEST_P(HeaderSize, IsOfTheWholeHeaderHoweverItComes) {
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  const auto status_of = [&](std::size_t size) {
    RequestReader reader(Limits{.header_bytes = 100});
    const std::string header = start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < header.size(); at += GetParam())
      pieces.push_back(header.substr(at, GetParam()));
    const auto received = first_of(reader, pieces);
    return received && received->refusal ? received->refusal->status : 200;
  };
  EXPECT_EQ(status_of(100), 200);
  EXPECT_EQ(status_of(101), 431);
}

INSTANTIATE_TEST_SUITE_P(Pieces, HeaderSize, testing::Values(1, 2, 3, 16, 17, 99, 100, 101, 1000));

TEST(RequestReader, TakesNoHeaderOfABody) {
  RequestReader reader(Limits{.header_bytes = 100});
  put(reader, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n" + std::string(200, 'b'));
  const auto received = reader.next();
  ASSERT_TRUE(received && received->request);
  EXPECT_EQ(received->request->body.size(), 200U);
}

TEST(RequestReader, TakesChunksByteByByte) {
  RequestReader reader(Limits{});
  std::vector<std::string> pieces{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"};
  for (const char byte : std::string("0\r\nX: y\r\n\r\n"))
    pieces.emplace_back(1, byte);
  const auto received = first_of(reader, pieces);
  ASSERT_TRUE(received && received->request);
  EXPECT_EQ(received->request->body, "");
}

/// Who sends them knows that what stands before us looks at headers.
TEST(RequestReader, PassesOverTheFieldsBehindABodyInChunks) {
  RequestReader reader(Limits{});
  put(reader,
      "POST / HTTP/1.1\r\nHost: a\r\nX-Remote-Group: readers\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4\r\nbody\r\n0\r\nHost: b\r\nX-Remote-Group: admins\r\nX-Remote-User: root\r\nConnection: close\r\n\r\n");
  const auto received = reader.next();
  ASSERT_TRUE(received && received->request);
  EXPECT_EQ(received->request->body, "body");
  EXPECT_EQ(values_of(*received->request, "host"), std::vector<std::string>{"a"});
  EXPECT_EQ(received->request->headers.at("x-remote-group"), "readers");
  EXPECT_FALSE(received->request->headers.contains("x-remote-user"));
  EXPECT_TRUE(received->keep_alive);
}

}  // namespace
}  // namespace guildhall::http
