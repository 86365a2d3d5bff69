#include "app/ticket/staff_form.h"

#include "formats/locale.h"

const struct form *staff_form_of(const struct definition *definition,
                                 const struct user_task *task)
{
    return str_is_empty(task->form) ? NULL
                                    : definition_staff_form(definition, task->form);
}

static enum err read_json(struct arena *arena, struct str text, json_t **out)
{
    *out = NULL;
    return str_is_empty(text) ? OK : json_parse(arena, text, out);
}

enum err staff_form_world(const struct actor *actor, struct arena *arena,
                          const struct staff_form_request *request,
                          struct form_world *out)
{
    json_t *answers;
    json_t *base;
    json_t *facts;

    enum err err = read_json(arena, request->answers, &answers);
    if (err == OK)
        err = read_json(arena, request->base, &base);
    if (err == OK)
        err = read_json(arena, request->facts, &facts);
    if (err != OK)
        return err;
    const struct request_facts known = {
        .answers = answers,
        .base = base,
        .facts = facts,
        .reference = request->reference,
        .type = request->definition->key,
        .company = request->company,
        .submitted_at = request->submitted_at,
        .effective_on = request->effective_on,
        .today = locale_day_of(actor->now, actor->principal->zone),
    };
    *out = (struct form_world){
        .context = values_context(arena, request->definition, &known),
        .base = base,
        .today = known.today,
    };
    return OK;
}
