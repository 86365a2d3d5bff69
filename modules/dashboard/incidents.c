/* incidents.c: what cannot go on by itself: at its ticket, and the list of all. */
#include "incidents.h"

#include "web/answers_view.h"

struct attribute_view {
    struct str key;
    struct str base_value;
    struct str current_value;
    struct str new_value;
    bool differs;
};
struct incident_view {
    struct str id; /**< digits, for the form */
    const char *kind;
    struct str step; /**< of the process; absent: of none */
    struct str reason;
    bool technical; /**< the reason is as the program said it */
    bool obstacle;
    instant_us opened_at;
    struct view_list attributes;
    day_no valid_from;
};

static const struct view_field attribute_fields[] = {
    VIEW_F(struct attribute_view, key, VIEW_STR),
    VIEW_F(struct attribute_view, base_value, VIEW_STR),
    VIEW_F(struct attribute_view, current_value, VIEW_STR),
    VIEW_F(struct attribute_view, new_value, VIEW_STR),
    VIEW_F(struct attribute_view, differs, VIEW_BOOL),
};
static VIEW_TYPE(attribute_view_type, struct attribute_view, attribute_fields);

static const struct view_field incident_fields[] = {
    VIEW_F(struct incident_view, id, VIEW_STR),
    VIEW_F(struct incident_view, kind, VIEW_MSG),
    VIEW_F(struct incident_view, step, VIEW_STR),
    VIEW_F(struct incident_view, reason, VIEW_STR),
    VIEW_H(struct incident_view, technical, VIEW_BOOL),
    VIEW_F(struct incident_view, obstacle, VIEW_BOOL),
    VIEW_F(struct incident_view, opened_at, VIEW_INSTANT),
    VIEW_SUB(struct incident_view, attributes, VIEW_LIST, &attribute_view_type),
    VIEW_F(struct incident_view, valid_from, VIEW_DAY),
};
VIEW_TYPE(incident_view_type, struct incident_view, incident_fields);

/* ---- words ------------------------------------------------------------------------------------------ */

static const char *kind_label(struct str kind)
{
    if (str_is(kind, "obstacle"))
        return N_("Needs a decision");
    return str_is(kind, "stuck") ? N_("The process cannot go on") : N_("A step failed");
}

/* The step a token stands at: "Activity_1#3:Timer_1" -> its name, or its id. */
static struct str step_name(const struct page *page, const struct definition *definition,
                            struct str token)
{
    ssize_t end = str_index(token, '#');
    struct str id = end < 0 ? token : str_sub(token, 0, (size_t)end);
    uint32_t element = bpmn_find(definition->model, id);

    if (element == BPMN_NONE || !definition->model->elements[element].name.ptr)
        return str_is_empty(id) ? STR_NONE : id;
    return page_definition_text(page, definition,
                                definition->model->elements[element].name);
}

/* An obstacle, or what is about something, is a sentence of ours; the rest is as the engine or the job
 * said it. */
static bool is_sentence(struct str kind, struct str about)
{
    return str_is(kind, "obstacle") || about.ptr != NULL;
}

static struct str reason_text(const struct page *page, struct str kind, struct str reason,
                              struct str about)
{
    if (!is_sentence(kind, about))
        return reason;
    return page_text_fill(page, str_c(page->arena, reason), &about, 1);
}

/* ---- changed master data ---------------------------------------------------------------------------- */

static struct attribute_view attribute_view(const struct page *page,
                                            const struct definition *definition,
                                            const struct form_field *field,
                                            const struct attribute_change *change)
{
    if (field == NULL)
        return (struct attribute_view){change->key, change->base_value,
                                       change->current_value, change->new_value,
                                       change->differs};
    return (struct attribute_view){
        page_definition_text(page, definition, field->label),
        answer_line_of_text(page, definition, NULL, field, change->base_value),
        answer_line_of_text(page, definition, NULL, field, change->current_value),
        answer_line_of_text(page, definition, NULL, field, change->new_value),
        change->differs};
}

/* In the order of the forms, with the labels and options the customer saw. */
static struct view_list show_attributes(struct page *page,
                                        const struct definition *definition,
                                        const struct attribute_changes *changes)
{
    struct attribute_view *items =
        ARENA_ARRAY(page->arena, struct attribute_view, changes->count + 1);
    bool *shown = ARENA_ARRAY(page->arena, bool, changes->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < definition->form_count; i++)
        for (size_t k = 0; k < definition->forms[i].field_count; k++) {
            const struct form_field *field = &definition->forms[i].fields[k];
            for (size_t c = 0; c < changes->count; c++) {
                if (shown[c] || !str_eq(field->master_data, changes->items[c].key))
                    continue;
                shown[c] = true;
                items[count++] =
                    attribute_view(page, definition, field, &changes->items[c]);
            }
        }
    for (size_t c = 0; c < changes->count; c++)
        if (!shown[c])
            items[count++] = attribute_view(page, definition, NULL, &changes->items[c]);
    return (struct view_list){items, count};
}

/* ---- at the ticket ------------------------------------------------------------------------------------ */

struct view_list incidents_of_ticket(struct page *page,
                                     const struct ticket_dossier *dossier)
{
    const struct definition *definition = dossier->of.definition;
    struct incident_view *views =
        ARENA_ARRAY(page->arena, struct incident_view, dossier->incident_count + 1);

    for (size_t i = 0; i < dossier->incident_count; i++) {
        const struct incident_detail *detail = &dossier->incidents[i];
        const struct incident_row *row = &detail->row;
        bool obstacle = str_is(row->kind, "obstacle");

        views[i] = (struct incident_view){
            .id = str_format(page->arena, "%lld", (long long)row->id),
            .kind = kind_label(row->kind),
            .step = step_name(page, definition, row->token),
            .reason = reason_text(page, row->kind, row->reason, row->about),
            .technical = !is_sentence(row->kind, row->about),
            .obstacle = obstacle,
            .opened_at = row->opened_at,
            .valid_from = DAY_NONE,
        };
        if (detail->changes.count > 0) {
            views[i].attributes = show_attributes(page, definition, &detail->changes);
            views[i].valid_from = detail->changes.valid_from;
        }
    }
    return (struct view_list){views, dossier->incident_count};
}

/* ---- the list of all ---------------------------------------------------------------------------------- */

struct line_view {
    const char *kind;
    struct str step;
    struct str reason;
    bool technical; /**< the reason is as the program said it */
    struct str title;
    struct str company_name;
    struct str ticket; /**< absent: not released yet */
    struct str request;
    instant_us opened_at;
};
struct incidents_view {
    struct view_list lines;
    struct str first_url;
    struct str next_url;
};

static const struct view_field line_fields[] = {
    VIEW_F(struct line_view, kind, VIEW_MSG),
    VIEW_F(struct line_view, step, VIEW_STR),
    VIEW_F(struct line_view, reason, VIEW_STR),
    VIEW_H(struct line_view, technical, VIEW_BOOL),
    VIEW_F(struct line_view, title, VIEW_STR),
    VIEW_F(struct line_view, company_name, VIEW_STR),
    VIEW_F(struct line_view, ticket, VIEW_STR),
    VIEW_F(struct line_view, request, VIEW_STR),
    VIEW_F(struct line_view, opened_at, VIEW_INSTANT),
};
static VIEW_TYPE(line_view_type, struct line_view, line_fields);

static const struct view_field view_fields[] = {
    VIEW_SUB(struct incidents_view, lines, VIEW_LIST, &line_view_type),
    VIEW_F(struct incidents_view, first_url, VIEW_STR),
    VIEW_F(struct incidents_view, next_url, VIEW_STR),
};
VIEW_TYPE(incidents_view_type, struct incidents_view, view_fields);

static enum err fill_lines(struct page *page, const struct incident_page *list,
                           struct view_list *out)
{
    struct line_view *lines = ARENA_ARRAY(page->arena, struct line_view, list->count + 1);

    for (size_t i = 0; i < list->count; i++) {
        const struct incident_item *item = &list->items[i];
        const struct definition *definition;
        enum err err = definitions_get(page_env(page)->definitions, page->db,
                                       item->definition_id, &definition);

        if (err != OK)
            return err;
        lines[i] = (struct line_view){
            .kind = kind_label(item->kind),
            .step = step_name(page, definition, item->token),
            .reason = reason_text(page, item->kind, item->reason, item->about),
            .technical = !is_sentence(item->kind, item->about),
            .title = page_definition_text(page, definition, definition->title),
            .company_name = item->company_name,
            .ticket = item->ticket_reference,
            .request = item->request_reference,
            .opened_at = item->opened_at,
        };
    }
    *out = (struct view_list){lines, list->count};
    return OK;
}

enum err incidents_get(struct page *page)
{
    const struct incidents_fields *fields = page->fields;
    struct actor actor = page_actor(page);
    struct incident_page list;
    struct incidents_view view = {0};
    instant_us unused;
    int64_t after_id = 0;
    enum err err;

    if (!str_is_empty(fields->after) &&
        cursor_read(fields->after, &unused, &after_id) != OK)
        return ERR_INPUT;
    err = app_incidents(&actor, after_id, LIST_LINES, &list);
    if (err == OK)
        err = fill_lines(page, &list, &view.lines);
    if (err != OK)
        return err;
    if (after_id != 0)
        view.first_url = page_url(page, "/staff/incidents");
    if (list.more) {
        struct str after = cursor_write(page->arena, 0, list.items[list.count - 1].id);

        view.next_url = page_url(page, "/staff/incidents?after=%.*s", STR_ARG(after));
    }
    return page_render(page, PAGE_INCIDENTS, &view);
}
