/* request_progress.c: what the customer sees of requests. */
#include "app/request/request_progress.h"

#include "app/request/document_age.h"
#include "app/request/request_check.h"

struct overview_context {
    const struct actor *actor;
    const struct customer_env *env;
    const struct request_cursor *after;
    int64_t limit;
    struct request_overview *out;
};

static enum err list_ending(struct db *db, struct arena *arena,
                            const struct overview_context *c)
{
    const struct principal *who = c->actor->principal;
    struct request_overview *out = c->out;
    day_no today = instant_day_utc(c->actor->now);
    struct db_rows rows;
    enum err err = document_expiry_list(db, arena, who->company_id,
                                        principal_sees_board(who), today, &rows);
    if (err != OK)
        return err;
    const struct document_expiry_notice *list = rows.items;
    out->ending = ARENA_ARRAY(arena, struct ending_document, rows.count);
    for (size_t i = 0; i < rows.count && err == OK; i++) {
        out->ending[i] =
            (struct ending_document){.row = list[i], .ended = list[i].expires_on < today};
        err = definitions_get(c->env->definitions, db, list[i].definition_id,
                              &out->ending[i].definition);
        out->ending_count = i + 1;
    }
    return err;
}

static enum err overview_tx(struct db *db, struct arena *arena, void *context)
{
    struct overview_context *c = context;
    const struct principal *who = c->actor->principal;
    struct request_overview *out = c->out;
    const struct request_reader reader = {who->company_id, principal_sees_board(who),
                                          who->person_id};
    struct db_rows rows;
    /* One more than asked tells whether there is a further page. */
    enum err err = request_list(db, arena, &reader, c->after, c->limit + 1, &rows);
    if (err != OK)
        return err;
    const struct request_list_row *list = rows.items;
    out->more = rows.count > (size_t)c->limit;
    out->line_count = out->more ? (size_t)c->limit : rows.count;
    out->lines = ARENA_ARRAY(arena, struct request_line, out->line_count);
    for (size_t i = 0; i < out->line_count; i++) {
        out->lines[i].row = list[i];
        out->lines[i].state = request_state_from_key(list[i].state);
        err = definitions_get(c->env->definitions, db, list[i].definition_id,
                              &out->lines[i].definition);
        if (err != OK)
            return err;
    }
    err = definitions_startable(c->env->definitions, db, arena, who, &out->types,
                                &out->type_count);
    return err == OK && c->after == NULL ? list_ending(db, arena, c) : err;
}

enum err request_overview(const struct actor *actor, const struct customer_env *env,
                          const struct request_cursor *after, int64_t limit,
                          struct request_overview *out)
{
    struct request_overview overview = {0};
    struct overview_context context = {actor, env, after, limit, &overview};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_ONLY, overview_tx, &context);
    if (err == OK)
        *out = overview;
    return err;
}

struct progress_context {
    const struct actor *actor;
    const struct customer_env *env;
    struct str reference;
    struct request_progress *out;
};

static enum err progress_tx(struct db *db, struct arena *arena, void *context)
{
    struct progress_context *c = context;
    const struct principal *who = c->actor->principal;
    struct request_progress *out = c->out;
    struct db_rows messages;
    struct db_rows steps;
    enum err err = request_full_load(db, arena, c->env, who, c->reference, c->actor->now,
                                     &out->full);
    if (err != OK || out->full.row.submitted_at == INSTANT_NONE)
        return err;
    err = message_list(db, arena, who->company_id, out->full.row.id, who->person_id,
                       &messages);
    if (err == OK)
        err = timeline_list(db, arena, who->company_id, out->full.row.id, &steps);
    if (err != OK)
        return err;
    out->messages = messages.items;
    out->message_count = messages.count;
    out->steps = steps.items;
    out->step_count = steps.count;
    for (size_t i = 0; i < out->message_count && out->newest_unread == 0; i++) {
        if (out->messages[i].unread)
            out->newest_unread = out->messages[i].id;
    }
    return OK;
}

enum err request_progress(const struct actor *actor, const struct customer_env *env,
                          struct str reference, struct request_progress *out)
{
    struct request_progress progress = {0};
    struct progress_context context = {actor, env, reference, &progress};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_ONLY, progress_tx, &context);
    if (err != OK)
        return err;
    if (progress.full.state == REQUEST_DISCARDED)
        return ERR_NOT_FOUND;
    *out = progress;
    return OK;
}

enum err request_progress_seen(const struct actor *actor,
                               const struct request_progress *progress)
{
    if (progress->newest_unread == 0 || actor->principal->support)
        return OK;
    return message_mark_read(actor->db, actor->principal->company_id,
                             progress->full.row.id, actor->principal->person_id,
                             progress->newest_unread);
}

struct slot_context {
    const struct actor *actor;
    const struct customer_env *env;
    struct str reference;
    struct str slot_key;
    struct slot_overview *out;
};

static bool type_allowed(const struct slot_rule *rule, struct str media_type)
{
    for (size_t i = 0; i < rule->media_type_count; i++) {
        if (str_eq(rule->media_types[i], media_type))
            return true;
    }
    return rule->media_type_count == 0;
}

static bool still_valid(const struct slot_rule *rule, const struct slot_reusable_row *row,
                        day_no today)
{
    int kind = slot_find_kind(rule, row->kind_key);
    return kind >= 0 && type_allowed(rule, row->media_type) &&
           document_still_good(rule, (size_t)kind, row->issued_on, today);
}

/* Those that the rules of this slot still accept, each content once. */
static void keep_valid(struct arena *arena, const struct db_rows *rows,
                       struct slot_overview *out)
{
    const struct slot_reusable_row *all = rows->items;
    struct slot_reusable_row *kept =
        ARENA_ARRAY(arena, struct slot_reusable_row, rows->count);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        bool known = false;
        for (size_t k = 0; k < count; k++)
            known |= str_eq(kept[k].sha256, all[i].sha256);
        if (!known && still_valid(out->slot->rule, &all[i], out->full.today))
            kept[count++] = all[i];
    }
    out->reusable = kept;
    out->reusable_count = count;
}

static enum err slot_tx(struct db *db, struct arena *arena, void *context)
{
    struct slot_context *c = context;
    struct slot_overview *out = c->out;
    int64_t company_id = c->actor->principal->company_id;
    enum err err = request_full_load(db, arena, c->env, c->actor->principal, c->reference,
                                     c->actor->now, &out->full);
    if (err != OK)
        return err;
    out->slot = request_slot_find(&out->full, c->slot_key);
    if (out->slot == NULL)
        return ERR_NOT_FOUND;
    struct db_rows rows;
    int64_t newest = 0;
    for (size_t i = 0; i < out->slot->item_count; i++) {
        if (out->slot->items[i].document_id > newest)
            newest = out->slot->items[i].document_id;
    }
    err = request_slot_attempts(db, arena, company_id, out->slot->row.id, newest, &rows);
    if (err != OK)
        return err;
    out->attempts = rows.items;
    out->attempt_count = rows.count;
    if (!out->slot->rule->reuse || !request_slot_takes_file(&out->full, out->slot))
        return OK;
    struct buf keys = buf_init(arena, 4096);
    for (size_t i = 0; i < out->slot->rule->kind_count; i++) {
        if (i > 0)
            buf_put_char(&keys, ',');
        buf_put(&keys, out->slot->rule->kind_keys[i]);
    }
    const struct slot_reuse_query query = {
        /* What is a board matter stays one: a request that the whole company sees does not open it. */
        .board = principal_sees_board(c->actor->principal) &&
                 definition_is_board(out->full.definition),
        .kind_keys = buf_str(&keys),
        .request_id = out->full.row.id,
        .slot_key = out->slot->row.slot_key,
    };
    err = request_slot_reusable(db, arena, company_id, &query, &rows);
    if (err == OK)
        keep_valid(arena, &rows, out);
    return err;
}

enum err slot_overview(const struct actor *actor, const struct customer_env *env,
                       struct str reference, struct str slot_key,
                       struct slot_overview *out)
{
    struct slot_overview overview = {0};
    struct slot_context context = {actor, env, reference, slot_key, &overview};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_ONLY, slot_tx, &context);
    if (err != OK)
        return err;
    if (overview.full.state == REQUEST_DISCARDED)
        return ERR_NOT_FOUND;
    *out = overview;
    return OK;
}
