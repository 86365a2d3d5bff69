/* dossier.h: a request as intake page and ticket page show it: facts, answers, documents, texts. */
#ifndef DASHBOARD_DOSSIER_H
#define DASHBOARD_DOSSIER_H

#include "dashboard.h"

#include "web/answers_view.h"
#include "app/ticket/intake.h"

/** One file of a slot. */
struct file_view {
    struct str public_id;
    struct str file_name;
    int64_t size_bytes;
    struct str media_type;
    struct str kind;
    day_no issued_on;
    instant_us uploaded_at;
    struct str uploader;
    bool current;
    const char *outcome; /**< at intake; NULL: not judged */
    struct str decider;
    instant_us decided_at;
    const char *second_outcome; /**< of the team that examines it; NULL: not judged */
    struct str second_decider;
    instant_us second_decided_at;
    struct str reused_from; /**< request it was first sent for; absent: for this one */
};
/** One document of a slot, with all its files. */
struct slot_view {
    struct str key;
    int64_t item;        /**< from 1: a slot may hold several documents */
    struct str id;       /**< on the page: the key, for a further document "<key>-2" */
    struct str url;      /**< where it is judged */
    struct str page_url; /**< the page for that */
    struct str title;
    struct str description;
    bool required;
    const char *state;
    struct str state_class;
    struct str version; /**< digits, for the form */
    bool asked;         /**< rejected: what follows is set */
    struct str reason;
    struct str reason_text;
    struct str asked_by;
    instant_us asked_at;
    instant_us due_at;
    bool late;               /**< asked, and the day has passed */
    bool original;           /**< the paper counts */
    day_no original_on;      /**< it arrived; DAY_NONE: not yet */
    struct str original_by;  /**< who says so */
    bool may_arrive;         /**< this person, now: say that it has arrived */
    const char *correctness; /**< the second check; NULL: there is none (yet) */
    struct str correctness_class;
    struct str examiners; /**< team of the second check; absent: there is none */
    bool may_accept;      /**< this person, now */
    bool may_ask;
    bool may_act;           /**< any of these */
    struct view_list files; /**< struct file_view, newest first */
};

/** A message or an internal note. */
struct entry_view {
    bool internal;
    bool from_staff;
    struct str author;
    struct str shown_as;   /**< what the customer sees as the author */
    struct str sub_ticket; /**< note at a sub-ticket */
    struct str body;
    instant_us written_at;
};

struct dossier_view {
    struct str reference;
    bool board; /**< of the company's board: who opens it is kept */
    struct str title;
    struct str company_name;
    struct str company_reference;
    struct str submitter;
    instant_us submitted_at;
    const char *state;
    struct str state_class;
    day_no effective_date;
    instant_us intake_due_at;
    bool in_intake; /**< intake_due_at counts */
    bool overdue;
    bool due_today;
    struct str phase;
    struct str departments;
    instant_us since_at;
    int64_t open_items;
    struct str decline_reason;
    struct str ticket_reference;
    struct view_list groups;
    struct view_list slots;
    struct view_list entries;
};
extern const struct view_type dossier_view_type;
extern const struct view_type slot_view_type;

/** Fill `out` from what the use case read. */
enum err dossier_fill(struct page *page, const struct request_dossier *dossier,
                      struct dossier_view *out) MUST_USE;
/** What the expressions of its forms saw when it was submitted. */
enum err dossier_known(struct page *page, const struct definition *definition,
                       const struct staff_request *request,
                       struct request_facts *out) MUST_USE;
/** The definition's rule of a slot, or NULL. */
const struct slot_rule *dossier_rule(const struct definition *definition, struct str key);
/** Slots (struct slot_view) alone; dossier_fill does it too. */
enum err dossier_slots(struct page *page, const struct request_dossier *dossier,
                       struct view_list *out) MUST_USE;

#endif
