/* page.h: what a handler works with: one exchange of one request, from typed fields to a response.
 *
 * A program is a route table, a table of page templates and a main() that calls web_main(). The
 * guard has answered every failure (404, 405, sign-in, right, CSRF, origin, too large) before a
 * handler runs. A handler calls ONE app use case, fills a view struct and calls page_render(), or
 * page_redirect() after a POST; an enum err it returns becomes the error page in both languages
 * (and problem+json). */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "base/conf.h"
#include "text/template.h"
#include "db/db.h"
#include "auth/principal.h"
#include "web/http.h"

struct page;

/* ---- fields ------------------------------------------------------------------------------- */

enum field_type {
    FIELD_TEXT,      /**< one line: no control characters; trimmed, NFC. struct str */
    FIELD_MULTILINE, /**< line breaks normalised to \n. struct str */
    FIELD_PASSWORD, /**< bytes as typed, never kept for redisplay, never logged. struct str */
    FIELD_INT,      /**< int64_t within min..max */
    FIELD_DAY,      /**< YYYY-MM-DD (a date input). day_no; absent = DAY_NONE */
    FIELD_CHOICE, /**< one of .choices. struct str */
    FIELD_BOOL,   /**< checkbox: present and not "0"/"false". bool */
    FIELD_TOKEN,  /**< [A-Za-z0-9_-]{1,64}: keys, cursors, public ids. struct str */
};

/** One typed field of a route; the parsed value lands at `offset` of the route's field struct. */
struct field {
    const char *name;
    const char *label; /**< msgid, as on the page: the error summary names it */
    enum field_type type;
    bool required;
    int64_t min; /**< FIELD_INT */
    /** FIELD_INT; for text the limit in characters (0 = 200; MULTILINE 4,000) */
    int64_t max;
    const char *const *choices; /**< NULL-terminated */
    size_t offset;
};

/** A problem with one field: the summary links to #name. */
struct field_error {
    struct str name; /**< as it is posted */
    /** id of the control: the name, "members[0].name" as "members-0-name" (page_control_id) */
    struct str anchor;
    struct str text; /**< complete sentence in the reader's language */
};
extern const struct view_type field_error_view_type;

/* ---- routes ------------------------------------------------------------------------------- */

enum csrf_level {
    CSRF_NONE, /**< GET */
    CSRF_TOKEN, /**< POST: same origin and a valid token for the session (or the pre-login cookie) */
};
enum route_flag {
    ROUTE_RAW_FIELDS = 1, /**< form fields are defined by data: use page_raw_fields() */
    /** the handler reads the body itself (multipart.h checks the token) */
    ROUTE_STREAM = 2,
    /** a POST by another server, not by a browser: it proves itself by what it says */
    ROUTE_SERVER_POST = 4,
    /** a delicate act: who does it must have proved who they are a short time ago */
    ROUTE_STEP_UP = 8,
    /** Its query is good once and a secret: no link of the page repeats it. */
    ROUTE_ONCE = 16,
};

/** One row per page. */
struct route {
    enum http_method method;
    /** "/requests/{reference}"; a {name} matches one path segment */
    const char *pattern;
    enum right right;
    enum csrf_level csrf;
    /** of the query for GET, of the body for POST; NULL for none */
    const struct field *fields;
    size_t field_count;
    size_t fields_size; /**< sizeof the field struct */
    unsigned flags;
    int64_t body_limit; /**< bytes; 0 = 64 KiB */
    enum err (*handle)(struct page *page);
};

/* ---- a program ---------------------------------------------------------------------------- */

/** A page template of the program and the view it is compiled against. */
struct page_template {
    const char *file; /**< below templates/: "pages/requests/start.html" */
    const struct view_type *view;
};

/** A POST whose session had ended, kept for its sender (guard.c). */
struct parked {
    uint8_t key_sha256[32]; /**< of the random key in the sender's cookie */
    int64_t person_id;
    /** below the prefix, with its leading '/' and as sent (still encoded) */
    struct str path;
    struct str body; /**< application/x-www-form-urlencoded, at most 64 KiB */
};

/** How the guard learns who is there; app/guard_port.c implements it on store/. */
struct guard_port {
    /** Live session for the SHA-256 of the cookie's text, or ERR_AUTH. One statement. A session
     *  that was not seen for `idle_us` is over. */
    enum err (*session_load)(struct db *db, struct arena *arena,
                             const uint8_t token_sha256[32], instant_us now,
                             int64_t idle_us, struct principal *out);
    /** Stamp last_seen_at; called at most once a minute per session, after the page's transaction. */
    enum err (*session_seen)(struct db *db, int64_t session_id, instant_us now);
    /** Whose session this was, live or not; ERR_NOT_FOUND for a token never given out. */
    enum err (*session_person)(struct db *db, struct arena *arena,
                               const uint8_t token_sha256[32], int64_t *person_id_out);
    /** Keep a POST for 30 minutes. */
    enum err (*park)(struct db *db, const struct parked *parked, instant_us now);
};

struct web_program {
    const char *name; /**< "requests": configuration section, database account, log */
    const struct route *routes;
    size_t route_count;
    const struct page_template *pages;
    size_t page_count;
    const struct guard_port *guard;
    /** Program-wide state (compiled definitions, directory handle ...), made once; may be NULL. */
    enum err (*start)(struct arena *arena, const struct conf *conf, void **state_out);
    const char *manual; /**< text of --help */
    /** Its pages are the customers', but for those whose right only staff have: there a member of staff
     *  in the support view is the company's reader (guard.c). */
    bool customers;
};

/** Options --config FILE, --check-config, --routes, --routes-json, --version, --help; then serves FastCGI on fd 0
 *  until SIGTERM (the request in hand is finished). SIGHUP reloads templates and catalogues. */
int web_main(int argc, char **argv, const struct web_program *program);

/* ---- what a handler may use --------------------------------------------------------------- */

struct page {
    struct arena *arena; /**< request lifetime */
    struct db *db;
    const struct conf *conf;
    const struct clock *clock;
    instant_us now; /**< read once per request */
    const struct http *http;
    const struct principal *principal;   /**< person_id 0 on public pages */
    const struct render_context *render; /**< language and zone of the reader */
    const struct route *route;
    void *fields; /**< the route's typed field struct */
    /** POST: filled before the handler runs, see page_invalid */
    const struct field_error *errors;
    size_t error_count;
    void *state;                   /**< what program->start made */
    struct web_exchange *exchange; /**< private to web/ */
};

/** Path parameter; a bug() if the pattern has none of that name. */
struct str page_param(const struct page *page, const char *name);
/** What was typed into a field, as received (well-formed UTF-8, no NUL); absent if not sent. */
struct str page_raw(const struct page *page, const char *name);
/** All body fields in order: name -> struct str *; for ROUTE_RAW_FIELDS. */
const struct map *page_raw_fields(const struct page *page);
/** Add an error found by the use case, so that the page can be shown again with status 422. */
void page_add_error(struct page *page, struct str field_name, struct str text);
/** Id of the control with this posted name. */
struct str page_control_id(struct arena *arena, struct str name);
/** Translated text of ours for the reader. */
struct str page_text(const struct page *page, const char *msgid);
/** As page_text with {0} {1} filled. */
struct str page_text_fill(const struct page *page, const char *msgid,
                          const struct str *args, size_t arg_count);
/** prefix + path below it: page_url(page, "/requests/%.*s", ...). */
struct str page_url(const struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);
/** One sentence shown once on the next page (kept in a short-lived cookie with a MAC of the
 *  session, so that nobody else can put a sentence there). `msgid` is an N_ literal. */
void page_notice(struct page *page, const char *msgid);
/** As page_notice(), for what was not done: not shown as a success. */
void page_warning(struct page *page, const char *msgid);

/** Render page `index` of the program's table, or the same view as JSON. Status 200, or 422 when
 *  page->error_count > 0. */
enum err page_render(struct page *page, size_t index, const void *view) MUST_USE;
/** 303 to a path of ours (made by page_url). */
enum err page_redirect(struct page *page, struct str url) MUST_USE;
/** 303 to an https address outside, one that configuration and its own checks stand for (an identity
 *  provider). Only from a GET: browsers apply form-action to redirects after a form. */
enum err page_redirect_away(struct page *page, struct str url) MUST_USE;
/** 303 to another part of this site, "/wiki/page", that configuration names: its address as a browser
 *  sends it (printable ASCII, no backslash, no second slash at its beginning). */
enum err page_redirect_site(struct page *page, struct str path) MUST_USE;
/** An answer without a body, for nginx and not for people. */
enum err page_answer(struct page *page, int status) MUST_USE;
/** One more header line; `value` is printable ASCII. */
void page_header(struct page *page, const char *name, struct str value);
/** Hand a stored file to nginx: X-Accel-Redirect below the internal location, always as attachment,
 *  nosniff, CSP sandbox. `media_type` comes from the fixed list of file/type_policy. */
enum err page_send_file(struct page *page, struct str internal_path, struct str file_name,
                        struct str media_type) MUST_USE;
/** Set or (with max_age_s 0) remove a cookie: Secure, HttpOnly, SameSite=Lax, Path=/. */
void page_cookie(struct page *page, const char *name, struct str value,
                 int64_t max_age_s);
/** Name of the session cookie: __Host-kontor, in the demo with the port behind it. */
struct str page_session_cookie_name(const struct page *page);
/** Name of another cookie of ours, "__Host-kontor-<purpose>" with the site's suffix. */
struct str page_cookie_name(const struct page *page, const char *purpose);
/** Value of a cookie that came along, by its full name; absent if none. */
struct str page_cookie_value(const struct page *page, struct str name);
/** The session cookie's text, live or not; absent if none came. For the login program only. */
struct str page_session_token(const struct page *page);
/** A session begins: set its cookie; a notice from here on is for it. For the login program only. */
void page_begin_session(struct page *page, struct str token);
/** The session has a new token: as page_begin_session(), and forms and a notice of the old one stay good
 *  in this browser. For the login program only. */
void page_renew_session(struct page *page, struct str token);
/** End the pre-login cookie after a sign-in. */
void page_drop_pre_login(struct page *page);
/** Key of a parked POST in the reader's cookie, absent if none. */
struct str page_parked_key(const struct page *page);
/** "de" or "en" if the reader chose it by link or cookie; absent if it was only guessed. */
struct str page_chosen_language(const struct page *page);
/** True at the host of [site] staff_origin, where customers' pages are not. */
bool page_at_staff_origin(const struct page *page);
/** True when the page's script asks again by itself: no sign that a person is looking. */
bool page_is_poll(const struct page *page);
/** Status of the next page_render(): a page that says why it did not work (429, 503, 409). */
void page_status(struct page *page, int status);
/** A sentence (msgid) that takes the place of the general one on the error page of the error that
 *  the handler is about to return. */
void page_error_detail(struct page *page, const char *msgid);
/** For 429: seconds until the next try makes sense. */
void page_retry_after(struct page *page, int64_t seconds);

#endif
