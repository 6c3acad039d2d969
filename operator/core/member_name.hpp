#pragma once

#include <string>
#include <string_view>

namespace guildhall::core {

/// A name for the Member of an email, made of what stands before the @: "Jane.Doe+ops@acme.example" is "jane.doe-ops".
/// A DNS subdomain of at most 63 characters; "member" when nothing is left.
std::string name_of_email(std::string_view email);

/// The n-th name like that: "jane", "jane-2", "jane-3", ...; within 63 characters too.
std::string numbered_name(std::string_view name, int number);

/// Whether the API server takes it as a name. Source: RFC 1123 subdomain, Kubernetes "Object Names and IDs".
bool is_object_name(std::string_view name);

}  // namespace guildhall::core
