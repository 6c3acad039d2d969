#include "operator/page/form_guard.hpp"

#include "tests/unit/operator/page/page_fixture.hpp"

namespace guildhall::page {
namespace {

using enum FormProblem;

struct FormCase {
  std::string name;
  std::map<std::string, std::string> headers;
  FormProblem want = None;
  std::string url = "https://join.example/guildhall";
  std::string body = "proof=" + form_proof(kToken, Place::Accept);
  std::string type = "application/x-www-form-urlencoded";
};

void PrintTo(const FormCase& sample, std::ostream* out) {
  *out << sample.name;
}

class Form : public testing::TestWithParam<FormCase> {};

TEST_P(Form, IsJudged) {
  http::Request request;
  request.headers = GetParam().headers;
  request.headers["content-type"] = GetParam().type;
  request.body = GetParam().body;
  EXPECT_EQ(check_form(request, {Place::Accept, kToken}, *parse_public_url(GetParam().url)), GetParam().want);
}

const std::map<std::string, std::string> kOurs{{"origin", "https://join.example"}};
constexpr const char* kPlain = "http://join.example";

INSTANTIATE_TEST_SUITE_P(
    ByOrigin, Form,
    testing::Values(
        FormCase{"OriginIsOurs", kOurs},
        FormCase{"OriginIsOursAndSoDoesTheBrowserSay",
                 {{"origin", "https://join.example"}, {"sec-fetch-site", "same-origin"}}},
        FormCase{"NoReferrerMakesTheOriginNull", {{"origin", "null"}, {"sec-fetch-site", "same-origin"}}},
        FormCase{"OnlyFetchMetadata", {{"sec-fetch-site", "same-origin"}}},
        FormCase{"OnlyReferer", {{"referer", "https://join.example/guildhall/invitations/x"}}},
        FormCase{"RefererCutToItsOrigin", {{"referer", "https://join.example"}}},
        FormCase{"PlainHttpHasNoFetchMetadata", {{"origin", "null"}}, None, kPlain},
        FormCase{"OriginOfAnother", {{"origin", "https://evil.example"}}, OtherSite},
        FormCase{"OriginThatBeginsLikeOurs", {{"origin", "https://join.example.evil.example"}}, OtherSite},
        FormCase{"OriginOfPlainHttp", {{"origin", "http://join.example"}}, OtherSite},
        FormCase{"OriginOfAnotherPort", {{"origin", "https://join.example:8443"}}, OtherSite},
        FormCase{"OriginNullWithNothingElse", {{"origin", "null"}}, OtherSite},
        FormCase{"OriginNullFromAnotherSite", {{"origin", "null"}, {"sec-fetch-site", "cross-site"}}, OtherSite},
        FormCase{"OriginNullFromAnotherSiteToPlainHttp",
                 {{"origin", "null"}, {"sec-fetch-site", "cross-site"}},
                 OtherSite,
                 kPlain},
        FormCase{"OriginNullFromASibling", {{"origin", "null"}, {"sec-fetch-site", "same-site"}}, OtherSite},
        FormCase{"TypedByTheUser", {{"sec-fetch-site", "none"}}, OtherSite},
        FormCase{"OriginIsOursButTheBrowserSaysOtherwise",
                 {{"origin", "https://join.example"}, {"sec-fetch-site", "cross-site"}},
                 OtherSite},
        FormCase{"OriginOfAnotherAndOurReferer",
                 {{"origin", "https://evil.example"}, {"referer", "https://join.example/"}},
                 OtherSite},
        FormCase{"RefererOfAnother", {{"referer", "https://evil.example/"}}, OtherSite},
        FormCase{"RefererThatBeginsLikeOurs", {{"referer", "https://join.example.evil.example/"}}, OtherSite},
        FormCase{"RefererOfAnotherToPlainHttp",
                 {{"origin", "null"}, {"referer", "http://evil.example/"}},
                 OtherSite,
                 kPlain},
        FormCase{"Nothing", {}, OtherSite}, FormCase{"NothingToPlainHttp", {}, OtherSite, kPlain}),
    [](const auto& info) { return info.param.name; });

const std::string kUrl = "https://join.example";

INSTANTIATE_TEST_SUITE_P(
    ByContent, Form,
    testing::Values(
        FormCase{"NoProof", kOurs, WrongProof, kUrl, ""}, FormCase{"EmptyProof", kOurs, WrongProof, kUrl, "proof="},
        FormCase{"ProofOfTheOtherButton", kOurs, WrongProof, kUrl, "proof=" + form_proof(kToken, Place::Decline)},
        FormCase{"ProofOfAnotherToken", kOurs, WrongProof, kUrl, "proof=" + form_proof(kOtherToken, Place::Accept)},
        FormCase{"ProofUnderAnotherName", kOurs, WrongProof, kUrl, "xproof=" + form_proof(kToken, Place::Accept)},
        FormCase{"ProofCutShort", kOurs, WrongProof, kUrl, "proof=" + form_proof(kToken, Place::Accept).substr(1)},
        FormCase{"ProofAmongOthers", kOurs, None, kUrl, "a=b&proof=" + form_proof(kToken, Place::Accept) + "&c"},
        FormCase{"OnlySeparators", kOurs, WrongProof, kUrl, "&&&"},
        FormCase{"WithCharset", kOurs, None, kUrl, "proof=" + form_proof(kToken, Place::Accept),
                 "Application/X-WWW-Form-Urlencoded ; charset=UTF-8"},
        FormCase{"PlainText", kOurs, WrongType, kUrl, "proof=" + form_proof(kToken, Place::Accept), "text/plain"},
        FormCase{"Multipart", kOurs, WrongType, kUrl, "proof=" + form_proof(kToken, Place::Accept),
                 "multipart/form-data; boundary=x"},
        FormCase{"NoType", kOurs, WrongType, kUrl, "proof=" + form_proof(kToken, Place::Accept), ""}),
    [](const auto& info) { return info.param.name; });

TEST(FormProof, IsTheSameAtEveryReplicaAndTellsNotTheToken) {
  // echo -n 'guildhall.dev/page/form/v1:accept' | openssl dgst -sha256 -hmac 0123456789abcdef
  EXPECT_EQ(form_proof("0123456789abcdef", Place::Accept),
            "ece7490a5dec1a0ea2b76606ea4e8f140942e84a638df1df5058f79a1c6170b9");
  EXPECT_NE(form_proof(kToken, Place::Accept), crypto::sha256_hex(kToken));
}

}  // namespace
}  // namespace guildhall::page
