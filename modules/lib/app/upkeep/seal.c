/* seal.c: see seal.h. */
#include "app/upkeep/seal.h"

#include "base/secret.h"
#include "formats/json.h"

#define BATCH 200

struct str seal_canonical(struct arena *arena, const struct audit_event_row *event)
{
    json_t *json = json_new_object(arena);
    json_set_int(json, "id", event->id);
    json_set_str(json, "at", instant_format_iso(arena, event->at));
    json_set_str(json, "program", event->program);
    json_set_str(json, "trace_id", event->trace_id);
    json_set_str(json, "action", event->action);
    if (event->person_id) {
        json_set_int(json, "person_id", event->person_id);
    }
    if (event->company_id) {
        json_set_int(json, "company_id", event->company_id);
    }
    if (event->request_id) {
        json_set_int(json, "request_id", event->request_id);
    }
    json_set_str(json, "object", event->object);
    json_set_str(json, "detail", event->detail);
    return json_write(arena, json);
}

void seal_link(const uint8_t previous[32], struct str canonical, uint8_t out[32])
{
    struct sha256_stream stream;
    sha256_begin(&stream);
    sha256_feed(&stream, previous, SHA256_BYTES);
    sha256_feed(&stream, canonical.ptr, canonical.len);
    sha256_end(&stream, out);
}

/** Body of the sealing transaction; context = size_t of sealed events. */
static enum err seal_tx(struct db *db, struct arena *arena, void *context)
{
    size_t *sealed = context;
    *sealed = 0;
    struct audit_seal_row head = {0};
    uint8_t link[SHA256_BYTES] = {0};
    enum err err = seal_head_lock(db, arena, &head);
    if (err == OK) {
        if (head.sha256.len != sizeof link) {
            return err_note(ERR_INTERNAL, "seal %lld has no digest",
                            (long long)head.sequence);
        }
        memcpy(link, head.sha256.ptr, sizeof link);
    } else if (err != ERR_NOT_FOUND) {
        return err;
    }
    struct db_rows rows;
    err = seal_pending(db, arena, BATCH, &rows);
    if (err != OK || rows.count == 0) {
        return err;
    }
    const struct audit_event_row *events = rows.items;
    struct audit_seal_row *seals = ARENA_ARRAY(arena, struct audit_seal_row, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        seal_link(link, seal_canonical(arena, &events[i]), link);
        seals[i] = (struct audit_seal_row){
            .sequence = head.sequence + 1 + (int64_t)i,
            .audit_event_id = events[i].id,
            .sha256 = str_copy(arena, (struct str){(const char *)link, sizeof link}),
        };
    }
    err = seal_insert(db, arena, seals, rows.count);
    if (err == ERR_CONFLICT) {
        tx_request_restart(db); /* another worker was faster */
        return err;
    }
    if (err == OK) {
        err = seal_mark(db, arena, seals, rows.count);
    }
    if (err == OK) {
        *sealed = rows.count;
    }
    return err;
}

enum err app_seal_batch(struct db *db, struct arena *arena, size_t *sealed_out)
{
    size_t sealed = 0;
    enum err err = tx_run(db, arena, TX_READ_WRITE, seal_tx, &sealed);
    if (err == OK) {
        *sealed_out = sealed;
    }
    return err;
}

/** Check one link; NULL or the reason why it does not hold. */
static const char *check_link(struct arena *arena, const struct sealed_event_row *row,
                              int64_t expected, uint8_t link[SHA256_BYTES])
{
    if (row->sequence != expected) {
        return "a seal is missing";
    }
    if (row->event.id == 0) {
        return "the event of this seal is missing";
    }
    uint8_t next[SHA256_BYTES];
    seal_link(link, seal_canonical(arena, &row->event), next);
    if (row->sha256.len != sizeof next ||
        memcmp(row->sha256.ptr, next, sizeof next) != 0) {
        return "the event or its seal was changed";
    }
    memcpy(link, next, sizeof next);
    return NULL;
}

enum err app_seal_verify(struct db *db, struct arena *arena, struct seal_report *out)
{
    struct seal_report report = {0};
    struct db_rows rows = {0};
    do {
        struct arena_mark mark = arena_mark(arena);
        enum err err = seal_chain(db, arena, report.checked, 1000, &rows);
        if (err != OK) {
            return err;
        }
        const struct sealed_event_row *links = rows.items;
        for (size_t i = 0; i < rows.count && !report.reason; i++) {
            struct arena_mark one = arena_mark(arena);
            report.reason = check_link(arena, &links[i], report.checked + 1, report.head);
            arena_rewind(arena, one);
            if (report.reason) {
                report.broken_at = report.checked + 1;
            } else {
                report.checked++;
            }
        }
        arena_rewind(arena, mark);
    } while (rows.count > 0 && !report.reason);
    struct seal_sums sums;
    enum err err = seal_sums(db, arena, &sums);
    if (err != OK) {
        return err;
    }
    report.unsealed = sums.unsealed;
    if (!report.reason && sums.marked_unsealed > 0) {
        report.reason = "an event that was sealed has lost its seal";
        report.broken_at = report.checked + 1;
    }
    *out = report;
    return OK;
}
