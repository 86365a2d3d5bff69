/* roles_form.c: the boxes in which roles are chosen. */
#include "account.h"

static const struct view_field market_fields[] = {
    VIEW_F(struct market_choice_view, field, VIEW_STR),
    VIEW_F(struct market_choice_view, name, VIEW_STR),
    VIEW_F(struct market_choice_view, checked, VIEW_BOOL),
};
static VIEW_TYPE(market_choice_view_type, struct market_choice_view, market_fields);

static const struct view_field choice_fields[] = {
    VIEW_F(struct role_choice_view, field, VIEW_STR),
    VIEW_F(struct role_choice_view, name, VIEW_MSG),
    VIEW_F(struct role_choice_view, hint, VIEW_MSG),
    VIEW_F(struct role_choice_view, checked, VIEW_BOOL),
    VIEW_F(struct role_choice_view, locked, VIEW_BOOL),
    VIEW_F(struct role_choice_view, by_market, VIEW_BOOL),
    VIEW_F(struct role_choice_view, all_field, VIEW_STR),
    VIEW_F(struct role_choice_view, all, VIEW_BOOL),
    VIEW_SUB(struct role_choice_view, markets, VIEW_LIST, &market_choice_view_type),
    VIEW_F(struct role_choice_view, error, VIEW_MSG),
};
VIEW_TYPE(role_choice_view_type, struct role_choice_view, choice_fields);

static const char *const hints[ROLE_COUNT] = {
    [ROLE_READONLY] = N_("Sees requests, messages, documents and data of the company."),
    [ROLE_APPLICANT] = N_("Reads, prepares requests, uploads documents and submits."),
    [ROLE_SIGNATORY] = N_("Reads, prepares and submits, and signs for the company."),
    [ROLE_COORDINATOR] = N_("All of that, and manages the people of the company and "
                            "their rights."),
    [ROLE_DEPUTY] = N_("As the central coordinator, but makes no central coordinators."),
    [ROLE_BOARD] = N_("Sees requests about the board, which others do not see."),
};

static const char both_markets[] = N_("Choose either all markets or single ones.");
static const char no_market[] = N_("Choose at least one market, or all markets.");

static struct str role_field(const struct page *page, const char *kind, enum role role)
{
    return str_format(page->arena, "%s-%s", kind, role_key(role));
}

static struct str market_field(const struct page *page, enum role role, struct str key)
{
    return str_format(page->arena, "market-%s-%.*s", role_key(role), STR_ARG(key));
}

static bool is_wrong(const struct page *page, struct str field)
{
    for (size_t i = 0; i < page->error_count; i++)
        if (str_eq(page->errors[i].name, field))
            return true;
    return false;
}

struct view_list page_role_choices(const struct page *page, const struct role_set *set,
                                   const struct market_table *markets,
                                   bool is_coordinator)
{
    size_t used = 0;
    struct role_choice_view *choices =
        ARENA_ARRAY(page->arena, struct role_choice_view, ROLE_STAFF_INTAKE);

    for (enum role role = ROLE_READONLY; role < ROLE_STAFF_INTAKE; role++) {
        struct role_choice_view *choice = &choices[used++];
        struct market_choice_view *boxes =
            ARENA_ARRAY(page->arena, struct market_choice_view, markets->count + 1);
        bool some = false;

        *choice = (struct role_choice_view){
            .field = role_field(page, "role", role),
            .name = people_role_msgid(role),
            .hint = hints[role],
            .checked = role_set_has(set, role),
            .locked = role == ROLE_COORDINATOR && !is_coordinator,
            .by_market = role_knows_markets(role) && markets->count > 0,
            .all_field = role_field(page, "all", role),
        };
        if (!choice->by_market)
            continue;
        for (size_t i = 0; i < markets->count; i++) {
            struct str key = markets->rows[i].market_key;

            boxes[i] = (struct market_choice_view){
                market_field(page, role, key),
                people_market_name(&markets->rows[i], page->render->language),
                role_set_has_item(set, role, key)};
            some |= boxes[i].checked;
        }
        choice->markets = (struct view_list){boxes, markets->count};
        choice->all = !some;
        if (is_wrong(page, choice->all_field)) {
            choice->checked = true;
            choice->all = some;
            choice->error = some ? both_markets : no_market;
        }
    }
    return (struct view_list){choices, used};
}

void page_chosen_roles(struct page *page, const struct market_table *markets,
                       struct role_set *out)
{
    out->count = 0;
    for (enum role role = ROLE_READONLY; role < ROLE_STAFF_INTAKE; role++) {
        size_t before = out->count;
        bool all;

        if (!page_raw(page, role_field(page, "role", role).ptr).len)
            continue;
        if (!role_knows_markets(role) || markets->count == 0) {
            role_set_add(out, role, STR_NONE);
            continue;
        }
        for (size_t i = 0; i < markets->count; i++)
            if (page_raw(page, market_field(page, role, markets->rows[i].market_key).ptr)
                    .len)
                role_set_add(out, role, markets->rows[i].market_key);
        all = page_raw(page, role_field(page, "all", role).ptr).len > 0;
        if (all && out->count > before)
            page_add_error(page, role_field(page, "all", role),
                           page_text(page, both_markets));
        else if (all)
            role_set_add(out, role, STR_NONE);
        else if (out->count == before)
            page_add_error(page, role_field(page, "all", role),
                           page_text(page, no_market));
    }
}

enum err page_is_coordinator(const struct page *page, const struct people_scope *scope,
                             bool *out)
{
    struct actor actor = page_actor(page);
    struct people_person self;
    struct role_set own;
    enum err err;

    *out = true;
    if (scope->by_staff)
        return OK;
    err = people_person(&actor, scope, page->principal->person_id, &self);
    if (err != OK)
        return err;
    role_set_parse(self.row.roles, &own);
    *out = role_set_has(&own, ROLE_COORDINATOR);
    return OK;
}
