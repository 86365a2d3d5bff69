/* slot_page.c: judge one document of a slot: accept it, ask the customer again, say that the original has arrived. Intake
 * does it at the request, the department that examines it at the ticket. */
#include "app/ticket/ticket_read.h"
#include "dossier.h"

/* What staff get to see first; the customer has two weeks unless they say otherwise. */
enum { ANSWER_DAYS = 14 };

struct reason_view {
    struct str id; /**< of the control: the first one is where the error summary leads */
    struct str key;
    struct str text;
    bool selected;
};
struct slot_page_view {
    struct str reference;
    struct str back_url;
    bool at_ticket;
    struct str title;
    struct str company_name;
    struct slot_view slot;
    struct view_list reasons;
    struct str reason_text;
    struct str due_on; /**< YYYY-MM-DD, or what was typed */
    struct str arrived_on;
    bool arrived_wrong;
    bool reason_wrong;
    bool text_wrong;
    bool due_wrong;
};

static const struct view_field reason_fields[] = {
    VIEW_H(struct reason_view, id, VIEW_STR),
    VIEW_F(struct reason_view, key, VIEW_STR),
    VIEW_F(struct reason_view, text, VIEW_STR),
    VIEW_H(struct reason_view, selected, VIEW_BOOL),
};
static VIEW_TYPE(reason_view_type, struct reason_view, reason_fields);

static const struct view_field view_fields[] = {
    VIEW_F(struct slot_page_view, reference, VIEW_STR),
    VIEW_H(struct slot_page_view, back_url, VIEW_STR),
    VIEW_H(struct slot_page_view, at_ticket, VIEW_BOOL),
    VIEW_F(struct slot_page_view, title, VIEW_STR),
    VIEW_F(struct slot_page_view, company_name, VIEW_STR),
    VIEW_SUB(struct slot_page_view, slot, VIEW_OBJECT, &slot_view_type),
    VIEW_SUB(struct slot_page_view, reasons, VIEW_LIST, &reason_view_type),
    VIEW_H(struct slot_page_view, reason_text, VIEW_STR),
    VIEW_F(struct slot_page_view, due_on, VIEW_STR),
    VIEW_H(struct slot_page_view, arrived_on, VIEW_STR),
    VIEW_H(struct slot_page_view, arrived_wrong, VIEW_BOOL),
    VIEW_H(struct slot_page_view, reason_wrong, VIEW_BOOL),
    VIEW_H(struct slot_page_view, text_wrong, VIEW_BOOL),
    VIEW_H(struct slot_page_view, due_wrong, VIEW_BOOL),
};
VIEW_TYPE(slot_page_view_type, struct slot_page_view, view_fields);

static struct view_list reasons_of(struct page *page, const struct definition *definition,
                                   const struct slot_rule *rule, struct str chosen)
{
    struct reason_view *items =
        ARENA_ARRAY(page->arena, struct reason_view, rule->reason_count + 1);
    for (size_t i = 0; i < rule->reason_count; i++)
        items[i] = (struct reason_view){
            .id = i == 0 ? STR("reason_key")
                         : str_format(page->arena, "reason_key-%zu", i + 1),
            .key = rule->reason_keys[i],
            .text = page_definition_text(page, definition, rule->reasons[i]),
            .selected = str_eq(rule->reason_keys[i], chosen),
        };
    return (struct view_list){items, rule->reason_count};
}

/* What the page is about: of a request in intake, or of a ticket. */
struct slot_scene {
    bool at_ticket;
    int64_t item;
    const struct slot_rule *rule;
    struct request_dossier dossier;
};

static struct str back_url(const struct page *page, bool at_ticket)
{
    struct str reference = page_param(page, "reference");
    return page_url(page, at_ticket ? "/staff/tickets/%.*s" : "/staff/intake/%.*s",
                    STR_ARG(reference));
}

static enum err open_scene(struct page *page, bool at_ticket, int64_t item,
                           struct slot_scene *out)
{
    struct actor actor = page_actor(page);
    struct ticket_dossier ticket;
    struct str reference = page_param(page, "reference");
    enum err err;
    if (at_ticket) {
        err = app_ticket_open(&actor, page_env(page), reference, &ticket);
        if (err == OK)
            out->dossier = ticket.of;
    } else {
        err = app_intake_open(&actor, page_env(page), reference, &out->dossier);
    }
    if (err == OK)
        err = page_looked(page, &out->dossier.request);
    if (err != OK)
        return err;
    out->at_ticket = at_ticket;
    out->item = item == 0 ? 1 : item;
    out->rule = dossier_rule(out->dossier.definition, page_param(page, "slot"));
    return out->rule == NULL ? ERR_NOT_FOUND : OK;
}

/* What was typed comes back; else the usual days. */
static void show_entries(struct page *page, const struct slot_scene *scene,
                         struct slot_page_view *view)
{
    day_no today = locale_day_of(page->now, page->render->zone);
    struct str chosen = STR_NONE;
    view->due_on = day_format_iso(page->arena, today + ANSWER_DAYS);
    view->arrived_on = day_format_iso(page->arena, today);
    if (page->http->method == HTTP_POST &&
        str_is(page_raw(page, "decision"), "arrived")) {
        view->arrived_on = page_raw(page, "arrived_on");
    } else if (page->http->method == HTTP_POST) {
        chosen = page_raw(page, "reason_key");
        view->reason_text = page_raw(page, "reason_text");
        view->due_on = page_raw(page, "due_on");
    }
    view->reasons = reasons_of(page, scene->dossier.definition, scene->rule, chosen);
}

static enum err render_slot(struct page *page, const struct slot_scene *scene)
{
    const struct request_dossier *dossier = &scene->dossier;
    struct slot_page_view view = {
        .reference = page_param(page, "reference"),
        .back_url = back_url(page, scene->at_ticket),
        .at_ticket = scene->at_ticket,
        .title =
            page_definition_text(page, dossier->definition, dossier->definition->title),
        .company_name = dossier->request.company_name,
        .reason_wrong = page_is_wrong(page, "reason_key"),
        .text_wrong = page_is_wrong(page, "reason_text"),
        .due_wrong = page_is_wrong(page, "due_on"),
        .arrived_wrong = page_is_wrong(page, "arrived_on"),
    };
    struct view_list slots;
    enum err err = dossier_slots(page, dossier, &slots);
    if (err != OK)
        return err;
    const struct slot_view *items = slots.items;
    bool found = false;
    for (size_t i = 0; i < slots.count && !found; i++) {
        found = str_eq(items[i].key, scene->rule->key) && items[i].item == scene->item;
        if (found)
            view.slot = items[i];
    }
    if (!found)
        return ERR_NOT_FOUND;
    show_entries(page, scene, &view);
    return page_render(page, PAGE_SLOT, &view);
}

static enum err show(struct page *page, bool at_ticket, int64_t item)
{
    struct slot_scene scene;
    enum err err = open_scene(page, at_ticket, item, &scene);
    return err != OK ? err : render_slot(page, &scene);
}

enum err slot_get(struct page *page)
{
    const struct slot_fields *fields = page->fields;
    return show(page, false, fields->item);
}

enum err ticket_slot_get(struct page *page)
{
    const struct slot_fields *fields = page->fields;
    return show(page, true, fields->item);
}

/* ---- judging ---- */

static void check_rejection(struct page *page, const struct slot_rule *rule,
                            const struct judge_fields *fields)
{
    bool known = false;
    for (size_t i = 0; i < rule->reason_count; i++)
        known = known || str_eq(rule->reason_keys[i], fields->reason_key);
    if (!known)
        page_add_error(page, STR("reason_key"),
                       page_text(page, N_("Choose the reason.")));
    if (str_is_empty(fields->reason_text))
        page_add_error(
            page, STR("reason_text"),
            page_text(page,
                      N_("Write to the customer what is wrong and what you need.")));
    if (fields->due_on == DAY_NONE ||
        fields->due_on < locale_day_of(page->now, page->render->zone) ||
        fields->due_on > instant_day_utc(page->now) + 366)
        page_add_error(
            page, STR("due_on"),
            page_text(page, N_("Enter a day between today and a year from now.")));
}

static void check_arrival(struct page *page, const struct judge_fields *fields)
{
    day_no today = locale_day_of(page->now, page->render->zone);
    if (fields->arrived_on == DAY_NONE || fields->arrived_on > today ||
        fields->arrived_on < today - 366)
        page_add_error(page, STR("arrived_on"),
                       page_text(page, N_("Enter the day on which the original arrived, "
                                          "not a later one than today.")));
}

/* `reference`: of the request, since the use cases know no tickets. */
static enum err judge(struct page *page, bool at_ticket, struct str reference,
                      enum staff_verdict *out)
{
    const struct judge_fields *fields = page->fields;
    struct actor actor = page_actor(page);
    const struct slot_judgement judgement = {
        .slot_key = page_param(page, "slot"),
        .item = fields->item == 0 ? 1 : fields->item,
        .version = fields->version,
        .accept = str_is(fields->decision, "accept"),
        .reason_key = fields->reason_key,
        .reason_text = fields->reason_text,
        .due_on = fields->due_on,
    };
    const struct slot_arrival arrival = {judgement.slot_key, fields->arrived_on};
    if (str_is(fields->decision, "arrived"))
        return app_slot_original(&actor, page_env(page), reference, &arrival, out);
    return at_ticket
               ? app_slot_correctness(&actor, page_env(page), reference, &judgement, out)
               : app_intake_judge(&actor, page_env(page), reference, &judgement, out);
}

static const char *done_msgid(struct str decision)
{
    if (str_is(decision, "arrived"))
        return N_("The original is marked as arrived.");
    return str_is(decision, "accept")
               ? N_("The document has been accepted.")
               : N_("The customer has been asked for another document.");
}

static enum err decide(struct page *page, bool at_ticket)
{
    const struct judge_fields *fields = page->fields;
    struct str reference = page_param(page, "reference");
    enum staff_verdict verdict;
    enum err err;
    /* Accepting at intake needs nothing that the use case does not read itself. */
    if (at_ticket || page->error_count > 0 || !str_is(fields->decision, "accept")) {
        struct slot_scene scene;
        err = open_scene(page, at_ticket, fields->item, &scene);
        if (err != OK)
            return err;
        if (page->error_count == 0 && str_is(fields->decision, "reject"))
            check_rejection(page, scene.rule, fields);
        else if (page->error_count == 0 && str_is(fields->decision, "arrived"))
            check_arrival(page, fields);
        if (page->error_count > 0)
            return render_slot(page, &scene);
        reference = scene.dossier.request.reference;
    }
    err = judge(page, at_ticket, reference, &verdict);
    if (err != OK)
        return err;
    if (!page_accepted(page, verdict))
        return show(page, at_ticket, fields->item);
    return page_after(page, verdict, done_msgid(fields->decision),
                      back_url(page, at_ticket));
}

enum err slot_post(struct page *page)
{
    return decide(page, false);
}

enum err ticket_slot_post(struct page *page)
{
    return decide(page, true);
}
