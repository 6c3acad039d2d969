#pragma once

#include <optional>
#include <string>
#include <vector>

namespace guildhall::crds::generator {

/// What a value is.
enum class Shape {
  Text,
  Integer,
  Boolean,
  Time,       ///< a string of format date-time
  Word,       ///< a string out of a list: an enumeration of its own
  Object,     ///< a struct of its own
  List,       ///< of `item`
  Map,        ///< of text to `item`
  Any,        ///< any object: its fields are not checked
  Condition,  ///< metav1.Condition, which operator/core has
};

struct Type {
  Shape shape = Shape::Text;
  std::string name;        ///< of the struct or enumeration, for Object and Word
  std::vector<Type> item;  ///< one, for List and Map
  bool operator==(const Type&) const = default;
};

/// What it means that a field is not there.
enum class Presence {
  Optional,   ///< it has no value
  Defaulted,  ///< it has the default
  Required,   ///< the object is wrong
};

/// What a text is made of, beyond its type.
struct TextForm {
  std::string most_characters;
  std::string pattern;  ///< a regular expression that the text matches
  std::string message;  ///< what users are told of a text that does not
  bool operator==(const TextForm&) const = default;
};

struct Field {
  std::string json_name;  ///< "expiresAt"
  std::string name;       ///< "expires_at"
  Type type;
  Presence presence = Presence::Optional;
  std::optional<std::string> default_value;  ///< as the CRD writes it; "{}" for an object
  std::string description;
  std::vector<std::string> bounds;  ///< in plain words: "1 to 64 characters"
  std::vector<std::string> rules;   ///< the messages of the CEL rules
  std::optional<TextForm> form;
  bool operator==(const Field&) const = default;
};

struct Object {
  std::string name;  ///< "ApiKeyRotation"
  std::string path;  ///< "spec.rotation"; "status.keys[]" for what stands in a list
  std::string description;
  std::vector<std::string> rules;
  std::vector<Field> fields;
  bool operator==(const Object&) const = default;
};

struct Enumeration {
  std::string name;
  std::string path;
  std::string description;
  std::vector<std::string> words;
  bool operator==(const Enumeration&) const = default;
};

/// One kind, as its CRD declares it.
struct Kind {
  std::string name;    ///< "ApiKey"
  std::string source;  ///< the CRD's file: "apikeys.yaml"
  std::string group;
  std::string version;
  std::string plural;
  bool namespaced = true;
  std::string description;
  std::vector<std::string> rules;
  bool requires_spec = false;
  std::vector<Enumeration> enumerations;
  std::vector<Object> objects;  ///< each after those that it is made of
};

}  // namespace guildhall::crds::generator
