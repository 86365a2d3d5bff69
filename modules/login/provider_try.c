/* provider_try.c: tries in cookies. One cookie a try, named after a part of its state, so that two tabs do not
 * disturb each other; sealed, so that only we made it; in one browser, so that nobody else's callback fits. */
#include "provider.h"

#define TRIES_MAX   4
#define COOKIE_MARK "try-"

static const struct seal_keys *keys_of(const struct page *page)
{
    return ((const struct login_state *)page->state)->keys;
}

static struct str cookie_of(const struct page *page, struct str state)
{
    struct str mark = oidc_state_mark(state);

    return page_cookie_name(
        page, str_format(page->arena, COOKIE_MARK "%.*s", STR_ARG(mark)).ptr);
}

static void drop(struct page *page, struct str cookie)
{
    page_cookie(page, str_c(page->arena, cookie), STR(""), 0);
}

/* Every try of this browser that is still good, at most TRIES_MAX - 1 of them: the newest. */
static void make_room(struct page *page)
{
    const struct map_entry *cookies = map_entries(page->http->cookies);
    size_t count = map_count(page->http->cookies);
    struct str prefix = STR("__Host-kontor-" COOKIE_MARK);
    struct str kept[TRIES_MAX - 1] = {{0}};
    instant_us kept_at[TRIES_MAX - 1] = {0};
    size_t kept_count = 0;

    for (size_t i = 0; i < count; i++) {
        struct str name = cookies[i].key;
        struct oidc_try one;
        size_t oldest = 0;

        if (!str_starts(name, prefix))
            continue;
        if (oidc_try_open(page->arena, keys_of(page),
                          *(const struct str *)cookies[i].value, &one) != OK ||
            oidc_try_is_over(&one, page->now) ||
            !str_eq(name, cookie_of(page, one.state))) {
            drop(page, name);
            continue;
        }
        if (kept_count < TRIES_MAX - 1) {
            kept[kept_count] = name;
            kept_at[kept_count++] = one.began_at;
            continue;
        }
        for (size_t k = 1; k < kept_count; k++)
            if (kept_at[k] < kept_at[oldest])
                oldest = k;
        if (one.began_at <= kept_at[oldest]) {
            drop(page, name);
            continue;
        }
        drop(page, kept[oldest]);
        kept[oldest] = name;
        kept_at[oldest] = one.began_at;
    }
    err_clear();
}

void provider_try_keep(struct page *page, const struct oidc_try *one)
{
    make_room(page);
    page_cookie(page, str_c(page->arena, cookie_of(page, one->state)),
                oidc_try_seal(page->arena, keys_of(page), one), OIDC_TRY_US / US_PER_S);
}

bool provider_try_take(struct page *page, struct str state, struct oidc_try *out,
                       enum provider_trouble *trouble_out)
{
    struct str cookie;
    struct str value = STR_NONE;

    *trouble_out = PROVIDER_NO_TRY;
    if (!oidc_state_mark(state).ptr)
        return false;
    cookie = cookie_of(page, state);
    value = page_cookie_value(page, cookie);
    if (!value.ptr)
        return false;
    drop(page, cookie);
    *trouble_out = PROVIDER_FORGED_TRY;
    if (oidc_try_open(page->arena, keys_of(page), value, out) != OK) {
        err_clear();
        return false;
    }
    *trouble_out = PROVIDER_TRY_OVER;
    return !oidc_try_is_over(out, page->now);
}
