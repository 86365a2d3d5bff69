/* template_ops.h: a compiled template, one flat array of operations. Private to text/. */
#ifndef TEXT_TEMPLATE_OPS_H
#define TEXT_TEMPLATE_OPS_H

#include "text/template.h"
#include "text/template_context.h"

#define PATH_HOPS_MAX 3
#define SCOPES_MAX    16 /* structs entered at once, frame and view included */
#define LOOPS_MAX     8

/** How to reach a member: base of scope `depth`, then offsets[0], then through pointers. */
struct path {
    uint8_t depth;
    uint8_t hops; /**< pointers followed */
    uint32_t offsets[PATH_HOPS_MAX + 1];
};

/** What is shown of a member, or of the loop around it. */
enum value_form {
    FORM_LOCALE,
    FORM_PLAIN,      /**< VIEW_INT in attributes: digits only, since programs read it */
    FORM_ISO,        /**< name.iso */
    FORM_DATE,       /**< name.date */
    FORM_COUNT,      /**< name.count of a list */
    FORM_LOOP_INDEX, /**< .index, from 1 */
    FORM_LOOP_FIRST, /**< .first */
    FORM_LOOP_LAST,  /**< .last */
};

struct value {
    struct path path;
    uint8_t kind; /**< enum view_kind */
    uint8_t form; /**< enum value_form */
    uint8_t loop; /**< FORM_LOOP_*: index of the loop */
};

/** A sentence of the template; per language, escaped, since its first use with a catalogue. */
struct message {
    struct str one;
    struct str many; /**< absent unless plural */
    bool html;       /**< escape the translation */
    bool plain; /**< numbers stay plain (attributes do not: a sentence is for people) */
    const struct value *args;
    size_t arg_count;
    struct str text[LANGUAGE_COUNT][2];
};

enum op_code {
    OP_TEXT,    /**< text; escape ESCAPE_URL_PART: it goes on a URL with a '/' */
    OP_VALUE,   /**< value, escape */
    OP_MESSAGE, /**< message without arguments */
    OP_FILL,    /**< message with arguments */
    OP_IF,      /**< go on if value is truthy, else to `jump` */
    OP_UNLESS,  /**< go on if it is falsy */
    OP_ENTER,   /**< value is a PTR: to `jump` if NULL, else it becomes scope `scope` */
    OP_LOOP, /**< value is a LIST: to `jump` if empty, else its first item is scope `scope` */
    OP_NEXT, /**< next item: back behind the OP_LOOP at `jump`, else go on */
    OP_END,
};

struct op {
    uint8_t code;
    uint8_t escape; /**< enum html_escape */
    uint8_t scope;
    uint8_t loop;
    uint32_t jump;
    union {
        struct str text;
        struct {
            struct value value;
            uint32_t item_size; /**< OP_LOOP: bytes */
        };
        struct message *message;
    };
};

/** What rendering may fill in later. */
struct template_memo {
    const struct i18n *i18n; /**< whose texts the messages hold */
};

struct template
{
    struct arena *arena; /**< of the set */
    const struct op *ops;
    size_t op_count;
    struct message **messages;
    size_t message_count;
    struct template_memo *memo;
};

#endif
