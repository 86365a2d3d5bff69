/* faults.h: fault points for the crash matrix. Compiled in only under -DKONTOR_FAULTS;
 * README.md describes the protocol. */
#ifndef DB_FAULTS_H
#define DB_FAULTS_H

#include "db/db.h"

enum fault_point {
    FAULT_BEGIN_WRITE, /**< before START TRANSACTION of a writing transaction */
    FAULT_STATEMENT,   /**< before any other statement */
    FAULT_COMMITTED,   /**< after a COMMIT that succeeded */
};

#ifdef KONTOR_FAULTS
/** Armed instruction of this process. */
struct faults {
    bool armed;
    bool kill;
    long remaining;
    char claimed[256]; /**< path; its removal by the test disarms */
};
/** May not return (SIGKILL). True: this call must fail as if the server were away. */
bool fault_here(struct faults *faults, enum fault_point point);
#else
struct faults {
    char none;
};
static inline bool fault_here(struct faults *faults, enum fault_point point)
{
    (void)faults;
    (void)point;
    return false;
}
#endif

#endif
