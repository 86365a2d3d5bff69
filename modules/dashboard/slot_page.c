/* slot_page.c: judge one document slot: accept it, or ask the customer again. */
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
    struct str title;
    struct str company_name;
    struct slot_view slot;
    struct view_list reasons;
    struct str reason_text;
    struct str due_on; /**< YYYY-MM-DD, or what was typed */
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
    VIEW_F(struct slot_page_view, title, VIEW_STR),
    VIEW_F(struct slot_page_view, company_name, VIEW_STR),
    VIEW_SUB(struct slot_page_view, slot, VIEW_OBJECT, &slot_view_type),
    VIEW_SUB(struct slot_page_view, reasons, VIEW_LIST, &reason_view_type),
    VIEW_H(struct slot_page_view, reason_text, VIEW_STR),
    VIEW_F(struct slot_page_view, due_on, VIEW_STR),
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

static enum err render_slot(struct page *page, const struct request_dossier *dossier,
                            const struct slot_rule *rule)
{
    struct slot_page_view view = {
        .reference = dossier->request.reference,
        .title =
            page_definition_text(page, dossier->definition, dossier->definition->title),
        .company_name = dossier->request.company_name,
        .reason_wrong = page_is_wrong(page, "reason_key"),
        .text_wrong = page_is_wrong(page, "reason_text"),
        .due_wrong = page_is_wrong(page, "due_on"),
    };
    struct view_list slots = dossier_slots(page, dossier);
    const struct slot_view *items = slots.items;
    bool found = false;
    for (size_t i = 0; i < slots.count; i++) {
        if (!str_eq(items[i].key, rule->key))
            continue;
        view.slot = items[i];
        found = true;
    }
    if (!found)
        return ERR_NOT_FOUND;
    struct str chosen = STR_NONE;
    day_no today = locale_day_of(page->now, page->render->zone);
    view.due_on = day_format_iso(page->arena, today + ANSWER_DAYS);
    if (page->http->method == HTTP_POST) {
        chosen = page_raw(page, "reason_key");
        view.reason_text = page_raw(page, "reason_text");
        view.due_on = page_raw(page, "due_on");
    }
    view.reasons = reasons_of(page, dossier->definition, rule, chosen);
    return page_render(page, PAGE_SLOT, &view);
}

static enum err open_slot(struct page *page, struct request_dossier *dossier,
                          const struct slot_rule **rule_out)
{
    struct actor actor = page_actor(page);
    enum err err =
        app_intake_open(&actor, page_env(page), page_param(page, "reference"), dossier);
    if (err == OK)
        err = page_looked(page, &dossier->request);
    if (err != OK)
        return err;
    *rule_out = dossier_rule(dossier->definition, page_param(page, "slot"));
    return *rule_out == NULL ? ERR_NOT_FOUND : OK;
}

enum err slot_get(struct page *page)
{
    struct request_dossier dossier;
    const struct slot_rule *rule;
    enum err err = open_slot(page, &dossier, &rule);
    return err != OK ? err : render_slot(page, &dossier, rule);
}

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

enum err slot_post(struct page *page)
{
    const struct judge_fields *fields = page->fields;
    struct str reference = page_param(page, "reference");
    bool accept = str_is(fields->decision, "accept");
    struct request_dossier dossier;
    const struct slot_rule *rule;
    if (page->error_count > 0 || !accept) {
        enum err err = open_slot(page, &dossier, &rule);
        if (err != OK)
            return err;
        if (page->error_count == 0)
            check_rejection(page, rule, fields);
        if (page->error_count > 0)
            return render_slot(page, &dossier, rule);
    }
    struct slot_judgement judgement = {
        .slot_key = page_param(page, "slot"),
        .version = fields->version,
        .accept = accept,
        .reason_key = fields->reason_key,
        .reason_text = fields->reason_text,
        .due_on = fields->due_on,
    };
    struct actor actor = page_actor(page);
    enum staff_verdict verdict;
    enum err err =
        app_intake_judge(&actor, page_env(page), reference, &judgement, &verdict);
    if (err != OK)
        return err;
    if (!page_accepted(page, verdict))
        return slot_get(page);
    return page_after(page, verdict,
                      accept ? N_("The document has been accepted.")
                             : N_("The customer has been asked for another document."),
                      page_url(page, "/staff/intake/%.*s", STR_ARG(reference)));
}
