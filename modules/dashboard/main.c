/*
 * NAME
 *     kontor-dashboard - the staff's side of Kontor: intake, work queues, tickets, history
 *
 * SYNOPSIS
 *     spawn-fcgi -n -s SOCKET -- multiwatch -f N -- kontor-dashboard --config FILE
 *     kontor-dashboard --config FILE --check-config
 *     kontor-dashboard --routes | --version | --help
 *
 * DESCRIPTION
 *     A FastCGI responder on the socket it finds as descriptor 0. It serves everything below
 *     /staff: the intake queue and each submitted request with its documents, answers, messages and
 *     internal notes; accepting and rejecting documents, releasing and declining; the departments'
 *     queues by due time; tickets with their sub-tickets; the history. Files themselves are handed
 *     out by kontor-uploads. It serves one request at a time and keeps nothing between requests but
 *     compiled definitions and names of departments. SIGTERM ends it after the request in hand,
 *     SIGHUP reloads templates and catalogues.
 *
 * SECURITY
 *     Runs as an unprivileged user without network. Reaches the database only, as kontor_dashboard:
 *     submitted requests, slots, tickets, notes, decisions, history, and the customer status it has
 *     to keep. It cannot change answers, files, master data, people, roles or sessions, and cannot
 *     change or delete a decision, a note, a message or history. Every change is one transaction
 *     with its history, audit event and mails. Writes no file and sends no mail: the worker does.
 *
 * CONFIGURATION
 *     [site], [database], [templates], [session], [log]. `kontorctl configuration` prints every key.
 *
 * DIAGNOSTICS
 *     One JSON line per request on standard error. Exit status 78: the configuration is wrong.
 */
#include "dashboard.h"

#include "app/guard_port.h"

/* ---- fields ---- */

#define FIELDS(table, type)                                                              \
    .fields = (table), .field_count = sizeof(table) / sizeof *(table),                   \
    .fields_size = sizeof(type)
#define VERSION_FIELD(row)                                                               \
    {                                                                                    \
        .name = "version", .label = N_("Version"), .type = FIELD_INT, .required = true,  \
        .min = 1, .max = INT32_MAX, .offset = offsetof(row, version)                     \
    }
#define FORM_KEY_FIELD(row)                                                              \
    {                                                                                    \
        .name = "form_key", .label = N_("Form"), .type = FIELD_TOKEN, .required = true,  \
        .offset = offsetof(row, form_key)                                                \
    }
#define AFTER_FIELD(row)                                                                 \
    {                                                                                    \
        .name = "after", .label = N_("Page"), .type = FIELD_TOKEN,                       \
        .offset = offsetof(row, after)                                                   \
    }

static const char *const intake_states[] = {"all", "submitted", "waiting_for_customer",
                                            NULL};
static const struct field intake_fields[] = {
    {.name = "state",
     .label = N_("State"),
     .type = FIELD_CHOICE,
     .choices = intake_states,
     .offset = offsetof(struct intake_fields, state)},
    AFTER_FIELD(struct intake_fields),
};

#define ITEM_FIELD(row)                                                                  \
    {                                                                                    \
        .name = "item", .label = N_("Document"), .type = FIELD_INT,                      \
        .max = SLOT_DOCUMENTS_MAX, .offset = offsetof(row, item)                         \
    }

static const struct field slot_fields[] = {ITEM_FIELD(struct slot_fields)};
static const char *const judgements[] = {"accept", "reject", "arrived", NULL};
static const struct field judge_fields[] = {
    ITEM_FIELD(struct judge_fields),
    {.name = "decision",
     .label = N_("Decision"),
     .type = FIELD_CHOICE,
     .required = true,
     .choices = judgements,
     .offset = offsetof(struct judge_fields, decision)},
    VERSION_FIELD(struct judge_fields),
    {.name = "reason_key",
     .label = N_("Reason"),
     .type = FIELD_TEXT,
     .offset = offsetof(struct judge_fields, reason_key)},
    {.name = "reason_text",
     .label = N_("What the customer should know"),
     .type = FIELD_MULTILINE,
     .max = 1000,
     .offset = offsetof(struct judge_fields, reason_text)},
    {.name = "due_on",
     .label = N_("Answer by"),
     .type = FIELD_DAY,
     .offset = offsetof(struct judge_fields, due_on)},
    {.name = "arrived_on",
     .label = N_("Arrived on"),
     .type = FIELD_DAY,
     .offset = offsetof(struct judge_fields, arrived_on)},
};

static const struct field message_fields[] = {
    {.name = "message",
     .label = N_("Message"),
     .type = FIELD_MULTILINE,
     .required = true,
     .max = 4000,
     .offset = offsetof(struct message_fields, message)},
    FORM_KEY_FIELD(struct message_fields),
};
static const struct field note_fields[] = {
    {.name = "note",
     .label = N_("Internal note"),
     .type = FIELD_MULTILINE,
     .required = true,
     .max = 4000,
     .offset = offsetof(struct note_fields, note)},
    FORM_KEY_FIELD(struct note_fields),
};
static const struct field decline_fields[] = {
    {.name = "reason",
     .label = N_("Reason for the customer"),
     .type = FIELD_MULTILINE,
     .required = true,
     .max = 1000,
     .offset = offsetof(struct decline_fields, reason)},
};

static const char *const queue_views[] = {"mine", "team", "all", NULL};
static const struct field queue_fields[] = {
    {.name = "view",
     .label = N_("View"),
     .type = FIELD_CHOICE,
     .choices = queue_views,
     .offset = offsetof(struct queue_fields, view)},
    {.name = "team",
     .label = N_("Team"),
     .type = FIELD_TOKEN,
     .offset = offsetof(struct queue_fields, team)},
    AFTER_FIELD(struct queue_fields),
};
static const struct field tickets_fields[] = {
    {.name = "q",
     .label = N_("Reference or company"),
     .type = FIELD_TEXT,
     .max = 200,
     .offset = offsetof(struct tickets_fields, q)},
    {.name = "company",
     .label = N_("Company"),
     .type = FIELD_TOKEN,
     .offset = offsetof(struct tickets_fields, company)},
    AFTER_FIELD(struct tickets_fields),
};
static const struct field ticket_fields[] = {
    {.name = "sub_ticket",
     .label = N_("Sub-ticket"),
     .type = FIELD_TOKEN,
     .offset = offsetof(struct ticket_fields, sub_ticket)},
};
static const struct field own_fields[] = {VERSION_FIELD(struct own_fields)};
static const struct field phase_fields[] = {
    VERSION_FIELD(struct phase_fields),
    {.name = "phase",
     .label = N_("Phase"),
     .type = FIELD_TOKEN,
     .required = true,
     .offset = offsetof(struct phase_fields, phase)},
};
static const struct field wait_fields[] = {
    VERSION_FIELD(struct wait_fields),
    {.name = "message",
     .label = N_("Message to the customer"),
     .type = FIELD_MULTILINE,
     .required = true,
     .max = 4000,
     .offset = offsetof(struct wait_fields, message)},
    FORM_KEY_FIELD(struct wait_fields),
};

static const struct field due_fields[] = {
    VERSION_FIELD(struct due_fields),
    {.name = "due_on",
     .label = N_("New due date"),
     .type = FIELD_DAY,
     .required = true,
     .offset = offsetof(struct due_fields, due_on)},
    {.name = "reason",
     .label = N_("Reason"),
     .type = FIELD_MULTILINE,
     .required = true,
     .max = 1000,
     .offset = offsetof(struct due_fields, reason)},
};

static const char *const outcomes[] = {"approved", "remark", "rejected", NULL};
static const struct field complete_fields[] = {
    VERSION_FIELD(struct complete_fields),
    {.name = "outcome",
     .label = N_("Outcome"),
     .type = FIELD_CHOICE,
     .required = true,
     .choices = outcomes,
     .offset = offsetof(struct complete_fields, outcome)},
    {.name = "reason",
     .label = N_("Reason or remark"),
     .type = FIELD_MULTILINE,
     .max = 1000,
     .offset = offsetof(struct complete_fields, reason)},
};
static const struct field incidents_fields[] = {AFTER_FIELD(struct incidents_fields)};
static const struct field retry_fields[] = {
    {.name = "incident",
     .label = N_("Incident"),
     .type = FIELD_INT,
     .required = true,
     .min = 1,
     .max = INT64_MAX,
     .offset = offsetof(struct retry_fields, incident)},
    {.name = "force",
     .label = N_("Apply anyway"),
     .type = FIELD_BOOL,
     .offset = offsetof(struct retry_fields, force)},
};
static const struct field history_fields[] = {AFTER_FIELD(struct history_fields)};

/* ---- routes ---- */

#define GET(pattern_, right_, handler)                                                   \
    {                                                                                    \
        .method = HTTP_GET, .pattern = (pattern_), .right = (right_), .csrf = CSRF_NONE, \
        .handle = (handler)                                                              \
    }
#define GET_WITH(pattern_, right_, handler, name)                                        \
    {                                                                                    \
        .method = HTTP_GET, .pattern = (pattern_), .right = (right_), .csrf = CSRF_NONE, \
        .handle = (handler), FIELDS(name, struct name)                                   \
    }
#define POST(pattern_, right_, handler)                                                  \
    {                                                                                    \
        .method = HTTP_POST, .pattern = (pattern_), .right = (right_),                   \
        .csrf = CSRF_TOKEN, .handle = (handler)                                          \
    }
#define POST_WITH(pattern_, right_, handler, name)                                       \
    {                                                                                    \
        .method = HTTP_POST, .pattern = (pattern_), .right = (right_),                   \
        .csrf = CSRF_TOKEN, .handle = (handler), FIELDS(name, struct name)               \
    }
#define INTAKE "/staff/intake/{reference}"
#define TICKET "/staff/tickets/{reference}"
#define SUB    "/staff/sub-tickets/{reference}"

static const struct route routes[] = {
    GET("/staff", RIGHT_SIGNED_IN, staff_get),
    GET_WITH("/staff/intake", RIGHT_INTAKE_READ, intake_get, intake_fields),
    GET(INTAKE, RIGHT_INTAKE_READ, intake_request_get),
    GET_WITH(INTAKE "/history", RIGHT_INTAKE_READ, intake_history_get, history_fields),
    GET_WITH(INTAKE "/slots/{slot}", RIGHT_INTAKE_WORK, slot_get, slot_fields),
    POST_WITH(INTAKE "/slots/{slot}", RIGHT_INTAKE_WORK, slot_post, judge_fields),
    GET(INTAKE "/release", RIGHT_INTAKE_WORK, release_get),
    POST(INTAKE "/release", RIGHT_INTAKE_WORK, release_post),
    GET(INTAKE "/decline", RIGHT_INTAKE_WORK, decline_get),
    POST_WITH(INTAKE "/decline", RIGHT_INTAKE_WORK, decline_post, decline_fields),
    POST_WITH(INTAKE "/messages", RIGHT_INTAKE_WORK, intake_message_post, message_fields),
    POST_WITH(INTAKE "/notes", RIGHT_INTAKE_WORK, intake_note_post, note_fields),
    GET("/staff/definitions", RIGHT_TICKET_READ, definitions_page_get),
    GET("/staff/definitions/{type}/{version}", RIGHT_TICKET_READ, definition_page_get),
    GET_WITH("/staff/queue", RIGHT_TICKET_READ, queue_get, queue_fields),
    GET_WITH("/staff/tickets", RIGHT_TICKET_READ, tickets_get, tickets_fields),
    GET_WITH("/staff/incidents", RIGHT_TICKET_READ, incidents_get, incidents_fields),
    GET_WITH(TICKET, RIGHT_TICKET_READ, ticket_get, ticket_fields),
    GET_WITH(TICKET "/history", RIGHT_TICKET_READ, ticket_history_get, history_fields),
    GET_WITH(TICKET "/slots/{slot}", RIGHT_TICKET_WORK, ticket_slot_get, slot_fields),
    POST_WITH(TICKET "/slots/{slot}", RIGHT_TICKET_WORK, ticket_slot_post, judge_fields),
    POST_WITH(TICKET "/incident/retry", RIGHT_JOB_RETRY, incident_retry_post,
              retry_fields),
    POST_WITH(SUB "/take", RIGHT_TICKET_WORK, take_post, own_fields),
    POST_WITH(SUB "/return", RIGHT_TICKET_WORK, return_post, own_fields),
    POST_WITH(SUB "/notes", RIGHT_TICKET_WORK, sub_ticket_note_post, note_fields),
    POST_WITH(SUB "/messages", RIGHT_TICKET_WORK, sub_ticket_message_post,
              message_fields),
    POST_WITH(SUB "/phase", RIGHT_TICKET_WORK, phase_post, phase_fields),
    GET(SUB "/wait", RIGHT_TICKET_WORK, wait_get),
    POST_WITH(SUB "/wait", RIGHT_TICKET_WORK, wait_post, wait_fields),
    POST_WITH(SUB "/resume", RIGHT_TICKET_WORK, resume_post, own_fields),
    GET(SUB "/due", RIGHT_TICKET_READ, due_get),
    POST_WITH(SUB "/due", RIGHT_TICKET_ASSIGN, due_post, due_fields),
    GET(SUB "/complete", RIGHT_TICKET_WORK, complete_get),
    {.method = HTTP_POST,
     .pattern = SUB "/complete",
     .right = RIGHT_TICKET_WORK,
     .csrf = CSRF_TOKEN,
     .flags = ROUTE_RAW_FIELDS, /* beside our own: those of the step's form */
     .body_limit = 256 * 1024,
     .handle = complete_post,
     FIELDS(complete_fields, struct complete_fields)},
};

static const struct page_template pages[PAGE_COUNT] = {
    [PAGE_INTAKE] = {"pages/dashboard/intake.html", &intake_view_type},
    [PAGE_INTAKE_REQUEST] = {"pages/dashboard/request.html", &intake_request_view_type},
    [PAGE_SLOT] = {"pages/dashboard/slot.html", &slot_page_view_type},
    [PAGE_RELEASE] = {"pages/dashboard/release.html", &release_view_type},
    [PAGE_DECLINE] = {"pages/dashboard/decline.html", &decline_view_type},
    [PAGE_QUEUE] = {"pages/dashboard/queue.html", &queue_view_type},
    [PAGE_TICKETS] = {"pages/dashboard/tickets.html", &tickets_view_type},
    [PAGE_TICKET] = {"pages/dashboard/ticket.html", &ticket_view_type},
    [PAGE_INCIDENTS] = {"pages/dashboard/incidents.html", &incidents_view_type},
    [PAGE_COMPLETE] = {"pages/dashboard/complete.html", &complete_view_type},
    [PAGE_WAIT] = {"pages/dashboard/wait.html", &wait_view_type},
    [PAGE_DUE] = {"pages/dashboard/due.html", &due_view_type},
    [PAGE_HISTORY] = {"pages/dashboard/history.html", &history_view_type},
    [PAGE_DEFINITIONS] = {"pages/dashboard/definitions.html", &definitions_view_type},
    [PAGE_DEFINITION] = {"pages/dashboard/definition.html", &definition_view_type},
};

/* ---- the program ---- */

static enum err start(struct arena *arena, const struct conf *conf, void **state_out)
{
    struct staff_env *env = ARENA_NEW(arena, struct staff_env);
    *env = (struct staff_env){
        .definitions = definitions_new(arena),
        .site_language = conf_str(conf, "site", "language"),
    };
    *state_out = env;
    return OK;
}

static const char manual[] =
    "kontor-dashboard --config FILE [--check-config | --routes | --version | --help]\n"
    "FastCGI responder of Kontor for staff: intake, queues, tickets, history.\n"
    "The manual is at the head of modules/dashboard/main.c and in kontor-dashboard(8).\n";

int main(int argc, char **argv)
{
    static const struct web_program program = {
        .name = "dashboard",
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .pages = pages,
        .page_count = PAGE_COUNT,
        .guard = &app_guard_port,
        .start = start,
        .manual = manual,
    };
    return web_main(argc, argv, &program);
}
