#include "operator/http/streams.hpp"

#include <system_error>
#include <utility>

namespace guildhall::http {
namespace {

bool run(const BodyProducer& produce, BodyWriter& body) {
  try {
    return produce(body);
  } catch (...) {
    return false;
  }
}

void produce_body(BodyProducer produce, BodyPipe& pipe) {
  const bool is_whole = run(produce, pipe);
  produce = nullptr;  // what it holds goes on its own thread, and before anybody hears that it has ended
  pipe.finish(is_whole);
}

}  // namespace

bool Streams::begin(const std::shared_ptr<Stream>& stream, BodyProducer produce, std::size_t most) {
  if (running_.size() >= most) return false;
  try {
    stream->producer = std::jthread(
        [produce = std::move(produce), &pipe = stream->pipe]() mutable { produce_body(std::move(produce), pipe); });
  } catch (const std::system_error&) {
    return false;
  }
  running_.push_back(stream);
  return true;
}

void Streams::stop() {
  for (const auto& stream : running_)
    stream->pipe.close();
  for (const auto& stream : running_)
    stream->producer.join();
  running_.clear();
}

}  // namespace guildhall::http
