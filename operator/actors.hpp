#pragma once

#include <string>

#include "controllers/organization/subject.hpp"
#include "operator/informers.hpp"

namespace guildhall {

/// As which subject of a Member that user of Kubernetes would be listed.
controllers::organization::Subject subject_of(const std::string& user);

/// The email of the one Member in that home whose subject the user is; "" when it is none's, or of several.
std::string email_of(const Informers& informers, const std::string& home, const std::string& user);

}  // namespace guildhall
