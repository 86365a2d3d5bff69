/* exchange.h: private to web/. One exchange from FastCGI parameters to the bytes of a
 * response, and the things of a process's lifetime that serve it (the site). Nothing here
 * knows libfcgi: serve.c hands in a struct web_io, unit tests hand in another. */
#ifndef WEB_EXCHANGE_H
#define WEB_EXCHANGE_H

#include "base/buf.h"
#include "web/frame.h"
#include "web/page.h"

/** Longest response; a page over it is a defect (500). */
#define RESPONSE_LIMIT (4 * 1024 * 1024)
/** Room before the body, so that status, headers and body leave with one write. Half of it is for what a
 *  handler says: the way to an identity provider and the cookie of that try are the longest. */
#define RESPONSE_HEAD_ROOM 8192
/** Body limit of a route that names none. */
#define BODY_LIMIT_DEFAULT (64 * 1024)
/** Boundaries and headers around a file of exactly the limit of a ROUTE_STREAM route. */
#define BODY_GRACE_BYTES 8192
/** A POST with an expired session is kept up to this size. */
#define PARKED_LIMIT     (64 * 1024)
#define PARKED_MAX_AGE_S (30 * 60)

/** Where a request comes from. */
struct web_io {
    /** A FastCGI parameter, NULL if absent. */
    const char *(*param)(void *handle, const char *name);
    /** Next bytes of the body: how many, 0 at the end, -1 on a broken connection. */
    ssize_t (*read)(void *handle, void *out, size_t size_bytes);
    void *handle;
};

/** Everything made from templates and catalogues: built as a whole, swapped on SIGHUP. */
struct web_look {
    struct arena *arena;
    struct i18n *i18n;
    const struct locale_formats *formats[LANGUAGE_COUNT];
    const struct template **pages; /**< by index of the program's table */
    const struct template *error_page;
    struct str css_url;
    struct str js_url;
};

/** Process lifetime. */
struct web_site {
    const struct web_program *program;
    const struct conf *conf;
    struct db *db;
    const struct clock *clock;
    void *state;
    struct web_look *look;
    struct buf out;          /**< the response, reused so that a page costs no growth */
    struct str prefix;       /**< "/" or "/portal/" */
    struct str origin;       /**< "https://portal.example.org" */
    struct str staff_origin; /**< the same for staff, or empty */
    struct str name;
    struct str contact_mail;
    enum language language;
    int64_t idle_us;
    int64_t step_up_us; /**< a proof of who somebody is stays fresh this long */
    bool show_statements;
    struct str cookie_session; /**< full cookie names */
    struct str cookie_pre;
    struct str cookie_language;
    struct str cookie_notice;
    struct str cookie_parked;
    struct str cookie_form; /**< forms opened before the token was renewed, csrf.c */
};

#define PATH_PARAMS_MAX 4
struct path_param {
    struct str name;
    struct str value;
};

struct web_exchange {
    struct web_site *site;
    struct web_io io;
    struct http http;
    struct principal principal;
    struct render_context render;
    struct page page;

    struct str uri;       /**< below the prefix as sent, with leading '/' and query */
    struct str token;     /**< session cookie, absent if none or not well-formed */
    struct str pre_token; /**< pre-login cookie, absent if none */
    struct str csrf;      /**< cached csrf_token() */
    struct path_param params[PATH_PARAMS_MAX];
    size_t param_count;
    struct map *body;    /**< name -> struct str *, NULL until read */
    struct str body_raw; /**< of an urlencoded POST, for parking */
    int64_t body_read;   /**< bytes read from io */
    struct field_error *errors;
    size_t error_capacity;
    unsigned allowed_methods; /**< for 405 */
    bool live_poll;           /**< kontor.js asking for changes: no sign of the person */

    /* the response */
    int status;           /**< 0 until answered */
    struct buf head;      /**< header lines without the status */
    struct buf *body_out; /**< the site's; starts with RESPONSE_HEAD_ROOM unused bytes */
    bool answered;
    bool handler_ran;
    int64_t retry_after_s;
    bool notice_out; /**< page_notice() or page_warning() in this exchange */
    /** ERR_AUTH: the page that helps, "login/step-up"; NULL: the sign-in page */
    const char *auth_page;
    /** msgid that replaces the general sentence of an error page */
    const char *error_detail;
};

/* ---- http.c ---- */

/** Fill ex->http and ex->uri from the FastCGI parameters. ERR_INPUT: malformed (400). */
enum err http_parse(struct web_exchange *ex) MUST_USE;
/** Percent-decode (and '+' where `form`); ERR_INPUT for NUL, bad UTF-8 or a bad escape.
 */
enum err http_decode(struct arena *arena, struct str in, bool form,
                     struct str *out) MUST_USE;
/** Cookie header into a map; what is malformed is left out. */
struct map *http_parse_cookies(struct arena *arena, struct str header);
/** Read the body into ex->body (urlencoded or a flat JSON object). */
enum err http_read_body(struct web_exchange *ex, int64_t limit) MUST_USE;

/* ---- route_report.c ---- */

/** One line per route on standard output: program, method, path, right, CSRF level, step-up, roles. */
void route_report_text(struct arena *arena, const struct web_program *program);
/** The same as one JSON object per line, with the fields of each route. */
void route_report_json(struct arena *arena, const struct web_program *program);

/* ---- route.c ---- */

/** Find the route; ERR_NOT_FOUND, or ERR_INPUT with ex->allowed_methods set (405). */
enum err route_match(struct web_exchange *ex, const struct route **out) MUST_USE;
/** Match one pattern, filling `params`; false if it does not match or has too many
 * parameters. */
bool route_pattern_matches(const char *pattern, struct str path,
                           struct path_param params[PATH_PARAMS_MAX], size_t *count_out);

/** True if this path can be opened with GET in this program. */
bool route_has_get(const struct web_exchange *ex);

/* ---- csrf.c ---- */

/** base64url(HMAC-SHA256(key, purpose)). */
struct str csrf_mac(struct arena *arena, struct str key, const char *purpose);
/** The token of this exchange; sets the pre-login cookie where one is needed and allowed.
 */
struct str csrf_token(struct web_exchange *ex);
/** True if `token` is the one of the session or pre-login cookie that came with the
 * request. */
bool csrf_valid(struct web_exchange *ex, struct str token);
/** The token of the session changes to `token`: forms that are open in other tabs stay good. */
void csrf_renew(struct web_exchange *ex, struct str token);
/** ERR_DENIED if Origin or Sec-Fetch-Site say that another site sent it. */
enum err csrf_check_origin(const struct web_exchange *ex) MUST_USE;

/* ---- guard.c ---- */

/** Language by query, cookie, person, Accept-Language, site; the query sets the cookie.
 */
void guard_choose_language(struct web_exchange *ex);
/** Session, right, CSRF and origin, fields; in this order. */
enum err guard_check(struct web_exchange *ex) MUST_USE;

/* ---- fields.c ---- */

/** Parse the route's fields out of `raw` into page->fields; problems become page->errors.
 */
void fields_parse(struct web_exchange *ex, const struct map *raw);

/* ---- response.c, response_error.c ---- */

/** Status 200, no headers, an empty body. */
void response_init(struct web_exchange *ex);
/** Answer with the error page (or problem+json, or the way to the login page). */
void response_error(struct web_exchange *ex, enum err err);
/** One header line; the value is printable ASCII. */
void response_header(struct web_exchange *ex, const char *name, struct str value);
/** Empty the body. */
void response_clear(struct web_exchange *ex);
/** The whole body as a page with the frame around it. */
void response_page(struct web_exchange *ex, const struct template *tpl, const void *view);
/** The errors of a page that is shown again, for a program: problem+json. */
void response_problem(struct web_exchange *ex);
/** False if header lines were lost because there were too many bytes of them. */
bool response_head_fits(const struct web_exchange *ex);
/** Plain 200/503 for health checks. */
void response_text(struct web_exchange *ex, int status, struct str text);
/** Set a cookie by its full name; `http_only` for all but the language. */
void response_cookie(struct web_exchange *ex, struct str name, struct str value,
                     int64_t max_age_s, bool http_only);
/** Status line, headers and body as they go to nginx. */
struct str response_bytes(struct web_exchange *ex);
int response_status_of(enum err err);

/* ---- frame.c ---- */

/** Layout data of the exchange: language, prefix, who is signed in, links, notice, errors. */
void frame_fill(struct web_exchange *ex, struct frame_view *out);
/** The notice of the last page, if its MAC is ours; the cookie is then removed. NULL for none. */
const char *frame_take_notice(struct web_exchange *ex, bool *warns_out);
/** The token of the session changes to `token`: the notice that waits stays good. */
void frame_renew_notice(struct web_exchange *ex, struct str token);

/* ---- look.c ---- */

/** Templates, catalogues and asset names in an arena of their own. */
enum err look_load(const struct web_program *program, const struct conf *conf,
                   struct web_look **out) MUST_USE;
void look_free(struct web_look **look);

/* ---- dispatch.c ---- */

/** Cookie names, prefix and limits from the configuration. */
enum err site_init(struct arena *arena, const struct web_program *program,
                   const struct conf *conf, struct web_site *out) MUST_USE;
/** From parameters to a finished response; never fails. */
struct web_exchange *exchange_run(struct web_site *site, struct arena *arena,
                                  const struct web_io *io);
/** What is recorded after the response has left: last_seen_at. */
void exchange_after(struct web_exchange *ex);

#endif
