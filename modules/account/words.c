/* words.c: roles and markets in the reader's words. */
#include "account.h"

static const struct view_field role_fields[] = {
    VIEW_F(struct role_view, name, VIEW_MSG),
    VIEW_F(struct role_view, markets, VIEW_STR),
};
VIEW_TYPE(role_view_type, struct role_view, role_fields);

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
                buf_put(&names, people_market_name(markets, count, set->items[i].market,
                                                   page->render->language));
        }
        views[used++] = (struct role_view){people_role_msgid((enum role)role),
                                           all ? STR_NONE : buf_str(&names)};
    }
    return (struct view_list){views, used};
}
