/* dashboard.h: what the pages of this program share: page numbers, state, fields, handlers, texts. */
#ifndef DASHBOARD_DASHBOARD_H
#define DASHBOARD_DASHBOARD_H

#include "web/page.h"
#include "store/staff_request.h"
#include "app/actor.h"
#include "app/ticket/staff_env.h"
#include "app/ticket/staff_verdict.h"

/** Index into the page table in main.c. */
enum dashboard_page {
    PAGE_INTAKE,
    PAGE_INTAKE_REQUEST,
    PAGE_SLOT,
    PAGE_RELEASE,
    PAGE_DECLINE,
    PAGE_QUEUE,
    PAGE_TICKETS,
    PAGE_TICKET,
    PAGE_INCIDENTS,
    PAGE_COMPLETE,
    PAGE_WAIT,
    PAGE_DUE,
    PAGE_HISTORY,
    PAGE_DEFINITIONS,
    PAGE_DEFINITION,
    PAGE_COUNT
};
extern const struct view_type intake_view_type;
extern const struct view_type intake_request_view_type;
extern const struct view_type slot_page_view_type;
extern const struct view_type release_view_type;
extern const struct view_type decline_view_type;
extern const struct view_type queue_view_type;
extern const struct view_type tickets_view_type;
extern const struct view_type ticket_view_type;
extern const struct view_type incidents_view_type;
extern const struct view_type complete_view_type;
extern const struct view_type wait_view_type;
extern const struct view_type due_view_type;
extern const struct view_type history_view_type;
extern const struct view_type definitions_view_type;
extern const struct view_type definition_view_type;

/** Lines on a page of a list. */
enum { LIST_LINES = 50 };

/* ---- fields of the routes ---- */

struct intake_fields {
    struct str state;
    struct str after;
};
struct slot_fields {
    int64_t item; /**< which document of the slot; 0: the first */
};
struct judge_fields {
    int64_t item;
    struct str decision; /**< "accept", "reject", "arrived": the paper original */
    int64_t version;
    struct str reason_key;
    struct str reason_text;
    day_no due_on;
    day_no arrived_on;
};
struct message_fields {
    struct str message;
    struct str form_key;
};
struct note_fields {
    struct str note;
    struct str form_key;
};
struct decline_fields {
    struct str reason;
};
struct queue_fields {
    struct str view;
    struct str team;
    struct str after;
};
struct tickets_fields {
    struct str q;
    struct str company;
    struct str after;
};
struct ticket_fields {
    struct str sub_ticket; /**< write for this one */
};
struct own_fields {
    int64_t version;
};
struct phase_fields {
    int64_t version;
    struct str phase; /**< the one to go to */
};
struct due_fields {
    int64_t version;
    day_no due_on;
    struct str reason;
};
struct wait_fields {
    int64_t version;
    struct str message;
    struct str form_key;
};
struct complete_fields {
    int64_t version;
    struct str outcome;
    struct str reason;
};
struct retry_fields {
    int64_t incident;
    bool force;
};
struct incidents_fields {
    struct str after;
};
struct history_fields {
    struct str after;
};

/** Handlers of the route table in main.c: named after page and method, one use case each. */
enum err staff_get(struct page *page);
enum err intake_get(struct page *page);
enum err intake_request_get(struct page *page);
enum err intake_message_post(struct page *page);
enum err intake_note_post(struct page *page);
enum err slot_get(struct page *page);
enum err slot_post(struct page *page);
enum err ticket_slot_get(struct page *page);
enum err ticket_slot_post(struct page *page);
enum err release_get(struct page *page);
enum err release_post(struct page *page);
enum err decline_get(struct page *page);
enum err decline_post(struct page *page);
enum err queue_get(struct page *page);
enum err tickets_get(struct page *page);
enum err ticket_get(struct page *page);
enum err take_post(struct page *page);
enum err return_post(struct page *page);
enum err phase_post(struct page *page);
enum err wait_get(struct page *page);
enum err wait_post(struct page *page);
enum err resume_post(struct page *page);
enum err due_get(struct page *page);
enum err due_post(struct page *page);
enum err sub_ticket_note_post(struct page *page);
enum err sub_ticket_message_post(struct page *page);
enum err complete_get(struct page *page);
enum err complete_post(struct page *page);
enum err incident_retry_post(struct page *page);
enum err incidents_get(struct page *page);
enum err ticket_history_get(struct page *page);
enum err definitions_page_get(struct page *page);
enum err definition_page_get(struct page *page);
enum err intake_history_get(struct page *page);

/* ---- shared by the handlers (common.c) ---- */

/** What the program made at start, and who acts now: the first arguments of every use case. */
const struct staff_env *page_env(const struct page *page);
struct actor page_actor(const struct page *page);
/** True if the person has the right; decides what is offered, the route table what is allowed. */
bool page_may(const struct page *page, enum right right);
/** Text of a definition in the reader's language; absent stays absent. */
struct str page_definition_text(const struct page *page,
                                const struct definition *definition, struct str msgid);
/** A phase: of the definition, or one of Kontor's own. */
struct str page_phase(const struct page *page, const struct definition *definition,
                      struct str phase);
/** "compliance,it" -> "Compliance, IT" in the reader's language. */
enum err page_departments(const struct page *page, struct str team_keys,
                          struct str *out) MUST_USE;
/** "Set up the market – Gas TTF": a sub-ticket's name with what tells it from others. */
struct str page_sub_ticket_name(const struct page *page,
                                const struct definition *definition, struct str name,
                                struct str subject);
/** The type of a sub-ticket; NULL in `out`: it has none. */
enum err page_task_type(const struct page *page, struct str type_key,
                        const struct task_type **out) MUST_USE;
/** Keep who opened a board matter; asked again by the page's script, nobody has. */
enum err page_looked(const struct page *page,
                     const struct staff_request *request) MUST_USE;
/** Title of a definition by its id. */
enum err page_request_title(const struct page *page, int64_t definition_id,
                            struct str *out) MUST_USE;
/** 16 random bytes as hex: the idempotency key of a form; the typed one on a page shown again. */
struct str page_form_key(const struct page *page);
/** Read such a key. ERR_INPUT. */
enum err page_form_key_read(struct str hex, uint8_t key_out[16]) MUST_USE;
/** True if one of the errors is about this field. */
bool page_is_wrong(const struct page *page, const char *field);
/** True if the change is there (now or before). Else the verdict's sentence is added as an error, for
 *  the page that the handler shows again with status 422. */
bool page_accepted(struct page *page, enum staff_verdict verdict);
/** 303 with `done`, or with the sentence that it had been done before. */
enum err page_after(struct page *page, enum staff_verdict verdict, const char *done,
                    struct str url) MUST_USE;

/** Where a due time stands: all false when there is none, or it is further away. */
struct due_mark {
    bool none; /**< no target: 9999 */
    bool overdue;
    bool today;
};
struct due_mark page_due(const struct page *page, instant_us due_at);

/** A keyset cursor "due-id": opaque to the reader. ERR_INPUT when it is not one of ours. */
struct str cursor_write(struct arena *arena, instant_us due_at, int64_t id);
enum err cursor_read(struct str cursor, instant_us *due_at_out, int64_t *id_out) MUST_USE;

/** Word (msgid) and tag class for a word of request.state, sub_ticket.state, document_slot.state. */
const char *request_state_label(struct str state);
struct str request_state_class(struct str state);
const char *sub_ticket_state_label(struct str state);
struct str sub_ticket_state_class(struct str state);
const char *slot_state_label(struct str state);
const char *correctness_label(struct str result);
struct str correctness_class(struct str result);
struct str slot_state_class(struct str state);
const char *outcome_label(struct str outcome);
const char *waiting_label(struct str waiting_for);

#endif
