/* trace.h: what this process asks of the database, one JSON line per call. Compiled in only
 * under -DKONTOR_FAULTS: `make bench` records with it what a page does. README.md describes
 * the lines. */
#ifndef DB_TRACE_H
#define DB_TRACE_H

#include "db/driver.h"

#ifdef KONTOR_FAULTS
/** Append the statement with its parameters to the file that KONTOR_TRACE_FILE names; does
 * nothing while that file does not exist. */
void trace_statement(const struct db_call *call);
/** The same for "START TRANSACTION ...", "COMMIT", "ROLLBACK". */
void trace_control(enum db_control what);
#else
static inline void trace_statement(const struct db_call *call)
{
    (void)call;
}
static inline void trace_control(enum db_control what)
{
    (void)what;
}
#endif

#endif
