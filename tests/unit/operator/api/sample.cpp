#include "tests/unit/operator/api/sample.hpp"

#include <algorithm>

namespace guildhall::api {
namespace {

using crds::generator::Enumeration;
using crds::generator::Field;
using crds::generator::Kind;
using crds::generator::Object;
using crds::generator::Presence;
using crds::generator::Shape;
using crds::generator::Type;
using nlohmann::json;

template <class T>
const T& find(const std::vector<T>& list, const std::string& name) {
  return *std::find_if(list.begin(), list.end(), [&](const T& element) { return element.name == name; });
}

json condition(const Choice& choice) {
  return {{"type", "Ready"},         {"status", choice(2) == 0 ? "True" : "False"},
          {"reason", "Active"},      {"message", ""},
          {"observedGeneration", 3}, {"lastTransitionTime", "2026-11-24T10:00:00Z"}};
}

class Sampler {
 public:
  Sampler(const Kind& kind, const Choice& choice, bool is_full) : kind_(kind), choice_(choice), is_full_(is_full) {}

  [[nodiscard]] json object(const Object& type) const {
    json result = json::object();
    for (const Field& field : type.fields) {
      if (is_full_ || field.presence != Presence::Optional || choice_(2) == 0)
        result[field.json_name] = value(field.type);
    }
    if (!is_full_ && choice_(3) == 0) result["fieldOfTomorrow"] = json{{"a", {1, nullptr, "x"}}};
    return result;
  }

 private:
  [[nodiscard]] json value(const Type& type) const {
    switch (type.shape) {
      case Shape::Text:
        return text();
      case Shape::Integer:
        return static_cast<std::int64_t>(choice_(1000)) - 500;
      case Shape::Boolean:
        return choice_(2) == 0;
      case Shape::Time:
        return choice_(2) == 0 ? "2026-11-24T10:00:00Z" : "2026-11-24T10:00:00.250000Z";
      case Shape::Word: {
        const auto& words = find(kind_.enumerations, type.name).words;
        return words[choice_(words.size())];
      }
      case Shape::Any:
        return json{{"free", {1, 2}}};
      case Shape::Condition:
        return condition(choice_);
      case Shape::Object:
        return object(find(kind_.objects, type.name));
      default:
        return entries(type);
    }
  }

  [[nodiscard]] json entries(const Type& type) const {
    json result = type.shape == Shape::List ? json::array() : json::object();
    for (std::size_t i = 0; i <= choice_(3); ++i) {
      if (type.shape == Shape::List)
        result.push_back(value(type.item.front()));
      else
        result["example.com/key-" + std::to_string(i)] = value(type.item.front());
    }
    return result;
  }

  [[nodiscard]] json text() const {
    static const std::vector<std::string> texts{"text", "", "Grüße ☂", "a \"quoted\"\nline"};
    return texts[choice_(texts.size())];
  }

  const Kind& kind_;
  const Choice& choice_;
  bool is_full_;
};

json whole(const Kind& kind, const Sampler& sampler) {
  json object{{"apiVersion", kind.group + "/" + kind.version},
              {"kind", kind.name},
              {"metadata", {{"name", "sample"}}},
              {"spec", sampler.object(find(kind.objects, kind.name + "Spec"))}};
  if (kind.namespaced) object["metadata"]["namespace"] = "acme";
  json status = sampler.object(find(kind.objects, kind.name + "Status"));
  if (!status.empty()) object["status"] = std::move(status);
  return object;
}

class Visitor {
 public:
  Visitor(const Kind& kind, std::vector<Spot>& spots) : kind_(kind), spots_(spots) {}

  void visit(const json& value, const Spot& spot) {
    spots_.push_back(spot);
    if (spot.type.shape == Shape::Object) {
      for (const Field& field : find(kind_.objects, spot.type.name).fields)
        visit(value.at(field.json_name),
              {spot.pointer / field.json_name, spot.path + "." + field.json_name, field.type, field.presence, true});
    }
    if (spot.type.item.empty()) return;
    for (const auto& [key, entry] : value.items()) {
      const bool is_list = spot.type.shape == Shape::List;
      visit(entry, {is_list ? spot.pointer / std::stoul(key) : spot.pointer / key, spot.path + "[" + key + "]",
                    spot.type.item.front(), Presence::Required, false});
    }
  }

 private:
  const Kind& kind_;
  std::vector<Spot>& spots_;
};

}  // namespace

json full_sample(const Kind& kind) {
  const Choice plainest = [](std::size_t) { return std::size_t{0}; };
  return whole(kind, Sampler(kind, plainest, true));
}

json random_sample(const Kind& kind, const Choice& choice) {
  return whole(kind, Sampler(kind, choice, false));
}

std::vector<Spot> spots_in(const Kind& kind, const json& sample) {
  std::vector<Spot> spots;
  Visitor visitor(kind, spots);
  visitor.visit(sample.at("spec"), {json::json_pointer("/spec"), "spec", Type{Shape::Object, kind.name + "Spec", {}},
                                    kind.requires_spec ? Presence::Required : Presence::Defaulted, true});
  visitor.visit(sample.at("status"), {json::json_pointer("/status"), "status",
                                      Type{Shape::Object, kind.name + "Status", {}}, Presence::Optional, true});
  return spots;
}

}  // namespace guildhall::api
