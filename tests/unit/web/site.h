/* site.h: a site of one small program for the tests of web/: fake guard port, fake FastCGI
 * parameters, real templates in a temporary folder. */
#ifndef TESTS_WEB_SITE_H
#define TESTS_WEB_SITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/exchange.h"

#define LIVE_TOKEN  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define DEAD_TOKEN  "DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD"
#define PRE_TOKEN   "PPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP"
#define CUSTOMER_ID 7

/* What the fake port does and saw; tests set and read it. */
struct port_state {
    right_set rights;
    enum err load_err;
    int loads;
    int parks;
    struct parked parked;
    char parked_body[256];
    char parked_path[256];
    int seens;
    instant_us last_seen_at;
    instant_us confirmed_at;
    bool renew;
};
static struct port_state port;

static bool digest_is(const uint8_t digest[32], const char *token)
{
    uint8_t want[32];

    sha256(str_from(token), want);
    return memcmp(want, digest, 32) == 0;
}

static enum err port_load(struct db *db, struct arena *arena,
                          const uint8_t token_sha256[32], instant_us now, int64_t idle_us,
                          struct principal *out)
{
    port.loads++;
    assert_int_equal(idle_us, 30 * 60 * US_PER_S);
    if (port.load_err != OK)
        return err_note(port.load_err, "port");
    if (!digest_is(token_sha256, LIVE_TOKEN))
        return ERR_AUTH;
    *out = (struct principal){.session_id = 3,
                              .person_id = CUSTOMER_ID,
                              .company_id = 1,
                              .display_name = STR("Anna <b>"),
                              .rights = port.rights,
                              .last_seen_at = port.last_seen_at,
                              .confirmed_at = port.confirmed_at,
                              .renew = port.renew};
    return OK;
}

static enum err port_seen(struct db *db, int64_t session_id, instant_us now)
{
    assert_int_equal(session_id, 3);
    port.seens++;
    return OK;
}

static enum err port_person(struct db *db, struct arena *arena,
                            const uint8_t token_sha256[32], int64_t *person_id_out)
{
    if (!digest_is(token_sha256, DEAD_TOKEN))
        return ERR_NOT_FOUND;
    *person_id_out = CUSTOMER_ID;
    return OK;
}

static enum err port_park(struct db *db, const struct parked *parked, instant_us now)
{
    port.parks++;
    port.parked = *parked;
    (void)snprintf(port.parked_body, sizeof(port.parked_body), "%.*s",
                   STR_ARG(parked->body));
    (void)snprintf(port.parked_path, sizeof(port.parked_path), "%.*s",
                   STR_ARG(parked->path));
    return OK;
}

static const struct guard_port PORT = {port_load, port_seen, port_person, port_park};

/* ---- parameters and body -------------------------------------------------------------------- */

struct call {
    const char *params[40]; /* name, value, ..., NULL */
    const char *body;
    size_t body_len;
    size_t at;
    bool broken; /* the connection ends before the body does */
};

static const char *call_param(void *handle, const char *name)
{
    const struct call *call = handle;

    for (size_t i = 0; call->params[i]; i += 2)
        if (strcmp(call->params[i], name) == 0)
            return call->params[i + 1];
    return NULL;
}

static ssize_t call_read(void *handle, void *out, size_t size_bytes)
{
    struct call *call = handle;
    size_t left = call->body_len - call->at;
    size_t n = left < size_bytes ? left : size_bytes;

    if (n > 7)
        n = 7; /* small pieces, as a slow pipe would give */
    if (n == 0 && call->broken)
        return -1;
    if (n)
        memcpy(out, call->body + call->at, n);
    call->at += n;
    return (ssize_t)n;
}

/* ---- the site ------------------------------------------------------------------------------- */

struct test_site {
    struct arena *arena;
    struct arena *request_arena;
    struct web_site site;
    struct clock clock;
    char dir[64];
};

static void write_file(const char *dir, const char *name, const void *bytes, size_t len)
{
    char path[200];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void write_text(const char *dir, const char *name, const char *text)
{
    write_file(dir, name, text, strlen(text));
}

static void make_dir(const char *dir, const char *name)
{
    char path[200];

    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

/* A catalogue with its header entry alone (GNU .mo, little endian). */
static void write_catalogue(const char *dir, const char *name)
{
    static const char HEADER[] = "Content-Type: text/plain; charset=UTF-8\n"
                                 "Plural-Forms: nplurals=2; plural=(n != 1);\n";
    uint32_t head[11] = {0x950412de, 0, 1, 28, 36, 0, 44, 0, 44, sizeof(HEADER) - 1, 45};
    char bytes[400] = {0};

    memcpy(bytes, head, sizeof(head));
    memcpy(bytes + 45, HEADER, sizeof(HEADER));
    write_file(dir, name, bytes, 45 + sizeof(HEADER));
}

static void site_open(struct test_site *t, const struct web_program *program)
{
    struct conf *conf = NULL;
    char path[200];

    memset(t, 0, sizeof(*t));
    memset(&port, 0, sizeof(port));
    (void)snprintf(t->dir, sizeof(t->dir), "/tmp/kontor-web-XXXXXX");
    assert_non_null(mkdtemp(t->dir));
    make_dir(t->dir, "pages");
    make_dir(t->dir, "pages/errors");
    write_text(t->dir, "pages/test.html",
               "<p>{{word}}</p><input "
               "value=\"{{csrf_token}}\">{{#errors}}({{name}}:{{text}}){{/errors}}"
               "{{#notice}}[{{notice}}]{{/notice}}<i>{{user_name}}</i><a "
               "href=\"{{url_de}}\">de</a>");
    write_text(t->dir, "pages/errors/error.html",
               "<h1>{{status}} {{title}}</h1><p>{{text}}</p><a href=\"{{url_de}}\">");
    write_text(t->dir, "manifest.json",
               "{\"kontor.css\":\"a.css\",\"kontor.js\":\"a.js\"}");
    write_catalogue(t->dir, "de.mo");
    write_catalogue(t->dir, "en.mo");
    write_text(t->dir, "kontor.conf",
               "[site]\nprefix=/portal/\norigin=https://portal.example.org\n"
               "staff_origin=https://staff.example.org\nlanguage=en\n"
               "[templates]\ndir=.\ncatalogues=.\nstatic_manifest=manifest.json\n");
    (void)snprintf(path, sizeof(path), "%s/kontor.conf", t->dir);
    t->arena = arena_new(64 << 20);
    t->request_arena = arena_new(32 << 20);
    if (conf_load(t->arena, path, &conf) != OK ||
        site_init(t->arena, program, conf, &t->site) != OK ||
        look_load(program, conf, &t->site.look) != OK)
        fail_msg("%s", err_text());
    t->clock = clock_fixed(INT64_C(1800000000) * US_PER_S);
    t->site.clock = &t->clock;
    port.last_seen_at = port.confirmed_at = t->clock.fixed;
}

static void site_close(struct test_site *t)
{
    static const char *const FILES[] = {"pages/test.html", "pages/errors/error.html",
                                        "manifest.json",   "de.mo",
                                        "en.mo",           "kontor.conf"};
    char path[200];

    look_free(&t->site.look);
    arena_free(&t->request_arena);
    arena_free(&t->arena);
    for (size_t i = 0; i < sizeof(FILES) / sizeof(*FILES); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", t->dir, FILES[i]);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof(path), "%s/pages/errors", t->dir);
    (void)rmdir(path);
    (void)snprintf(path, sizeof(path), "%s/pages", t->dir);
    (void)rmdir(path);
    (void)rmdir(t->dir);
}

/* Run one exchange; the response as text in the request arena. */
static struct str site_run(struct test_site *t, struct call *call)
{
    struct web_io io = {call_param, call_read, call};
    struct web_exchange *ex;
    struct str bytes;

    arena_clear(t->request_arena);
    call->at = 0;
    ex = exchange_run(&t->site, t->request_arena, &io);
    bytes = response_bytes(ex);
    exchange_after(ex);
    return str_copy(t->request_arena, bytes);
}

static int status_of(struct str response)
{
    int64_t status = 0;

    assert_true(str_starts(response, STR("Status: ")));
    assert_int_equal(str_to_i64(str_sub(response, 8, 3), &status), OK);
    return (int)status;
}

static inline bool has(struct str response, const char *text)
{
    return str_find(response, str_from(text)) >= 0;
}

#endif
