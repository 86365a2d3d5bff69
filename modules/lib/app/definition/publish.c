/* publish.c: see publish.h. */
#include "app/definition/publish.h"

#include "base/secret.h"
#include "formats/json.h"
#include "store/definition.h"
#include "store/trail.h"
#include "app/definition/publish_names.h"

/** Digest over paths and contents, each with its length in front, so that no two sets
 * collide. */
static void digest_files(const struct definition_file *files, size_t count,
                         uint8_t out[SHA256_BYTES])
{
    struct sha256_stream stream;
    sha256_begin(&stream);
    for (size_t i = 0; i < count; i++) {
        uint64_t lengths[2] = {files[i].path.len, files[i].content.len};
        sha256_feed(&stream, lengths, sizeof lengths);
        sha256_feed(&stream, files[i].path.ptr, files[i].path.len);
        sha256_feed(&stream, files[i].content.ptr, files[i].content.len);
    }
    sha256_end(&stream, out);
}

static bool has_digest(const struct definition_row *row, const uint8_t *sha256)
{
    return row->sha256.len == SHA256_BYTES &&
           memcmp(row->sha256.ptr, sha256, SHA256_BYTES) == 0;
}

/* What there is of the type now, and what would become of it. The newest version is locked inside a
 * transaction. */
static enum err look(struct db *db, struct arena *arena, const struct publication *p,
                     bool lock, struct published *out)
{
    struct definition_row newest = {0};
    uint8_t sha256[SHA256_BYTES];
    enum err err = lock ? definition_newest_lock(db, arena, p->key, &newest)
                        : definition_newest(db, arena, p->key, &newest);

    if (err == OK)
        err = version_in_force(db, arena, p->key, lock, &out->before);
    if (err == ERR_NOT_FOUND) {
        out->before = (struct type_version_row){.active = true};
        err_clear();
        err = OK;
    }
    if (err != OK)
        return err;
    digest_files(p->files, p->file_count, sha256);
    out->is_new = !has_digest(&newest, sha256);
    out->definition_id = out->is_new ? 0 : newest.id;
    out->version = out->is_new ? newest.version + 1 : newest.version;
    out->is_retired = !out->before.active;
    return OK;
}

/** Compile a stored definition from its files. */
static enum err compile_stored(struct db *db, struct arena *arena,
                               const struct definition_row *row,
                               definition_problem_fn problem, void *problem_context,
                               struct str *compiled_out)
{
    struct db_rows rows;
    enum err err = definition_files(db, arena, row->id, &rows);
    if (err != OK)
        return err;
    const struct definition_file_row *stored = rows.items;
    struct definition_file *files =
        ARENA_ARRAY(arena, struct definition_file, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++)
        files[i] = (struct definition_file){stored[i].path, stored[i].content};
    return definition_compile(arena, row->request_type, files, rows.count, problem,
                              problem_context, compiled_out);
}

static void say_nothing(void *context, struct str file, int line, struct str reason)
{
}

/* What an earlier Kontor compiled is compiled again, or the difference would be that of two Kontors. What it
 * takes no more is compared by its files alone. */
static enum err form_before(struct db *db, struct arena *arena, int64_t definition_id,
                            struct str *out)
{
    struct definition_row before;
    enum err err = definition_by_id(db, arena, definition_id, &before);

    if (err != OK || before.format == DEFINITION_FORMAT) {
        *out = before.compiled;
        return err;
    }
    err = compile_stored(db, arena, &before, say_nothing, NULL, out);
    if (err == ERR_INPUT) {
        err_clear();
        *out = STR_NONE;
        err = OK;
    }
    return err;
}

static enum err check_one(struct db *db, struct arena *arena, const struct publication *p,
                          struct published *out)
{
    struct definition *definition;
    enum err err = definition_compile(arena, p->key, p->files, p->file_count, p->problem,
                                      p->problem_context, &out->compiled);

    if (err == OK)
        err = definition_load(arena, out->compiled, &definition);
    if (err == OK)
        err = publish_check_names(db, arena, definition, p->problem, p->problem_context);
    if (err == OK)
        err = look(db, arena, p, false, out);
    if (err != OK || out->before.definition_id == 0)
        return err;
    return form_before(db, arena, out->before.definition_id, &out->compiled_before);
}

enum err publish_check(struct db *db, struct arena *arena, const struct publish_run *run,
                       struct published *out)
{
    enum err worst = OK;

    /* All are checked, so that all problems are seen at once. */
    for (size_t i = 0; i < run->count; i++) {
        enum err err;

        out[i] = (struct published){0};
        err = check_one(db, arena, &run->publications[i], &out[i]);
        if (err != OK && err != ERR_INPUT)
            return err;
        worst = err == OK ? worst : err;
    }
    return worst;
}

/* ---- writing ------------------------------------------------------------------------------------ */

struct change {
    const char *action;
    struct str request_type;
    int64_t version;
    int64_t version_before;
    struct str by;
    instant_us now;
};

static enum err record(struct db *db, struct arena *arena, const struct change *change)
{
    json_t *detail = json_new_object(arena);
    struct audit_row audit = {.at = change->now,
                              .program = "ctl",
                              .trace_id = STR("ctl"),
                              .action = change->action};

    json_set_str(detail, "by", change->by);
    json_set_str(detail, "type", change->request_type);
    json_set_int(detail, "version", change->version);
    if (change->version_before)
        json_set_int(detail, "version_before", change->version_before);
    audit.detail = json_write(arena, detail);
    audit.object = str_sub(str_format(arena, "%.*s %lld", STR_ARG(change->request_type),
                                      (long long)change->version),
                           0, 64);
    return audit_insert(db, &audit);
}

static enum err insert_version(struct db *db, const struct publish_run *run,
                               const struct publication *p, struct published *out)
{
    uint8_t sha256[SHA256_BYTES];
    struct definition_row row = {
        .request_type = p->key,
        .version = out->version,
        .sha256 = {(const char *)sha256, SHA256_BYTES},
        .format = DEFINITION_FORMAT,
        .compiled = out->compiled,
    };
    enum err err;

    digest_files(p->files, p->file_count, sha256);
    err = definition_insert(db, &row, run->now, &out->definition_id);
    for (size_t i = 0; err == OK && i < p->file_count; i++)
        err = definition_file_insert(db, out->definition_id, p->files[i].path,
                                     p->files[i].content);
    return err;
}

static enum err write_one(struct db *db, struct arena *arena,
                          const struct publish_run *run, const struct publication *p,
                          struct published *out)
{
    enum err err = look(db, arena, p, true, out);

    if (err == OK && out->is_new)
        err = insert_version(db, run, p, out);
    if (err != OK || out->before.definition_id == out->definition_id)
        return err;
    err = request_type_switch(db, p->key, out->definition_id, run->now);
    if (err != OK)
        return err;
    return record(db, arena,
                  &(const struct change){"definition.published", p->key, out->version,
                                         out->before.version, run->by, run->now});
}

struct all_tx {
    const struct publish_run *run;
    struct published *out;
};

static enum err all_tx(struct db *db, struct arena *arena, void *context)
{
    const struct all_tx *all = context;
    enum err err = OK;

    for (size_t i = 0; err == OK && i < all->run->count; i++)
        err = write_one(db, arena, all->run, &all->run->publications[i], &all->out[i]);
    return err;
}

enum err publish_all(struct db *db, struct arena *arena, const struct publish_run *run,
                     struct published *out)
{
    struct all_tx all = {run, out};

    return tx_run(db, arena, TX_READ_WRITE, all_tx, &all);
}

/* ---- which version, offered or not ---------------------------------------------------------------- */

static enum err rollback_tx(struct db *db, struct arena *arena, void *context)
{
    struct rollback *r = context;
    struct type_version_row before;
    int64_t wanted = r->version;
    int64_t id;
    enum err err = version_in_force(db, arena, r->request_type, true, &before);

    if (err == ERR_NOT_FOUND)
        return err_note(err, "there is no request type %.*s", STR_ARG(r->request_type));
    if (err != OK)
        return err;
    wanted = wanted ? wanted : before.version - 1;
    err = version_find(db, arena, r->request_type, wanted, &id);
    if (err == ERR_NOT_FOUND)
        return err_note(err, "%.*s has no version %lld", STR_ARG(r->request_type),
                        (long long)wanted);
    r->version = wanted;
    r->version_before = before.version;
    if (err != OK || id == before.definition_id)
        return err;
    err = request_type_switch(db, r->request_type, id, r->now);
    if (err != OK)
        return err;
    return record(db, arena,
                  &(const struct change){"definition.rolled_back", r->request_type,
                                         wanted, before.version, r->by, r->now});
}

enum err publish_rollback(struct db *db, struct arena *arena, struct rollback *rollback)
{
    return tx_run(db, arena, TX_READ_WRITE, rollback_tx, rollback);
}

static enum err offer_tx(struct db *db, struct arena *arena, void *context)
{
    const struct offer *o = context;
    struct type_version_row row;
    enum err err = version_in_force(db, arena, o->request_type, true, &row);

    if (err == ERR_NOT_FOUND)
        return err_note(err, "there is no request type %.*s", STR_ARG(o->request_type));
    if (err != OK || row.active == o->active)
        return err;
    err = version_set_active(db, o->request_type, o->active);
    if (err != OK)
        return err;
    return record(
        db, arena,
        &(const struct change){o->active ? "definition.activated" : "definition.retired",
                               o->request_type, row.version, 0, o->by, o->now});
}

enum err publish_offer(struct db *db, struct arena *arena, const struct offer *offer)
{
    return tx_run(db, arena, TX_READ_WRITE, offer_tx, (void *)(uintptr_t)offer);
}

/* ---- after an upgrade of Kontor ---------------------------------------------------------------------- */

/** Whose problem it is. */
struct stored_problem {
    struct arena *arena;
    const struct definition_row *row;
    definition_problem_fn say;
    void *context;
};

static void say_whose(void *context, struct str file, int line, struct str reason)
{
    const struct stored_problem *p = context;

    p->say(p->context,
           str_format(p->arena, "%.*s/%lld/%.*s", STR_ARG(p->row->request_type),
                      (long long)p->row->version, STR_ARG(file)),
           line, reason);
}

/** Compile it and replace what is stored. */
static enum err refresh_one(struct db *db, struct arena *arena,
                            const struct definition_row *row,
                            definition_problem_fn problem, void *problem_context)
{
    struct stored_problem whose = {arena, row, problem, problem_context};
    struct str compiled;
    enum err err = compile_stored(db, arena, row, say_whose, &whose, &compiled);

    return err == OK ? definition_put_compiled(db, row->id, DEFINITION_FORMAT, compiled)
                     : err;
}

enum err app_publish_refresh(struct db *db, struct arena *arena,
                             definition_problem_fn problem, void *problem_context,
                             int64_t *count_out)
{
    struct db_rows rows = {0};
    enum err err = definition_other_formats(db, arena, DEFINITION_FORMAT, &rows);
    const struct definition_row *definitions = rows.items;
    int64_t count = 0;
    for (size_t i = 0; err == OK && i < rows.count; i++) {
        err = refresh_one(db, arena, &definitions[i], problem, problem_context);
        count += err == OK;
        /* One that this Kontor takes no more keeps no other from going on. */
        if (err == ERR_INPUT) {
            err_clear();
            err = OK;
        }
    }
    *count_out = count;
    if (err == OK && count < (int64_t)rows.count)
        return err_note(ERR_INPUT, "%lld stored definitions are not taken any more",
                        (long long)((int64_t)rows.count - count));
    return err;
}
