/* steps.c: see steps.h. */
#include "steps.h"

#include "app/ticket/sub_ticket_open.h"

/* ---- descriptors --------------------------------------------------------------------------------- */

static const struct view_field path_fields[] = {
    VIEW_H(struct diagram_path, css_class, VIEW_STR),
    VIEW_H(struct diagram_path, d, VIEW_STR),
};
static VIEW_TYPE(path_type, struct diagram_path, path_fields);

static const struct view_field text_fields[] = {
    VIEW_H(struct diagram_text, css_class, VIEW_STR),
    VIEW_H(struct diagram_text, x, VIEW_STR),
    VIEW_H(struct diagram_text, y, VIEW_STR),
    VIEW_H(struct diagram_text, turn, VIEW_STR),
    VIEW_H(struct diagram_text, text, VIEW_STR),
};
static VIEW_TYPE(text_type, struct diagram_text, text_fields);

/* The list of steps says the same in words: drawings are not in JSON. */
#define DRAWN(type, member, sub_)                                                        \
    {                                                                                    \
        .name = #member, .kind = VIEW_LIST, .offset = offsetof(type, member),            \
        .sub = (sub_), .html_only = true                                                 \
    }
static const struct view_field item_fields[] = {
    VIEW_H(struct diagram_item, css_class, VIEW_STR),
    VIEW_H(struct diagram_item, title, VIEW_STR),
    DRAWN(struct diagram_item, paths, &path_type),
    DRAWN(struct diagram_item, texts, &text_type),
};
static VIEW_TYPE(item_type, struct diagram_item, item_fields);

static const struct view_field diagram_fields[] = {
    VIEW_H(struct diagram, title, VIEW_STR),   VIEW_H(struct diagram, view_box, VIEW_STR),
    VIEW_H(struct diagram, width, VIEW_STR),   VIEW_H(struct diagram, height, VIEW_STR),
    VIEW_H(struct diagram, marked, VIEW_BOOL), DRAWN(struct diagram, items, &item_type),
};
VIEW_TYPE(diagram_view_type, struct diagram, diagram_fields);

static const struct view_field work_fields[] = {
    VIEW_F(struct step_work_view, reference, VIEW_STR),
    VIEW_F(struct step_work_view, subject, VIEW_STR),
    VIEW_F(struct step_work_view, state, VIEW_MSG),
    VIEW_H(struct step_work_view, state_class, VIEW_STR),
    VIEW_F(struct step_work_view, who, VIEW_STR),
    VIEW_F(struct step_work_view, at, VIEW_INSTANT),
};
static VIEW_TYPE(work_type, struct step_work_view, work_fields);

static const struct view_field step_fields[] = {
    VIEW_F(struct step_view, name, VIEW_STR),
    VIEW_F(struct step_view, kind, VIEW_MSG),
    VIEW_F(struct step_view, team, VIEW_STR),
    VIEW_F(struct step_view, inside, VIEW_STR),
    VIEW_F(struct step_view, now, VIEW_BOOL),
    VIEW_F(struct step_view, done, VIEW_BOOL),
    VIEW_H(struct step_view, ahead, VIEW_BOOL),
    VIEW_F(struct step_view, stopped, VIEW_BOOL),
    VIEW_F(struct step_view, automatic, VIEW_BOOL),
    VIEW_F(struct step_view, reason, VIEW_STR),
    VIEW_F(struct step_view, times, VIEW_INT),
    VIEW_F(struct step_view, count, VIEW_INT),
    VIEW_F(struct step_view, count_done, VIEW_INT),
    VIEW_F(struct step_view, at, VIEW_INSTANT),
    VIEW_F(struct step_view, due_at, VIEW_INSTANT),
    VIEW_SUB(struct step_view, work, VIEW_LIST, &work_type),
};
VIEW_TYPE(step_view_type, struct step_view, step_fields);

/* ---- filling --------------------------------------------------------------------------------------- */

struct view_list steps_diagrams(const struct page *page, const struct steps_of *of)
{
    struct diagram *diagrams;
    size_t count = diagram_draw(page->arena, of->definition, page->render->language,
                                of->at, &diagrams);
    return (struct view_list){diagrams, count};
}

static const char *event_kind(enum bpmn_trigger trigger)
{
    switch (trigger) {
    case BPMN_TIMER:
        return N_("Waits for a time");
    case BPMN_MESSAGE:
        return N_("Waits for a message");
    case BPMN_SIGNAL:
        return N_("Waits for a signal");
    case BPMN_CONDITION:
        return N_("Waits for a condition");
    case BPMN_ERROR:
        return N_("After an error");
    case BPMN_ESCALATION:
        return N_("After an escalation");
    default:
        return N_("Event");
    }
}

static const char *kind_of(const struct bpmn_element *element)
{
    switch (element->kind) {
    case BPMN_USER_TASK:
        return NULL;
    case BPMN_SERVICE_TASK:
        return N_("Automatic");
    case BPMN_RULE_TASK:
        return N_("Decision table");
    case BPMN_SCRIPT_TASK:
        return N_("Calculation");
    case BPMN_SEND_TASK:
        return N_("Sends a message");
    case BPMN_RECEIVE_TASK:
        return N_("Waits for a message");
    case BPMN_SUB_PROCESS:
    case BPMN_EVENT_SUB_PROCESS:
        return N_("Sub-process");
    case BPMN_CALL:
        return N_("Another process");
    case BPMN_CATCH:
    case BPMN_BOUNDARY:
        return event_kind(element->trigger);
    default:
        return N_("Mark");
    }
}

static bool belongs(const struct sub_ticket_row *row, struct str element_id)
{
    ssize_t mark = str_index(row->activation, '#');

    return mark >= 0 && str_eq(str_sub(row->activation, 0, (size_t)mark), element_id);
}

static struct view_list work_of(struct page *page, const struct steps_of *of,
                                const struct bpmn_element *element)
{
    struct step_work_view *items =
        ARENA_ARRAY(page->arena, struct step_work_view, of->sub_ticket_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < of->sub_ticket_count; i++) {
        const struct sub_ticket_row *row = &of->sub_tickets[i];

        if (!belongs(row, element->id))
            continue;
        items[count++] = (struct step_work_view){
            .reference = row->reference,
            .subject = row->subject,
            .state = sub_ticket_state_label(row->state),
            .state_class = sub_ticket_state_class(row->state),
            .who =
                str_is_empty(row->ended_by_name) ? row->owner_name : row->ended_by_name,
            .at = row->ended_at,
        };
    }
    return (struct view_list){items, count};
}

static void fill_position(const struct position *at, struct step_view *step)
{
    step->now = at->state == POSITION_NOW;
    step->done = at->state == POSITION_DONE;
    step->ahead = at->state == POSITION_AHEAD;
    step->stopped = at->state == POSITION_INCIDENT;
    step->reason = at->incident;
    step->times = at->passed > 1 ? at->passed : 0;
    step->count = at->instances;
    step->count_done = at->instances_done;
    step->at = step->done ? at->passed_at : INSTANT_NONE;
    step->due_at = at->due_at;
}

static enum err fill_step(struct page *page, const struct steps_of *of, uint32_t n,
                          struct step_view *step)
{
    const struct bpmn_model *model = of->definition->model;
    const struct bpmn_element *element = &model->elements[n];
    const struct bpmn_element *parent = &model->elements[element->parent];

    *step = (struct step_view){
        .name = page_definition_text(page, of->definition,
                                     element->name.ptr ? element->name : element->id),
        .kind = kind_of(element),
        .at = INSTANT_NONE,
        .due_at = INSTANT_NONE,
        .work = work_of(page, of, element),
    };
    step->automatic = step->kind != NULL;
    if (parent->kind != BPMN_PROCESS)
        step->inside = page_definition_text(page, of->definition, parent->name);
    if (of->at)
        fill_position(&of->at[n], step);
    if (element->kind != BPMN_USER_TASK)
        return OK;
    struct str team;
    enum err err = sub_ticket_team(page_env(page), page->db, element, &team);
    return err == OK ? page_departments(page, team, &step->team) : err;
}

enum err steps_list(struct page *page, const struct steps_of *of, struct view_list *out)
{
    uint32_t *order;
    size_t count = position_order(page->arena, of->definition->model, of->at, &order);
    struct step_view *items = ARENA_ARRAY(page->arena, struct step_view, count + 1);

    for (size_t i = 0; i < count; i++) {
        enum err err = fill_step(page, of, order[i], &items[i]);

        if (err != OK)
            return err;
    }
    *out = (struct view_list){items, count};
    return OK;
}
