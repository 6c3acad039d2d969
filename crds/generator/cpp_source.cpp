#include "crds/generator/cpp_source.hpp"

#include <fmt/core.h>

#include "crds/generator/cpp_header.hpp"
#include "crds/generator/names.hpp"
#include "crds/generator/text.hpp"

namespace guildhall::crds::generator {
namespace {

std::string words_of(const Enumeration& enumeration) {
  std::vector<std::string> words;
  words.reserve(enumeration.words.size());
  for (const std::string& word : enumeration.words)
    words.push_back(literal(word));
  return fmt::format("std::span<const std::string_view> words_of({} /*value*/) {{\n", enumeration.name) +
         list(fmt::format("static constexpr std::array<std::string_view, {}> kWords{{", words.size()), words, "};",
              "  ") +
         "  return kWords;\n}\n\n";
}

// What only this file calls is static: argument-dependent lookup does not see into an unnamed namespace.
std::string reader(const Object& object) {
  std::string text = fmt::format("static void read_fields(ObjectReader& in, {}& out) {{\n", object.name);
  for (const Field& field : object.fields)
    text += fmt::format("  in.{}({}, out.{});\n", field.presence == Presence::Required ? "required" : "optional",
                        literal(field.json_name), field.name);
  return text + "  in.rest(out.unknown);\n}\n\n";
}

std::string writer(const Kind& kind, const Object& object) {
  const bool is_public = object.name == kind.name + "Spec" || object.name == kind.name + "Status";
  const std::string parameter = object.path == "spec" || object.path == "status" ? object.path : "value";
  std::string text = fmt::format("{}nlohmann::json to_json(const {}& {}) {{\n  ObjectWriter out({}.unknown);\n",
                                 is_public ? "" : "static ", object.name, parameter, parameter);
  for (const Field& field : object.fields)
    text += fmt::format("  out.{}({}, {}.{});\n", field.presence == Presence::Optional ? "optional" : "always",
                        literal(field.json_name), parameter, field.name);
  return text + "  return out.take();\n}\n\n";
}

constexpr const char* kKindTemplate = R"(static void read_fields(ObjectReader& in, {0}& out) {{
  in.skip("apiVersion");
  in.skip("kind");
  in.skip("metadata");
  in.{2}("spec", out.spec);
  in.optional("status", out.status);
  in.rest(out.unknown);
}}

const core::ResourceType& {1}_type() {{
  static const core::ResourceType kType{{
{3}  }};
  return kType;
}}

core::Result<{0}> parse_{1}(const nlohmann::json& object) {{
  return parse_object<{0}>({1}_type(), object);
}}

nlohmann::json to_json(const {0}& object) {{
  return object_json({1}_type(), object.metadata, to_json(object.spec), to_json(object.status),
                     object.unknown);
}}
)";

std::string type_fields(const Kind& kind) {
  return fmt::format(
      "      .group = {},\n      .version = {},\n      .plural = {},\n      .kind = {},\n      .namespaced = {},\n",
      literal(kind.group), literal(kind.version), literal(kind.plural), literal(kind.name), kind.namespaced);
}

}  // namespace

std::string cpp_source(const Kind& kind) {
  std::string text = fmt::format(
      "// Made from crds/{} by crds/generator; change that, not this.\n#include \"operator/api/{}.hpp\"\n\n#include "
      "<array>\n\n#include \"operator/api/json_reader.hpp\"\n#include \"operator/api/json_writer.hpp\"\n#include "
      "\"operator/api/object.hpp\"\n\nnamespace guildhall::api {{\n\n",
      kind.source, file_stem(kind));
  for (const Enumeration& enumeration : kind.enumerations)
    text += words_of(enumeration);
  for (const Object& object : kind.objects)
    text += reader(object) + writer(kind, object);
  text += fmt::format(kKindTemplate, kind.name, snake_case(kind.name), kind.requires_spec ? "required" : "optional",
                      type_fields(kind));
  return text + "\n}  // namespace guildhall::api\n";
}

}  // namespace guildhall::crds::generator
