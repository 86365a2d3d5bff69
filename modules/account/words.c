/* words.c: roles and markets in the reader's words. */
#include "account.h"

static const struct view_field role_fields[] = {
    VIEW_F(struct role_view, name, VIEW_MSG),
    VIEW_F(struct role_view, markets, VIEW_STR),
};
VIEW_TYPE(role_view_type, struct role_view, role_fields);

const char *role_label(enum role role)
{
    switch (role) {
    case ROLE_READONLY:
        return N_("Read only");
    case ROLE_APPLICANT:
        return N_("Applicant");
    case ROLE_SIGNATORY:
        return N_("Signatory");
    case ROLE_COORDINATOR:
        return N_("Central coordinator");
    case ROLE_DEPUTY:
        return N_("Deputy coordinator");
    case ROLE_BOARD:
        return N_("Board matters");
    case ROLE_STAFF_INTAKE:
        return N_("Intake");
    case ROLE_STAFF_MEMBER:
        return N_("Team member");
    case ROLE_STAFF_LEAD:
        return N_("Team lead");
    case ROLE_STAFF_ADMIN:
        return N_("Administrator");
    case ROLE_STAFF_AUDITOR:
        return N_("Auditor");
    case ROLE_NONE:
    case ROLE_COUNT:
        break;
    }
    bug("role %d has no word", (int)role);
}

struct str page_market(const struct page *page, const struct market_row *markets,
                       size_t count, struct str key)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(markets[i].market_key, key))
            return page->render->language == LANGUAGE_DE ? markets[i].name_de
                                                         : markets[i].name_en;
    return key;
}

struct view_list page_roles(const struct page *page, const struct role_set *set,
                            const struct market_row *markets, size_t count)
{
    struct role_view *views = ARENA_ARRAY(page->arena, struct role_view, ROLE_COUNT);
    size_t used = 0;

    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
        struct buf names = buf_init(page->arena, 8192);
        bool all = false;

        if (!role_set_has(set, (enum role)role))
            continue;
        for (size_t i = 0; i < set->count; i++) {
            if (set->items[i].role != (enum role)role)
                continue;
            all |= set->items[i].market.len == 0;
            if (buf_str(&names).len)
                buf_put_c(&names, ", ");
            if (set->items[i].market.len)
                buf_put(&names, page_market(page, markets, count, set->items[i].market));
        }
        views[used++] = (struct role_view){role_label((enum role)role),
                                           all ? STR_NONE : buf_str(&names)};
    }
    return (struct view_list){views, used};
}
