#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "operator/http/client_authorities.hpp"
#include "operator/http/connections.hpp"
#include "operator/http/request_reader.hpp"
#include "operator/http/server_identity.hpp"

namespace guildhall::http {

/// The bytes of one connection, plain or over TLS. What is begun goes on by itself, and whoever waits for news is told
/// when it has ended. Belongs to its server's thread, but for end() and tell_from_afar().
class Connection final : public OpenConnection, public std::enable_shared_from_this<Connection> {
 public:
  /// There is one instance: for Boost's tcp::socket, which stays out of this header so.
  template <class Socket>
  Connection(Socket socket, const Limits& limits);
  ~Connection() override;

  /// Before anything else: all is said over TLS. False: there is no identity yet.
  bool use_tls(const ServerIdentity& identity);

  /// Whether it was these that a certificate was asked for by; null: nobody.
  [[nodiscard]] bool was_asked_by(const std::shared_ptr<const ClientAuthorities>& authorities) const {
    return authorities == asked_by_;
  }
  /// Of the peer's certificate, if these verify it (ClientAuthorities::common_name).
  [[nodiscard]] std::optional<std::string> common_name(const ClientAuthorities& authorities) const;

  // Of these four, one at a time.
  void greet();
  void write(std::string_view head, std::string_view body);  ///< all of them; they have to stay until it has ended
  void write_some(std::string_view bytes);                   ///< as many as go; see written()
  void say_goodbye();  ///< no more will come; under TLS the peer has its time to say the same
  [[nodiscard]] bool is_acting() const { return is_acting_; }
  [[nodiscard]] bool has_succeeded() const { return has_succeeded_; }
  [[nodiscard]] std::size_t written() const { return written_; }

  /// What the peer has said so far is in the reader; more comes by read(), which may go on beside all else. It does
  /// nothing while it goes on.
  RequestReader& reader() { return reader_; }
  void read();
  [[nodiscard]] bool is_reading() const { return is_reading_; }
  enum class Peer { Speaks, HasEnded, IsGone };
  [[nodiscard]] Peer peer() const { return peer_; }
  /// While it is watched, it is read from, as much as the reader takes, and its end closes the connection.
  void watch_peer(bool watch);
  /// Reads and forgets what still comes, up to some bytes. Nothing else may follow.
  void drain();

  /// Calls `done` once, when there are news. One waits at a time.
  void on_news(std::move_only_function<void()> done) { waiter_ = std::move(done); }
  /// These are news. From any thread.
  void tell_from_afar();

  /// Whatever goes on then is over: the connection is closed.
  void finish_within(std::chrono::milliseconds time);
  void take_its_time();  ///< it is not
  void close();
  void reset();  ///< closes so that the peer takes it for an error
  [[nodiscard]] bool is_closed() const { return is_closed_; }
  void end(std::shared_ptr<OpenConnection> self) override;
  void abandon() override { waiter_ = nullptr; }

  /// The system holds little of what the peer has not taken: so that one who reads, however slowly, is seen to do so.
  void hold_little_unsent();
  [[nodiscard]] const std::string& peer_address() const { return peer_address_; }

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Wire;

  void begin();
  void finish(bool is_success);
  void took(std::size_t bytes, Peer peer);
  void tell();
  void wait_until_due();

  std::unique_ptr<Wire> wire_;
  RequestReader reader_;
  std::move_only_function<void()> waiter_;
  std::string peer_address_;
  std::shared_ptr<const ClientAuthorities> asked_by_;
  bool is_acting_ = false;
  bool has_succeeded_ = false;
  std::size_t written_ = 0;
  bool is_reading_ = false;
  bool is_watching_ = false;
  Peer peer_ = Peer::Speaks;
  bool is_closed_ = false;
  Time due_ = Time::max();    ///< when what goes on has to be done
  Time alarm_ = Time::max();  ///< when that is looked at
};

}  // namespace guildhall::http
