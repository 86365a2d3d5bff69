/* draft.c: the task list of a draft. */
#include "draft.h"

#include "app/request/request_check.h"
#include "draft_view.h"
#include "refusals.h"

static const struct view_field task_fields[] = {
    VIEW_F(struct task_view, key, VIEW_STR),
    VIEW_F(struct task_view, title, VIEW_STR),
    VIEW_F(struct task_view, state, VIEW_STR),
    VIEW_F(struct task_view, state_label, VIEW_MSG),
    VIEW_H(struct task_view, tag_class, VIEW_STR),
    VIEW_H(struct task_view, complete, VIEW_BOOL),
};
static VIEW_TYPE(task_type, struct task_view, task_fields);

static const struct view_field draft_fields[] = {
    VIEW_F(struct draft_view, reference, VIEW_STR),
    VIEW_F(struct draft_view, title, VIEW_STR),
    VIEW_F(struct draft_view, board, VIEW_BOOL),
    VIEW_F(struct draft_view, summary, VIEW_STR),
    VIEW_SUB(struct draft_view, groups, VIEW_LIST, &task_type),
    VIEW_SUB(struct draft_view, documents, VIEW_LIST, &task_type),
    VIEW_H(struct draft_view, has_documents, VIEW_BOOL),
    VIEW_SUB(struct draft_view, refusals, VIEW_LIST, &refusal_view_type),
    VIEW_H(struct draft_view, refused, VIEW_BOOL),
    VIEW_F(struct draft_view, may_edit, VIEW_BOOL),
    VIEW_F(struct draft_view, ready, VIEW_BOOL),
    VIEW_F(struct draft_view, changed_at, VIEW_INSTANT),
};
VIEW_TYPE(draft_view_type, struct draft_view, draft_fields);

static struct task_view task(enum part_state state, bool optional, struct str key,
                             struct str title)
{
    static const struct {
        struct str key;
        const char *label;
        struct str tag_class;
    } states[] = {
        [PART_NOT_STARTED] = {STR("not_started"), N_("Not started yet"),
                              STR("k-tag--stop")},
        [PART_IN_PROGRESS] = {STR("in_progress"), N_("In progress"), STR("")},
        [PART_COMPLETE] = {STR("complete"), N_("Complete"), STR("k-tag--done")},
        [PART_NEEDS_ATTENTION] = {STR("needs_attention"), N_("Needs attention"),
                                  STR("k-tag--alert")},
        [PART_BY_POST] = {STR("by_post"), N_("Original by post"), STR("")},
    };
    return (struct task_view){
        .key = key,
        .title = title,
        .state = states[state].key,
        .state_label =
            state == PART_NOT_STARTED && optional ? N_("Optional") : states[state].label,
        .tag_class = states[state].tag_class,
        .complete = state == PART_COMPLETE,
    };
}

enum err draft_render(struct page *page, const struct request_full *full)
{
    const struct definition *definition = full->definition;
    struct task_view *groups =
        ARENA_ARRAY(page->arena, struct task_view, definition->form_count);
    struct task_view *documents =
        ARENA_ARRAY(page->arena, struct task_view, full->slot_count);
    size_t group_count = 0;
    struct request_problem *problems;
    for (size_t i = 0; i < definition->form_count; i++) {
        const struct form *form = &definition->forms[i];
        if (request_form_asks(full, page->arena, form))
            groups[group_count++] =
                task(request_form_state(full, page->arena, form), false, form->id,
                     page_definition_text(page, definition, form->title));
    }
    for (size_t i = 0; i < full->slot_count; i++) {
        const struct request_slot *slot = &full->slots[i];
        documents[i] =
            task(request_slot_state(full, slot), !slot->now.required, slot->row.slot_key,
                 page_definition_text(page, definition, slot->rule->title));
    }
    struct view_list refusals = refusals_list(page, full);
    const struct draft_view view = {
        .reference = full->row.reference,
        .board = full->row.board,
        .title = page_definition_text(page, definition, definition->title),
        .summary = page_definition_text(page, definition, definition->summary),
        .groups = {groups, group_count},
        .documents = {documents, full->slot_count},
        .has_documents = full->slot_count > 0,
        .refusals = refusals,
        .refused = refusals.count > 0,
        .may_edit = page_may(page, RIGHT_REQUEST_EDIT),
        .ready = request_problems(full, page->arena, &problems) == 0,
        .changed_at = full->row.changed_at,
    };
    return page_render(page, PAGE_DRAFT, &view);
}

struct str draft_next_url(const struct page *page, const struct request_full *full,
                          const struct form *after, const struct request_slot *after_slot)
{
    const struct definition *definition = full->definition;
    struct str reference = full->row.reference;
    for (size_t i = 0; i < definition->form_count; i++) {
        const struct form *form = &definition->forms[i];
        if (form == after || request_form_state(full, page->arena, form) == PART_COMPLETE)
            continue;
        return page_url(page, "/requests/%.*s/answers/%.*s", STR_ARG(reference),
                        STR_ARG(form->id));
    }
    for (size_t i = 0; i < full->slot_count; i++) {
        const struct request_slot *slot = &full->slots[i];
        enum part_state state = request_slot_state(full, slot);
        if (slot == after_slot)
            continue;
        if (state == PART_NEEDS_ATTENTION || state == PART_IN_PROGRESS ||
            (state == PART_NOT_STARTED && slot->now.required))
            return page_url(page, "/requests/%.*s/documents/%.*s", STR_ARG(reference),
                            STR_ARG(slot->row.slot_key));
    }
    return page_url(page, "/requests/%.*s/check", STR_ARG(reference));
}
