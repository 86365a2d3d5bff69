/* person_command.h: how commands name a person. */
#ifndef CTL_PERSON_COMMAND_H
#define CTL_PERSON_COMMAND_H

#include "store/operator.h"
#include "app/actor.h"
#include "ctl.h"

/** Text for a terminal: control characters, also those of C1, become '?'. Absent is "". */
const char *ctl_text(struct ctl *ctl, struct str text);

/**
 * The one person of a login (with an identity at `issuer`, NULL: anywhere). CTL_OK, or an exit code after
 * saying why on standard error: nobody, or several, whose identities are listed then.
 */
int ctl_person(struct ctl *ctl, struct db *db, const char *login, const char *issuer,
               struct operator_person_row *out);

/** Kontor's operator acts, with this connection, now. */
struct actor ctl_actor(struct ctl *ctl, struct db *db);
/** Who types: sudo says, or the user of the process. */
struct str ctl_operator(struct ctl *ctl);

#endif
