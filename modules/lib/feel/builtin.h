/* builtin.h: what the files of built-in functions share. Private to them. */
#ifndef FEEL_BUILTIN_H
#define FEEL_BUILTIN_H

#include "base/vec.h"
#include "feel/temporal.h"
#include "feel/tree.h"

#define ANY_COUNT SIZE_MAX

/** Argument `i`, null if it was left out. */
struct feel_value arg_at(const struct feel_args *args, size_t i);
/* An argument of one type; a list of one such counts as it. False after feel_fail(). */
bool arg_number(struct feel_run *run, const struct feel_args *args, size_t i,
                struct feel_number *out);
/** A whole number that int64 holds. */
bool arg_whole(struct feel_run *run, const struct feel_args *args, size_t i,
               int64_t *out);
bool arg_string(struct feel_run *run, const struct feel_args *args, size_t i,
                struct str *out);
/** A list; anything but null counts as a list of one. */
bool arg_list(struct feel_run *run, const struct feel_args *args, size_t i,
              const struct feel_list **out);
bool arg_context(struct feel_run *run, const struct feel_args *args, size_t i,
                 const struct feel_context **out);
/** All arguments as one list: the list, if it is the only one. Costs its length in steps. */
bool arg_all(struct feel_run *run, const struct feel_args *args,
             const struct feel_list **out);
struct feel_value list_of(struct feel_run *run, const struct vec *items);
/** Ascending and stable by feel_order(); false after feel_fail() for what has none. */
bool list_sorted(struct feel_run *run, const struct feel_list *list,
                 struct feel_value *out);

/** The tables of the files; each ends with a row without a name. */
extern const struct feel_builtin feel_builtins_string[];
extern const struct feel_builtin feel_builtins_list[];
extern const struct feel_builtin feel_builtins_more_list[];
extern const struct feel_builtin feel_builtins_number[];
extern const struct feel_builtin feel_builtins_convert[];
extern const struct feel_builtin feel_builtins_temporal[];
extern const struct feel_builtin feel_builtins_range[];
extern const struct feel_builtin feel_builtins_context[];

#endif
