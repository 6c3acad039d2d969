// What a fault-injecting proxy does to which request.
#pragma once

#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace guildhall::tests::faults {

/// A request in Kubernetes' words.
struct Request {
  std::string verb;    ///< get, list, watch, create, update, patch or delete
  std::string target;  ///< path and query
};

[[nodiscard]] Request describe_request(std::string_view method, std::string_view target);
[[nodiscard]] bool is_write(const Request& request);
/// Of a Lease: elections go on writing while nothing else happens.
[[nodiscard]] bool is_of_lease(const Request& request);
[[nodiscard]] std::string_view path_of(const Request& request);

enum class Fault {
  Answer,      ///< the proxy answers by itself, with Rule::status
  GoneEvent,   ///< a watch opens, and its only event is 410 Gone
  CutBefore,   ///< the connection is closed; the API server gets nothing
  DropAnswer,  ///< the API server gets it and acts; the connection is closed instead of the answer
  CutList,     ///< a watch is cut in the middle of its first line
  CutLine,     ///< a watch is cut in the middle of the first line after its initial events
  FallSilent,  ///< a watch delivers nothing after its initial events, and stays open
  Hold,        ///< neither forwarded nor answered; the connection stays open
  Late,        ///< passes, but only after the next clear()
  Record,      ///< passes; the answer is kept (of a watch: its initial events)
  Stale,       ///< answered with what was kept for the same verb and path; a watch ends after it
};

inline constexpr unsigned kAlways = std::numeric_limits<unsigned>::max();

/// Which requests a fault befalls.
struct Rule {
  std::string verb;  ///< one verb, "write" for all that change something but Leases, "rewatch" for a watch that goes on
                     ///< from a version, empty for every request
  std::string part;  ///< stands in the target; empty: any
  Fault fault = Fault::Answer;
  unsigned status = 0;       ///< of Fault::Answer
  unsigned retry_after = 0;  ///< seconds, of Fault::Answer; 0: the header is absent
  unsigned every = 1;        ///< befalls each so-manieth request that matches
  unsigned times = kAlways;  ///< so often at most
};

/// Rules in their order; of those that match the first one that is due befalls the request. Thread-safe.
class RuleBook {
 public:
  void add(const Rule& rule);
  /// What was befallen before stays so: a held request stays held. A late one goes on.
  void clear();
  /// So often that was called.
  [[nodiscard]] unsigned clears() const;
  /// The rule that befalls this request. Counts it.
  [[nodiscard]] std::optional<Rule> judge(const Request& request);
  /// How many requests a rule has befallen since the last clear().
  [[nodiscard]] unsigned hits() const;

 private:
  struct Entry {
    Rule rule;
    unsigned matched = 0;
    unsigned hit = 0;
  };

  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  unsigned clears_ = 0;
};

}  // namespace guildhall::tests::faults
