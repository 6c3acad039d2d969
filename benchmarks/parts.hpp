// What is measured. Each part makes what it needs, control planes of its own mostly, and writes its figures to the
// recorder.
#pragma once

#include "benchmarks/measurement.hpp"

namespace guildhall::benchmarks {

void measure_idle(Recorder& recorder);
void measure_bulk(Recorder& recorder);
void measure_restart(Recorder& recorder);
void measure_latency(Recorder& recorder);
void measure_foreign(Recorder& recorder);
void measure_admission(Recorder& recorder);
void measure_members(Recorder& recorder);
void measure_takeover(Recorder& recorder);
void measure_audit_store(Recorder& recorder);
void measure_records(Recorder& recorder);
void measure_gate(Recorder& recorder);
void measure_revocation(Recorder& recorder);

}  // namespace guildhall::benchmarks
