#include "base/log.h"
#include "app/upkeep/company_due.h"
#include "worker.h"

enum { DUE_PAUSE_S = 60 };

void due_step(struct worker *worker, struct arena *arena)
{
    static const struct principal nobody = {.person_id = 0};
    instant_us now = clock_now(worker->clock);
    const struct actor actor = {
        .db = worker->db,
        .arena = arena,
        .principal = &nobody,
        .now = now,
        .program = "worker",
        .trace_id = STR("due"),
    };
    size_t changed = 0;

    if (now < worker->due_at)
        return;
    worker->due_at = now + DUE_PAUSE_S * US_PER_S;
    if (app_company_due(&actor, &changed) != OK) {
        log_event(LOG_LEVEL_WARN, "due_failed", "companies: %s", err_text());
        err_clear();
    } else if (changed > 0) {
        log_event(LOG_LEVEL_INFO, "companies_changed", "%zu", changed);
    }
}
