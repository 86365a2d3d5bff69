/* new.c: choose a request type; begin a draft. */
#include "requests.h"

#include "app/request/request_draft.h"
#include "new_view.h"

static const struct view_field type_fields[] = {
    VIEW_F(struct new_type_view, request_type, VIEW_STR),
    VIEW_F(struct new_type_view, title, VIEW_STR),
    VIEW_F(struct new_type_view, summary, VIEW_STR),
    VIEW_F(struct new_type_view, creation_key, VIEW_STR),
};
static VIEW_TYPE(type_type, struct new_type_view, type_fields);

static const struct view_field new_fields_[] = {
    VIEW_F(struct new_view, action, VIEW_STR),
    VIEW_F(struct new_view, heading, VIEW_MSG),
    VIEW_SUB(struct new_view, types, VIEW_LIST, &type_type),
    VIEW_H(struct new_view, has_types, VIEW_BOOL),
};
VIEW_TYPE(new_view_type, struct new_view, new_fields_);

static const struct view_field open_already_fields[] = {
    VIEW_F(struct open_already_view, reference, VIEW_STR),
};
VIEW_TYPE(open_already_view_type, struct open_already_view, open_already_fields);

static const char *heading_of(struct str action)
{
    if (str_is(action, "add"))
        return N_("Add product");
    if (str_is(action, "change"))
        return N_("Make change");
    if (str_is(action, "terminate"))
        return N_("Terminate");
    if (str_is(action, "ask"))
        return N_("Ask or report a fault");
    return NULL;
}

enum err new_get(struct page *page)
{
    struct new_view view = {.action = page_param(page, "action")};
    struct active_type *types;
    size_t count;
    view.heading = heading_of(view.action);
    if (view.heading == NULL)
        return ERR_NOT_FOUND;
    enum err err = definitions_startable(page_env(page)->definitions, page->db,
                                         page->arena, page->principal, &types, &count);
    if (err != OK)
        return err;
    struct new_type_view *items = ARENA_ARRAY(page->arena, struct new_type_view, count);
    for (size_t i = 0; i < count; i++) {
        const struct definition *definition = types[i].definition;
        if (!str_eq(definition->action, view.action))
            continue;
        items[view.types.count++] = (struct new_type_view){
            .request_type = types[i].request_type,
            .title = page_definition_text(page, definition, definition->title),
            .summary = page_definition_text(page, definition, definition->summary),
            .creation_key = page_form_key(page),
        };
    }
    view.types.items = items;
    view.has_types = view.types.count > 0;
    return page_render(page, PAGE_NEW, &view);
}

enum err new_post(struct page *page)
{
    const struct new_fields *fields = page->fields;
    const struct actor actor = page_actor(page);
    struct draft_start start = {.request_type = fields->request_type};
    enum draft_outcome outcome;
    struct str reference;
    /* Both come from hidden fields: whoever sends something else gets no friendlier page.
     */
    if (page->error_count > 0 || str_unhex(fields->creation_key, start.creation_key,
                                           sizeof start.creation_key) != OK)
        return ERR_INPUT;
    enum err err = request_start(&actor, page_env(page), &start, &outcome, &reference);
    if (err != OK)
        return err;
    if (outcome == DRAFT_OPEN_ALREADY) {
        const struct open_already_view view = {.reference = reference};
        page_status(page, 409);
        return page_render(page, PAGE_OPEN_ALREADY, &view);
    }
    return page_redirect(page, page_url(page, "/requests/%.*s", STR_ARG(reference)));
}
