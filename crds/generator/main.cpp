// Makes C++ types and reference pages from CRDs: the only part of the generator that reads and writes files.
#include <fmt/core.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crds/generator/cpp_header.hpp"
#include "crds/generator/cpp_source.hpp"
#include "crds/generator/crd_reader.hpp"
#include "crds/generator/reference_page.hpp"

namespace {

namespace generator = guildhall::crds::generator;
using std::filesystem::path;

std::string content_of(const path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// A file that has the content already keeps its time, so that nothing is rebuilt for it.
bool write_if_different(const path& file, const std::string& content) {
  if (std::filesystem::exists(file) && content_of(file) == content) return true;
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << content;
  stream.close();
  if (!stream) fmt::print(stderr, "{}: cannot be written\n", file.string());
  return static_cast<bool>(stream);
}

bool generate(const generator::Kind& kind, std::string_view what, const path& folder) {
  const path stem = folder / generator::file_stem(kind);
  if (what == "reference") return write_if_different(stem.string() + ".md", generator::reference_page(kind));
  return write_if_different(stem.string() + ".hpp", generator::cpp_header(kind)) &&
         write_if_different(stem.string() + ".cpp", generator::cpp_source(kind));
}

bool generate_from(const path& crd, std::string_view what, const path& folder) {
  const std::string yaml = content_of(crd);
  if (yaml.empty()) {
    fmt::print(stderr, "{}: cannot be read\n", crd.string());
    return false;
  }
  const auto kind = generator::read_crd(yaml, crd.filename().string());
  if (kind) return generate(*kind, what, folder);
  for (const std::string& problem : kind.error())
    fmt::print(stderr, "{}: {}\n", crd.string(), problem);
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  if (arguments.size() < 4 || (arguments[1] != "types" && arguments[1] != "reference")) {
    fmt::print(stderr, "usage: guildhall-generate types|reference FOLDER CRD...\n");
    return 2;
  }
  std::error_code error;
  std::filesystem::create_directories(arguments[2], error);
  if (error) {
    fmt::print(stderr, "{}: {}\n", arguments[2], error.message());
    return 1;
  }
  bool is_fine = true;
  for (const std::string& crd : std::span(arguments).subspan(3))
    is_fine = generate_from(crd, arguments[1], arguments[2]) && is_fine;
  return is_fine ? 0 : 1;
}
