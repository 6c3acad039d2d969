// guildhall-generator cpp OUTPUT_FOLDER CRD.yaml...: writes <singular>.hpp and .cpp of each kind; a file whose content
// stays the same is not touched.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "crds/generator/cpp_emitter.hpp"

namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw guildhall::crds::SchemaError("cannot read it");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_if_changed(const std::filesystem::path& path, const std::string& text) {
  std::ifstream standing(path);
  std::ostringstream before;
  before << standing.rdbuf();
  if (standing && before.str() == text) return;
  std::ofstream(path) << text;
}

void generate(const std::filesystem::path& folder, const char* crd) {
  const auto model = guildhall::crds::build_model(read_file(crd));
  write_if_changed(folder / (model.singular + ".hpp"), guildhall::crds::emit_header(model));
  write_if_changed(folder / (model.singular + ".cpp"), guildhall::crds::emit_source(model));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4 || std::string(argv[1]) != "cpp") {
    std::cerr << "usage: guildhall-generator cpp OUTPUT_FOLDER CRD.yaml...\n";
    return 64;
  }
  const std::filesystem::path folder = argv[2];
  std::filesystem::create_directories(folder);
  for (int i = 3; i < argc; ++i) {
    try {
      generate(folder, argv[i]);
    } catch (const std::exception& error) {
      std::cerr << argv[i] << ": " << error.what() << "\n";
      return 1;
    }
  }
  return 0;
}
