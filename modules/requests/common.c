/* common.c: what the pages of this program share. */
#include "requests.h"

#include "base/random.h"

const struct customer_env *page_env(const struct page *page)
{
    const struct requests_state *state = page->state;
    return &state->env;
}

struct actor page_actor(const struct page *page)
{
    return (struct actor){.db = page->db,
                          .arena = page->arena,
                          .principal = page->principal,
                          .now = page->now,
                          .program = "requests",
                          .trace_id = page->http->request_id};
}

bool page_may(const struct page *page, enum right right)
{
    return rights_include(page->principal->rights, right);
}

enum err page_request(struct page *page, struct request_full *out)
{
    const struct actor actor = page_actor(page);
    return request_open(&actor, page_env(page), page_param(page, "reference"), out);
}

struct str page_definition_text(const struct page *page,
                                const struct definition *definition, struct str msgid)
{
    if (str_is_empty(msgid))
        return STR_NONE;
    return definition_text(definition, page->render->language, msgid);
}

struct str page_phase(const struct page *page, const struct definition *definition,
                      struct str phase, enum request_state state)
{
    if (str_is(phase, state_label(state)))
        return STR_NONE;
    return definition_phase(definition, page->render->i18n, page->render->language,
                            phase);
}

enum err page_departments(const struct page *page, struct str team_keys, struct str *out)
{
    return definitions_team_names(page_env(page)->definitions, page->db, page->arena,
                                  team_keys, page->render->language, out);
}

struct str page_day(const struct page *page, day_no day)
{
    if (day == DAY_NONE)
        return STR_NONE;
    return locale_day(page->render->formats[page->render->language], page->arena, day);
}

const char *state_label(enum request_state state)
{
    static const char *const labels[REQUEST_STATE_COUNT] = {
        [REQUEST_DRAFT] = N_("Draft"),
        [REQUEST_DISCARDED] = N_("Discarded"),
        [REQUEST_SUBMITTED] = N_("Submitted"),
        [REQUEST_WAITING_FOR_CUSTOMER] = N_("Waiting for you"),
        [REQUEST_RELEASED] = N_("In progress"),
        [REQUEST_COMPLETED] = N_("Completed"),
        [REQUEST_DECLINED] = N_("Declined"),
        [REQUEST_WITHDRAWN] = N_("Withdrawn"),
    };
    return labels[state];
}

struct str state_tag(enum request_state state)
{
    switch (state) {
    case REQUEST_WAITING_FOR_CUSTOMER:
        return STR("k-tag--alert");
    case REQUEST_COMPLETED:
        return STR("k-tag--done");
    case REQUEST_DECLINED:
    case REQUEST_WITHDRAWN:
    case REQUEST_DISCARDED:
        return STR("k-tag--stop");
    default:
        return STR("");
    }
}

struct str page_form_key(const struct page *page)
{
    uint8_t key[16];
    random_bytes(key, sizeof key);
    return str_hex(page->arena, key, sizeof key);
}
