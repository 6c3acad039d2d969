#pragma once

#include <yaml-cpp/yaml.h>

#include <string>

#include "crds/generator/model.hpp"
#include "crds/generator/names.hpp"
#include "crds/generator/problems.hpp"

namespace guildhall::crds::generator {

/// Makes structs and enumerations of a structural schema and adds them to a kind, each after those it is made of.
class SchemaWalk {
 public:
  SchemaWalk(Kind& kind, Problems& problems) : kind_(kind), problems_(problems), names_(kind.name) {}

  /// Adds the struct `name` for an object schema at `path`, and all below it.
  void add_object(const YAML::Node& schema, const std::string& path, const std::string& name);

 private:
  /// Where a type is needed: its path, and what it will be called if it needs a name.
  struct Place {
    std::string path;
    std::string parent;  ///< the struct around it
    std::string word;    ///< PascalCase
  };

  Field field_of(const YAML::Node& schema, const std::string& json_name, const Place& place, bool is_required);
  Type type_of(const YAML::Node& schema, const Place& place);
  Type text_type(const YAML::Node& schema, const Place& place);
  Type object_type(const YAML::Node& schema, const Place& place);
  Type entries_type(Shape shape, const YAML::Node& entry, Place place);
  std::string name_for(const Place& place);
  void read_default(const YAML::Node& schema, const std::string& path, Field& field);

  Kind& kind_;
  Problems& problems_;
  TypeNames names_;
};

}  // namespace guildhall::crds::generator
