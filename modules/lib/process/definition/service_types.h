/* service_types.h: the closed set of what a service task can do. The worker carries them
 * out; a definition that names any other type is refused. */
#ifndef PROCESS_SERVICE_TYPES_H
#define PROCESS_SERVICE_TYPES_H

#include "base/str.h"

enum service_input_kind {
    SERVICE_VALUE,      /**< any expression; the service checks what it comes to */
    SERVICE_ATTRIBUTES, /**< a context literal whose keys are master-data attributes */
    SERVICE_TEXT,       /**< a sentence of the definition, written without '=' */
    SERVICE_RECIPIENT,  /**< "customer" or the key of a team, written without '=' */
};

struct service_input {
    const char *name;
    bool required;
    enum service_input_kind kind;
    const char *meaning; /**< English, for documentation and problems */
};

struct service_type {
    const char *name;
    const char *meaning;
    const struct service_input *inputs;
    size_t input_count;
};

/** The type, or NULL. */
const struct service_type *service_type_find(struct str name);
/** The type's input, or NULL. */
const struct service_input *service_type_input(const struct service_type *type,
                                               struct str name);
/** All types, `*count_out` of them. */
const struct service_type *service_types(size_t *count_out);

#endif
