/* release_page.c: release a request to the departments, or decline it; each asks once more. */
#include "dossier.h"

#include "app/ticket/release.h"

struct missing_view {
    struct str key;
    struct str title;
    const char *state;
};
struct release_view {
    struct str reference;
    struct str title;
    struct str company_name;
    /** required slots that are not accepted; slots asked for */
    struct view_list missing;
    bool waiting; /**< for the customer */
    bool over;    /**< neither submitted nor waiting */
    bool ready;
};

static const struct view_field missing_fields[] = {
    VIEW_F(struct missing_view, key, VIEW_STR),
    VIEW_F(struct missing_view, title, VIEW_STR),
    VIEW_F(struct missing_view, state, VIEW_MSG),
};
static VIEW_TYPE(missing_view_type, struct missing_view, missing_fields);

static const struct view_field release_fields[] = {
    VIEW_F(struct release_view, reference, VIEW_STR),
    VIEW_F(struct release_view, title, VIEW_STR),
    VIEW_F(struct release_view, company_name, VIEW_STR),
    VIEW_SUB(struct release_view, missing, VIEW_LIST, &missing_view_type),
    VIEW_F(struct release_view, waiting, VIEW_BOOL),
    VIEW_F(struct release_view, over, VIEW_BOOL),
    VIEW_F(struct release_view, ready, VIEW_BOOL),
};
VIEW_TYPE(release_view_type, struct release_view, release_fields);

/* Same order as the slots; one line per slot although it may have many files. */
static struct view_list missing_of(struct page *page,
                                   const struct request_dossier *dossier)
{
    struct missing_view *items =
        ARENA_ARRAY(page->arena, struct missing_view, dossier->slot_count + 1);
    size_t count = 0;
    int64_t slot_id = 0;
    for (size_t i = 0; i < dossier->slot_count; i++) {
        const struct staff_slot *row = &dossier->slots[i];
        bool open = (row->required && !str_is(row->state, "accepted")) ||
                    str_is(row->state, "rejected");
        if (row->slot_id == slot_id)
            continue;
        slot_id = row->slot_id;
        if (!open)
            continue;
        const struct slot_rule *rule = dossier_rule(dossier->definition, row->slot_key);
        items[count++] = (struct missing_view){
            .key = row->slot_key,
            .title = rule == NULL
                         ? row->slot_key
                         : page_definition_text(page, dossier->definition, rule->title),
            .state = slot_state_label(row->state),
        };
    }
    return (struct view_list){items, count};
}

static enum err open_request(struct page *page, struct request_dossier *out)
{
    struct actor actor = page_actor(page);
    enum err err =
        app_intake_open(&actor, page_env(page), page_param(page, "reference"), out);
    return err == OK ? page_looked(page, &out->request) : err;
}

static void fill(struct page *page, const struct request_dossier *dossier,
                 struct release_view *out)
{
    const struct staff_request *request = &dossier->request;
    bool waiting = str_is(request->state, "waiting_for_customer");
    *out = (struct release_view){
        .reference = request->reference,
        .title =
            page_definition_text(page, dossier->definition, dossier->definition->title),
        .company_name = request->company_name,
        .missing = missing_of(page, dossier),
        .waiting = waiting,
        .over = !waiting && !str_is(request->state, "submitted"),
    };
    out->ready = !out->over && !out->waiting && out->missing.count == 0;
}

enum err release_get(struct page *page)
{
    struct request_dossier dossier;
    enum err err = open_request(page, &dossier);
    if (err != OK)
        return err;
    struct release_view view;
    fill(page, &dossier, &view);
    return page_render(page, PAGE_RELEASE, &view);
}

enum err release_post(struct page *page)
{
    struct str reference = page_param(page, "reference");
    struct actor actor = page_actor(page);
    struct str ticket;
    enum staff_verdict verdict;
    enum err err = app_release(&actor, page_env(page), reference, &ticket, &verdict);
    if (err != OK)
        return err;
    if (verdict == VERDICT_DONE || verdict == VERDICT_REPEATED)
        return page_after(page, verdict, N_("The request has been released."),
                          page_url(page, "/staff/tickets/%.*s", STR_ARG(ticket)));
    /* The page itself names what is missing; 422 says that nothing was done. */
    (void)page_accepted(page, verdict);
    return release_get(page);
}

struct decline_view {
    struct str reference;
    struct str title;
    struct str company_name;
    bool over;
    struct str reason;
    bool reason_wrong;
};

static const struct view_field decline_view_fields[] = {
    VIEW_F(struct decline_view, reference, VIEW_STR),
    VIEW_F(struct decline_view, title, VIEW_STR),
    VIEW_F(struct decline_view, company_name, VIEW_STR),
    VIEW_F(struct decline_view, over, VIEW_BOOL),
    VIEW_H(struct decline_view, reason, VIEW_STR),
    VIEW_H(struct decline_view, reason_wrong, VIEW_BOOL),
};
VIEW_TYPE(decline_view_type, struct decline_view, decline_view_fields);

enum err decline_get(struct page *page)
{
    struct request_dossier dossier;
    enum err err = open_request(page, &dossier);
    if (err != OK)
        return err;
    struct release_view facts;
    fill(page, &dossier, &facts);
    struct decline_view view = {
        .reference = facts.reference,
        .title = facts.title,
        .company_name = facts.company_name,
        .over = facts.over,
        .reason_wrong = page_is_wrong(page, "reason"),
    };
    if (page->http->method == HTTP_POST)
        view.reason = page_raw(page, "reason");
    return page_render(page, PAGE_DECLINE, &view);
}

enum err decline_post(struct page *page)
{
    const struct decline_fields *fields = page->fields;
    struct str reference = page_param(page, "reference");
    if (page->error_count > 0)
        return decline_get(page);
    struct actor actor = page_actor(page);
    enum staff_verdict verdict;
    enum err err =
        app_decline(&actor, page_env(page), reference, fields->reason, &verdict);
    if (err != OK)
        return err;
    if (!page_accepted(page, verdict))
        return decline_get(page);
    return page_after(page, verdict, N_("The request has been declined."),
                      page_url(page, "/staff/intake/%.*s", STR_ARG(reference)));
}
