#include "base/log.h"
#include "file/blob_store.h"
#include "store/document.h"
#include "worker.h"

/* One folder of 256 a step: the whole store once in 45 minutes, and no step is long. */
enum { JANITOR_PAUSE_S = 10, SHARD_COUNT = 256, BLOB_MIN_AGE_S = 3600 };

struct sweep_context {
    struct db *db;
    struct arena *arena;
};

static enum err blob_wanted(void *context, const uint8_t sha256[SHA256_BYTES],
                            bool *wanted_out)
{
    const struct sweep_context *sweep = context;
    return document_content_known(sweep->db, sweep->arena, sha256, wanted_out);
}

/** Content without a row is left by an upload that was killed before its commit. */
static void sweep_store(struct worker *worker, struct arena *arena, instant_us now)
{
    struct sweep_context sweep = {worker->db, arena};
    int64_t removed = 0;
    enum err err =
        blob_sweep(arena, worker->store, worker->shard, now - BLOB_MIN_AGE_S * US_PER_S,
                   blob_wanted, &sweep, &removed);
    if (err != OK) {
        log_event(LOG_LEVEL_WARN, "sweep_failed", "folder %02x: %s",
                  (unsigned)worker->shard, err_text());
        err_clear();
    } else if (removed > 0) {
        log_event(LOG_LEVEL_INFO, "blobs_removed", "folder %02x: %lld",
                  (unsigned)worker->shard, (long long)removed);
    }
    worker->shard = (worker->shard + 1) % SHARD_COUNT;
}

void janitor_step(struct worker *worker, struct arena *arena)
{
    instant_us now = clock_now(worker->clock);
    if (worker->store == NULL || now < worker->janitor_at) {
        return;
    }
    worker->janitor_at = now + JANITOR_PAUSE_S * US_PER_S;
    sweep_store(worker, arena, now);
}
