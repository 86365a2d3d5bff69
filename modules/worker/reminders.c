#include "base/log.h"
#include "app/upkeep/expiry_reminder.h"
#include "worker.h"

enum { REMINDER_PAUSE_S = 5, REMINDERS = 20 };

void reminder_step(struct worker *worker, struct arena *arena)
{
    instant_us now = clock_now(worker->clock);
    bool told = true;
    if (now < worker->remind_at) {
        return;
    }
    for (int i = 0; i < REMINDERS && told; i++) {
        enum err err =
            app_expiry_step(worker->db, arena, &worker->staff, worker->clock, &told);
        if (err != OK) {
            log_event(LOG_LEVEL_WARN, "reminder_failed", "%s: %s", err_name(err),
                      err_text());
            err_clear();
            told = false;
        }
        arena_clear(arena);
    }
    /* More may be due: the next round goes on at once. */
    worker->remind_at = told ? now : now + REMINDER_PAUSE_S * US_PER_S;
}
