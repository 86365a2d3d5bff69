#include "file/blob_store.h"
#include "uploads.h"

enum err download_get(struct page *page)
{
    struct document_file file;
    struct actor actor = uploads_actor(page);
    enum err err = app_document_open(&actor, page_param(page, "public_id"), &file);
    if (err != OK) {
        return err;
    }
    const struct file_type *type = file_type_by_media(file.media_type);
    if (type == NULL || file.sha256.len != SHA256_BYTES) {
        return err_note(ERR_INTERNAL, "document row of an unknown type");
    }
    uint8_t sha256[SHA256_BYTES];
    memcpy(sha256, file.sha256.ptr, sizeof(sha256));
    return page_send_file(page, blob_path(page->arena, sha256), file.file_name,
                          str_from(type->media_type));
}
