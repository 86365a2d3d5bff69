/* expiry_reminder.h: companies are told before an accepted document ends. */
#ifndef APP_EXPIRY_REMINDER_H
#define APP_EXPIRY_REMINDER_H

#include "app/ticket/staff_env.h"

/**
 * Worker: tell the people of one company of the next document that is due (days are those of UTC). The mails, the mark
 * that nobody is told again and the audit event are one transaction, so that a worker killed in between has told
 * nobody or everybody. Reads one row of an index, whatever the number of documents. `*told_out`: there was one.
 */
enum err app_expiry_step(struct db *db, struct arena *arena, const struct staff_env *env,
                         const struct clock *clock, bool *told_out) MUST_USE;

/** Roles whose people are told: those who may send documents; of a board matter, of these who see it. Joined by ','. */
struct str expiry_reader_roles(struct arena *arena, bool board);

#endif
