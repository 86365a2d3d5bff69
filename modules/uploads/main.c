/*
 * NAME
 *     kontor-uploads - receive documents of customers and hand them out
 *
 * SYNOPSIS
 *     spawn-fcgi -n -s SOCKET -- multiwatch -f N -- kontor-uploads --config FILE
 *     kontor-uploads --config FILE --check-config
 *     kontor-uploads --routes | --version | --help
 *
 * DESCRIPTION
 *     A FastCGI responder on descriptor 0. An upload is streamed into a nameless spool file while its
 *     SHA-256 is computed, examined by kontor-scan, copied into the store under its digest, made
 *     durable, and only then named by a row. A refused file leaves a row with the reason and no
 *     content. Both cases answer 303 back to the page of the slot, which kontor-requests shows.
 *     Downloads are checked here and sent by nginx (X-Accel-Redirect), always as attachments.
 *
 * SECURITY
 *     Runs as a user of its own, member of the group that owns the store, without network. Reaches the
 *     database as kontor_uploads (documents and their slots) and the socket of kontor-scan. Writes the
 *     folders [files] spool and store. A file that was not examined is never stored (fail closed).
 *
 * CONFIGURATION
 *     [site], [database], [templates], [session], [files] store, spool, max_bytes, [scan] socket,
 *     timeout_ms, [log]. `kontorctl configuration` prints every key. The default of max_bytes is
 *     25 MB; nginx's client_max_body_size for this program is to be max_bytes plus 64 KiB.
 *
 * DIAGNOSTICS
 *     One JSON line per request on standard error. Exit status: 0 after SIGTERM, 64 for wrong usage, 78
 *     for a bad configuration.
 */
#include "app/guard_port.h"
#include "file/spool.h"
#include "uploads.h"

static const char manual[] =
    "Usage: kontor-uploads --config FILE [--check-config | --routes]\n"
    "       kontor-uploads --version | --help\n"
    "Receives documents of customers and hands them out. A FastCGI responder on "
    "descriptor 0.\n"
    "See kontor-uploads(8).\n";

static const struct field upload_fields[] = {
    {.name = "kind",
     .label = N_("Kind of document"),
     .type = FIELD_TEXT,
     .max = 64,
     .offset = offsetof(struct upload_fields, kind)},
    {.name = "issued_on",
     .label = N_("Issue date"),
     .type = FIELD_TEXT,
     .max = 64,
     .offset = offsetof(struct upload_fields, issued_on)},
    {.name = "item",
     .label = N_("Document"),
     .type = FIELD_INT,
     .max = SLOT_DOCUMENTS_MAX,
     .offset = offsetof(struct upload_fields, item)},
};
static const struct field remove_fields[] = {
    {.name = "item",
     .label = N_("Document"),
     .type = FIELD_INT,
     .max = SLOT_DOCUMENTS_MAX,
     .offset = offsetof(struct remove_fields, item)},
};
static const struct field reuse_fields[] = {
    {.name = "document",
     .label = N_("Document"),
     .type = FIELD_TOKEN,
     .offset = offsetof(struct reuse_fields, document)},
    {.name = "item",
     .label = N_("Document"),
     .type = FIELD_INT,
     .max = SLOT_DOCUMENTS_MAX,
     .offset = offsetof(struct reuse_fields, item)},
};

static const struct route routes[] = {
    {HTTP_POST, "/documents/{reference}/{slot}", RIGHT_REQUEST_EDIT, CSRF_TOKEN,
     upload_fields, 3, sizeof(struct upload_fields), ROUTE_STREAM,
     /* The configured limit is lower and checked by the handler. */
     (INT64_C(1) << 31) + UPLOAD_FORM_BYTES, upload_post},
    {HTTP_POST, "/documents/{reference}/{slot}/remove", RIGHT_REQUEST_EDIT, CSRF_TOKEN,
     remove_fields, 1, sizeof(struct remove_fields), 0, 0, remove_post},
    {HTTP_POST, "/documents/{reference}/{slot}/reuse", RIGHT_REQUEST_EDIT, CSRF_TOKEN,
     reuse_fields, 2, sizeof(struct reuse_fields), 0, 0, reuse_post},
    {HTTP_GET, "/documents/{public_id}", RIGHT_SIGNED_IN, CSRF_NONE, NULL, 0, 0, 0, 0,
     download_get},
};

static enum err start(struct arena *arena, const struct conf *conf, void **state_out)
{
    enum err err = conf_need(conf, "files");
    if (err == OK) {
        err = conf_need(conf, "scan");
    }
    if (err != OK) {
        return err;
    }
    struct uploads_state *state = ARENA_NEW(arena, struct uploads_state);
    state->definitions = definitions_new(arena);
    state->store = conf_c(conf, "files", "store");
    state->spool = conf_c(conf, "files", "spool");
    state->scan_socket = conf_c(conf, "scan", "socket");
    state->scan_timeout_ms = conf_int(conf, "scan", "timeout_ms");
    state->max_bytes = conf_int(conf, "files", "max_bytes");
    (void)spool_tidy(state->spool);
    *state_out = state;
    return OK;
}

int main(int argc, char **argv)
{
    const struct web_program program = {
        .name = "uploads",
        .customers = true,
        .routes = routes,
        .route_count = sizeof(routes) / sizeof(*routes),
        .guard = &app_guard_port,
        .start = start,
        .manual = manual,
    };
    return web_main(argc, argv, &program);
}
