/* template_compile.h: what the parts of the compiler share. Private to text/. */
#ifndef TEXT_TEMPLATE_COMPILE_H
#define TEXT_TEMPLATE_COMPILE_H

#include "base/map.h"
#include "base/vec.h"
#include "text/template_context.h"
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

/** Memory for compiling one template, freed afterwards. */
#define TEMPLATE_SCRATCH_MAX ((size_t)32 << 20)

/** One template being compiled. */
struct compiler {
    struct template_set *set;
    struct arena *scratch;
    struct vec ops;
    struct vec messages; /**< of struct message * */
    struct vec pending;  /**< of struct str: literal text that is no operation yet */
    bool pending_in_url; /**< it begins inside the value of a URL attribute */
    struct html_context context;
    bool html;
    struct scopes scopes;
    uint8_t depth; /**< scopes that exist when rendering */
    int includes;
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

/** Pending text becomes an operation. */
void template_flush(struct compiler *c);
/** A new last operation; text that was pending becomes one before it. Valid until the next. */
struct op *template_emit(struct compiler *c, enum op_code code);
/** One node of that type becomes operations. ERR_INPUT noted: a name that is not there, or a place
 *  where it may not stand. */
enum err template_compile_text(struct compiler *c, const struct parsed *parsed,
                               const struct node *node) MUST_USE;
enum err template_compile_value(struct compiler *c, const struct parsed *parsed,
                                const struct node *node) MUST_USE;
enum err template_compile_markup(struct compiler *c, const struct parsed *parsed,
                                 const struct node *node) MUST_USE;
enum err template_compile_message(struct compiler *c, const struct parsed *parsed,
                                  const struct node *node) MUST_USE;

#endif
