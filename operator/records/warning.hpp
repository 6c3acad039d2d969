#pragma once

#include <string>
#include <vector>

namespace guildhall::records {

/// The value of the header `Warning` that says these, as kubectl prints them. Source: RFC 7234, section 5.5, and
/// Kubernetes, KEP-1693.
std::string warning_header(const std::vector<std::string>& warnings);

}  // namespace guildhall::records
