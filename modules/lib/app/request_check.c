/* request_check.c: what is still missing or wrong in a draft. */
#include "app/request_check.h"

#include "base/vec.h"
#include "app/document_age.h"
#include "app/request_world.h"

static bool asks(const struct form_now *now)
{
    for (size_t i = 0; i < now->field_count; i++)
        if (now->fields[i].field->kind != FORM_PARAGRAPH && !now->fields[i].readonly)
            return true;
    return false;
}

bool request_form_asks(const struct request_full *full, struct arena *arena,
                       const struct form *form)
{
    const struct form_world world = request_world(full, arena);
    struct form_now now = form_resolve(arena, form, &world, full->answers);
    return asks(&now);
}

/* An error about an answer that is not there can only say that it is required. */
static bool is_given(struct arena *arena, const struct form_field_now *field)
{
    struct str text = answer_text(arena, field == NULL ? NULL : field->value);
    return !str_is_empty(text) && !str_is(text, "false") && !str_is(text, "[]");
}

enum part_state request_form_state(const struct request_full *full, struct arena *arena,
                                   const struct form *form)
{
    const struct form_world world = request_world(full, arena);
    json_t *values = request_form_values(full, arena, form);
    struct form_now now = form_resolve(arena, form, &world, values);
    struct form_result result = {0};
    if (!asks(&now))
        return PART_COMPLETE;
    if (json_object_size(values) == 0)
        return PART_NOT_STARTED;
    form_validate_values(arena, form, values, &world, &result);
    for (size_t i = 0; i < result.error_count; i++)
        if (is_given(arena, form_now_find(&now, result.errors[i].key)))
            return PART_NEEDS_ATTENTION;
    return result.error_count > 0 ? PART_IN_PROGRESS : PART_COMPLETE;
}

int request_slot_kind(const struct request_slot *slot)
{
    if (slot->row.document_id == 0)
        return -1;
    for (size_t i = 0; i < slot->rule->kind_count; i++) {
        if (str_eq(slot->rule->kind_keys[i], slot->row.kind_key))
            return (int)i;
    }
    return -1;
}

static bool too_old(const struct request_full *full, const struct request_slot *slot)
{
    int kind = request_slot_kind(slot);
    return kind >= 0 && document_too_old(slot->row.issued_on, full->today,
                                         slot->rule->kind_max_age[kind]);
}

enum part_state request_slot_state(const struct request_full *full,
                                   const struct request_slot *slot)
{
    if (str_is(slot->row.state, "rejected"))
        return PART_NEEDS_ATTENTION;
    if (str_is(slot->row.state, "empty"))
        return PART_NOT_STARTED;
    if (full->state == REQUEST_DRAFT &&
        (request_slot_kind(slot) < 0 || too_old(full, slot)))
        return PART_NEEDS_ATTENTION;
    return PART_COMPLETE;
}

bool request_slot_takes_file(const struct request_full *full,
                             const struct request_slot *slot)
{
    switch (full->state) {
    case REQUEST_DRAFT:
        return true;
    case REQUEST_SUBMITTED:
    case REQUEST_WAITING_FOR_CUSTOMER:
    case REQUEST_RELEASED:
        return str_is(slot->row.state, "rejected");
    default:
        return false;
    }
}

size_t request_problems(const struct request_full *full, struct arena *arena,
                        struct request_problem **out)
{
    const struct form_world world = request_world(full, arena);
    struct vec problems = VEC_INIT(arena, struct request_problem);
    for (size_t f = 0; f < full->definition->form_count; f++) {
        const struct form *form = &full->definition->forms[f];
        struct form_result result = {0};
        form_validate_values(arena, form, request_form_values(full, arena, form), &world,
                             &result);
        for (size_t i = 0; i < result.error_count; i++)
            *VEC_PUSH(&problems, struct request_problem) =
                (struct request_problem){.form = form,
                                         .error = &result.errors[i],
                                         .msgid = result.errors[i].msgid,
                                         .day = DAY_NONE};
    }
    for (size_t i = 0; i < full->slot_count; i++) {
        const struct request_slot *slot = &full->slots[i];
        enum part_state state = request_slot_state(full, slot);
        struct request_problem problem = {
            .slot = slot->rule, .args = {slot->rule->title}, .day = DAY_NONE};
        if (state == PART_COMPLETE || (state == PART_NOT_STARTED && !slot->row.required))
            continue;
        if (state == PART_NOT_STARTED)
            problem.msgid = N_("Document missing: {0}");
        else if (too_old(full, slot))
            problem.msgid = N_("Document is too old: {0}");
        else
            problem.msgid = N_("Document is not accepted, upload another one: {0}");
        *VEC_PUSH(&problems, struct request_problem) = problem;
    }
    *out = problems.items;
    return problems.count;
}
