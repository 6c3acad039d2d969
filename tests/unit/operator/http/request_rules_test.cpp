#include "operator/http/request_rules.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace guildhall::http {
namespace {

struct RuleCase {
  std::string name;
  unsigned version;
  std::vector<Field> fields;
  bool folded;
  std::string want;  ///< "": it may pass
};

class FindAmbiguity : public testing::TestWithParam<RuleCase> {};

TEST_P(FindAmbiguity, SaysThis) {
  const RuleCase& rule = GetParam();
  EXPECT_EQ(find_ambiguity(rule.version, rule.fields, rule.folded), rule.want);
}

const std::vector<RuleCase> kRules{
    {"APlainRequest", 11, {{"Host", "a"}}, false, ""},
    {"AHostInAnyCase", 11, {{"hOST", "a"}}, false, ""},
    {"ALength", 11, {{"Host", "a"}, {"Content-Length", "4"}}, false, ""},
    {"Chunks", 11, {{"Host", "a"}, {"Transfer-Encoding", "chunked"}}, false, ""},
    {"ChunksInAnyCase", 11, {{"Host", "a"}, {"transfer-encoding", "Chunked"}}, false, ""},
    {"AnOldClientWithoutHost", 10, {}, false, ""},
    {"NoHost", 11, {}, false, "exactly one Host is needed"},
    {"TwoHosts", 11, {{"Host", "a"}, {"host", "a"}}, false, "exactly one Host is needed"},
    {"TwoHostsOfAnOldClient", 10, {{"Host", "a"}, {"Host", "b"}}, false, "exactly one Host is needed"},
    {"TwoLengths",
     11,
     {{"Host", "a"}, {"Content-Length", "4"}, {"content-length", "4"}},
     false,
     "more than one Content-Length"},
    {"AListOfLengths", 11, {{"Host", "a"}, {"Content-Length", "4, 4"}}, false, "Content-Length is not one number"},
    {"AForeignEncoding",
     11,
     {{"Host", "a"}, {"Transfer-Encoding", "xchunked"}},
     false,
     "the only Transfer-Encoding is chunked"},
    {"AnEncodingBehindChunks",
     11,
     {{"Host", "a"}, {"Transfer-Encoding", "chunked, identity"}},
     false,
     "the only Transfer-Encoding is chunked"},
    {"AnEncodingBeforeChunks",
     11,
     {{"Host", "a"}, {"Transfer-Encoding", "gzip, chunked"}},
     false,
     "the only Transfer-Encoding is chunked"},
    {"AnEmptyEncoding", 11, {{"Host", "a"}, {"Transfer-Encoding", ""}}, false, "the only Transfer-Encoding is chunked"},
    {"TwoEncodings",
     11,
     {{"Host", "a"}, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
     false,
     "the only Transfer-Encoding is chunked"},
    {"ALengthBesideAnEncoding",
     11,
     {{"Host", "a"}, {"Transfer-Encoding", "chunked"}, {"Content-Length", "4"}},
     false,
     "Transfer-Encoding beside Content-Length"},
    {"ChunksOfAnOldClient", 10, {{"Transfer-Encoding", "chunked"}}, false, "HTTP/1.0 has no Transfer-Encoding"},
    {"AFold", 11, {{"Host", "a"}}, true, "a header field goes on in the next line"},
};
INSTANTIATE_TEST_SUITE_P(, FindAmbiguity, testing::ValuesIn(kRules), [](const auto& info) { return info.param.name; });

bool finds_fold(const std::string& header, std::size_t cut) {
  FoldDetector folds;
  folds.feed(std::string_view(header).substr(0, cut));
  folds.feed(std::string_view(header).substr(cut));
  return folds.found();
}

TEST(FoldDetector, SeesAFoldWhereverTheBytesAreCut) {
  for (const std::string fold : {"\r\n ", "\r\n\t"}) {
    const std::string header = "GET / HTTP/1.1\r\nHost: a\r\nX: b" + fold + "c\r\n\r\n";
    for (std::size_t cut = 0; cut <= header.size(); ++cut)
      EXPECT_TRUE(finds_fold(header, cut)) << cut;
  }
}

TEST(FoldDetector, SeesNoneInSpacesElsewhere) {
  const std::string header = "GET / HTTP/1.1\r\nHost: a b\t c \r\nX:\t y\r\n\r\n";
  for (std::size_t cut = 0; cut <= header.size(); ++cut)
    EXPECT_FALSE(finds_fold(header, cut)) << cut;
}

}  // namespace
}  // namespace guildhall::http
