/* slots.h: the documents that a request must be proved with, as rules, and what these come to for one
 * request. Pure. */
#ifndef PROCESS_SLOTS_H
#define PROCESS_SLOTS_H

#include "process/form/form.h"

/** Documents that one slot may hold, whatever its rule says. */
#define SLOT_DOCUMENTS_MAX 50

/** How old a document may be on the day it is sent: one of the two, or none. */
struct slot_age {
    int64_t months; /**< 0 = no limit in months */
    int64_t days;   /**< 0 = no limit in days */
};
static inline bool slot_age_is_limited(struct slot_age age)
{
    return age.months > 0 || age.days > 0;
}

/** A number of documents: a constant, or an expression. */
struct slot_number {
    int64_t constant;
    const struct feel_node *expression; /**< NULL: `constant` holds */
};

/** One slot of a definition. Texts are msgids of the definition; absent when not given. */
struct slot_rule {
    struct str key;
    struct str title;
    struct str description;
    bool required;
    const struct feel_node *required_if; /**< NULL: `required` holds */
    const struct feel_node *show_if;     /**< NULL: every request has the slot */
    struct slot_number min;              /**< documents, where one is required */
    struct slot_number max;
    /** accepted document kinds: "Commercial register extract" */
    const struct str *kinds;
    const struct str *kind_keys;
    const struct slot_age *kind_max_age;
    size_t kind_count;
    const struct str *media_types; /**< "application/pdf" ... of file/type_policy */
    size_t media_type_count;
    bool original;         /**< on paper, by post; a file in advance is welcome */
    bool correctness;      /**< after release `checked_by` says whether it is right */
    bool reuse;            /**< an accepted document of another request will do */
    int64_t valid_months;  /**< an accepted document is good for so long; 0 = for ever */
    int64_t remind_days;   /**< before that ends, the company is told */
    struct str checked_by; /**< team key */
    const struct str *reasons; /**< reject reasons */
    const struct str *reason_keys;
    size_t reason_count;
};

/** What a rule comes to for one request at one moment. */
struct slot_now {
    bool shown;    /**< the request has this slot */
    bool required; /**< at least `min` documents, or the request cannot be submitted */
    int64_t min;   /**< 1 or more */
    int64_t max;   /**< min..SLOT_DOCUMENTS_MAX */
};
/**
 * Evaluate the rule. A condition holds only if it is true, so one that reads an answer that is not there yet
 * does not hold; a number below 1 means that the request does not have the slot, and what is no number means 1.
 * An expression that costs too much counts as true: the document is asked for. Never fails.
 */
struct slot_now slot_resolve(struct arena *arena, const struct slot_rule *rule,
                             const struct form_world *world);

/** Index of a kind of the slot; -1 for none. */
int slot_find_kind(const struct slot_rule *rule, struct str kind_key);
/** The slot with this key; NULL. */
const struct slot_rule *slot_find(const struct slot_rule *slots, size_t count,
                                  struct str key);

typedef void (*slot_expression_fn)(void *context, const struct feel_node *expression);
/** Every expression of the rule. */
void slot_expressions(const struct slot_rule *rule, slot_expression_fn fn, void *context);

#endif
