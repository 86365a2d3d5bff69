/* common.c: what the pages of this program share. */
#include "dashboard.h"

#include "base/random.h"
#include "app/ticket/intake.h"

const struct staff_env *page_env(const struct page *page)
{
    return page->state;
}

struct actor page_actor(const struct page *page)
{
    return (struct actor){.db = page->db,
                          .arena = page->arena,
                          .principal = page->principal,
                          .now = page->now,
                          .program = "dashboard",
                          .trace_id = page->http->request_id};
}

bool page_may(const struct page *page, enum right right)
{
    return rights_include(page->principal->rights, right);
}

struct str page_definition_text(const struct page *page,
                                const struct definition *definition, struct str msgid)
{
    if (str_is_empty(msgid))
        return STR_NONE;
    return definition_text(definition, page->render->language, msgid);
}

struct str page_phase(const struct page *page, const struct definition *definition,
                      struct str phase)
{
    return definition_phase(definition, page->render->i18n, page->render->language,
                            phase);
}

enum err page_departments(const struct page *page, struct str team_keys, struct str *out)
{
    return definitions_team_names(page_env(page)->definitions, page->db, page->arena,
                                  team_keys, page->render->language, out);
}

struct str page_sub_ticket_name(const struct page *page,
                                const struct definition *definition, struct str name,
                                struct str subject)
{
    struct str text = page_definition_text(page, definition, name);
    return str_is_empty(subject)
               ? text
               : str_format(page->arena, "%.*s – %.*s", STR_ARG(text), STR_ARG(subject));
}

enum err page_task_type(const struct page *page, struct str type_key,
                        const struct task_type **out)
{
    return task_type_find(definitions_rules(page_env(page)->definitions), page->db,
                          type_key, out);
}

enum err page_looked(const struct page *page, const struct staff_request *request)
{
    struct actor actor = page_actor(page);
    return page_is_poll(page) ? OK : app_board_looked(&actor, request);
}

enum err page_request_title(const struct page *page, int64_t definition_id,
                            struct str *out)
{
    const struct definition *definition;
    enum err err = definitions_get(page_env(page)->definitions, page->db, definition_id,
                                   &definition);
    if (err == OK)
        *out = page_definition_text(page, definition, definition->title);
    return err;
}

struct str page_form_key(const struct page *page)
{
    uint8_t key[16];
    if (page->http->method == HTTP_POST) {
        struct str typed = page_raw(page, "form_key");
        if (page_form_key_read(typed, key) == OK)
            return typed;
        err_clear();
    }
    random_bytes(key, sizeof key);
    return str_hex(page->arena, key, sizeof key);
}

enum err page_form_key_read(struct str hex, uint8_t key_out[16])
{
    if (str_unhex(hex, key_out, 16) != OK)
        return err_note(ERR_INPUT, "the form key is not 32 hex digits");
    return OK;
}

bool page_is_wrong(const struct page *page, const char *field)
{
    for (size_t i = 0; i < page->error_count; i++)
        if (str_is(page->errors[i].name, field))
            return true;
    return false;
}

bool page_accepted(struct page *page, enum staff_verdict verdict)
{
    if (verdict == VERDICT_DONE || verdict == VERDICT_REPEATED)
        return true;
    page_add_error(page, STR("main-content"),
                   page_text(page, staff_verdict_msgid(verdict)));
    return false;
}

enum err page_after(struct page *page, enum staff_verdict verdict, const char *done,
                    struct str url)
{
    page_notice(page, verdict == VERDICT_DONE ? done : staff_verdict_msgid(verdict));
    return page_redirect(page, url);
}

struct due_mark page_due(const struct page *page, instant_us due_at)
{
    struct due_mark mark = {0};
    if (due_at == INSTANT_NONE ||
        due_at >= day_from_civil((struct civil_date){9999, 12, 31}) * US_PER_DAY) {
        mark.none = true;
    } else if (due_at < page->now) {
        mark.overdue = true;
    } else {
        mark.today = locale_day_of(due_at, page->render->zone) ==
                     locale_day_of(page->now, page->render->zone);
    }
    return mark;
}

struct str cursor_write(struct arena *arena, instant_us due_at, int64_t id)
{
    return str_format(arena, "%lld-%lld", (long long)due_at, (long long)id);
}

enum err cursor_read(struct str cursor, instant_us *due_at_out, int64_t *id_out)
{
    int64_t due_at;
    int64_t id;
    struct str head;
    struct str rest = cursor;
    if (!str_next(&rest, '-', &head) || str_to_i64(head, &due_at) != OK ||
        str_to_i64(rest, &id) != OK || due_at < 0 || id < 0 ||
        due_at > day_from_civil((struct civil_date){9999, 12, 31}) * US_PER_DAY)
        return err_note(ERR_INPUT, "not a cursor of ours");
    *due_at_out = due_at;
    *id_out = id;
    return OK;
}
