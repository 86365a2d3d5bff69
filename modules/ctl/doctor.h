/* doctor.h: what the files of kontorctl doctor share. */
#ifndef CTL_DOCTOR_H
#define CTL_DOCTOR_H

#include "ctl.h"

struct doctor {
    struct ctl *ctl;
    int findings;
};

/** "ok      what: detail" */
void doctor_good(const char *what, const char *detail);
/** "WARNING what: detail": works, but will not for long, or not as meant. No finding. */
void doctor_warning(const char *what, const char *detail);
/** "PROBLEM what: detail" */
void doctor_finding(struct doctor *doctor, const char *what, const char *detail);

/** Key file, directories, providers. Blocks for each as long as a sign-on may. */
void doctor_sign_on(struct doctor *doctor);
/** login-sync, sessions of sources that are gone, teams that a group map names, what is offered, calendars, clock and
 *  certificate of the database. */
void doctor_database(struct doctor *doctor, struct db *db);

#endif
