/* form_rows.h: the buttons of a form that add and remove rows of a list. Pure. */
#ifndef APP_FORM_ROWS_H
#define APP_FORM_ROWS_H

#include "process/form/form.h"

struct form_rows_act {
    struct str add;    /**< the list that gets a row; absent: none */
    struct str remove; /**< the row that goes, "members[2]"; absent: none */
};
/** Change `values` (form_typed()) as the button says. What is not there, or may not be changed, stays as it is; a row too
 *  many is an error of the list when it is saved. */
void form_rows_change(struct arena *arena, const struct form_now *now, json_t *values,
                      const struct form_rows_act *act);

#endif
