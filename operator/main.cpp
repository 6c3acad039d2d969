#include <cstdio>

#include "operator/options.hpp"
#include "operator/process_hardening.hpp"
#include "operator/process_memory.hpp"
#include "operator/run.hpp"
#include "operator/telemetry/logging.hpp"

int main(int argc, char** argv) {
  const auto parsed = guildhall::parse_options(argc, argv);
  if (const auto* message = std::get_if<guildhall::Message>(&parsed)) {
    std::fputs(message->text.c_str(), message->exit_code == 0 ? stdout : stderr);
    return message->exit_code;
  }
  const auto& options = std::get<guildhall::RunOptions>(parsed);
  if (!guildhall::harden_process()) {
    std::fputs("the kernel refused to keep this process from writing a core; not starting, as it holds tokens\n",
               stderr);
    return 1;
  }
  guildhall::keep_memory_small();
  guildhall::telemetry::set_up_logging(options.log_level, options.log_format);
  return guildhall::run(options);
}
