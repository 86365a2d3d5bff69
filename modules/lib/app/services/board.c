/* board.c: members of the board come and go. */
#include "app/services/handlers.h"
#include "app/services/register_service.h"

struct board_change {
    struct register_hand hand;
    day_no from;
    struct register_new *added;
    size_t added_count;
    const struct str *removed;
    size_t removed_count;
    struct register_rows rows;
};

static enum err read_person(const json_t *json, day_no from, struct register_new *out)
{
    const json_t *born = json_object_get(json, "birthDate");
    enum err err = service_text(json, "name", 200, &out->key);

    if (err == OK)
        err = service_text(json, "function", 200, &out->detail);
    out->birth_date = DAY_NONE;
    out->valid_from = from;
    if (err == OK && born != NULL && !json_is_null(born) &&
        (!json_is_string(born) ||
         day_parse(json_get_str(json, "birthDate"), &out->birth_date) != OK))
        err = err_note(ERR_INPUT, "birthDate is not a day");
    return err;
}

static enum err read_inputs(struct board_change *change, struct service_call *call)
{
    const json_t *list;
    enum err err = service_list(call->inputs, "add", &list);

    if (err == OK)
        err = service_keys(call, "remove", &change->removed, &change->removed_count);
    if (err == OK)
        err = service_day(call, "validFrom", &change->from);
    if (err != OK)
        return err;
    change->added_count = json_array_size(list);
    change->added =
        ARENA_ARRAY(call->tx->arena, struct register_new, change->added_count + 1);
    for (size_t i = 0; i < change->added_count && err == OK; i++)
        err = read_person(json_array_get(list, i), change->from, &change->added[i]);
    return err;
}

/* The same person who holds an office already, or NULL. */
static const struct register_lock *same_person(const struct board_change *change,
                                               const struct register_new *person)
{
    for (size_t i = 0; i < change->rows.count; i++) {
        const struct register_lock *row = &change->rows.items[i];
        if (row->ends_on == DAY_NONE && row->birth_date == person->birth_date &&
            str_eq(row->name, person->key))
            return row;
    }
    return NULL;
}

static void check(struct board_change *change)
{
    int64_t request_id = change->hand.call->tx->request.id;

    for (size_t i = 0; i < change->removed_count; i++)
        if (register_open(&change->rows, change->removed[i]) == NULL &&
            register_ended_by(&change->rows, change->removed[i], request_id) == NULL)
            register_refuse(&change->hand,
                            N_("A person to be removed is not on record any more."),
                            STR_NONE);
    for (size_t i = 0; i < change->added_count; i++) {
        const struct register_lock *row = same_person(change, &change->added[i]);
        if (row != NULL && row->request_id != request_id)
            register_refuse(&change->hand, N_("This person is on record already: {0}."),
                            row->name);
    }
}

/* Who leaves holds the office until the day before. */
static enum err apply(struct board_change *change)
{
    enum err err = OK;

    for (size_t i = 0; i < change->removed_count && err == OK; i++) {
        const struct register_lock *row =
            register_open(&change->rows, change->removed[i]);
        if (row != NULL)
            err = register_finish(&change->hand, REGISTER_BOARD_MEMBER, row,
                                  change->from - 1);
    }
    for (size_t i = 0; i < change->added_count && err == OK; i++) {
        const struct register_new *person = &change->added[i];
        bool twice = false;
        for (size_t k = 0; k < i; k++)
            twice = twice || (str_eq(change->added[k].key, person->key) &&
                              change->added[k].birth_date == person->birth_date);
        if (!twice && same_person(change, person) == NULL)
            err = register_add(&change->hand, REGISTER_BOARD_MEMBER, person,
                               str_format(change->hand.call->tx->arena, "%.*s · %.*s",
                                          STR_ARG(person->key), STR_ARG(person->detail)));
    }
    return err;
}

enum err service_board_apply(struct service_call *call, enum service_answer *out)
{
    struct board_change change = {0};
    enum err err = read_inputs(&change, call);

    if (err == OK)
        err = register_begin(&change.hand, call,
                             change.added_count > 0 ? change.from : DAY_NONE);
    if (err == OK)
        err = register_rows(&change.hand, REGISTER_BOARD_MEMBER, &change.rows);
    if (err != OK)
        return err;
    check(&change);
    *out = register_answer(&change.hand);
    return change.hand.refused ? OK : apply(&change);
}
