#include "operator/page/routes.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace guildhall::page {
namespace {

struct RouteCase {
  std::string path;
  std::string prefix;
  Route want;
};

void PrintTo(const RouteCase& sample, std::ostream* out) {
  *out << sample.prefix << " " << sample.path;
}

class RouteOf : public testing::TestWithParam<RouteCase> {};

TEST_P(RouteOf, IsRead) {
  const Route route = route_of(GetParam().path, GetParam().prefix);
  EXPECT_EQ(label_of(route.place), label_of(GetParam().want.place));
  EXPECT_EQ(route.token, GetParam().want.token);
}

using enum Place;

INSTANTIATE_TEST_SUITE_P(
    , RouteOf,
    testing::Values(RouteCase{"/", "", {Start, ""}}, RouteCase{"", "", {}}, RouteCase{"*", "", {}},
                    RouteCase{"/robots.txt", "", {Robots, ""}}, RouteCase{"/invitations/t", "", {Invitation, "t"}},
                    RouteCase{"/invitations/", "", {Invitation, ""}}, RouteCase{"/invitations", "", {}},
                    RouteCase{"/invitations/t/accept", "", {Accept, "t"}},
                    RouteCase{"/invitations/t/decline", "", {Decline, "t"}},
                    RouteCase{"/invitations/t/Accept", "", {Invitation, "t/Accept"}},
                    RouteCase{"/invitations/t/accept/", "", {Invitation, "t/accept"}},
                    RouteCase{"/invitations//accept", "", {Accept, ""}},
                    RouteCase{"/invitations/accept", "", {Invitation, "accept"}}, RouteCase{"//", "", {}},
                    RouteCase{"/a/b", "/a/b", {Start, ""}}, RouteCase{"/a/b/", "/a/b", {Start, ""}},
                    RouteCase{"/a/bc", "/a/b", {}}, RouteCase{"/a/binvitations/t", "/a/b", {}},
                    RouteCase{"/a/b/invitations/t", "/a/b", {Invitation, "t"}}, RouteCase{"/invitations/t", "/a/b", {}},
                    RouteCase{"/", "/a", {}}));

// RFC 3986, section 6.2.2.2: unreserved characters are the same, escaped or not; others are not.
INSTANTIATE_TEST_SUITE_P(Escaped, RouteOf,
                         testing::Values(RouteCase{"/invitations/gli%5Fa%2Db%7E%41", "", {Invitation, "gli_a-b~A"}},
                                         RouteCase{"/%69nvitations/t/%61ccept", "", {Accept, "t"}},
                                         RouteCase{"/%61/b/invitations/t", "/a/b", {Invitation, "t"}},
                                         RouteCase{"/invitations/t%5f", "", {Invitation, "t_"}},
                                         RouteCase{"/invitations/t%2Faccept", "", {Invitation, "t%2Faccept"}},
                                         RouteCase{"/invitations/t%255F", "", {Invitation, "t%255F"}},
                                         RouteCase{"/invitations/t%00", "", {Invitation, "t%00"}},
                                         RouteCase{"/invitations/t%5", "", {Invitation, "t%5"}},
                                         RouteCase{"/invitations/t%", "", {Invitation, "t%"}},
                                         RouteCase{"/invitations/t%+5%5G", "", {Invitation, "t%+5%5G"}}));

// What mail clients take for a part of the link: the end of the sentence around it.
INSTANTIATE_TEST_SUITE_P(WithMoreBehindTheLink, RouteOf,
                         testing::Values(RouteCase{"/invitations/t/", "", {Invitation, "t"}},
                                         RouteCase{"/invitations/t.", "", {Invitation, "t"}},
                                         RouteCase{"/invitations/t%2E", "", {Invitation, "t"}},
                                         RouteCase{"/invitations/t).", "", {Invitation, "t"}},
                                         RouteCase{"/invitations/t,", "", {Invitation, "t"}},
                                         RouteCase{"/invitations/t/x", "", {Invitation, "t/x"}},
                                         RouteCase{"/invitations/.t", "", {Invitation, ".t"}}));

}  // namespace
}  // namespace guildhall::page
