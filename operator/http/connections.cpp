#include "operator/http/connections.hpp"

#include <utility>

namespace guildhall::http {

bool Connections::end_oldest() {
  for (const auto& entry : open_) {
    auto connection = entry.lock();
    if (!connection || !connection->waits.exchange(false)) continue;
    OpenConnection& oldest = *connection;
    oldest.end(std::move(connection));
    return true;
  }
  return false;
}

std::optional<Connections::Entry> Connections::admit(const std::shared_ptr<OpenConnection>& connection,
                                                     std::size_t most) {
  const std::scoped_lock lock(mutex_);
  if (open_.size() - streaming_ >= most && !end_oldest()) return std::nullopt;
  return open_.insert(open_.end(), connection);
}

void Connections::leave(Entry entry) {
  const std::scoped_lock lock(mutex_);
  open_.erase(entry);
}

void Connections::set_apart() {
  const std::scoped_lock lock(mutex_);
  ++streaming_;
}

void Connections::take_back(std::size_t most) {
  const std::scoped_lock lock(mutex_);
  --streaming_;
  if (open_.size() - streaming_ > most) end_oldest();
}

void Connections::abandon_all() {
  const std::scoped_lock lock(mutex_);
  for (const auto& entry : open_)
    if (const auto connection = entry.lock()) connection->abandon();
}

}  // namespace guildhall::http
