#include "tests/cluster/direct_look.hpp"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string_view>

namespace guildhall::tests::cluster {
namespace {

using nlohmann::json;

struct Type {
  std::string_view singular;
  std::string_view path;  // of the group's version
  std::string_view plural;
  bool is_namespaced;
};

constexpr std::string_view kGuildhall = "/apis/guildhall.dev/v1alpha1";
constexpr std::string_view kRbac = "/apis/rbac.authorization.k8s.io/v1";
constexpr std::string_view kAdmission = "/apis/admissionregistration.k8s.io/v1";
constexpr std::array kTypes{
    Type{"organization", kGuildhall, "organizations", false},
    Type{"member", kGuildhall, "members", true},
    Type{"apikey", kGuildhall, "apikeys", true},
    Type{"namespace", "/api/v1", "namespaces", false},
    Type{"secret", "/api/v1", "secrets", true},
    Type{"configmap", "/api/v1", "configmaps", true},
    Type{"serviceaccount", "/api/v1", "serviceaccounts", true},
    Type{"lease", "/apis/coordination.k8s.io/v1", "leases", true},
    Type{"role", kRbac, "roles", true},
    Type{"rolebinding", kRbac, "rolebindings", true},
    Type{"clusterrole", kRbac, "clusterroles", false},
    Type{"clusterrolebinding", kRbac, "clusterrolebindings", false},
    Type{"validatingwebhookconfiguration", kAdmission, "validatingwebhookconfigurations", false},
    Type{"mutatingwebhookconfiguration", kAdmission, "mutatingwebhookconfigurations", false},
};

// Where the object is; empty: kubectl's to find.
std::string path_of(const std::vector<std::string>& arguments) {
  const bool names_namespace = arguments.size() == 4 && arguments[2] == "-n";
  if (arguments.size() != 2 && !names_namespace) return {};
  const auto* const type = std::ranges::find(kTypes, arguments[0], &Type::singular);
  const std::string& name = arguments[1];
  if (type == kTypes.end() || name.empty() || name.find_first_of("/%?#") != std::string::npos) return {};
  std::string path(type->path);
  if (type->is_namespaced) path += "/namespaces/" + (names_namespace ? arguments[3] : "default");
  return path.append("/").append(type->plural).append("/").append(name);
}

std::string decoded(const std::string& base64) {
  std::string bytes(base64.size(), '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),  // NOLINT: what OpenSSL takes
                      reinterpret_cast<const unsigned char*>(base64.data()), static_cast<int>(base64.size()));
  if (length < 0) return {};
  bytes.resize(static_cast<std::size_t>(length) - static_cast<std::size_t>(std::ranges::count(base64, '=')));
  return bytes;
}

struct User {
  std::string server;
  std::string ca;
  std::string certificate;
  std::string key;
  std::string token;
};

std::optional<User> read_user(const std::filesystem::path& kubeconfig) {
  const auto text = [](const YAML::Node& node) { return node ? node.as<std::string>() : std::string(); };
  try {
    const YAML::Node config = YAML::LoadFile(kubeconfig);
    if (config["clusters"].size() != 1 || config["users"].size() != 1) return std::nullopt;
    const YAML::Node cluster = config["clusters"][0]["cluster"];
    const YAML::Node user = config["users"][0]["user"];
    User result{.server = text(cluster["server"]),
                .ca = decoded(text(cluster["certificate-authority-data"])),
                .certificate = decoded(text(user["client-certificate-data"])),
                .key = decoded(text(user["client-key-data"])),
                .token = text(user["token"])};
    const bool is_known = user.size() == (result.token.empty() ? 2U : 1U);
    if (result.ca.empty() || !is_known || (result.token.empty() && result.key.empty())) return std::nullopt;
    return result;
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
}

std::size_t take(char* bytes, std::size_t /*one*/, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(bytes, count);
  return count;
}

// No child that is started meanwhile keeps the connection open.
curl_socket_t open_socket(void* /*unused*/, curlsocktype /*purpose*/, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

curl_blob blob_of(const std::string& bytes) {
  return {
      .data = const_cast<char*>(bytes.data()), .len = bytes.size(), .flags = CURL_BLOB_COPY};  // NOLINT: it is copied
}

struct Release {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Release>;
using Fields = std::unique_ptr<curl_slist, Release>;

struct Answer {
  long status = 0;
  json body;
};

}  // namespace

struct DirectLook::Inner {
  std::optional<User> user;
  std::mutex mutex;
  std::vector<Handle> idle;

  Handle handle() {
    const std::scoped_lock lock(mutex);
    if (idle.empty()) return Handle(curl_easy_init());
    Handle result = std::move(idle.back());
    idle.pop_back();
    return result;
  }
  // With the user's credentials. The connections of an earlier request stay.
  void prepare(CURL* curl, const std::string& path, std::string& body) const;
  // Unset: no answer.
  std::optional<Answer> ask(const std::string& path, const std::optional<std::string>& content);
};

void DirectLook::Inner::prepare(CURL* curl, const std::string& path, std::string& body) const {
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, (user->server + path).c_str());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
  const curl_blob ca = blob_of(user->ca);
  curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &ca);
  if (!user->token.empty()) {
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, user->token.c_str());
    return;
  }
  const curl_blob certificate = blob_of(user->certificate);
  const curl_blob key = blob_of(user->key);
  curl_easy_setopt(curl, CURLOPT_SSLCERT_BLOB, &certificate);
  curl_easy_setopt(curl, CURLOPT_SSLKEY_BLOB, &key);
}

std::optional<Answer> DirectLook::Inner::ask(const std::string& path, const std::optional<std::string>& content) {
  Handle curl = handle();
  std::string body;
  prepare(curl.get(), path, body);
  const Fields fields(curl_slist_append(nullptr, "Content-Type: application/json"));
  if (content) {
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, fields.get());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(content->size()));
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, content->c_str());
  }
  if (curl_easy_perform(curl.get()) != CURLE_OK) return std::nullopt;
  Answer answer;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  answer.body = json::parse(body, nullptr, false);
  const std::scoped_lock lock(mutex);
  idle.push_back(std::move(curl));
  return answer;
}

DirectLook::DirectLook(const std::filesystem::path& kubeconfig) : inner_(std::make_unique<Inner>()) {
  inner_->user = read_user(kubeconfig);
}

DirectLook::~DirectLook() = default;

std::optional<json> DirectLook::get(const std::vector<std::string>& arguments) const {
  const std::string path = path_of(arguments);
  if (path.empty() || !inner_->user) return std::nullopt;
  auto answer = inner_->ask(path, std::nullopt);
  if (!answer || !answer->body.is_object()) return std::nullopt;
  // Without a name it is the type that the server does not know.
  if (answer->status == 404 && answer->body.contains(json::json_pointer("/details/name"))) return json();
  if (answer->status != 200) return std::nullopt;
  answer->body["metadata"].erase("managedFields");
  return std::move(answer->body);
}

std::optional<json> DirectLook::create(const std::string& path, const json& object) const {
  if (!inner_->user) return std::nullopt;
  auto answer = inner_->ask(path, object.dump());
  if (!answer || answer->status != 201 || !answer->body.is_object()) return std::nullopt;
  return std::move(answer->body);
}

}  // namespace guildhall::tests::cluster
