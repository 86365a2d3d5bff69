/* definition_read.h: what staff read of request types and their versions. READ ONLY. */
#ifndef APP_DEFINITION_READ_H
#define APP_DEFINITION_READ_H

#include "store/version.h"
#include "app/actor.h"
#include "app/ticket/staff_env.h"

struct definition_overview {
    const struct type_version_row *types;
    const struct definition **definitions; /**< in force, one for each type */
    size_t count;
};
/** One statement, and one for each version that this process has not seen before. */
enum err app_definitions(const struct actor *actor, const struct staff_env *env,
                         struct definition_overview *out) MUST_USE;

struct definition_dossier {
    const struct definition *definition;
    struct type_version_row in_force;
    struct version_row version;         /**< the one asked for */
    const struct version_row *versions; /**< all of the type, newest first */
    size_t version_count;
};
/** ERR_NOT_FOUND: no such type or version. Two statements. */
enum err app_definition_open(const struct actor *actor, const struct staff_env *env,
                             struct str request_type, int64_t version,
                             struct definition_dossier *out) MUST_USE;

#endif
