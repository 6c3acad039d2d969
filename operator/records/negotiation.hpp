#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/records/status.hpp"

namespace guildhall::records {

/// One clause of an Accept header.
struct AcceptClause {
  std::string type;                ///< "application" or "*"
  std::string subtype;             ///< "json" or "*"
  std::string as, group, version;  ///< the form that is asked for; empty: the object as it is

  /// Whether JSON is one of what it takes.
  [[nodiscard]] bool takes_json() const;
  [[nodiscard]] bool is_transformed() const { return !as.empty() || !group.empty() || !version.empty(); }
};

/// The clauses of an Accept header, what is liked best first; none that is refused (q=0). An empty header takes all.
/// Source: RFC 9110, section 12.5.1.
std::vector<AcceptClause> parse_accept(std::string_view header);

/// What an object or a list of them is answered as.
enum class Form { Plain, Metadata, Table };
/// What a Table's rows carry.
enum class RowObject { Metadata, Object, None };

struct Representation {
  Form form = Form::Plain;
  std::string meta_version = "v1";  ///< of meta.k8s.io, unless Plain
  RowObject rows = RowObject::Metadata;
  bool operator==(const Representation&) const = default;
};

/// What is asked for in a get and each event of a watch (One), or in a list (Many).
enum class Answered { One, Many };

/// Chooses the first form that can be had; `include_object` is the parameter of that name. Errors: 406 when none can,
/// and for metadata of a list asked for as that of one object, or the other way round; 400 for includeObject.
/// Source: k8s.io/apiserver pkg/endpoints/handlers/negotiation.
Checked<Representation> negotiate(std::string_view accept, std::string_view include_object, Answered answered);

/// Which version of aggregated discovery is asked for at /apis: "v2", "v2beta1", or empty: none, as before 1.26.
/// Errors: 406.
Checked<std::string> negotiate_discovery(std::string_view accept);

/// Errors: 406 when JSON is not taken.
Checked<void> negotiate_json(std::string_view accept);

}  // namespace guildhall::records
