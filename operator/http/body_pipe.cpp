#include "operator/http/body_pipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace guildhall::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace

void Chunk::take(std::string_view& text) {
  const std::size_t taken = std::min(text.size(), kHead + kBytes - text_.size());
  text_.append(text.substr(0, taken));
  text.remove_prefix(taken);
}

std::string_view Chunk::seal(Framing framing) {
  if (empty()) return {};
  if (framing != Framing::Chunks) return std::string_view(text_).substr(kHead);
  const std::string size = fmt::format("{:x}{}", text_.size() - kHead, kLineEnd);
  const std::size_t begin = kHead - size.size();
  std::ranges::copy(size, text_.begin() + static_cast<std::ptrdiff_t>(begin));
  text_.append(kLineEnd);
  return std::string_view(text_).substr(begin);
}

bool BodyPipe::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (stop_.stop_requested()) return false;
    filling_.take(bytes);
    if (filling_.is_full() && !flush()) return false;
  }
  return !stop_.stop_requested();
}

bool BodyPipe::flush() {
  if (filling_.empty()) return !stop_.stop_requested();
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return is_closed_ || ready_.empty(); });
  if (is_closed_) return false;
  std::swap(filling_, ready_);
  const bool wakes = std::exchange(is_awaited_, false);
  lock.unlock();
  if (wakes) wake_();
  return true;
}

void BodyPipe::finish(bool is_whole) {
  const bool is_sent = flush();
  {
    const std::scoped_lock lock(mutex_);
    has_ended_ = true;
    is_whole_ = is_whole && is_sent;
  }
  wake_();
}

std::optional<BodyPipe::Piece> BodyPipe::next() {
  sending_.clear();
  std::unique_lock lock(mutex_);
  if (is_closed_) ready_.clear();
  if (!ready_.empty()) {
    std::swap(ready_, sending_);
    lock.unlock();
    room_.notify_one();
    return Piece{.bytes = sending_.seal(framing_)};
  }
  is_awaited_ = !has_ended_;
  if (!has_ended_) return std::nullopt;
  const bool says_so = is_whole_ && framing_ == Framing::Chunks;
  return Piece{.bytes = says_so ? kLastChunk : std::string_view{}, .is_last = true, .is_whole = is_whole_};
}

void BodyPipe::close() {
  {
    const std::scoped_lock lock(mutex_);
    is_closed_ = true;
  }
  room_.notify_one();
  stop_.request_stop();
}

}  // namespace guildhall::http
