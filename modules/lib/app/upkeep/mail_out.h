/* mail_out.h: queued mails leave, one at a time: leased in a commit of its own, sent outside any
 * transaction, then marked. */
#ifndef APP_MAIL_OUT_H
#define APP_MAIL_OUT_H

#include "mail/compose.h"
#include "mail/smtp.h"
#include "app/definition/definitions.h"

/** How a message leaves; tests hand in their own. As smtp_send. */
struct mail_carrier {
    enum smtp_verdict (*send)(void *context, struct arena *arena, struct str sender,
                              struct str recipient, struct str message,
                              struct str *error_out);
    void *context;
};

/** Process lifetime. */
struct mail_env {
    struct definitions *definitions;
    const struct mail_composer *composer;
    const struct i18n *i18n;
    struct mail_carrier carrier;
    struct str origin;       /**< "https://portal.example.org" */
    struct str staff_origin; /**< of links into staff's pages; empty: origin */
    struct str prefix;       /**< "/" or "/portal/" */
    struct str host;         /**< of the origin, without port */
    struct str site_name;    /**< sender's name */
    struct str sender;       /**< plain address */
};

/** A mail that did not leave is tried again this often, over some 14 hours, then it is failed. */
#define MAIL_ATTEMPTS 8
/** Nobody else takes a leased mail for so long (later tries: for the pause that a failure would
 *  bring); longer than one SMTP conversation may last. */
#define MAIL_LEASE_S 30

enum mail_step {
    MAIL_STEP_NONE, /**< nothing is due */
    MAIL_STEP_SENT,
    MAIL_STEP_LATER, /**< tried in vain, will be tried again */
    MAIL_STEP_FAILED /**< given up: outbox.state failed, last_error says why */
};
/**
 * Send the next due mail. Errors are the database's; a mail leased then is free again after the
 * lease. Blocks for one SMTP conversation. Killed between sending and marking, the same message
 * (same Message-ID) is sent again; a mail that kills its worker is given up after MAIL_ATTEMPTS.
 */
enum err app_mail_step(struct db *db, struct arena *arena, const struct mail_env *env,
                       const struct clock *clock, enum mail_step *out) MUST_USE;

/** When try number `attempt` (from 1) has failed: seconds until the next, 0 = give up. */
int64_t mail_backoff_s(int64_t attempt);
/** Printable ASCII, for last_error. */
struct str mail_printable(struct arena *arena, struct str text);

#endif
