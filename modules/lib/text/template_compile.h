/* template_compile.h: what the parts of the compiler share. Private to text/. */
#ifndef TEXT_TEMPLATE_COMPILE_H
#define TEXT_TEMPLATE_COMPILE_H

#include "base/map.h"
#include "text/template_ops.h"
#include "text/template_parse.h"

struct template_set {
    struct arena *arena;
    struct str dir;
    const struct view_type *frame;
    struct map *files; /**< name -> struct parsed: each file is read and split once */
};

/** A struct whose members can be named. */
struct scope {
    const struct view_type *type;
    struct path base;
};

/** What can be named at one place of a template, innermost last. */
struct scopes {
    struct scope scope[SCOPES_MAX];
    size_t count;
    uint8_t loops; /**< lists around the place */
};

/** ERR_INPUT with "file:line: reason: what" noted (`what` may be empty). */
enum err template_refuse(const struct parsed *parsed, int line, const char *reason,
                         struct str what);

/**
 * The file `name` of the set, split; read at its first use. `from` (NULL for none) names it in its
 * line `line`. ERR_INPUT noted.
 */
enum err template_load(struct template_set *set, const struct parsed *from, int line,
                       struct str name, const struct parsed **out) MUST_USE;

/**
 * What `name` means there. `*sub_out` is the descriptor of an object, pointer or list, else NULL.
 * ERR_INPUT noted.
 */
enum err template_resolve(const struct scopes *scopes, const struct parsed *parsed,
                          int line, struct str name, struct value *out,
                          const struct view_type **sub_out) MUST_USE;
/** As template_resolve() for a name that is to be written out, which sections and markup are not. */
enum err template_resolve_shown(const struct scopes *scopes, const struct parsed *parsed,
                                int line, struct str name, struct value *out) MUST_USE;

#endif
