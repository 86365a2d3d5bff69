/* profile_sessions.c: somebody's own sessions, and ending them. */
#include "profile.h"

#include "app/sign_on/account_mail.h"
#include "app/sign_on/sessions.h"

static struct session_item item_of(const struct page *page,
                                   const struct session_list_row *row)
{
    return (struct session_item){
        .end_url = page_url(page, "/profile/sessions/%lld/end", (long long)row->id),
        .device = row->device,
        .network = network_short(page->arena, row->network),
        .is_this = row->id == page->principal->session_id,
        .by_provider = row->by_provider,
        .second_factor = row->second_factor,
        .since_at = row->created_at,
        .seen_at = row->last_seen_at,
    };
}

enum err sessions_get(struct page *page)
{
    int64_t idle_us = conf_int(page->conf, "session", "idle_minutes") * 60 * US_PER_S;
    struct actor actor = login_actor(page);
    struct sessions_list list = {0};
    struct sessions_view view = {0};
    struct session_item *items;
    size_t count = 0;
    enum err err = sessions_list(&actor, idle_us, &list);

    if (err != OK)
        return err;
    items = ARENA_ARRAY(page->arena, struct session_item, list.count + 1);
    /* The one that is looked at from comes first. */
    for (size_t i = 0; i < list.count; i++)
        if (list.rows[i].id == page->principal->session_id)
            items[count++] = item_of(page, &list.rows[i]);
    for (size_t i = 0; i < list.count; i++)
        if (list.rows[i].id != page->principal->session_id)
            items[count++] = item_of(page, &list.rows[i]);
    view.sessions = (struct view_list){items, count};
    view.has_others = list.count > 1;
    return page_render(page, PAGE_SESSIONS, &view);
}

/* The id as it is in the address; 0 is nobody's. */
static int64_t id_of(const struct page *page)
{
    int64_t id = 0;

    return str_to_i64(page_param(page, "session"), &id) == OK ? id : 0;
}

enum err sessions_end_post(struct page *page)
{
    struct actor actor = login_actor(page);
    enum err err = sessions_end(&actor, id_of(page));

    /* Ended meanwhile: what was wanted is so. */
    if (err == ERR_NOT_FOUND) {
        page_warning(page, N_("This session had ended already."));
        return page_redirect(page, page_url(page, "/profile/sessions"));
    }
    if (err != OK)
        return err;
    page_notice(page, N_("The session was ended."));
    return page_redirect(page, page_url(page, "/profile/sessions"));
}

enum err sessions_end_others_post(struct page *page)
{
    struct actor actor = login_actor(page);
    int64_t count = 0;
    enum err err = sessions_end_others(&actor, &count);

    if (err != OK)
        return err;
    page_notice(page, count > 0 ? N_("All your other sessions were ended.")
                                : N_("You have no other sessions."));
    return page_redirect(page, page_url(page, "/profile/sessions"));
}
