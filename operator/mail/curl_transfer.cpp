#include "operator/mail/curl_transfer.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>

#include "operator/mail/headers.hpp"
#include "operator/mail/login_offer.hpp"
#include "operator/mail/mail_content.hpp"

namespace guildhall::mail {
namespace {

using Clock = std::chrono::steady_clock;

/// How long a server that has answered the mail may take to answer our QUIT.
constexpr long kQuitSeconds = 2;
constexpr std::chrono::milliseconds kShortestPause{1};
constexpr std::chrono::milliseconds kLongestPause{1'000};

/// libcurl's own state, made once; it is safe to use from several threads then.
void prepare_library() {
  static const CURLcode prepared = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(prepared);
}

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(curl_mime* mime) const { curl_mime_free(mime); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using List = std::unique_ptr<curl_slist, Free>;

List make_list(const std::vector<std::string>& lines) {
  List list;
  for (const std::string& line : lines) {
    if (curl_slist* longer = curl_slist_append(list.get(), line.c_str()); longer != nullptr) {
      static_cast<void>(list.release());
      list.reset(longer);
    }
  }
  return list;
}

/// One mail on its way: what libcurl reads of it, hears of the server, and asks.
class Transfer {
 public:
  Transfer(const SmtpServer& server, const Message& message, const Release& release, std::stop_token stop);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() { curl_multi_remove_handle(multi_.get(), easy_.get()); }

  void log_in(const SmtpServer& server, const core::SecretText& password);
  Course run();

 private:
  struct Part {
    Transfer* transfer;
    ContentReader content;
    bool is_last;
  };

  template <class Value>
  void set(CURLoption option, Value value) {
    if (prepared_ == CURLE_OK) prepared_ = curl_easy_setopt(easy_.get(), option, value);
  }
  void aim(const SmtpServer& server);
  void secure(const SmtpServer& server);
  void fill(const Message& message);
  void add_part(curl_mime* to, const core::SecretText& content, const char* type, bool is_last);
  void note(CURLcode code) {
    if (prepared_ == CURLE_OK) prepared_ = code;
  }
  CURLcode drive();
  void look_up();
  [[nodiscard]] bool lacks_login() const { return login_ && !login_->problem().empty(); }
  [[nodiscard]] std::chrono::milliseconds time_left() const;
  void conclude(CURLcode code);
  bool let_go();
  void hear(std::string_view line);
  void note_command(std::string_view command);
  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* part) noexcept;
  static std::size_t on_line(char* line, std::size_t size, std::size_t count, void* transfer) noexcept;
  static int on_command(CURL* easy, curl_infotype type, char* text, std::size_t size, void* transfer) noexcept;
  static int on_progress(void* transfer, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept;

  // In the order in which libcurl may lose them: what a handle refers to outlives it.
  std::array<char, CURL_ERROR_SIZE> problem_{};
  std::deque<Part> parts_;
  List headers_;
  List recipients_;
  std::unique_ptr<CURL, Free> easy_;
  std::unique_ptr<curl_mime, Free> mime_;
  std::unique_ptr<CURLM, FreeMulti> multi_;
  CURLcode prepared_ = CURLE_OK;
  const Release& release_;
  std::stop_token stop_;
  std::chrono::milliseconds connect_timeout_;
  std::chrono::milliseconds timeout_;
  Clock::time_point deadline_;
  std::optional<LoginOffer> login_;  // unset: none is asked for
  bool has_begun_ = false;           // the mail
  bool says_goodbye_ = false;
  bool gives_up_ = false;  // stopped, or the time is over
  ReplyReader reader_;
  Course course_;
};

Transfer::Transfer(const SmtpServer& server, const Message& message, const Release& release, std::stop_token stop)
    : headers_(make_list(header_lines(message))),
      recipients_(make_list({fmt::format("<{}>", message.to)})),
      easy_(curl_easy_init()),
      mime_(curl_mime_init(easy_.get())),
      multi_(curl_multi_init()),
      release_(release),
      stop_(std::move(stop)),
      connect_timeout_(server.connect_timeout),
      timeout_(server.timeout),
      deadline_(Clock::now() + timeout_) {
  if (!easy_ || !mime_ || !multi_) {
    prepared_ = CURLE_OUT_OF_MEMORY;
    return;
  }
  aim(server);
  secure(server);
  set(CURLOPT_MAIL_FROM, fmt::format("<{}>", message.from).c_str());
  set(CURLOPT_MAIL_RCPT, recipients_.get());
  fill(message);
}

void Transfer::aim(const SmtpServer& server) {
  const bool is_ipv6 = server.host.contains(':');
  // The path is the name for EHLO.
  const std::string url =
      fmt::format("{}://{}{}{}:{}/{}", server.implicit_tls ? "smtps" : "smtp", is_ipv6 ? "[" : "", server.host,
                  is_ipv6 ? "]" : "", server.port, server.from.substr(server.from.find('@') + 1));
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a stop does not wait for DNS
  set(CURLOPT_FORBID_REUSE, 1L);
  // libcurl counts all that comes before MAIL as connecting.
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(server.connect_timeout.count()));
  // Its own limit for each reply, 2 minutes, is not to come before the two that can be set.
  set(CURLOPT_SERVER_RESPONSE_TIMEOUT,
      static_cast<long>(std::chrono::ceil<std::chrono::seconds>(timeout_).count() + 1));
  set(CURLOPT_ERRORBUFFER, problem_.data());
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_line);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_DEBUGFUNCTION, &Transfer::on_command);
  set(CURLOPT_DEBUGDATA, this);
  set(CURLOPT_VERBOSE, 1L);  // tells on_command alone
  set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  set(CURLOPT_XFERINFODATA, this);
  set(CURLOPT_NOPROGRESS, 0L);
}

void Transfer::secure(const SmtpServer& server) {
  set(CURLOPT_USE_SSL, static_cast<long>(server.require_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!server.ca_file.empty()) {
    set(CURLOPT_CAINFO, server.ca_file.c_str());
    set(CURLOPT_CAPATH, nullptr);
  }
}

void Transfer::log_in(const SmtpServer& server, const core::SecretText& password) {
  login_.emplace(server.implicit_tls || !server.require_tls);
  set(CURLOPT_USERNAME, server.username.c_str());
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): it is all of a std::string, so a zero follows
  set(CURLOPT_PASSWORD, password.reveal().data());
  set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
}

void Transfer::fill(const Message& message) {
  // libcurl's outermost part is a multipart/mixed, whatever it holds.
  curl_mime* alternatives = curl_mime_init(easy_.get());
  curl_mimepart* whole = curl_mime_addpart(mime_.get());
  note(curl_mime_subparts(whole, alternatives));
  note(curl_mime_type(whole, "multipart/alternative"));
  const bool has_html = !message.html.empty();
  add_part(alternatives, message.text, "text/plain; charset=utf-8", !has_html);
  if (has_html) add_part(alternatives, message.html, "text/html; charset=utf-8", true);
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_MIMEPOST, mime_.get());
}

void Transfer::add_part(curl_mime* to, const core::SecretText& content, const char* type, bool is_last) {
  core::SecretText lines = with_mail_line_breaks(content.reveal());
  const auto size = static_cast<curl_off_t>(lines.reveal().size());
  parts_.push_back({.transfer = this, .content = ContentReader(std::move(lines)), .is_last = is_last});
  curl_mimepart* part = curl_mime_addpart(to);
  note(curl_mime_type(part, type));
  note(curl_mime_encoder(part, "base64"));
  note(curl_mime_data_cb(part, size, &Transfer::on_read, nullptr, nullptr, &parts_.back()));
}

bool Transfer::let_go() {
  if (course_.asked) return course_.released;
  course_.asked = true;
  const auto begin = Clock::now();
  course_.released = release_();
  deadline_ += Clock::now() - begin;
  return course_.released;
}

void Transfer::hear(std::string_view line) {
  if (login_) login_->heard(line);
  auto reply = reader_.add(line);
  // The first reply after the release is the mail's, and what follows our QUIT says nothing of it.
  if (!reply || course_.replied_to_mail || says_goodbye_) return;
  course_.last_reply = std::move(reply);
  course_.replied_to_mail = course_.released;
  if (course_.released) curl_easy_setopt(easy_.get(), CURLOPT_SERVER_RESPONSE_TIMEOUT, kQuitSeconds);
}

std::size_t Transfer::on_read(char* buffer, std::size_t size, std::size_t count, void* part) noexcept {
  auto& of = *static_cast<Part*>(part);
  if (of.transfer->lacks_login()) return CURL_READFUNC_ABORT;
  if (of.is_last && of.content.is_at_end() && !of.transfer->let_go()) return CURL_READFUNC_ABORT;
  return of.content.read({buffer, size * count});
}

std::size_t Transfer::on_line(char* line, std::size_t size, std::size_t count, void* transfer) noexcept {
  static_cast<Transfer*>(transfer)->hear({line, size * count});
  return size * count;
}

int Transfer::on_command(CURL* /*easy*/, curl_infotype type, char* text, std::size_t size, void* transfer) noexcept {
  if (type == CURLINFO_HEADER_OUT) static_cast<Transfer*>(transfer)->note_command({text, size});
  return 0;
}

void Transfer::note_command(std::string_view command) {
  if (command.starts_with("MAIL")) has_begun_ = true;
  if (command.starts_with("QUIT")) says_goodbye_ = true;
  if (login_) login_->sent(command);
}

void Transfer::look_up() {
  course_.stopped = stop_.stop_requested();
  gives_up_ = course_.stopped || time_left().count() <= 0;
}

/// The one safe way to end a transfer: one that is taken from libcurl in the middle of a mail is given the dot that
/// ends it, and half a mail would be delivered. Once a second libcurl asks here while it waits for the reply to the
/// mail, in the middle of curl_multi_perform.
int Transfer::on_progress(void* transfer, curl_off_t /*to_get*/, curl_off_t /*got*/, curl_off_t /*to_send*/,
                          curl_off_t /*sent*/) noexcept {
  auto& of = *static_cast<Transfer*>(transfer);
  of.look_up();
  // Without the login no command follows: libcurl asks here before it goes on from the greeting to the mail.
  return of.gives_up_ || of.lacks_login() ? 1 : 0;
}

std::chrono::milliseconds Transfer::time_left() const {
  return std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
}

CURLcode Transfer::drive() {
  CURLM* multi = multi_.get();
  curl_multi_add_handle(multi, easy_.get());
  const std::stop_callback wake(stop_, [multi] { curl_multi_wakeup(multi); });
  while (true) {
    look_up();
    int running = 0;
    if (curl_multi_perform(multi, &running) != CURLM_OK) return CURLE_FAILED_INIT;
    int waiting = 0;
    if (const CURLMsg* done = curl_multi_info_read(multi, &waiting); done != nullptr) return done->data.result;
    if (gives_up_) return CURLE_ABORTED_BY_CALLBACK;  // there was not even a connection
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(std::clamp(time_left(), kShortestPause, kLongestPause).count()),
                    nullptr);
  }
}

void Transfer::conclude(CURLcode code) {
  if (code == CURLE_OK) return;
  course_.failure = code == CURLE_SEND_ERROR ? Failure::Command : Failure::Other;
  course_.words = problem_.front() == '\0' ? curl_easy_strerror(code) : problem_.data();
  if (code == CURLE_OPERATION_TIMEDOUT && !has_begun_) {
    course_.words =
        fmt::format("no mail could begin within {} ms (smtp.connectTimeout: connection, TLS, greeting and login)",
                    connect_timeout_.count());
  }
  if (lacks_login()) course_.words = login_->problem();
  if (!gives_up_) return;
  course_.words = "stopped before the mail server answered";
  if (!course_.stopped) course_.words = fmt::format("the mail server did not answer within {} ms", timeout_.count());
}

Course Transfer::run() {
  conclude(prepared_ == CURLE_OK ? drive() : prepared_);
  return course_;
}

}  // namespace

Course transfer(const SmtpServer& server, const core::SecretText& password, const Message& message,
                const Release& release, const std::stop_token& stop) {
  prepare_library();
  Transfer transfer(server, message, release, stop);
  if (!server.username.empty()) transfer.log_in(server, password);
  return transfer.run();
}

}  // namespace guildhall::mail
