/* words.c: roles and markets in the reader's words. */
#include "account.h"

static const struct view_field role_fields[] = {
    VIEW_F(struct role_view, name, VIEW_MSG),
    VIEW_F(struct role_view, markets, VIEW_STR),
};
VIEW_TYPE(role_view_type, struct role_view, role_fields);

struct view_list page_roles(const struct page *page, const struct role_set *set,
                            const struct market_table *markets)
{
    struct role_view *views = ARENA_ARRAY(page->arena, struct role_view, ROLE_COUNT);
    size_t used = 0;

    for (enum role role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        if (role_set_has(set, role))
            views[used++] =
                (struct role_view){people_role_msgid(role),
                                   people_role_markets(page->arena, markets, set, role,
                                                       page->render->language)};
    return (struct view_list){views, used};
}
