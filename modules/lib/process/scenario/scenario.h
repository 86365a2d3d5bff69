/* scenario.h: a scripted run of a definition with the expected trace; and the lines of a trace.
 *
 *   {"description": "...", "today": "2026-11-22", "zone": "Europe/Berlin",    zone: UTC if left out
 *    "base": {"address.city": "Bonn"}, "facts": {"company": {...}, "catalogue": {...}},
 *    "answers": {"city": "Leipzig", "places": ["de"], "members": [{"name": "A"}], "volume": "12.50"},
 *                                                 validated form by form, as the customer fills them in
 *    "errors": {"members[0].name": "Enter “{0}”."},   expected instead of a run; then no "steps"
 *    "documents": ["extract"],                    slots that are required now; not compared if left out
 *    "refusals": ["no-limit"],                    rules of rules.json that refuse now; none if left out;
 *                                                 then no "steps"
 *    "steps": [{"event": "start", "trace": ["open ...", "run ...", "ended ..."]},
 *              {"event": "complete Task#1", "outcome": "remark", "reason": "...", "by": "...",
 *               "answers": {...}, "trace": [...]},      a person; "answers" of the task's form
 *              {"event": "complete Service#1", "variables": {...}, "trace": [...]},
 *              {"event": "fail Service#1", "error": "open-obligations", "trace": [...]},
 *              {"event": "timer Wait#1", "trace": [...]},     the clock goes on to when it is due
 *              {"event": "message NAME", "correlation": "...", "variables": {...}, "trace": [...]},
 *              {"event": "signal NAME", "trace": [...]},
 *              {"event": "retry Service#1", "trace": [...]},
 *              {"event": "complete Task#1", "refused": true}]}
 *
 * "Task#1" is the first activation of the element Task. An activation with more than one timer names the one:
 * "timer Task#1 Reminder". The clock begins at 08:00 UTC of `today`. A step whose form answers are wrong has "errors",
 * too, and nothing happens. The state is encoded and decoded after every step, as it is between two transactions. */
#ifndef PROCESS_SCENARIO_H
#define PROCESS_SCENARIO_H

#include "process/definition/definition.h"
#include "process/definition/report.h"

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
