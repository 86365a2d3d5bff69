/* form_check.h: is one answer good? Private to the files of forms. */
#ifndef PROCESS_FORM_CHECK_H
#define PROCESS_FORM_CHECK_H

#include "base/vec.h"
#include "process/form/form_scope.h"

/** One answer while it is checked. */
struct form_check {
    struct arena *arena;
    const struct form_scope *scope;
    struct vec *errors; /**< struct form_error */
    char decimal_sign;
    const struct form_field *field;
    struct str name; /**< as it is posted */
    int row;
    json_t *value; /**< as it will be stored */
    bool failed;
};

/** Note a problem with the answer; the sentence has {0} for the label. */
void form_fail(struct form_check *c, const char *msgid);
/** args[1] is a plain whole number. */
void form_fail_count(struct form_check *c, const char *msgid, int64_t bound);
/** Every kind but FORM_LIST: sets value and failed. `raw` as form_posted() has it, or as stored. */
void form_check_answer(struct form_check *c, const json_t *raw);

#endif
