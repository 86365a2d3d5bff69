/* fake.c: see fake.h. */
#include "db/fake.h"

#include "base/buf.h"

struct fake {
    const struct fake_step *next;
    struct arena *arena; /**< its own: tx_run rewinds the caller's */
    struct buf log;
    int fail_in;
    unsigned fail_code;
    bool open;
    struct db_param params[256];
};

/** Take the next step if it is `name`; `*ok_out` says whether the call succeeds. */
static const struct fake_step *take(struct fake *fake, const char *name,
                                    struct db_error *error, bool *ok_out)
{
    const struct fake_step *step = fake->next;
    if (!step->expect || strcmp(step->expect, name) != 0) {
        bug("the script expects %s, the code runs %s",
            step->expect ? step->expect : "nothing more", name);
    }
    fake->next++;
    buf_put_c(&fake->log, fake->log.len ? " " : "");
    buf_put_c(&fake->log, name);
    unsigned code = step->error_code;
    if (fake->fail_in > 0 && --fake->fail_in == 0) {
        code = fake->fail_code;
    }
    error->code = code;
    snprintf(error->text, sizeof error->text, "%s",
             step->error_text ? step->error_text : "");
    *ok_out = code == 0;
    return step;
}

static bool fake_open(void *self, struct db_error *error)
{
    struct fake *fake = self;
    bool ok = true;
    if (fake->next->expect && strcmp(fake->next->expect, "open") == 0) {
        take(fake, "open", error, &ok);
    }
    fake->open = ok;
    return ok;
}

static void fake_close(void *self)
{
    struct fake *fake = self;
    fake->open = false;
}

static bool fake_ping(void *self, struct db_error *error)
{
    bool ok;
    take(self, "ping", error, &ok);
    return ok;
}

static bool fake_control(void *self, enum db_control what, struct db_error *error)
{
    static const char *const names[] = {
        [DB_BEGIN_READ_ONLY] = "begin-read",
        [DB_BEGIN_READ_WRITE] = "begin-write",
        [DB_COMMIT] = "commit",
        [DB_ROLLBACK] = "rollback",
    };
    bool ok;
    take(self, names[what], error, &ok);
    return ok;
}

static void remember(struct fake *fake, const struct db_call *call)
{
    size_t count = call->param_count * call->row_count;
    size_t capacity = sizeof fake->params / sizeof *fake->params;
    for (size_t i = 0; i < count && i < capacity; i++) {
        fake->params[i] = call->params[i];
        /* Text may lie on the stack of the code under test. */
        if (fake->params[i].type == DB_STR && fake->params[i].str.ptr) {
            fake->params[i].str = str_copy(fake->arena, fake->params[i].str);
        }
    }
}

static bool fake_exec(void *self, const struct db_call *call, struct db_done *out,
                      struct db_error *error)
{
    bool ok;
    const struct fake_step *step = take(self, call->sql->name, error, &ok);
    remember(self, call);
    if (step->expect_row_count && step->expect_row_count != call->row_count) {
        bug("%s: %zu rows bound, the script expects %zu", call->sql->name,
            call->row_count, step->expect_row_count);
    }
    *out = step->done;
    return ok;
}

static bool fake_query(void *self, const struct db_call *call, struct db_rows *out,
                       struct db_error *error)
{
    bool ok;
    const struct fake_step *step = take(self, call->sql->name, error, &ok);
    remember(self, call);
    out->count = step->row_count;
    out->items = arena_array(call->arena, step->row_count ? step->row_count : 1,
                             call->map->size_bytes);
    if (step->row_count) {
        memcpy(out->items, step->rows, step->row_count * call->map->size_bytes);
    }
    return ok;
}

static bool fake_prepare(void *self, const struct sql *sql, struct db_error *error)
{
    bool ok;
    take(self, sql->name, error, &ok);
    return ok;
}

static bool fake_text(void *self, struct arena *arena, struct str text,
                      struct db_text_rows *out, struct db_error *error)
{
    (void)arena;
    (void)text;
    bool ok;
    take(self, "text", error, &ok);
    if (out) {
        *out = (struct db_text_rows){0};
    }
    return ok;
}

static struct str fake_quote(void *self, struct arena *arena, struct str value)
{
    (void)self;
    return str_format(arena, "'%.*s'", STR_ARG(value));
}

static void fake_end(void *handle)
{
    struct fake *fake = handle;
    arena_free(&fake->arena);
}

struct db *db_open_fake(struct arena *arena, const struct fake_step *steps,
                        struct fake **fake_out)
{
    static const struct db_driver driver = {
        .open = fake_open,
        .close = fake_close,
        .ping = fake_ping,
        .control = fake_control,
        .exec = fake_exec,
        .query = fake_query,
        .prepare = fake_prepare,
        .text = fake_text,
        .quote = fake_quote,
    };
    struct fake *fake = ARENA_NEW(arena, struct fake);
    fake->next = steps;
    fake->arena = arena_new((size_t)16 << 20);
    arena_on_end(arena, fake_end, fake);
    fake->log = buf_init(fake->arena, 16384);
    *fake_out = fake;
    return db_new(arena, &driver, fake);
}

bool fake_is_done(const struct fake *fake)
{
    return fake->next->expect == NULL;
}

const char *fake_log(const struct fake *fake)
{
    return str_c(fake->log.arena, buf_str(&fake->log));
}

void fake_fail_at(struct fake *fake, int n, unsigned code)
{
    fake->fail_in = n;
    fake->fail_code = code;
}

const struct db_param *fake_params(const struct fake *fake)
{
    return fake->params;
}
