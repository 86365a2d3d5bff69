/* request_full.c: one request with its definition, answers and slots. */
#include "app/request/request_full.h"

#include "base/secret.h"
#include "formats/locale.h"
#include "app/request/request_slots.h"
#include "app/request/facts.h"
#include "app/request/request_world.h"

/* A draft sees what is on record now. What was submitted keeps what was then: the rule that decided. */
static enum err load_facts(struct db *db, struct arena *arena, struct request_full *full)
{
    if (!full->definition->uses_facts)
        return OK;
    if (full->state == REQUEST_DRAFT) {
        const struct facts_query query = {.company_id = full->row.company_id,
                                          .today = full->today,
                                          .board = definition_is_board(full->definition)};
        return facts_load(db, arena, &query, &full->facts);
    }
    if (full->row.facts.ptr == NULL)
        return OK;
    return json_parse(arena, full->row.facts, &full->facts) == OK ? OK : ERR_INTERNAL;
}

enum err request_full_load(struct db *db, struct arena *arena,
                           const struct customer_env *env, const struct principal *who,
                           struct str reference, instant_us now, struct request_full *out)
{
    struct request_full full = {0};
    struct db_rows slots;
    enum err err = request_get(db, arena, who->company_id, principal_sees_board(who),
                               reference, &full.row);
    if (err != OK)
        return err;
    full.company_reference = who->company_reference;
    full.state = request_state_from_key(full.row.state);
    full.today = locale_day_of(now, full.row.company_zone);
    err = definitions_get(env->definitions, db, full.row.definition_id, &full.definition);
    if (err != OK)
        return err == ERR_NOT_FOUND ? ERR_INTERNAL : err;
    err = json_parse(arena, full.row.answers, &full.answers);
    if (err == OK)
        err = json_parse(arena, full.row.base, &full.base);
    if (err != OK)
        return ERR_INTERNAL; /* our own stored text: the cause is noted */
    err = load_facts(db, arena, &full);
    if (err != OK)
        return err;
    err = request_slot_list(db, arena, who->company_id, full.row.id, &slots);
    if (err != OK)
        return err;
    request_slots_group(&full, arena, slots.items, slots.count);
    request_slots_resolve(&full, arena);
    *out = full;
    return OK;
}

struct open_context {
    const struct actor *actor;
    const struct customer_env *env;
    struct str reference;
    struct request_full *out;
};

static enum err open_tx(struct db *db, struct arena *arena, void *context)
{
    struct open_context *c = context;
    return request_full_load(db, arena, c->env, c->actor->principal, c->reference,
                             c->actor->now, c->out);
}

enum err request_open(const struct actor *actor, const struct customer_env *env,
                      struct str reference, struct request_full *out)
{
    struct request_full full;
    struct open_context context = {actor, env, reference, &full};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_ONLY, open_tx, &context);
    if (err != OK)
        return err;
    if (full.state == REQUEST_DISCARDED)
        return ERR_NOT_FOUND;
    *out = full;
    return OK;
}

const struct form *request_form(const struct request_full *full, struct str form_id)
{
    for (size_t i = 0; i < full->definition->form_count; i++) {
        if (str_eq(full->definition->forms[i].id, form_id))
            return &full->definition->forms[i];
    }
    return NULL;
}

const struct request_slot *request_slot_find(const struct request_full *full,
                                             struct str slot_key)
{
    for (size_t i = 0; i < full->slot_count; i++) {
        if (str_eq(full->slots[i].row.slot_key, slot_key))
            return &full->slots[i];
    }
    return NULL;
}

struct str answer_text(struct arena *arena, const json_t *value)
{
    if (json_is_string(value))
        return (struct str){json_string_value(value), json_string_length(value)};
    if (json_is_boolean(value))
        return json_is_true(value) ? STR("true") : STR("false");
    if (value == NULL || json_is_null(value))
        return STR_NONE;
    return json_write(arena, value);
}

const char *answer_history_field(struct arena *arena, struct str key)
{
    return str_c(arena, str_format(arena, "answer.%.*s",
                                   (int)(key.len < 57 ? key.len : 57), key.ptr));
}

/* Keys come from JSON documents and hold no NUL; jansson wants them terminated. */
static const json_t *member(const json_t *object, struct arena *arena, struct str key)
{
    return json_object_get(object, str_c(arena, key));
}

struct str request_answer(const struct request_full *full, struct arena *arena,
                          const struct form_field *field)
{
    return answer_text(arena, member(full->answers, arena, field->key));
}

json_t *request_form_values(const struct request_full *full, struct arena *arena,
                            const struct form *form)
{
    json_t *values = json_new_object(arena);
    for (size_t i = 0; i < form->field_count; i++) {
        const char *key = str_c(arena, form->fields[i].key);
        json_t *value = json_object_get(full->answers, key);
        if (value != NULL)
            (void)json_object_set(values, key, value);
    }
    return values;
}

static struct str fingerprint(struct arena *arena, struct str text)
{
    uint8_t digest[SHA256_BYTES];
    sha256(text, digest);
    return str_hex(arena, digest, 16);
}

struct str request_form_fingerprint(const struct request_full *full, struct arena *arena,
                                    const struct form *form)
{
    return fingerprint(arena, json_write(arena, request_form_values(full, arena, form)));
}

/* As they would be submitted: what nobody can type is part of what was read. */
static void put_answers(struct buf *text, const struct request_full *full,
                        struct arena *arena)
{
    const struct form_world world = request_world(full, arena);
    for (size_t i = 0; i < full->definition->form_count; i++) {
        const struct form *form = &full->definition->forms[i];
        struct form_result result;
        form_validate_values(arena, form, request_form_values(full, arena, form), &world,
                             &result);
        buf_put(text, json_write(arena, result.values));
        buf_put_char(text, '\n');
    }
}

struct str request_fingerprint(const struct request_full *full, struct arena *arena)
{
    struct buf text = buf_init(arena, 4 << 20);
    buf_put(&text, json_write(arena, full->answers));
    put_answers(&text, full, arena);
    for (size_t i = 0; i < full->slot_count; i++) {
        const struct request_slot *slot = &full->slots[i];
        buf_put_char(&text, '\n');
        buf_put(&text, slot->row.slot_key);
        for (size_t k = 0; k < slot->item_count; k++) {
            buf_put_char(&text, '=');
            buf_put_i64(&text, slot->items[k].document_id);
        }
    }
    return fingerprint(arena, buf_str(&text));
}
