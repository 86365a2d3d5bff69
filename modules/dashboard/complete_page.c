/* complete_page.c: complete a sub-ticket: the outcome, the form of its step, asked once more. */
#include "ticket_view.h"

#include "web/form_view.h"
#include "app/ticket/form_rows.h"
#include "app/ticket/staff_form.h"
#include "app/ticket/sub_ticket_clock.h"
#include "app/ticket/ticket_work.h"

struct outcome_view {
    struct str value;
    struct str id; /**< of the control: the first one has the field's */
    const char *label;
    bool chosen;
};
struct complete_view {
    struct str reference;
    struct str ticket_reference;
    struct str name;
    struct str team;
    struct str title;
    struct str company_name;
    struct str version;
    bool possible;             /**< open, and this person may */
    bool other_person;         /**< another one has to: this one decided before */
    bool phases_left;          /**< only a rejection is possible yet */
    struct view_list outcomes; /**< struct outcome_view */
    struct str reason;
    bool outcome_wrong;
    bool reason_wrong;
    bool has_form;
    struct form_view form;
};

static const struct view_field outcome_fields[] = {
    VIEW_F(struct outcome_view, value, VIEW_STR),
    VIEW_H(struct outcome_view, id, VIEW_STR),
    VIEW_F(struct outcome_view, label, VIEW_MSG),
    VIEW_H(struct outcome_view, chosen, VIEW_BOOL),
};
static VIEW_TYPE(outcome_view_type, struct outcome_view, outcome_fields);

static const struct view_field view_fields[] = {
    VIEW_F(struct complete_view, reference, VIEW_STR),
    VIEW_F(struct complete_view, ticket_reference, VIEW_STR),
    VIEW_F(struct complete_view, name, VIEW_STR),
    VIEW_F(struct complete_view, team, VIEW_STR),
    VIEW_F(struct complete_view, title, VIEW_STR),
    VIEW_F(struct complete_view, company_name, VIEW_STR),
    VIEW_F(struct complete_view, version, VIEW_STR),
    VIEW_F(struct complete_view, possible, VIEW_BOOL),
    VIEW_F(struct complete_view, other_person, VIEW_BOOL),
    VIEW_F(struct complete_view, phases_left, VIEW_BOOL),
    VIEW_SUB(struct complete_view, outcomes, VIEW_LIST, &outcome_view_type),
    VIEW_H(struct complete_view, reason, VIEW_STR),
    VIEW_H(struct complete_view, outcome_wrong, VIEW_BOOL),
    VIEW_H(struct complete_view, reason_wrong, VIEW_BOOL),
    VIEW_F(struct complete_view, has_form, VIEW_BOOL),
    VIEW_SUB(struct complete_view, form, VIEW_OBJECT, &form_view_type),
};
VIEW_TYPE(complete_view_type, struct complete_view, view_fields);

/* ---- what the page is about ------------------------------------------------------------------------ */

struct completing_page {
    struct ticket_dossier dossier;
    const struct sub_ticket_row *row;
    struct user_task task;
    const struct form *form; /**< NULL: none */
    struct form_world world;
};

static enum err open_form(struct page *page, struct completing_page *c)
{
    struct actor actor = page_actor(page);
    const struct staff_request *request = &c->dossier.of.request;
    const struct staff_form_request known = {
        .definition = c->dossier.of.definition,
        .answers = request->answers,
        .base = request->base,
        .facts = request->facts,
        .reference = request->reference,
        .company = request->company_reference,
        .submitted_at = request->submitted_at,
        .effective_on = request->effective_date,
    };
    c->form = staff_form_of(known.definition, &c->task);
    return c->form == NULL ? OK
                           : staff_form_world(&actor, page->arena, &known, &c->world);
}

static enum err open_page(struct page *page, struct completing_page *c)
{
    struct str reference = page_param(page, "reference");
    struct actor actor = page_actor(page);
    enum err err =
        app_ticket_open(&actor, page_env(page), ticket_of(reference), &c->dossier);
    if (err == OK)
        err = page_looked(page, &c->dossier.of.request);
    if (err != OK)
        return err;
    c->row = ticket_sub_ticket(&c->dossier, reference);
    if (c->row == NULL)
        return ERR_NOT_FOUND;
    if (!may_work(page->principal, c->row->team_key))
        return ERR_DENIED;
    c->task = ticket_task(&c->dossier, c->row);
    return open_form(page, c);
}

/* ---- filling the view ------------------------------------------------------------------------------ */

static struct view_list show_outcomes(const struct page *page,
                                      const struct completing_page *c)
{
    struct outcome_view *items =
        ARENA_ARRAY(page->arena, struct outcome_view, c->task.outcomes.len + 1);
    struct str rest = c->task.outcomes;
    struct str chosen =
        page->http->method == HTTP_POST ? page_raw(page, "outcome") : STR_NONE;
    struct str word;
    size_t count = 0;
    while (str_next(&rest, ',', &word)) {
        word = str_trim(word);
        items[count] = (struct outcome_view){
            .value = word,
            .id = count == 0 ? STR("outcome")
                             : str_concat(page->arena, STR("outcome-"), word),
            .label = outcome_label(word),
            .chosen = str_eq(word, chosen),
        };
        count++;
    }
    return (struct view_list){items, count};
}

/* What the form holds: what was typed, with a row more or less; at first what its rules fill in. */
static void show_form(struct page *page, struct completing_page *c,
                      struct complete_view *view)
{
    struct arena *arena = page->arena;
    json_t *values = NULL;
    struct form_now now;
    if (c->form == NULL)
        return;
    if (page->http->method == HTTP_POST) {
        const struct form_rows_act act = {page_raw(page, FORM_CONTROL_ADD),
                                          page_raw(page, FORM_CONTROL_REMOVE)};
        c->world.decimal_sign = form_view_decimal_sign(page);
        values = form_typed(arena, c->form, page_raw_fields(page), &c->world);
        now = form_resolve(arena, c->form, &c->world, values);
        form_rows_change(arena, &now, values, &act);
    }
    now = form_resolve(arena, c->form, &c->world, values);
    const struct form_page shown = {
        .definition = c->dossier.of.definition, .now = &now, .world = &c->world};
    view->has_form = true;
    form_view_fill(page, &shown, &view->form);
}

static void keep_typed(const struct page *page, struct complete_view *view)
{
    if (page->http->method != HTTP_POST)
        return;
    view->reason = page_raw(page, "reason");
    view->outcome_wrong = page_is_wrong(page, "outcome");
    view->reason_wrong = page_is_wrong(page, "reason");
    /* After a slip of the pen the page keeps what it showed; after a change by somebody else it
     * shows, and sends, the state of now. */
    if (!page_is_wrong(page, "main-content"))
        view->version = page_raw(page, "version");
}

static enum err show(struct page *page)
{
    struct completing_page c = {0};
    enum err err = open_page(page, &c);
    if (err != OK)
        return err;
    const struct sub_ticket_row *row = c.row;
    const struct definition *definition = c.dossier.of.definition;
    const struct task_type *type;
    bool open = row->ended_at == INSTANT_NONE;
    bool mine = row->owner_id == page->principal->person_id;
    struct complete_view view = {
        .reference = row->reference,
        .ticket_reference = c.dossier.of.request.ticket_reference,
        .name = page_sub_ticket_name(page, definition, row->name, row->subject),
        .title = page_definition_text(page, definition, definition->title),
        .company_name = c.dossier.of.request.company_name,
        .version = str_format(page->arena, "%lld", (long long)row->version),
        .other_person = open && ticket_needs_another(page, &c.dossier, &c.task),
        .outcomes = show_outcomes(page, &c),
    };
    view.possible =
        open && !view.other_person && (mine || page_may(page, RIGHT_TICKET_ASSIGN));
    err = page_task_type(page, row->type_key, &type);
    if (err == OK)
        err = page_departments(page, row->team_key, &view.team);
    if (err != OK)
        return err;
    view.phases_left =
        type != NULL && task_phase_index(type, row->phase) + 1 < type->phase_count;
    keep_typed(page, &view);
    show_form(page, &c, &view);
    return page_render(page, PAGE_COMPLETE, &view);
}

enum err complete_get(struct page *page)
{
    return show(page);
}

/* ---- the decision ---------------------------------------------------------------------------------- */

/* A button that only changes what the page shows. */
static bool is_for_the_page(const struct page *page)
{
    return !str_is_empty(page_raw(page, FORM_CONTROL_ADD)) ||
           !str_is_empty(page_raw(page, FORM_CONTROL_REMOVE)) ||
           !str_is_empty(page_raw(page, FORM_CONTROL_REFRESH));
}

static void check_outcome(struct page *page, const struct complete_fields *fields)
{
    if (outcome_needs_reason(fields->outcome) && str_is_empty(fields->reason))
        page_add_error(page, STR("reason"),
                       str_is(fields->outcome, "remark")
                           ? page_text(page, N_("Write down the remark."))
                           : page_text(page, N_("Write down why it is rejected.")));
}

/* Says all that is wrong with the form, also when the outcome is wrong already. */
static enum err check_form(struct page *page)
{
    struct completing_page c = {0};
    struct form_result result;
    enum err err = open_page(page, &c);
    if (err != OK || c.form == NULL)
        return err;
    c.world.decimal_sign = form_view_decimal_sign(page);
    form_validate(page->arena, c.form, page_raw_fields(page), &c.world, &result);
    form_view_errors(page, c.dossier.of.definition, &result, NULL);
    return OK;
}

static enum err refused(struct page *page)
{
    enum err err = check_form(page);
    return err == OK ? show(page) : err;
}

enum err complete_post(struct page *page)
{
    const struct complete_fields *fields = page->fields;
    struct str reference = page_param(page, "reference");
    if (is_for_the_page(page)) {
        page->error_count = 0;
        return show(page);
    }
    check_outcome(page, fields);
    if (page->error_count > 0)
        return refused(page);
    struct sub_ticket_outcome outcome = {
        .work = {reference, fields->version},
        .outcome = fields->outcome,
        .reason = fields->reason,
        .posted = page_raw_fields(page),
        .decimal_sign = form_view_decimal_sign(page),
    };
    struct actor actor = page_actor(page);
    struct form_result result;
    struct str ticket;
    enum staff_verdict verdict;
    enum err err = app_sub_ticket_complete(&actor, page_env(page), &outcome, &result,
                                           &ticket, &verdict);
    if (err != OK)
        return err;
    if (verdict == VERDICT_FORM)
        return refused(page);
    if (!page_accepted(page, verdict))
        return show(page);
    return page_after(page, verdict, N_("The sub-ticket is done."),
                      page_url(page, "/staff/tickets/%.*s", STR_ARG(ticket)));
}
