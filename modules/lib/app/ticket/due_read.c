#include "app/ticket/due_read.h"

#include "process/user_task.h"

struct due_context {
    const struct staff_env *env;
    struct str ticket;
    struct str sub_ticket;
    struct due_dossier *out;
};

static enum err find_sub_ticket(struct db *db, struct arena *arena,
                                const struct due_context *c)
{
    struct db_rows rows;
    enum err err = sub_ticket_list(db, arena, c->out->request.ticket_id, &rows);

    if (err != OK)
        return err;
    const struct sub_ticket_row *items = rows.items;
    for (size_t i = 0; i < rows.count; i++)
        if (str_eq(items[i].reference, c->sub_ticket)) {
            c->out->sub_ticket = items[i];
            return OK;
        }
    return ERR_NOT_FOUND;
}

static enum err find_calendar(struct db *db, const struct due_context *c)
{
    const struct bpmn_element *element =
        user_task_find(c->out->definition, c->out->sub_ticket.activation);

    c->out->calendar = NULL;
    if (element == NULL)
        return OK;
    struct user_task task = user_task_of(element);
    if (!task.has_due || !task.business)
        return OK;
    return work_calendar(definitions_rules(c->env->definitions), db, task.calendar,
                         &c->out->calendar);
}

static enum err due_tx(struct db *db, struct arena *arena, void *context)
{
    const struct due_context *c = context;
    struct db_rows events;
    enum err err = staff_request_by_ticket(db, arena, c->ticket, &c->out->request);

    if (err == OK)
        err = definitions_get(c->env->definitions, db, c->out->request.definition_id,
                              &c->out->definition);
    if (err == OK)
        err = find_sub_ticket(db, arena, c);
    if (err == OK)
        err = sub_ticket_clock_list(db, arena, c->out->sub_ticket.id, &events);
    if (err != OK)
        return err;
    c->out->events = events.items;
    c->out->event_count = events.count;
    return find_calendar(db, c);
}

enum err app_due_open(const struct actor *actor, const struct staff_env *env,
                      struct str ticket, struct str sub_ticket, struct due_dossier *out)
{
    struct due_context c = {env, ticket, sub_ticket, out};

    return tx_run(actor->db, actor->arena, TX_READ_ONLY, due_tx, &c);
}
