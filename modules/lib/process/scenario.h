/* scenario.h: a scripted run of a definition with the expected trace; and the lines of a trace.
 *
 *   {"description": "...", "today": "2026-11-22",
 *    "answers": {"city": "Leipzig", ...},        typed answers; validated with every form
 *    "errors": {"city": "Enter “{0}”."},          expected instead of a run; then no "steps"
 *    "steps": [{"event": "start", "trace": ["open ...", "run ...", "ended ..."]},
 *              {"event": "complete Task#1", "variables": {...}, "trace": [...]},
 *              {"event": "complete Task#1", "refused": true}]}
 *
 * The state is encoded and decoded after every step, as it is between two transactions. */
#ifndef PROCESS_SCENARIO_H
#define PROCESS_SCENARIO_H

#include "process/definition.h"
#include "process/report.h"

/** One effect as a line: "open Check#1 team=compliance due=259200s phase=\"...\" step=\"...\"". */
struct str scenario_trace(struct arena *arena, const struct process_effect *effect);
/** Run it; each difference is a problem with its line. OK or ERR_INPUT. */
enum err scenario_run(struct arena *arena, const struct definition *definition,
                      struct str text, struct report *report) MUST_USE;
/**
 * As the stored state goes through the database: encode, decode, encode again. A difference is a
 * bug().
 */
struct process_state *scenario_store(struct arena *arena,
                                     const struct definition *definition,
                                     const struct process_state *state);

#endif
