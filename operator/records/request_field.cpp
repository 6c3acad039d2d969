#include "operator/records/request_field.hpp"

namespace guildhall::records {

std::string request_field(const http::Request& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string() : found->second;
}

}  // namespace guildhall::records
