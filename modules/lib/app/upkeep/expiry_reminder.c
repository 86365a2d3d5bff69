#include "app/upkeep/expiry_reminder.h"

#include "formats/json.h"
#include "auth/rights.h"
#include "store/document_expiry.h"
#include "store/trail.h"

#define ROLES_MAX 1024

struct reminder {
    const struct staff_env *env;
    instant_us now;
    bool told;
};

struct str expiry_reader_roles(struct arena *arena, bool board)
{
    struct buf keys = buf_init(arena, ROLES_MAX);
    for (enum role role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
        right_set rights = rights_of_role(role);
        if (!rights_include(rights, RIGHT_REQUEST_EDIT) ||
            (board && !rights_include(rights, RIGHT_BOARD_READ)))
            continue;
        if (keys.len > 0)
            buf_put_char(&keys, ',');
        buf_put_c(&keys, role_key(role));
    }
    return buf_str(&keys);
}

static struct outbox_row mail_to(struct arena *arena, const struct reminder *r,
                                 const struct document_expiry_due *due,
                                 const struct expiry_reader *reader)
{
    json_t *payload = json_new_object(arena);
    json_set_str(payload, "reference", due->reference);
    json_set_int(payload, "definition_id", due->definition_id);
    json_set_str(payload, "company", due->company_name);
    json_set_str(payload, "slot_title_msgid", due->title);
    json_set_str(payload, "ends_on", day_format_iso(arena, due->expires_on));
    json_set_str(payload, "url_path",
                 str_concat(arena, STR("/requests/"), due->reference));
    return (struct outbox_row){
        .unique_key =
            str_format(arena, "document-expires:%lld:%lld:%lld", (long long)due->slot_id,
                       (long long)due->expires_on, (long long)reader->person_id),
        .template_name = "document-expires",
        .recipient = reader->email,
        .language =
            str_is_empty(reader->language) ? r->env->site_language : reader->language,
        .payload = json_write(arena, payload),
        .request_id = due->request_id,
        .created_at = r->now,
    };
}

static enum err queue_mails(struct db *db, struct arena *arena, const struct reminder *r,
                            const struct document_expiry_due *due)
{
    struct db_rows rows;
    enum err err = document_expiry_readers(db, arena, due->company_id,
                                           expiry_reader_roles(arena, due->board), &rows);
    if (err != OK)
        return err;
    const struct expiry_reader *readers = rows.items;
    struct outbox_row *mails = ARENA_ARRAY(arena, struct outbox_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        mails[i] = mail_to(arena, r, due, &readers[i]);
    return outbox_insert(db, mails, rows.count);
}

static enum err remind_tx(struct db *db, struct arena *arena, void *context)
{
    struct reminder *r = context;
    struct document_expiry_due due;
    r->told = false;
    enum err err = document_expiry_next(db, arena, instant_day_utc(r->now), &due);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    const struct audit_row audit = {
        .at = r->now,
        .program = "worker",
        .trace_id = str_format(arena, "expiry-%lld", (long long)due.slot_id),
        .action = "document.expiry_told",
        .company_id = due.company_id,
        .request_id = due.request_id,
        .object = due.reference,
    };
    /* What a declined request brought serves nobody. */
    bool in_use =
        !str_is(due.request_state, "declined") && !str_is(due.request_state, "withdrawn");
    err = in_use ? queue_mails(db, arena, r, &due) : OK;
    if (err == OK)
        err = document_expiry_told(db, due.slot_id);
    if (err == OK)
        err = audit_insert(db, &audit);
    r->told = err == OK;
    return err;
}

enum err app_expiry_step(struct db *db, struct arena *arena, const struct staff_env *env,
                         const struct clock *clock, bool *told_out)
{
    struct reminder r = {.env = env, .now = clock_now(clock)};
    enum err err = tx_run(db, arena, TX_READ_WRITE, remind_tx, &r);
    if (err == OK)
        *told_out = r.told;
    return err;
}
