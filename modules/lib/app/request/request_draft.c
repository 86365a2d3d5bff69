/* request_draft.c: a request begins. */
#include "app/request/request_draft.h"

#include "base/random.h"
#include "formats/json.h"
#include "formats/locale.h"
#include "store/company.h"
#include "store/master_data.h"
#include "store/request.h"
#include "store/request_slot.h"
#include "store/trail.h"

struct start_context {
    const struct actor *actor;
    const struct customer_env *env;
    const struct draft_start *start;
    enum draft_outcome outcome;
    struct str reference;
};

static bool names_attribute(const struct definition *definition, struct str key)
{
    for (size_t i = 0; i < definition->attribute_count; i++) {
        if (str_eq(definition->attributes[i], key))
            return true;
    }
    return false;
}

/* The values that hold today, of the attributes that the definition names. */
static enum err snapshot(struct db *db, struct arena *arena, int64_t company_id,
                         instant_us now, const struct definition *definition,
                         struct str *out)
{
    struct company_row company;
    struct db_rows rows;
    enum err err = company_get(db, arena, company_id, &company);
    if (err != OK)
        return err;
    day_no today = locale_day_of(now, company.zone);
    err = master_data_list(db, arena, company_id, false, today, &rows);
    if (err != OK)
        return err;
    json_t *base = json_new_object(arena);
    const struct master_data_row *values = rows.items;
    for (size_t i = 0; i < rows.count; i++) {
        if (values[i].valid_from <= today &&
            names_attribute(definition, values[i].attribute_key))
            json_set_str(base, str_c(arena, values[i].attribute_key), values[i].value);
    }
    *out = json_write(arena, base);
    return OK;
}

static enum err find_type(struct db *db, struct arena *arena,
                          const struct start_context *c, struct active_type *out)
{
    struct active_type *types;
    size_t count;
    enum err err = definitions_startable(c->env->definitions, db, arena,
                                         c->actor->principal, &types, &count);
    if (err != OK)
        return err;
    for (size_t i = 0; i < count; i++) {
        if (str_eq(types[i].request_type, c->start->request_type)) {
            *out = types[i];
            return OK;
        }
    }
    return ERR_NOT_FOUND;
}

static enum err insert_slots(struct db *db, struct arena *arena, int64_t company_id,
                             int64_t request_id, const struct definition *definition)
{
    struct request_slot_new *slots =
        ARENA_ARRAY(arena, struct request_slot_new, definition->slot_count);
    for (size_t i = 0; i < definition->slot_count; i++)
        slots[i] = (struct request_slot_new){definition->slots[i].key,
                                             definition->slots[i].required};
    return request_slot_insert(db, arena, company_id, request_id, slots,
                               definition->slot_count);
}

static enum err write_trail(struct db *db, const struct start_context *c,
                            int64_t request_id, struct str reference)
{
    const struct actor *actor = c->actor;
    const struct history_row history = {.request_id = request_id,
                                        .object = "request",
                                        .object_id = request_id,
                                        .version = 1,
                                        .field = "state",
                                        .new_value = STR("draft"),
                                        .person_id = actor->principal->person_id,
                                        .changed_at = actor->now};
    const struct audit_row audit = {.at = actor->now,
                                    .program = actor->program,
                                    .trace_id = actor->trace_id,
                                    .action = "request.drafted",
                                    .person_id = actor->principal->person_id,
                                    .company_id = actor->principal->company_id,
                                    .request_id = request_id,
                                    .object = reference};
    enum err err = history_insert(db, &history, 1);
    return err == OK ? audit_insert(db, &audit) : err;
}

/* OK when an earlier run of this form, or another open request, already answers the
 * question. */
static enum err find_existing(struct db *db, struct arena *arena, struct start_context *c,
                              const struct active_type *type, bool *found_out)
{
    int64_t company_id = c->actor->principal->company_id;
    struct request_found found;
    enum err err = ERR_NOT_FOUND;
    *found_out = false;
    c->outcome = DRAFT_STARTED;
    if (type == NULL) {
        err = request_by_creation_key(db, arena, company_id, c->start->creation_key,
                                      &found);
    } else if (!str_is_empty(type->definition->object)) {
        c->outcome = DRAFT_OPEN_ALREADY;
        err = request_open_for(db, arena, company_id, type->definition->object, &found);
    }
    if (err == ERR_NOT_FOUND)
        return OK;
    if (err != OK)
        return err;
    c->reference = found.reference;
    *found_out = true;
    if (found.board && !principal_sees_board(c->actor->principal)) {
        c->outcome = DRAFT_OPEN_ALREADY;
        c->reference = STR_NONE;
    }
    return OK;
}

static enum err start_tx(struct db *db, struct arena *arena, void *context)
{
    struct start_context *c = context;
    const struct principal *who = c->actor->principal;
    struct active_type type = {0};
    struct str base;
    int64_t id;
    bool found;
    enum err err = find_existing(db, arena, c, NULL, &found);
    if (err != OK || found)
        return err;
    err = find_type(db, arena, c, &type);
    if (err != OK)
        return err;
    err = find_existing(db, arena, c, &type, &found);
    if (err != OK || found)
        return err;
    err = snapshot(db, arena, who->company_id, c->actor->now, type.definition, &base);
    if (err != OK)
        return err;
    struct request_new row = {.reference = random_reference(arena, 'R'),
                              .request_type = type.request_type,
                              .definition_id = type.definition_id,
                              .board = definition_is_board(type.definition),
                              .base = base,
                              .open_object = str_is_empty(type.definition->object)
                                                 ? STR_NONE
                                                 : type.definition->object,
                              .created_by = who->person_id,
                              .created_at = c->actor->now};
    memcpy(row.creation_key, c->start->creation_key, sizeof row.creation_key);
    err = request_insert(db, who->company_id, &row, &id);
    if (err == ERR_CONFLICT)
        /* Same form, same object or same random reference a moment ago: look again. */
        tx_request_restart(db);
    if (err != OK)
        return err;
    err = insert_slots(db, arena, who->company_id, id, type.definition);
    if (err == OK)
        err = write_trail(db, c, id, row.reference);
    c->outcome = DRAFT_STARTED;
    c->reference = row.reference;
    return err;
}

enum err request_start(const struct actor *actor, const struct customer_env *env,
                       const struct draft_start *start, enum draft_outcome *outcome_out,
                       struct str *reference_out)
{
    struct start_context context = {.actor = actor, .env = env, .start = start};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, start_tx, &context);
    if (err != OK)
        return err;
    *outcome_out = context.outcome;
    *reference_out = context.reference;
    return OK;
}
