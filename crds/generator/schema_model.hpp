#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace guildhall::crds {

/// A construct that the generator does not know, or a CRD that is none. Names the path. The generator ends with it.
class SchemaError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a value of the schema becomes in C++.
enum class TypeKind { String, Boolean, Integer, Timestamp, Enum, Object, StringMap, Condition };

struct FieldType {
  TypeKind kind = TypeKind::String;
  bool is_list = false;  ///< a list of `kind`
  std::string name;      ///< of an Enum or Object
};

/// One property of an object.
struct Field {
  std::string json_name;
  std::string cpp_name;
  std::string description;
  FieldType type;
  bool required = false;
  std::optional<std::string> default_value;  ///< a scalar's, or "" of an object with default {}
};

struct ObjectType {
  std::string name;
  std::string description;
  std::vector<Field> fields;
};

struct EnumType {
  std::string name;
  std::vector<std::string> values;
};

/// All types of one kind, those that others use first.
struct KindModel {
  std::string kind;      ///< "ApiKey"
  std::string group;     ///< "guildhall.dev"
  std::string version;   ///< "v1alpha1"
  std::string plural;    ///< "apikeys"
  std::string singular;  ///< "apikey": names the files
  bool namespaced = false;
  std::vector<EnumType> enums;
  std::vector<ObjectType> objects;
  bool has_status = false;
};

/// Reads a CustomResourceDefinition. Throws SchemaError.
KindModel build_model(const std::string& crd_yaml);

/// "displayName" -> "display_name"; "namespace" -> "ns" (a keyword).
std::string snake_case(const std::string& camel_case);
/// The name of a list's element: "keys" -> "Key", "matchExpressions" -> "MatchExpression".
std::string singular_type_name(const std::string& list_name);

}  // namespace guildhall::crds
