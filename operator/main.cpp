#include <spdlog/spdlog.h>

#include <cstdint>
#include <cstdio>

#include "operator/file_limit.hpp"
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
  const auto* gate = std::get_if<guildhall::GateOptions>(&parsed);
  const auto* run = std::get_if<guildhall::RunOptions>(&parsed);
  const guildhall::ProcessOptions& process = gate != nullptr ? gate->process : run->process;
  if (!guildhall::harden_process()) {
    std::fputs("the kernel refused to keep this process from writing a core; not starting, as it holds tokens\n",
               stderr);
    return 1;
  }
  guildhall::keep_memory_small();
  guildhall::telemetry::set_up_logging(process.log_level, process.log_format);
  constexpr std::uint64_t kWanted = 4'096;
  if (const std::uint64_t files = guildhall::raise_file_limit(); files < kWanted)
    spdlog::warn("this process may open only {} files and connections (ulimit -n): at {} it answers all that it might",
                 files, kWanted);
  return gate != nullptr ? guildhall::run(*gate) : guildhall::run(*run);
}
