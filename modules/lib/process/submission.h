/* submission.h: rules.json: what keeps a request from being submitted although all is filled in. Pure.
 *
 *   {"rules": [{"key", "refuseIf": "=...", "text": "... {0} ...", "list": "=...", "form": "..."}]} */
#ifndef PROCESS_SUBMISSION_H
#define PROCESS_SUBMISSION_H

#include "process/form/form.h"
#include "process/definition/json_source.h"

struct submission_rule {
    struct str key;
    const struct feel_node *refuse_if;
    struct str text; /**< msgid; {0} is the list */
    const struct feel_node
        *list;       /**< of strings or {en, de}; NULL: the text has no {0} */
    struct str form; /**< the page where it can be put right; absent: nowhere */
};

/** Read strictly; every problem is reported. `at` is NULL for a file of its own. */
void submission_read(struct json_source *source, const struct json_at *at,
                     const json_t *object, const struct submission_rule **rules_out,
                     size_t *count_out);

/** A rule that refuses, and why. */
struct submission_refusal {
    const struct submission_rule *rule;
    struct str list_en; /**< {0}, "Invoice 7, Invoice 9"; empty without a list */
    struct str list_de;
};
/**
 * The rules that refuse now, in their order. A rule refuses if its condition is true, and (in doubt) if that
 * costs too much to say. Never fails.
 */
size_t submission_check(struct arena *arena, const struct submission_rule *rules,
                        size_t count, const struct form_world *world,
                        struct submission_refusal **out);

/** Every expression of the rule. */
void submission_expressions(const struct submission_rule *rule,
                            void (*fn)(void *context, const struct feel_node *expression),
                            void *context);

#endif
