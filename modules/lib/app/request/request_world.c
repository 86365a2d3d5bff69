#include "app/request/request_world.h"

#include "base/vec.h"
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

/* Change one answer, if it is another one. */
static void settle(struct arena *arena, json_t *answers, struct str key, json_t *value,
                   struct vec *changed)
{
    const char *name = str_c(arena, key);
    json_t *old_value = json_object_get(answers, name);
    struct settled_answer item = {key, str_copy(arena, answer_text(arena, old_value)),
                                  answer_text(arena, value)};
    if (str_is_empty(item.old_value))
        item.old_value = STR_NONE;
    if (value == NULL)
        (void)json_object_del(answers, name);
    else
        (void)json_object_set(answers, name, value);
    if (!str_eq(item.old_value, item.new_value))
        *VEC_PUSH(changed, struct settled_answer) = item;
}

size_t request_settle(struct request_full *full, struct arena *arena,
                      struct settled_answer **out)
{
    const struct form_world world = request_world(full, arena);
    struct vec changed = VEC_INIT(arena, struct settled_answer);
    for (size_t i = 0; i < full->definition->form_count; i++) {
        const struct form *form = &full->definition->forms[i];
        struct form_result result;
        form_validate_values(arena, form, request_form_values(full, arena, form), &world,
                             &result);
        for (size_t k = 0; k < form->field_count; k++) {
            struct str key = form->fields[k].key;
            if (form->fields[k].kind != FORM_PARAGRAPH)
                settle(arena, full->answers, key,
                       json_object_get(result.values, str_c(arena, key)), &changed);
        }
    }
    *out = changed.items;
    return changed.count;
}

day_no request_effective_date(const struct request_full *full, struct arena *arena)
{
    day_no day = DAY_NONE;
    if (!str_is_empty(full->definition->effective_date_field)) {
        const struct form_field field = {.key = full->definition->effective_date_field};
        if (day_parse(request_answer(full, arena, &field), &day) != OK)
            return DAY_NONE;
    }
    return day;
}
