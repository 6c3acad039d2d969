#include "operator/kube/credentials.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <thread>

namespace guildhall::kube {
namespace {

using std::chrono::seconds;

/// Files, a plugin and two clocks that the test moves.
class CredentialsTest : public testing::Test {
 protected:
  CredentialSources sources() {
    return {.read = [this](const std::filesystem::path& file) -> core::Result<std::string> {
              ++reads;
              const auto found = files.find(file.string());
              if (found == files.end())
                return core::fail(core::ErrorKind::NotFound, file.string() + ": there is no such file");
              return found->second;
            },
            .run_plugin = [this](const ExecPlugin&, const std::string& info,
                                 const std::stop_token& stop) { return plugin(info, stop); },
            .steady_now = [this] { return std::chrono::steady_clock::time_point(elapsed); },
            .now = [this] { return core::Timestamp(elapsed); }};
  }
  static ClusterConfig by_token_file() {
    ClusterConfig config;
    config.token.file = "token";
    return config;
  }
  static ClusterConfig by_plugin() {
    ClusterConfig config;
    config.exec = ExecPlugin{.api_version = "client.authentication.k8s.io/v1",
                             .command = "login",
                             .args = {},
                             .env = {},
                             .provide_cluster_info = false,
                             .install_hint = {}};
    return config;
  }
  core::Result<ExecCredential> plugin(const std::string& /*info*/, const std::stop_token& /*stop*/) {
    ++runs;
    if (plugin_fails) return core::fail(core::ErrorKind::Invalid, "it ended with exit code 1");
    ExecCredential credential;
    credential.token = core::SecretText("run-" + std::to_string(runs));
    if (lifetime) credential.expires = core::Timestamp(elapsed) + *lifetime;
    return credential;
  }
  static std::string token_of(Credentials& credentials) {
    const auto identity = credentials.current({});
    return identity ? std::string((*identity)->token.reveal())
                    : std::string(core::to_string(identity.error().kind)) + ": " + identity.error().describe();
  }

  std::map<std::string, std::string> files;
  seconds elapsed{1000};
  int reads = 0;
  int runs = 0;
  bool plugin_fails = false;
  std::optional<seconds> lifetime;
};

TEST_F(CredentialsTest, ReadsATokenFileOnceAMinute) {
  files["token"] = "first\n";
  Credentials credentials(by_token_file(), sources());
  EXPECT_EQ(token_of(credentials), "first");
  files["token"] = "second\n";
  elapsed += seconds(59);
  EXPECT_EQ(token_of(credentials), "first");
  elapsed += seconds(1);
  EXPECT_EQ(token_of(credentials), "second");
  EXPECT_EQ(reads, 2);
}

TEST_F(CredentialsTest, ReadsItAtOnceAfterARefusal) {
  files["token"] = "first";
  Credentials credentials(by_token_file(), sources());
  const auto first = credentials.current({}).value();
  EXPECT_FALSE(credentials.renew(first, {}));  // nothing new there
  files["token"] = "second";
  EXPECT_TRUE(credentials.renew(credentials.current({}).value(), {}));
  EXPECT_EQ(token_of(credentials), "second");
}

TEST_F(CredentialsTest, ARefusalOfWhatIsLongReplacedReadsNothing) {
  files["token"] = "first";
  Credentials credentials(by_token_file(), sources());
  const auto first = credentials.current({}).value();
  files["token"] = "second";
  elapsed += seconds(60);
  ASSERT_EQ(token_of(credentials), "second");
  const int before = reads;
  EXPECT_TRUE(credentials.renew(first, {}));
  EXPECT_EQ(reads, before);
}

TEST_F(CredentialsTest, GoesOnWithTheOldOnesWhenTheFileIsGone) {
  files["token"] = "first";
  Credentials credentials(by_token_file(), sources());
  ASSERT_EQ(token_of(credentials), "first");
  files.clear();
  elapsed += seconds(60);
  EXPECT_EQ(token_of(credentials), "first");
  const int before = reads;
  EXPECT_EQ(token_of(credentials), "first");
  EXPECT_EQ(reads, before);  // asked again in a minute, not at every request
}

TEST_F(CredentialsTest, NamesTheFileThatIsMissing) {
  Credentials by_token(by_token_file(), sources());
  EXPECT_EQ(token_of(by_token), "Unauthorized: token: token: there is no such file");
  ClusterConfig config;
  config.client_key.file = "u.key";
  Credentials by_certificate(std::move(config), sources());
  EXPECT_EQ(token_of(by_certificate), "Unauthorized: client-key: u.key: there is no such file");
}

TEST_F(CredentialsTest, ANewCertificateOrCaIsANewGenerationANewTokenIsNot) {
  ClusterConfig config = by_token_file();
  config.ca.file = "ca";
  config.client_certificate.file = "crt";
  config.client_key.file = "key";
  files = {{"token", "t"}, {"ca", "CA"}, {"crt", "C"}, {"key", "K"}};
  Credentials credentials(std::move(config), sources());
  const auto generation_after = [&](const char* file, const char* text) {
    if (file != nullptr) files[file] = text;
    elapsed += seconds(60);
    return credentials.current({}).value()->tls_generation;
  };
  EXPECT_EQ(generation_after(nullptr, nullptr), 1U);
  EXPECT_EQ(generation_after("token", "t2"), 1U);
  EXPECT_EQ(generation_after("ca", "CA2"), 2U);
  EXPECT_EQ(generation_after("crt", "C2"), 3U);
  EXPECT_EQ(generation_after("key", "K2"), 4U);
  EXPECT_EQ(generation_after(nullptr, nullptr), 4U);
}

TEST_F(CredentialsTest, RunsAPluginAgainShortlyBeforeWhatItGaveExpires) {
  lifetime = seconds(300);
  Credentials credentials(by_plugin(), sources());
  EXPECT_EQ(token_of(credentials), "run-1");
  elapsed += seconds(289);
  EXPECT_EQ(token_of(credentials), "run-1");
  elapsed += seconds(1);
  EXPECT_EQ(token_of(credentials), "run-2");
}

TEST_F(CredentialsTest, RunsAPluginOnceWhenItNamesNoEnd) {
  Credentials credentials(by_plugin(), sources());
  EXPECT_EQ(token_of(credentials), "run-1");
  elapsed += std::chrono::hours(24);
  EXPECT_EQ(token_of(credentials), "run-1");
  EXPECT_TRUE(credentials.renew(credentials.current({}).value(), {}));
  EXPECT_EQ(token_of(credentials), "run-2");
}

TEST_F(CredentialsTest, SaysThatAPluginFailed) {
  plugin_fails = true;
  Credentials credentials(by_plugin(), sources());
  EXPECT_EQ(token_of(credentials), "Unauthorized: exec plugin login: it ended with exit code 1");
  plugin_fails = false;
  EXPECT_EQ(token_of(credentials), "run-2");
}

TEST_F(CredentialsTest, OneRunsThePluginAndTheOthersWaitForItOrLeave) {
  std::mutex mutex;
  std::condition_variable changed;
  bool started = false;
  bool go = false;
  auto slow = sources();
  slow.run_plugin = [&](const ExecPlugin&, const std::string& info, const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    started = true;
    changed.notify_all();
    changed.wait(lock, [&] { return go; });
    return plugin(info, stop);
  };
  Credentials credentials(by_plugin(), slow);
  std::jthread first([&] { EXPECT_EQ(token_of(credentials), "run-1"); });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return started; });
  }
  std::stop_source stop;
  std::jthread leaves(
      [&] { EXPECT_EQ(core::to_string(credentials.current(stop.get_token()).error().kind), "Canceled"); });
  std::jthread waits([&] { EXPECT_EQ(token_of(credentials), "run-1"); });
  stop.request_stop();
  leaves.join();
  {
    const std::scoped_lock lock(mutex);
    go = true;
    changed.notify_all();
  }
  first.join();
  waits.join();
  EXPECT_EQ(runs, 1);
}

}  // namespace
}  // namespace guildhall::kube
