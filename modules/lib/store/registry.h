/* registry.h: every statement of store/, for the tests and tools that walk them all. */
#ifndef STORE_REGISTRY_H
#define STORE_REGISTRY_H

#include "db/db.h"

/** The NULL-terminated list of one file's statements. */
struct store_file {
    const char *name; /**< "request": the file's name without its ending */
    const struct sql *const *statements;
};

/** All files in byte order of their names; ends with a NULL name. */
extern const struct store_file STORE_FILES[];

#endif
