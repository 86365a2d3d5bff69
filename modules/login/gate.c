#include "gate.h"

#include "base/buf.h"
#include "login.h"
#include "text/escape.h"

/* Bytes of a header value; both together stay well below what a response's head may hold. */
#define LOGIN_BYTES_MAX 1200
#define NAME_BYTES_MAX  1200

/* ---- who it is, for other programs ------------------------------------------------------------ */

static struct str percent_encoded(struct arena *arena, struct str text)
{
    struct buf out = buf_init(arena, 3 * text.len + 1);

    escape_url_part(&out, text);
    return buf_str(&out);
}

/* A name is for people to read, so a long one is cut, at a whole character. */
static struct str name_value(struct arena *arena, struct str name)
{
    while (percent_encoded(arena, name).len > NAME_BYTES_MAX) {
        do
            name.len--;
        while (name.len > 0 && ((unsigned char)name.ptr[name.len] & 0xc0) == 0x80);
    }
    return percent_encoded(arena, name);
}

/* A login that was cut could be somebody else's: none is better. */
static struct str login_value(struct arena *arena, struct str login)
{
    struct str value = percent_encoded(arena, login);

    return value.len > LOGIN_BYTES_MAX ? STR("") : value;
}

static struct str right_keys(struct arena *arena, right_set rights)
{
    struct buf out = buf_init(arena, 1024);

    for (int i = RIGHT_NONE + 1; i < RIGHT_COUNT; i++)
        if (rights_include(rights, (enum right)i)) {
            if (buf_str(&out).len)
                buf_put_char(&out, ',');
            buf_put_c(&out, right_key((enum right)i));
        }
    return buf_str(&out);
}

static void put_identity(struct page *page)
{
    const struct principal *who = page->principal;
    struct arena *arena = page->arena;

    page_header(page, "X-Kontor-Person",
                str_format(arena, "%lld", (long long)who->person_id));
    page_header(page, "X-Kontor-Login", login_value(arena, who->login));
    page_header(page, "X-Kontor-Name", name_value(arena, who->display_name));
    page_header(page, "X-Kontor-Side", who->is_staff ? STR("staff") : STR("customer"));
    page_header(page, "X-Kontor-Company", percent_encoded(arena, who->company_reference));
    page_header(page, "X-Kontor-Rights", right_keys(arena, who->rights));
    page_header(page, "X-Kontor-Language",
                str_from(language_code(page->render->language)));
}

enum err gate_get(struct page *page)
{
    struct str key = page_param(page, "right");
    enum right right = right_from_key(key);

    /* The operator's mistake must not depend on who asks, or nobody would see it. */
    if (right == RIGHT_COUNT || right == RIGHT_NONE)
        return err_note(ERR_INTERNAL,
                        "a guard asks for the right \"%.*s\": no such right",
                        STR_ARG(key));
    if (!page->principal->person_id)
        return page_answer(page, 401);
    /* Not as on our own pages, which any live session may open: a person whose company has ended, or
     * whose last role is gone, has no business in other parts of the site. */
    if (!rights_include(page->principal->rights, right))
        return page_answer(page, 403);
    put_identity(page);
    return page_answer(page, 204);
}

/* ---- who was not let in ------------------------------------------------------------------------ */

enum err gate_refused_get(struct page *page)
{
    struct str paths = conf_str(page->conf, "site", "return_paths");
    struct str guarded = page->http->guarded_uri;
    struct str back = STR_NONE;

    if (page->principal->person_id)
        return err_note(ERR_DENIED, "refused by a guard of another part of the site");
    if (page->http->wants_json)
        return err_note(ERR_AUTH, "nobody is signed in");
    if (gate_may_return(paths, guarded))
        back = str_format(page->arena, "/-guard/back?to=%.*s",
                          STR_ARG(percent_encoded(page->arena, guarded)));
    return page_redirect(page, login_url_with_return(page, "/login", back));
}

enum err gate_back_get(struct page *page)
{
    const struct gate_back_query *query = page->fields;
    const struct principal *who = page->principal;

    if (gate_may_return(conf_str(page->conf, "site", "return_paths"), query->to))
        return page_redirect_site(page, query->to);
    return page_redirect(page, login_url_after(page, who->is_staff, STR_NONE));
}

/* ---- where one may return to ------------------------------------------------------------------- */

/* What a browser would take for something else: "//host", a backslash (read as a slash), a dot segment,
 * bytes that it drops. */
static bool is_plain_path(struct str path)
{
    if (path.len == 0 || path.ptr[0] != '/' || str_starts(path, STR("//")))
        return false;
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];

        if (c <= 0x20 || c > 0x7e || c == '\\')
            return false;
    }
    return str_find(path, STR("/.")) < 0 && str_find(path, STR("/%2e")) < 0 &&
           str_find(path, STR("/%2E")) < 0;
}

bool gate_may_return(struct str return_paths, struct str path)
{
    struct str rest = return_paths;
    struct str item;

    if (!is_plain_path(path))
        return false;
    while (str_next(&rest, ' ', &item))
        if (item.len > 0 && str_starts(path, item))
            return true;
    return false;
}

enum err gate_check_conf(struct arena *arena, const struct conf *conf)
{
    struct str rest = conf_str(conf, "site", "return_paths");
    struct str item;

    while (str_next(&rest, ' ', &item))
        if (item.len > 0 && (!is_plain_path(item) || !str_ends(item, STR("/"))))
            return err_note(ERR_INPUT, "%.*s: \"%.*s\" is no path with '/' at both ends",
                            STR_ARG(conf_where(conf, arena, "site", "return_paths")),
                            STR_ARG(item));
    return OK;
}
