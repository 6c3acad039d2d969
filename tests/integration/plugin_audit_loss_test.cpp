// kubectl guildhall audit and signup with a server that does what the test says: streams that break off, versions that
// are gone, and an API that is not there.
#include <fstream>
#include <iterator>
#include <mutex>

#include "tests/integration/plugin_fixture.hpp"
#include "tests/unit/operator/kube/raw_server.hpp"

namespace guildhall::tests {
namespace {

namespace fs = std::filesystem;
using cluster::eventually;
using cluster::Observation;
using kube::chunked_head;
using kube::http_answer;
using kube::RawServer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* kEndOfBody = "0\r\n\r\n";

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string entry(int row) {
  return fmt::format(R"({{"metadata":{{"name":"e{0}","resourceVersion":"{0}"}},"action":"Row{0}"}})", row);
}

std::string event(int row) {
  return R"({"type":"ADDED","object":)" + entry(row) + "}\n";
}

std::string list_of(int version, const std::vector<int>& rows) {
  std::vector<std::string> items;
  items.reserve(rows.size());
  for (const int row : rows)
    items.push_back(entry(row));
  return http_answer(
      200, fmt::format(R"({{"metadata":{{"resourceVersion":"{}"}},"items":[{}]}})", version, fmt::join(items, ",")));
}

/// The plugin with that server as its cluster.
class Scripted {
 public:
  explicit Scripted(RawServer::Serve serve) : server_(std::move(serve)) {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / fmt::format("guildhall-{}-{}", test->name(), getpid());
    fs::create_directories(folder_);
    std::ofstream(folder_ / "kubeconfig") << fmt::format(
        "{{apiVersion: v1, kind: Config, current-context: c, clusters: [{{name: c, cluster: {{server: "
        "'{}'}}}}], contexts: [{{name: c, context: {{cluster: c, user: u, namespace: acme}}}}], users: "
        "[{{name: u, user: {{token: t}}}}]}}",
        server_.url());
  }
  Scripted(const Scripted&) = delete;
  Scripted& operator=(const Scripted&) = delete;
  ~Scripted() { fs::remove_all(folder_); }

  [[nodiscard]] cluster::Command command(std::vector<std::string> words) const {
    return {.program = cluster::operator_binary().parent_path() / "kubectl-guildhall",
            .arguments = std::move(words),
            .environment = {{"KUBECONFIG", (folder_ / "kubeconfig").string()}}};
  }
  [[nodiscard]] cluster::Output run(std::vector<std::string> words) const {
    return cluster::run(command(std::move(words)));
  }
  [[nodiscard]] const fs::path& folder() const { return folder_; }

 private:
  RawServer server_;
  fs::path folder_;
};

/// Answers every request with these bytes, and closes.
RawServer::Serve always(std::string bytes) {
  return [bytes = std::move(bytes)](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(bytes);
  };
}

/// A header and one row, whole lines, and then the connection ends without the chunk that ends a body.
void break_off(RawServer::Connection& connection) {
  connection.read_request();
  connection.write(chunked_head(200));
  connection.write_chunk("time,email\r\nnow,a@b\r\n");
}

TEST(PluginAuditLossTest, AnExportThatBreaksOffLeavesNoFile) {
  const Scripted cluster(break_off);
  const fs::path file = cluster.folder() / "log.csv";
  const auto broken = cluster.run({"audit", "export", "--file", file});
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.err, StartsWith("error: the export broke off after 1 entry: "));
  EXPECT_THAT(broken.err, HasSubstr("\nNothing was written to " + file.string() + ".\n"));
  EXPECT_EQ(std::distance(fs::directory_iterator(cluster.folder()), {}), 1) << "only the kubeconfig";
  const auto printed = cluster.run({"audit", "export"});
  EXPECT_EQ(printed.exit_code, 1);
  EXPECT_EQ(printed.out, "time,email\r\nnow,a@b\r\n");
  EXPECT_THAT(printed.err, StartsWith("error: the export broke off after 1 entry: "));
}

TEST(PluginAuditLossTest, AnExportThatIsEndedLeavesNoFile) {
  const Scripted cluster([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    connection.write_chunk("time,email\r\n");
    connection.wait_until_closed();
  });
  const auto files = [&] { return std::distance(fs::directory_iterator(cluster.folder()), {}); };
  cluster::ChildProcess written(cluster.command({"audit", "export", "--file", cluster.folder() / "log.csv"}),
                                cluster.folder() / "log");
  ASSERT_TRUE(eventually("it has begun", [&] { return Observation{files() == 3, std::to_string(files())}; }));
  written.signal(SIGINT);
  EXPECT_EQ(written.wait(std::chrono::seconds(60)), 1);
  EXPECT_EQ(files(), 2) << "the kubeconfig and what it said";
  EXPECT_THAT(content_of(cluster.folder() / "log"),
              StartsWith("error: the export was stopped after 0 entries\nNothing "));
}

TEST(PluginAuditLossTest, AnApiThatIsNotThereIsNamed) {
  const std::pair<int, const char*> answers[] = {{404, "404 page not found\n"}, {503, "service unavailable\n"}};
  for (const auto& [code, body] : answers) {
    const Scripted cluster(always(http_answer(code, body)));
    for (const char* what : {"list", "export", "tail"}) {
      const auto failed = cluster.run({"audit", what});
      EXPECT_EQ(failed.exit_code, 1) << what;
      EXPECT_THAT(failed.err, StartsWith("error: the records API is not installed or its APIService is not available"))
          << what;
    }
  }
}

/// What tail asks for, and how each is answered: see the test.
class Log {
 public:
  void serve(RawServer::Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      if (!answer(connection, request.substr(0, request.find('\n')))) return;
    }
  }

 private:
  static bool watches_from(const std::string& line, const char* version) {
    return line.find("watch=true") != std::string::npos &&
           line.find(std::string("resourceVersion=") + version + " ") != std::string::npos;
  }
  /// False: the connection ends.
  bool answer(RawServer::Connection& connection, const std::string& line) {
    if (line.find("watch=true") == std::string::npos)
      return connection.write(lists_++ == 0 ? list_of(7, {7, 6}) : list_of(10, {10, 9, 3, 8}));
    connection.write(chunked_head(200));
    if (watches_from(line, "7")) {
      connection.write_chunk(event(8));
      return false;
    }
    if (watches_from(line, "8")) return connection.write_chunk(event(9)) && connection.write(kEndOfBody);
    if (watches_from(line, "9"))
      return connection.write_chunk(
                 R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"old"}})"
                 "\n") &&
             connection.write(kEndOfBody);
    if (watches_from(line, "10")) connection.write_chunk(event(11));
    connection.wait_until_closed();
    return false;
  }

  std::atomic<int> lists_{0};
};

/// A connection is lost behind row 8, the server ends a watch behind row 9 and has forgotten it then; row 10 came while
/// nobody watched.
TEST(PluginAuditLossTest, TailShowsEachEntryOnceWhateverHappens) {
  Log entries;
  const Scripted cluster([&](RawServer::Connection& connection) { entries.serve(connection); });
  const fs::path log = cluster.folder() / "tail.log";
  cluster::ChildProcess tail(cluster.command({"audit", "tail"}), log);
  ASSERT_TRUE(eventually("the last one is shown", [&] {
    return Observation{content_of(log).find("Row11") != std::string::npos, content_of(log)};
  }));
  tail.signal(SIGTERM);
  EXPECT_EQ(tail.wait(std::chrono::seconds(60)), 0);
  std::vector<std::string> shown;
  std::vector<std::string> told;
  std::istringstream lines(content_of(log));
  for (std::string line; std::getline(lines, line);) {
    const auto row = line.find("Row");
    if (row == std::string::npos)
      told.push_back(line);
    else
      shown.push_back(line.substr(row, line.find(' ', row) - row));
  }
  EXPECT_THAT(shown, ElementsAre("Row6", "Row7", "Row8", "Row9", "Row10", "Row11"));
  EXPECT_THAT(told, ElementsAre(HasSubstr("; trying again until it works")));
}

TEST(PluginAuditLossTest, SigningUpSaysWhatWasMade) {
  const Scripted cluster(always(http_answer(
      201, R"({"kind":"Signup","spec":{"organization":"acme"},"status":{"namespace":"acme","member":"jane"}})")));
  const auto made = cluster.run({"signup", "acme", "--email", "jane@acme.example"});
  EXPECT_EQ(made.exit_code, 0) << made;
  EXPECT_EQ(made.out,
            "signup.records.guildhall.dev/acme created\n"
            "The organization acme has its home in the namespace acme, and you are its Member jane.\n"
            "See it: kubectl get organization acme\n"
            "See who belongs to it: kubectl guildhall members list -n acme\n");
  EXPECT_EQ(cluster.run({"signup", "acme", "--email=j@acme.example", "-o", "name"}).out,
            "signup.records.guildhall.dev/acme\n");
  EXPECT_EQ(cluster.run({"signup", "acme", "--email=j@acme.example", "--dry-run=server"}).out,
            "signup.records.guildhall.dev/acme created (server dry run)\n");
}

TEST(PluginAuditLossTest, SigningUpSaysWhyNot) {
  const Scripted cluster(always(http_answer(
      503,
      R"({"kind":"Status","code":503,"reason":"ServiceUnavailable","message":"this replica takes no sign-ups"})")));
  const auto refused = cluster.run({"signup", "acme", "--email", "jane@acme.example"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.out, IsEmpty());
  EXPECT_THAT(refused.err, StartsWith("Error from server (ServiceUnavailable): this replica takes no sign-ups\n"));
}

}  // namespace
}  // namespace guildhall::tests
