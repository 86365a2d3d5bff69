/* common.c: what the pages of this program share. */
#include "account.h"

const struct account_state *page_state(const struct page *page)
{
    return page->state;
}

struct actor page_actor(const struct page *page)
{
    return (struct actor){.db = page->db,
                          .arena = page->arena,
                          .principal = page->principal,
                          .now = page->now,
                          .program = "account",
                          .trace_id = page->http->request_id};
}

bool page_may(const struct page *page, enum right right)
{
    return rights_include(page->principal->rights, right);
}

/* The staff's addresses have the company in them, the coordinator's do not. */
static bool is_staff_address(const struct page *page)
{
    return strstr(page->route->pattern, "{company}") != NULL;
}

enum err page_scope(const struct page *page, struct people_scope *out)
{
    struct actor actor = page_actor(page);

    return is_staff_address(page)
               ? people_scope_of(&actor, page_param(page, "company"), out)
               : people_scope_own(&actor, out);
}

struct str page_people_url(const struct page *page, const struct people_scope *scope,
                           const char *format, ...)
{
    struct str rest;
    va_list args;

    va_start(args, format);
    rest = str_vformat(page->arena, format, args);
    va_end(args);
    if (!scope->by_staff)
        return page_url(page, "/account/people%.*s", STR_ARG(rest));
    return page_url(page, "/account/companies/%.*s%s%.*s",
                    STR_ARG(scope->company_reference),
                    str_starts(rest, STR("/")) ? "/people" : "", STR_ARG(rest));
}

struct str page_company_url(const struct page *page, const struct people_scope *scope,
                            const char *rest)
{
    if (!scope->by_staff)
        return page_url(page, "/account%s", rest);
    return page_url(page, "/account/companies/%.*s%s", STR_ARG(scope->company_reference),
                    rest);
}

bool page_may_change(const struct page *page, const struct people_scope *scope)
{
    return page_may(page, scope->by_staff ? RIGHT_PEOPLE_WORK : RIGHT_COMPANY_PEOPLE);
}

struct people_env page_people_env(const struct page *page)
{
    const struct account_state *state = page_state(page);

    return (struct people_env){page->render->i18n, state->site_language,
                               state->second_factor_roles};
}

enum err page_person_id(const struct page *page, int64_t *out)
{
    int64_t id;

    if (str_to_i64(page_param(page, "person"), &id) != OK || id <= 0) {
        err_clear();
        return ERR_NOT_FOUND;
    }
    *out = id;
    return OK;
}

enum err page_person(const struct page *page, struct people_scope *scope_out,
                     struct people_person *out)
{
    struct actor actor = page_actor(page);
    int64_t person_id = 0;
    enum err err = page_person_id(page, &person_id);

    if (err == OK)
        err = page_scope(page, scope_out);
    return err == OK ? people_person(&actor, scope_out, person_id, out) : err;
}

enum err page_after(struct page *page, enum people_verdict verdict, const char *done,
                    struct str url)
{
    page_notice(page, verdict == PEOPLE_DONE ? done : people_verdict_msgid(verdict));
    return page_redirect(page, url);
}

bool page_accepted(struct page *page, enum people_verdict verdict)
{
    if (verdict == PEOPLE_DONE || verdict == PEOPLE_REPEATED)
        return true;
    page_add_error(page, STR("main-content"),
                   page_text(page, people_verdict_msgid(verdict)));
    return false;
}

struct str page_further_url(const struct page *page, const char *path, int64_t after_id)
{
    const struct search_fields *fields = page->fields;
    struct buf q = buf_init(page->arena, 4096);

    escape_url_part(&q, fields->q);
    return page_url(page, "%s?after=%lld%s%.*s", path, (long long)after_id,
                    fields->q.len ? "&q=" : "", STR_ARG(buf_str(&q)));
}
