/* request_check.c: what is still missing or wrong in a draft. */
#include "app/request/request_check.h"

#include "base/vec.h"
#include "app/request/document_age.h"
#include "app/request/request_world.h"
#include "app/request/request_world.h"

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

int request_document_kind(const struct request_slot *slot,
                          const struct request_slot_row *document)
{
    return document->document_id == 0 ? -1
                                      : slot_find_kind(slot->rule, document->kind_key);
}

/* The document's kind is one of the slot's, but it may not serve today. */
static bool too_old(const struct request_full *full, const struct request_slot *slot,
                    const struct request_slot_row *document)
{
    int kind = request_document_kind(slot, document);
    return kind >= 0 && !document_still_good(slot->rule, (size_t)kind,
                                             document->issued_on, full->today);
}

static bool any_rejected(const struct request_slot *slot)
{
    for (size_t i = 0; i < slot->item_count; i++) {
        if (str_is(slot->items[i].state, "rejected"))
            return true;
    }
    return false;
}

/* Why the documents of a draft will not do; NULL if they will, as far as they are there. */
static const char *draft_fault(const struct request_full *full,
                               const struct request_slot *slot)
{
    for (size_t i = 0; i < slot->item_count; i++) {
        const struct request_slot_row *document = &slot->items[i];
        if (document->document_id == 0)
            continue;
        if (too_old(full, slot, document))
            return N_("Document is too old: {0}");
        if (request_document_kind(slot, document) < 0)
            return N_("Document is not accepted, upload another one: {0}");
    }
    if ((int64_t)slot->document_count > slot->now.max)
        return N_("Too many documents: {0} takes {1}");
    return NULL;
}

enum part_state request_slot_state(const struct request_full *full,
                                   const struct request_slot *slot)
{
    if (any_rejected(slot))
        return PART_NEEDS_ATTENTION;
    if (full->state == REQUEST_DRAFT && draft_fault(full, slot) != NULL)
        return PART_NEEDS_ATTENTION;
    if (slot->document_count == 0)
        return slot->rule->original ? PART_BY_POST : PART_NOT_STARTED;
    if (full->state == REQUEST_DRAFT && (int64_t)slot->document_count < slot->now.min)
        return PART_IN_PROGRESS;
    return PART_COMPLETE;
}

bool request_document_takes_file(const struct request_full *full,
                                 const struct request_slot_row *document)
{
    switch (full->state) {
    case REQUEST_DRAFT:
        return true;
    case REQUEST_SUBMITTED:
    case REQUEST_WAITING_FOR_CUSTOMER:
    case REQUEST_RELEASED:
        return str_is(document->state, "rejected");
    default:
        return false;
    }
}

bool request_slot_takes_file(const struct request_full *full,
                             const struct request_slot *slot)
{
    for (size_t i = 0; i < slot->item_count; i++) {
        if (request_document_takes_file(full, &slot->items[i]))
            return true;
    }
    return false;
}

/* ---- what keeps a draft from being submitted ---- */

static void check_forms(const struct request_full *full, struct arena *arena,
                        const struct form_world *world, struct vec *problems)
{
    for (size_t f = 0; f < full->definition->form_count; f++) {
        const struct form *form = &full->definition->forms[f];
        struct form_result result = {0};
        form_validate_values(arena, form, request_form_values(full, arena, form), world,
                             &result);
        for (size_t i = 0; i < result.error_count; i++) {
            const struct form_error *error = &result.errors[i];
            *VEC_PUSH(problems, struct request_problem) =
                (struct request_problem){.form = form,
                                         .field = error->field,
                                         .error = error,
                                         .msgid = error->msgid,
                                         .args = {error->args[0], error->args[1]},
                                         .day = error->day};
        }
    }
}

static void check_slots(const struct request_full *full, struct arena *arena,
                        struct vec *problems)
{
    for (size_t i = 0; i < full->slot_count; i++) {
        const struct request_slot *slot = &full->slots[i];
        struct request_problem problem = {
            .slot = slot->rule, .args = {slot->rule->title}, .day = DAY_NONE};
        int64_t bound = slot->now.min;
        switch (request_slot_state(full, slot)) {
        case PART_COMPLETE:
        case PART_BY_POST:
            continue;
        case PART_NOT_STARTED:
            if (!slot->now.required)
                continue;
            problem.msgid = slot->now.min == 1 ? N_("Document missing: {0}")
                                               : N_("Documents missing: {0} needs {1}");
            break;
        case PART_IN_PROGRESS:
            problem.msgid = N_("Documents missing: {0} needs {1}");
            break;
        case PART_NEEDS_ATTENTION:
            problem.msgid = draft_fault(full, slot);
            bound = slot->now.max;
            break;
        }
        problem.args[1] = str_format(arena, "%lld", (long long)bound);
        *VEC_PUSH(problems, struct request_problem) = problem;
    }
}

size_t request_problems(const struct request_full *full, struct arena *arena,
                        struct request_problem **out)
{
    const struct form_world world = request_world(full, arena);
    struct vec problems = VEC_INIT(arena, struct request_problem);
    struct submission_refusal *refusals;
    check_forms(full, arena, &world, &problems);
    check_slots(full, arena, &problems);
    size_t count = request_refusals(full, arena, &refusals);
    for (size_t i = 0; i < count; i++)
        *VEC_PUSH(&problems, struct request_problem) =
            (struct request_problem){.refusal = &refusals[i],
                                     .form = request_form(full, refusals[i].rule->form),
                                     .args = {refusals[i].rule->text},
                                     .day = DAY_NONE};
    *out = problems.items;
    return problems.count;
}

size_t request_refusals(const struct request_full *full, struct arena *arena,
                        struct submission_refusal **out)
{
    *out = NULL;
    if (full->state != REQUEST_DRAFT || full->definition->rule_count == 0)
        return 0;
    const struct form_world world = request_world(full, arena);
    return submission_check(arena, full->definition->rules, full->definition->rule_count,
                            &world, out);
}
