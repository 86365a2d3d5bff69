/* compose.h: a mail's text from its template, and the message around it (the only home of GMime). */
#ifndef MAIL_COMPOSE_H
#define MAIL_COMPOSE_H

#include "base/clock.h"
#include "text/template.h"

/** What a mail template may name; see README.md. All texts are in the recipient's language. */
struct mail_view {
    struct str reference;
    struct str request_type;
    struct str company;
    struct str slot_title;
    struct str reason;
    struct str reason_text;
    struct str sub_ticket;
    struct str team;
    struct str person;  /**< who did it */
    struct str device;  /**< "Firefox, Windows" */
    struct str network; /**< "192.0.2.…" */
    struct str count;   /**< recovery codes left */
    struct str roles;   /**< lines */
    day_no
        ends_on; /**< a document is good until then; DAY_NONE: the mail is about none */
    struct str subject; /**< the definition's own words: of mail.send */
    struct str text;
    struct str url; /**< absolute */
    struct str site_name;
};
extern const struct view_type mail_view_type;

/** The names of all mails (outbox.template), NULL-terminated. */
extern const char *const mail_templates[];

struct mail_composer;

/** Compile every mail below `templates_dir`/mail. ERR_INPUT with "file:line: reason" noted. */
enum err mail_composer_new(struct arena *arena, const char *templates_dir,
                           const struct i18n *i18n, struct mail_composer **out) MUST_USE;

/** Envelope and headers. */
struct mail_header {
    int64_t outbox_id;
    struct str unique_key; /**< of the outbox row: part of the Message-ID */
    /** the request's reference: mails with the same form a thread; may be absent */
    struct str root_key;
    struct str host;        /**< right side of Message-ID and List-Id */
    struct str sender;      /**< plain address */
    struct str sender_name; /**< shown beside it */
    struct str recipient;   /**< plain address */
    instant_us date;        /**< the row's creation: a repeat is the same message */
};

/** True for one address without name, comment or list: local@domain, printable ASCII, <= 254. */
bool mail_address_is_plain(struct str address);

/**
 * The complete message with CRLF line ends. The template's first line is the subject. ERR_INPUT
 * noted: unknown template, or an address that is not plain.
 */
enum err mail_compose(const struct mail_composer *composer, struct arena *arena,
                      struct str template_name, enum language language,
                      const struct mail_view *view, const struct mail_header *header,
                      struct str *bytes_out) MUST_USE;

/** "<...@host>" of the message, as in its header. */
struct str mail_message_id(struct arena *arena, const struct mail_header *header);

#endif
