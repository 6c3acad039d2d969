#include "operator/plugin/printing.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <ostream>

#include "operator/core/printable.hpp"
#include "operator/plugin/documents.hpp"
#include "operator/plugin/member_view.hpp"

namespace guildhall::plugin {

void print_document(std::ostream& out, Output output, const nlohmann::json& document) {
  out << (output == Output::Yaml ? to_yaml_text(document) : to_json_text(document));
}

void print_done(std::ostream& out, Output output, const nlohmann::json& member, const std::string& done) {
  if (output == Output::Json || output == Output::Yaml)
    return print_document(out, output, without_managed_fields(member));
  const std::string name = core::printable(name_of(member_view(member)));
  out << name << (output == Output::Name ? "" : " " + done) << "\n" << std::flush;
}

core::Timestamp now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace guildhall::plugin
