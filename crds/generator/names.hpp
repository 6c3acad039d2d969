#pragma once

#include <set>
#include <string>
#include <string_view>

namespace guildhall::crds::generator {

/// "expiresAt" -> "expires_at", "accountID" -> "account_id". Names that are C++ keywords become "ns" (namespace), "op"
/// (operator), or get a trailing underscore ("default_").
std::string field_name(std::string_view json_name);
/// "ApiKey" -> "api_key".
std::string snake_case(std::string_view name);
/// "authMethods" -> "AuthMethods".
std::string pascal_case(std::string_view json_name);
/// "Keys" -> "Key", "Policies" -> "Policy"; what is no plural stays.
std::string singular(std::string word);
/// Whether the text can be the name of an enumerator.
bool is_identifier(std::string_view text);

/// Names of structs and enumerations within one kind: the kind, then the path to the type without `spec`:
/// ApiKeyRotation. `status` is left out too, unless spec has the name already (ApiKeyStatusSecret) or the name would
/// stammer (ApiKeyStatusKey, not ApiKeyKey).
class TypeNames {
 public:
  explicit TypeNames(std::string kind);
  /// The name of the type of property `word` (PascalCase, singular in lists) in the struct `parent`; "" when another
  /// type has it already.
  std::string take(const std::string& parent, const std::string& word);

 private:
  std::string kind_;
  std::set<std::string> taken_;
};

}  // namespace guildhall::crds::generator
