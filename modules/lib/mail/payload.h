/* payload.h: the values of an outbox row, as README.md lists them. */
#ifndef MAIL_PAYLOAD_H
#define MAIL_PAYLOAD_H

#include "base/str.h"

/** Absent keys are STR_NONE and 0. Text points into memory of the arena it was parsed with. */
struct mail_payload {
    struct str reference;
    int64_t definition_id;
    struct str request_type_msgid;
    struct str company;
    struct str slot_title_msgid;
    struct str reason_msgid;
    struct str reason_text;
    struct str sub_ticket_msgid;
    struct str sub_ticket_subject; /**< what tells it from others of its name */
    struct str team;
    struct str person;
    struct str device;
    struct str network;
    struct str count;
    struct str roles;
    struct str ends_on; /**< YYYY-MM-DD */
    struct str subject_msgid;
    struct str text_msgid;
    struct str url_path;
};

/** ERR_INPUT noted: no JSON object, an unknown key, a value of the wrong kind, or a url_path that
 *  does not begin with one "/". */
enum err mail_payload_parse(struct arena *arena, struct str json,
                            struct mail_payload *out) MUST_USE;

#endif
