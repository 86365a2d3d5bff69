#include "app/services/register_service.h"

/* ---- inputs ---- */

enum err service_day(const struct service_call *call, const char *name, day_no *out)
{
    const json_t *value = json_object_get(call->inputs, name);

    if (value == NULL || json_is_null(value)) {
        *out = call->today;
        return OK;
    }
    if (!json_is_string(value) || day_parse(json_get_str(call->inputs, name), out) != OK)
        return err_note(ERR_INPUT, "%s is not a day", name);
    return OK;
}

enum err service_text(const json_t *object, const char *name, size_t max, struct str *out)
{
    struct str text = str_trim(json_get_str(object, name));

    if (text.len == 0 || str_utf8_length(text) > max)
        return err_note(ERR_INPUT, "%s is not a text of 1 to %zu characters", name, max);
    *out = text;
    return OK;
}

enum err service_list(const json_t *object, const char *name, const json_t **out)
{
    const json_t *value = json_object_get(object, name);

    if (value != NULL && !json_is_null(value) && !json_is_array(value))
        return err_note(ERR_INPUT, "%s is not a list", name);
    *out = value; /* jansson takes NULL and null for lists without items */
    return OK;
}

enum err service_keys(const struct service_call *call, const char *name,
                      const struct str **keys_out, size_t *count_out)
{
    struct arena *arena = call->tx->arena;
    const json_t *value = json_object_get(call->inputs, name);
    size_t count = json_array_size(value);

    if (json_is_string(value)) {
        struct str *one = ARENA_ARRAY(arena, struct str, 1);
        one[0] = json_get_str(call->inputs, name);
        *keys_out = one;
        *count_out = 1;
        return OK;
    }
    enum err err = service_list(call->inputs, name, &value);
    if (err != OK)
        return err;
    struct str *keys = ARENA_ARRAY(arena, struct str, count + 1);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(value, i);
        if (!json_is_string(item))
            return err_note(ERR_INPUT, "%s is not a list of texts", name);
        keys[i] = (struct str){json_string_value(item), json_string_length(item)};
    }
    *keys_out = keys;
    *count_out = count;
    return OK;
}

/* ---- what is on record ---- */

void register_refuse(struct register_hand *hand, const char *sentence, struct str about)
{
    if (hand->refused)
        return;
    hand->refused = true;
    hand->call->obstacle = sentence;
    hand->call->about = about;
}

enum service_answer register_answer(const struct register_hand *hand)
{
    return hand->refused ? SERVICE_OBSTACLE : SERVICE_CARRIED_OUT;
}

enum err register_begin(struct register_hand *hand, struct service_call *call,
                        day_no from)
{
    struct staff_tx *tx = call->tx;
    enum err err;

    *hand = (struct register_hand){.call = call};
    err =
        register_company_lock(tx->db, tx->arena, tx->request.company_id, &hand->company);
    if (err != OK || from == DAY_NONE)
        return err;
    if (!str_is(hand->company.state, "active"))
        register_refuse(hand, N_("The company is not an active member."), STR_NONE);
    else if (hand->company.ends_on != DAY_NONE && hand->company.ends_on < from)
        register_refuse(hand, N_("The membership of the company ends on {0}."),
                        day_format_iso(tx->arena, hand->company.ends_on));
    return OK;
}

enum err register_rows(struct register_hand *hand, enum register_kind kind,
                       struct register_rows *out)
{
    struct staff_tx *tx = hand->call->tx;
    struct db_rows rows = {0};
    enum err err = register_lock(tx->db, tx->arena, tx->request.company_id, kind, &rows);

    *out = (struct register_rows){kind, rows.items, rows.count};
    return err;
}

const struct register_lock *register_open(const struct register_rows *rows,
                                          struct str key)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].ends_on == DAY_NONE && str_eq(rows->items[i].key, key))
            return &rows->items[i];
    return NULL;
}

const struct register_lock *register_ended_by(const struct register_rows *rows,
                                              struct str key, int64_t request_id)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].ended_request_id == request_id &&
            str_eq(rows->items[i].key, key))
            return &rows->items[i];
    return NULL;
}

const struct register_lock *register_holds(const struct register_rows *rows,
                                           struct str key, day_no day)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct register_lock *row = &rows->items[i];
        if (str_eq(row->key, key) &&
            (row->ends_on == DAY_NONE ||
             (row->ends_on >= day && row->ends_on >= row->valid_from)))
            return row;
    }
    return NULL;
}

/* ---- changes, with their history ---- */

/* "power-base@power-de · 2026-12-01": the same in every language. */
static struct str said(struct arena *arena, struct str name, day_no day)
{
    char iso[ISO_BYTES];

    day_write_iso(iso, day);
    return str_format(arena, "%.*s · %s", STR_ARG(name), iso);
}

enum err register_add(struct register_hand *hand, enum register_kind kind,
                      const struct register_new *row, struct str name)
{
    struct staff_tx *tx = hand->call->tx;
    int64_t id = 0;
    enum err err = register_insert(tx->db, tx->request.company_id, kind, row,
                                   tx->request.id, tx->actor->now, &id);

    /* Under the lock that is what the database takes for the same and we do not: "Müller", "Muller". Who it is stays
     * out of the log. */
    if (err == ERR_CONFLICT) {
        err_clear(); /* what was noted first is kept: which key it was */
        return err_note(ERR_INPUT, "what is added is a %s on record already",
                        register_kind_word(kind));
    }
    if (err == OK)
        staff_tx_history(tx, HISTORY_OF(register_kind_word(kind), id, 1), "valid_from",
                         STR_NONE, said(tx->arena, name, row->valid_from));
    return err;
}

enum err register_finish(struct register_hand *hand, enum register_kind kind,
                         const struct register_lock *row, day_no ends_on)
{
    struct staff_tx *tx = hand->call->tx;
    struct str name =
        row->name.len && kind == REGISTER_BOARD_MEMBER ? row->name : row->key;
    struct str before =
        row->ends_on == DAY_NONE ? name : said(tx->arena, name, row->ends_on);

    if (row->ends_on != DAY_NONE && row->ends_on <= ends_on)
        return OK;
    staff_tx_history(tx, HISTORY_OF(register_kind_word(kind), row->id, 2), "ends_on",
                     before, said(tx->arena, name, ends_on));
    return register_end(tx->db, tx->request.company_id, kind, row->id, ends_on,
                        tx->request.id);
}

enum err register_end_keys(struct service_call *call, enum register_kind kind,
                           const char *name, enum service_answer *out)
{
    struct register_hand hand;
    struct register_rows rows;
    const struct str *keys;
    size_t count;
    day_no ends_on;
    enum err err = service_keys(call, name, &keys, &count);

    if (err == OK)
        err = service_day(call, "endsOn", &ends_on);
    if (err == OK)
        err = register_begin(&hand, call, DAY_NONE);
    if (err == OK)
        err = register_rows(&hand, kind, &rows);
    if (err != OK)
        return err;
    for (size_t i = 0; i < count; i++)
        if (register_open(&rows, keys[i]) == NULL &&
            register_ended_by(&rows, keys[i], call->tx->request.id) == NULL)
            register_refuse(&hand, N_("The company does not have this any more: {0}."),
                            keys[i]);
    *out = register_answer(&hand);
    for (size_t i = 0; i < count && err == OK && !hand.refused; i++) {
        const struct register_lock *row = register_open(&rows, keys[i]);
        bool twice = false;
        for (size_t k = 0; k < i; k++)
            twice = twice || str_eq(keys[k], keys[i]);
        if (row != NULL && !twice)
            err = register_finish(&hand, kind, row, ends_on);
    }
    return err;
}
