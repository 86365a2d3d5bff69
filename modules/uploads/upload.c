#include "file/blob_store.h"
#include "file/scan_client.h"
#include "uploads.h"
#include "web/multipart.h"

/** A file part on its way to the spool. */
struct intake {
    struct page *page;
    bool keep; /**< the slot takes a file: else everything is read and dropped */
    bool seen; /**< a file part has begun */
    struct str file_name; /**< clean */
    struct str declared;  /**< media type as the browser says */
    struct spool *spool;  /**< NULL: nothing kept */
    int64_t size_bytes;
};

static enum err part_begin(void *context, const struct multipart_part *part)
{
    struct intake *intake = context;
    if (!str_is(part->name, "file") || intake->seen) {
        return err_note(ERR_INPUT, "unexpected file part");
    }
    intake->seen = true;
    if (!intake->keep) {
        return OK;
    }
    struct arena *arena = intake->page->arena;
    const struct uploads_state *state = uploads_state(intake->page);
    intake->file_name = file_name_clean(arena, part->file_name);
    intake->declared = str_copy(arena, part->content_type);
    return spool_open(arena, state->spool, state->max_bytes, &intake->spool);
}

static enum err part_data(void *context, const void *bytes, size_t size_bytes)
{
    struct intake *intake = context;
    intake->size_bytes += (int64_t)size_bytes;
    if (!intake->keep || intake->spool->overflow) {
        return OK;
    }
    enum err err = spool_write(intake->spool, (struct str){bytes, size_bytes});
    /* A file a little over the limit gets a row and a sentence; one far over it was
     * refused by its Content-Length before this. */
    return err == ERR_TOO_LARGE ? OK : err;
}

static enum err part_end(void *context)
{
    struct intake *intake = context;
    return intake->spool != NULL ? spool_finish(intake->spool) : OK;
}

/** Everything that can be said about the file, cheapest first; the scanner last. */
static enum file_refusal judge(const struct intake *intake,
                               const struct document_target *target,
                               struct document_accepted *file)
{
    const struct page *page = intake->page;
    const struct uploads_state *state = uploads_state(page);
    const struct upload_fields *fields = page->fields;
    if (!intake->seen || (str_is_empty(intake->file_name) && intake->size_bytes == 0)) {
        return FILE_MISSING;
    }
    /* Read in any case: it stays on the page whatever is wrong with the file. */
    struct document_statement statement = {fields->kind, fields->issued_on};
    enum file_refusal stated =
        document_statement_check(target, &statement, &file->kind_key, &file->issued_on);
    const struct file_type *type = NULL;
    enum file_refusal refusal = file_policy_precheck(
        intake->file_name, intake->declared, target->rule->media_types,
        target->rule->media_type_count, &type);
    if (refusal == FILE_OK && intake->size_bytes == 0) {
        refusal = FILE_EMPTY;
    }
    if (refusal == FILE_OK && intake->spool->overflow) {
        refusal = FILE_TOO_LARGE;
    }
    if (refusal == FILE_OK) {
        refusal = stated;
    }
    if (refusal == FILE_OK) {
        refusal = scan_file(state->scan_socket, state->scan_timeout_ms, intake->spool->fd,
                            type);
    }
    if (type != NULL) {
        file->media_type = type->media_type;
    }
    return refusal;
}

static enum err refuse(struct page *page, const struct document_target *target,
                       const struct intake *intake, enum file_refusal refusal,
                       const struct document_accepted *file)
{
    struct actor actor = uploads_actor(page);
    struct document_refused row = {
        .refusal = refusal,
        .file_name = intake->file_name,
        .size_bytes = intake->size_bytes,
        .media_type = file->media_type != NULL ? str_from(file->media_type) : STR_NONE,
        .kind_key = file->kind_key,
        .issued_on = file->issued_on,
    };
    enum err err = app_document_refuse(&actor, target, &row);
    return err == OK ? uploads_back(page) : err;
}

/** The blob is on the disk before the row that names it is committed. */
static enum err take(struct page *page, const struct document_target *target,
                     const struct intake *intake, struct document_accepted *file)
{
    struct actor actor = uploads_actor(page);
    enum document_outcome outcome;
    file->file_name = intake->file_name;
    file->size_bytes = intake->spool->size_bytes;
    memcpy(file->sha256, intake->spool->sha256, SHA256_BYTES);
    enum err err = blob_put(page->arena, uploads_state(page)->store, intake->spool);
    if (err == OK) {
        err = app_document_take(&actor, target, file, &outcome);
    }
    if (err != OK) {
        return err;
    }
    uploads_notice(page, outcome, N_("The document has been saved."));
    return uploads_back(page);
}

enum err upload_post(struct page *page)
{
    if (page->http->content_length > uploads_state(page)->max_bytes + UPLOAD_FORM_BYTES) {
        return err_note(ERR_TOO_LARGE, "upload of %lld bytes",
                        (long long)page->http->content_length);
    }
    struct document_target target;
    enum err err = uploads_target(page, &target);
    if (err != OK) {
        return err;
    }
    struct intake intake = {.page = page, .keep = target.open};
    const struct file_sink sink = {part_begin, part_data, part_end, &intake};
    err = page_multipart(page, &sink);
    if (err != OK) {
        return err;
    }
    if (!target.open) {
        uploads_notice(page, DOCUMENT_CLOSED, NULL);
        return uploads_back(page);
    }
    struct document_accepted file = {.issued_on = DAY_NONE};
    target.item = ((const struct upload_fields *)page->fields)->item;
    enum file_refusal refusal = judge(&intake, &target, &file);
    if (refusal != FILE_OK) {
        return refuse(page, &target, &intake, refusal, &file);
    }
    return take(page, &target, &intake, &file);
}
