#include "app/request_world.h"

#include "formats/locale.h"

struct request_facts request_known(const struct request_full *full, const json_t *answers)
{
    const struct request_row *row = &full->row;
    return (struct request_facts){
        .answers = answers != NULL ? answers : full->answers,
        .base = full->base,
        .facts = full->facts,
        .reference = row->reference,
        .type = row->request_type,
        .company = full->company_reference,
        .submitted_at = row->submitted_at,
        .effective_on = row->effective_date,
        .today = row->submitted_at == INSTANT_NONE
                     ? full->today
                     : locale_day_of(row->submitted_at, row->company_zone),
    };
}

struct form_world request_world(const struct request_full *full, struct arena *arena)
{
    const struct request_facts facts = request_known(full, NULL);
    return (struct form_world){
        .context = values_context(arena, full->definition, &facts),
        .base = full->base,
        .today = facts.today,
    };
}

static bool is_shown(const struct form_now *now, const struct form_field *field)
{
    for (size_t i = 0; i < now->field_count; i++)
        if (now->fields[i].field == field)
            return true;
    return false;
}

bool request_drop_hidden(struct request_full *full, struct arena *arena)
{
    const struct form_world world = request_world(full, arena);
    bool dropped = false;
    for (size_t i = 0; i < full->definition->form_count; i++) {
        const struct form *form = &full->definition->forms[i];
        struct form_now now = form_resolve(arena, form, &world, full->answers);
        for (size_t k = 0; k < form->field_count; k++)
            if (form->fields[k].kind != FORM_PARAGRAPH &&
                !is_shown(&now, &form->fields[k]) &&
                json_object_del(full->answers, str_c(arena, form->fields[k].key)) == 0)
                dropped = true;
    }
    return dropped;
}
