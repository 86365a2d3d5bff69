/*
 * NAME
 *     kontor-requests - the customers' side of Kontor: requests, drafts, status, messages, master data
 *
 * SYNOPSIS
 *     spawn-fcgi -n -s SOCKET -- multiwatch -f N -- kontor-requests --config FILE
 *     kontor-requests --config FILE --check-config
 *     kontor-requests --routes | --version | --help
 *
 * DESCRIPTION
 *     A FastCGI responder on the socket it finds as descriptor 0. It serves the start page, the
 *     journeys from draft to submission, the status of requests, the conversation with the
 *     departments, confirmations, and the company's master data. Files are received and handed out
 *     by kontor-uploads; the pages of document slots here only hold its form. It serves one request
 *     at a time and keeps nothing between requests but compiled definitions and names of
 *     departments. SIGTERM ends it after the request in hand, SIGHUP reloads templates and
 *     catalogues.
 *
 * SECURITY
 *     Runs as an unprivileged user without network. Reaches the database only, as kontor_requests:
 *     customers' tables, no right on internal notes, history or tickets. Every statement names the
 *     company of the person who asks, so that another company's request is answered 404. Writes no
 *     file.
 *
 * CONFIGURATION
 *     [site], [database], [templates], [session], [files] max_bytes (told on upload forms), [intake]
 *     due_hours (how long intake may take), [log]. `kontorctl configuration` prints every key.
 *
 * DIAGNOSTICS
 *     One JSON line per request on standard error. Exit status 78: the configuration is wrong.
 */
#include "requests.h"

#include "app/guard_port.h"

#define FIELDS(table, type)                                                              \
    .fields = (table), .field_count = sizeof(table) / sizeof *(table),                   \
    .fields_size = sizeof(type)

static const struct field start_fields[] = {
    {.name = "after",
     .type = FIELD_TOKEN,
     .offset = offsetof(struct start_fields, after)},
};
static const struct field new_fields[] = {
    {.name = "request_type",
     .label = N_("Request type"),
     .type = FIELD_TOKEN,
     .required = true,
     .offset = offsetof(struct new_fields, request_type)},
    {.name = "creation_key",
     .label = N_("Form"),
     .type = FIELD_TOKEN,
     .required = true,
     .offset = offsetof(struct new_fields, creation_key)},
};
static const struct field submit_fields[] = {
    {.name = "seen", .type = FIELD_TOKEN, .offset = offsetof(struct submit_fields, seen)},
};
static const struct field message_fields[] = {
    {.name = "body",
     .label = N_("Message"),
     .type = FIELD_MULTILINE,
     .required = true,
     .max = 4000,
     .offset = offsetof(struct message_fields, body)},
    {.name = "form_key",
     .label = N_("Form"),
     .type = FIELD_TOKEN,
     .required = true,
     .offset = offsetof(struct message_fields, form_key)},
};

#define GET(pattern_, right_, handler)                                                   \
    {                                                                                    \
        .method = HTTP_GET, .pattern = (pattern_), .right = (right_), .csrf = CSRF_NONE, \
        .handle = (handler)                                                              \
    }
#define POST(pattern_, right_, handler)                                                  \
    {                                                                                    \
        .method = HTTP_POST, .pattern = (pattern_), .right = (right_),                   \
        .csrf = CSRF_TOKEN, .handle = (handler)                                          \
    }
#define R "/requests/{reference}"

static const struct route routes[] = {
    {.method = HTTP_GET,
     .pattern = "/",
     .right = RIGHT_SIGNED_IN,
     .csrf = CSRF_NONE,
     .handle = start_get,
     FIELDS(start_fields, struct start_fields)},
    GET("/company", RIGHT_REQUEST_READ, company_get_page),
    GET("/requests/new/{action}", RIGHT_REQUEST_EDIT, new_get),
    {.method = HTTP_POST,
     .pattern = "/requests",
     .right = RIGHT_REQUEST_EDIT,
     .csrf = CSRF_TOKEN,
     .handle = new_post,
     FIELDS(new_fields, struct new_fields)},
    GET(R, RIGHT_REQUEST_READ, request_page_get),
    GET(R "/answers/{form}", RIGHT_REQUEST_EDIT, answers_get),
    {.method = HTTP_POST,
     .pattern = R "/answers/{form}",
     .right = RIGHT_REQUEST_EDIT,
     .csrf = CSRF_TOKEN,
     .handle = answers_post,
     .flags = ROUTE_RAW_FIELDS},
    GET(R "/documents/{slot}", RIGHT_REQUEST_READ, slot_get),
    GET(R "/check", RIGHT_REQUEST_READ, check_get),
    {.method = HTTP_POST,
     .pattern = R "/submit",
     .right = RIGHT_REQUEST_SUBMIT,
     .csrf = CSRF_TOKEN,
     .handle = submit_post,
     FIELDS(submit_fields, struct submit_fields)},
    GET(R "/receipt", RIGHT_REQUEST_READ, receipt_get),
    GET(R "/discard", RIGHT_REQUEST_EDIT, discard_get),
    POST(R "/discard", RIGHT_REQUEST_EDIT, discard_post),
    GET(R "/withdraw", RIGHT_REQUEST_SUBMIT, withdraw_get),
    POST(R "/withdraw", RIGHT_REQUEST_SUBMIT, withdraw_post),
    {.method = HTTP_POST,
     .pattern = R "/messages",
     .right = RIGHT_REQUEST_EDIT,
     .csrf = CSRF_TOKEN,
     .handle = message_post,
     FIELDS(message_fields, struct message_fields)},
    GET(R "/confirmation", RIGHT_REQUEST_READ, confirmation_get),
};

static const struct page_template pages[PAGE_COUNT] = {
    [PAGE_START] = {"pages/requests/start.html", &start_view_type},
    [PAGE_NEW] = {"pages/requests/new.html", &new_view_type},
    [PAGE_OPEN_ALREADY] = {"pages/requests/open_already.html", &open_already_view_type},
    [PAGE_DRAFT] = {"pages/requests/draft.html", &draft_view_type},
    [PAGE_ANSWERS] = {"pages/requests/answers.html", &answers_view_type},
    [PAGE_SLOT] = {"pages/requests/slot.html", &slot_view_type},
    [PAGE_CHECK] = {"pages/requests/check.html", &check_view_type},
    [PAGE_RECEIPT] = {"pages/requests/receipt.html", &receipt_view_type},
    [PAGE_STATUS] = {"pages/requests/status.html", &status_view_type},
    [PAGE_END] = {"pages/requests/end.html", &end_view_type},
    [PAGE_CONFIRMATION] = {"pages/requests/confirmation.html", &confirmation_view_type},
    [PAGE_COMPANY] = {"pages/requests/company.html", &company_view_type},
};

static enum err start(struct arena *arena, const struct conf *conf, void **state_out)
{
    struct requests_state *state = ARENA_NEW(arena, struct requests_state);
    state->env = (struct customer_env){
        .definitions = definitions_new(arena),
        .site_language = conf_str(conf, "site", "language"),
        .intake_due_us = conf_int(conf, "intake", "due_hours") * 3600 * US_PER_S,
    };
    state->max_file_bytes = conf_int(conf, "files", "max_bytes");
    *state_out = state;
    return OK;
}

static const struct web_program program = {
    .name = "requests",
    .customers = true,
    .routes = routes,
    .route_count = sizeof routes / sizeof *routes,
    .pages = pages,
    .page_count = PAGE_COUNT,
    .guard = &app_guard_port,
    .start = start,
    .manual = "kontor-requests --config FILE\n"
              "The customers' side of Kontor: requests, drafts, status, messages, master "
              "data.\n"
              "A FastCGI responder on descriptor 0; see kontor-requests(8).\n",
};

int main(int argc, char **argv)
{
    return web_main(argc, argv, &program);
}
