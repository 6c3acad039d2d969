#pragma once

#include <string>
#include <string_view>

namespace guildhall::kube {

/// What went wrong with a connection, in words for a person. `stage` is cpprestsdk's text, which tells how far it came;
/// `code` is the error's number, of the system, of the resolver or of OpenSSL: cpprestsdk does not tell them apart, and
/// writes "no route to host" over a refused connection. So a code counts only where its stage says whose it is.
/// Pure, apart from OpenSSL's table of texts. Source: cpprestsdk 2.10.18, http_client_asio.cpp, report_error().
std::string describe_connection_failure(std::string_view stage, int code);

}  // namespace guildhall::kube
