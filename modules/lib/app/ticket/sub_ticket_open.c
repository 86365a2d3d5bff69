#include "app/ticket/sub_ticket_open.h"

#include "app/ticket/sub_ticket_clock.h"

static enum err type_of(const struct staff_env *env, struct db *db,
                        const struct user_task *task, const struct task_type **out)
{
    enum err err =
        task_type_find(definitions_rules(env->definitions), db, task->type, out);

    if (err == OK && *out == NULL && !str_is_empty(task->type))
        err = err_note(ERR_UNAVAILABLE, "there is no type of sub-tickets %.*s",
                       STR_ARG(task->type));
    return err;
}

enum err sub_ticket_team(const struct staff_env *env, struct db *db,
                         const struct bpmn_element *element, struct str *out)
{
    struct user_task task = user_task_of(element);
    const struct task_type *type = NULL;

    *out = task.team;
    if (!str_is_empty(task.team))
        return OK;
    enum err err = type_of(env, db, &task, &type);
    if (err == OK && type != NULL)
        *out = type->team;
    return err;
}

/* A subject stands in lists and in the first line of mails; an answer it is made of may have several. */
static struct str one_line(struct arena *arena, struct str text)
{
    char *line;

    if (str_is_empty(text))
        return STR_NONE;
    line = arena_alloc(arena, text.len);
    for (size_t i = 0; i < text.len; i++)
        line[i] = (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i];
    return (struct str){line, text.len};
}

enum err sub_ticket_describe(struct staff_tx *tx, const struct process_effect *effect,
                             struct sub_ticket_new *row)
{
    const struct bpmn_element *element =
        user_task_find(tx->definition, effect->activation);
    const struct task_type *type;
    struct clock_start start;

    if (element == NULL)
        return err_note(ERR_INTERNAL, "%.*s is no user task",
                        STR_ARG(effect->activation));
    struct user_task task = user_task_of(element);
    enum err err = type_of(tx->env, tx->db, &task, &type);
    if (err == OK)
        err = clock_start(tx, &task, &start);
    if (err != OK)
        return err;
    row->activation = effect->activation;
    row->name = effect->name;
    row->subject = one_line(tx->arena, effect->subject);
    row->team_key = str_is_empty(task.team) && type != NULL ? type->team : task.team;
    if (type != NULL) {
        row->type_key = type->key;
        row->phase = type->phases[0].key;
    }
    row->due_at = start.due_at;
    row->clock = start.clock;
    row->created_at = tx->actor->now;
    return OK;
}
