/* blobs.c: see blobs.h. */
#include "blobs.h"

#include "base/secret.h"
#include "file/blob_store.h"
#include "store/invariants.h"

/** NULL, or what is wrong with the stored file. */
static const char *check_file(struct ctl *ctl, const struct stored_document *document)
{
    if (document->sha256.len != SHA256_BYTES) {
        return "has no digest";
    }
    struct str below = blob_path(ctl->arena, (const uint8_t *)document->sha256.ptr);
    struct str path = str_format(ctl->arena, "%s/%.*s",
                                 conf_c(ctl->conf, "files", "store"), STR_ARG(below));
    FILE *file = fopen(path.ptr, "re");
    if (!file) {
        return "is not in the store";
    }
    struct sha256_stream stream;
    sha256_begin(&stream);
    char piece[65536];
    size_t got;
    int64_t size = 0;
    while ((got = fread(piece, 1, sizeof piece, file)) > 0) {
        sha256_feed(&stream, piece, got);
        size += (int64_t)got;
    }
    bool unreadable = ferror(file) != 0;
    fclose(file);
    uint8_t digest[SHA256_BYTES];
    sha256_end(&stream, digest);
    if (unreadable) {
        return "cannot be read";
    }
    if (size != document->size_bytes ||
        memcmp(digest, document->sha256.ptr, sizeof digest) != 0) {
        return "differs from what was uploaded";
    }
    return NULL;
}

enum err blobs_check(struct ctl *ctl, struct db *db, int64_t request_id,
                     blob_problem_fn problem, void *context, int64_t *checked_out)
{
    int64_t after = 0, checked = 0;
    enum err configured = conf_need(ctl->conf, "files");
    if (configured != OK) {
        return configured;
    }
    struct db_rows rows;
    do {
        struct arena_mark mark = arena_mark(ctl->arena);
        enum err err = invariant_documents(db, ctl->arena, request_id, after, &rows);
        if (err != OK) {
            return err;
        }
        const struct stored_document *documents = rows.items;
        for (size_t i = 0; i < rows.count; i++) {
            const char *what = check_file(ctl, &documents[i]);
            if (what) {
                problem(context, documents[i].public_id, what);
            }
            after = documents[i].id;
            checked++;
        }
        arena_rewind(ctl->arena, mark);
    } while (rows.count > 0);
    *checked_out = checked;
    return OK;
}
