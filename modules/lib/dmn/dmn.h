/* dmn.h: decision tables and literal expressions of DMN 1.3, as Camunda Modeler writes them. Pure.
 *
 * All hit policies (U, P, A, F, C with its aggregations, R, O), required decisions, and functions
 * (business knowledge models) that are one expression. What is not carried out is refused when the file
 * is read. */
#ifndef DMN_DMN_H
#define DMN_DMN_H

#include "feel/feel.h"

#define DMN_SIZE_MAX (1u << 20)

struct dmn_model;

/** Called per problem: line (0 = the whole file), reason. */
typedef void (*dmn_problem_fn)(void *context, int line, struct str reason);

/** Read and check. ERR_INPUT if there was a problem; all are reported. */
enum err dmn_read(struct arena *arena, struct str xml, dmn_problem_fn problem,
                  void *context, struct dmn_model **out) MUST_USE;

/** True if the file has a decision of this id. */
bool dmn_has(const struct dmn_model *model, struct str id);
/** Ids of its decisions: the one at `index`, absent behind the last. */
struct str dmn_decision_id(const struct dmn_model *model, size_t index);

typedef void (*dmn_path_fn)(void *context, const struct feel_path *path, int line);
/** Call `fn` for every path that the decisions read from the variables they are given; `line`: of the
 *  decision, 0 when it was loaded. */
void dmn_paths(const struct dmn_model *model, dmn_path_fn fn, void *context);

/**
 * Decide. No rule that matches is null (or the default outputs). ERR_INPUT noted: no such decision, or the
 * table contradicts its hit policy. ERR_LIMITED: it costs too much.
 */
enum err dmn_decide(const struct dmn_model *model, struct str id,
                    const struct feel_context *variables, struct feel_run *run,
                    struct feel_value *out) MUST_USE;

#endif
