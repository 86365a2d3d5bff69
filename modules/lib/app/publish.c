/* publish.c: see publish.h. */
#include "app/publish.h"

#include "base/secret.h"
#include "store/definition.h"
#include "store/trail.h"

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

/** Teams are rows, so only here can be said whether they exist. */
static enum err check_teams(struct db *db, struct arena *arena, struct str compiled,
                            const struct publication *publication)
{
    struct definition *definition;
    struct db_rows rows;
    enum err err = definition_load(arena, compiled, &definition);
    if (err == OK) {
        err = team_list(db, arena, &rows);
    }
    if (err != OK) {
        return err;
    }
    const struct team_row *teams = rows.items;
    for (size_t i = 0; i < definition->team_count; i++) {
        bool known = false;
        for (size_t k = 0; k < rows.count && !known; k++) {
            known = str_eq(teams[k].team_key, definition->teams[i]);
        }
        if (!known) {
            publication->problem(publication->problem_context, STR("process.bpmn"), 0,
                                 str_format(arena, "unknown team \"%.*s\"",
                                            STR_ARG(definition->teams[i])));
            err = ERR_INPUT;
        }
    }
    return err == OK ? OK
                     : err_note(err, "the definition names a team that does not exist");
}

struct publish_tx {
    const struct publication *publication;
    struct str compiled;
    uint8_t sha256[SHA256_BYTES];
    struct published out;
};

static enum err insert_version(struct db *db, struct publish_tx *tx)
{
    const struct publication *p = tx->publication;
    struct definition_row row = {
        .request_type = p->key,
        .version = tx->out.version,
        .sha256 = {(const char *)tx->sha256, SHA256_BYTES},
        .format = DEFINITION_FORMAT,
        .compiled = tx->compiled,
    };
    enum err err = definition_insert(db, &row, p->now, &tx->out.definition_id);
    for (size_t i = 0; err == OK && i < p->file_count; i++) {
        err = definition_file_insert(db, tx->out.definition_id, p->files[i].path,
                                     p->files[i].content);
    }
    return err;
}

static enum err publish_tx(struct db *db, struct arena *arena, void *context)
{
    struct publish_tx *tx = context;
    const struct publication *p = tx->publication;
    struct definition_row newest = {0};
    enum err err = definition_newest_lock(db, arena, p->key, &newest);
    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    bool same = err == OK && newest.sha256.len == SHA256_BYTES &&
                memcmp(newest.sha256.ptr, tx->sha256, SHA256_BYTES) == 0;
    tx->out = (struct published){.definition_id = newest.id,
                                 .version = same ? newest.version : newest.version + 1,
                                 .changed = !same};
    if (same) {
        return OK;
    }
    err = insert_version(db, tx);
    if (err == OK) {
        err = request_type_switch(db, p->key, tx->out.definition_id, p->now);
    }
    if (err == OK) {
        struct audit_row audit = {
            .at = p->now,
            .program = "ctl",
            .action = "definition.published",
            .object = str_format(arena, "%.*s %lld", STR_ARG(p->key),
                                 (long long)tx->out.version),
        };
        audit.object = str_sub(audit.object, 0, 64);
        err = audit_insert(db, &audit);
    }
    return err;
}

enum err app_publish(struct db *db, struct arena *arena,
                     const struct publication *publication, struct published *out)
{
    struct publish_tx tx = {.publication = publication};
    enum err err = definition_compile(arena, publication->key, publication->files,
                                      publication->file_count, publication->problem,
                                      publication->problem_context, &tx.compiled);
    if (err == OK) {
        err = check_teams(db, arena, tx.compiled, publication);
    }
    if (err != OK) {
        return err;
    }
    digest_files(publication->files, publication->file_count, tx.sha256);
    err = tx_run(db, arena, TX_READ_WRITE, publish_tx, &tx);
    if (err == OK) {
        *out = tx.out;
    }
    return err;
}

/** Compile one stored definition from its files and replace the compiled form. */
static enum err refresh_one(struct db *db, struct arena *arena,
                            const struct definition_row *row,
                            definition_problem_fn problem, void *problem_context)
{
    struct db_rows rows;
    enum err err = definition_files(db, arena, row->id, &rows);
    if (err != OK) {
        return err;
    }
    const struct definition_file_row *stored = rows.items;
    struct definition_file *files =
        ARENA_ARRAY(arena, struct definition_file, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++) {
        files[i].path = stored[i].path;
        files[i].content = stored[i].content;
    }
    struct str compiled;
    err = definition_compile(arena, row->request_type, files, rows.count, problem,
                             problem_context, &compiled);
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
    for (size_t i = 0; err == OK && i < rows.count; i++) {
        err = refresh_one(db, arena, &definitions[i], problem, problem_context);
    }
    if (err == OK) {
        *count_out = (int64_t)rows.count;
    }
    return err;
}
