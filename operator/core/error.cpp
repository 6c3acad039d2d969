#include "operator/core/error.hpp"

namespace guildhall::core {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::NotFound:
      return "NotFound";
    case ErrorKind::AlreadyExists:
      return "AlreadyExists";
    case ErrorKind::Conflict:
      return "Conflict";
    case ErrorKind::Gone:
      return "Gone";
    case ErrorKind::Forbidden:
      return "Forbidden";
    case ErrorKind::Unauthorized:
      return "Unauthorized";
    case ErrorKind::Invalid:
      return "Invalid";
    case ErrorKind::TooManyRequests:
      return "TooManyRequests";
    case ErrorKind::Timeout:
      return "Timeout";
    case ErrorKind::Unavailable:
      return "Unavailable";
    case ErrorKind::Canceled:
      return "Canceled";
    case ErrorKind::Internal:
      return "Internal";
  }
  return "Internal";
}

std::string Error::describe() const {
  std::string text = object.empty() ? message : object + ": " + message;
  if (cause) text += ": " + cause->describe();
  return text;
}

bool is_transient(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Conflict:
    case ErrorKind::Gone:
    case ErrorKind::TooManyRequests:
    case ErrorKind::Timeout:
    case ErrorKind::Unavailable:
    case ErrorKind::Unauthorized:  // a token file may be rotated under us
      return true;
    default:
      return false;
  }
}

}  // namespace guildhall::core
