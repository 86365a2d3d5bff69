/* parser.h: private to the parser's files. Functions return NULL after parse_fail(). */
#ifndef FEEL_PARSER_H
#define FEEL_PARSER_H

#include "base/vec.h"
#include "feel/tree.h"

struct parser {
    struct arena *arena;
    struct str source;
    size_t at;
    size_t depth;
    struct vec known; /**< of struct str: names in scope that may not be plain words */
    struct str reason;
    size_t reason_at;
};

/* ---- parse_lex.c ---- */
char parse_peek(const struct parser *p);
/** Blanks and comments. */
void parse_skip(struct parser *p);
/** Skip blanks, then take this punctuation if it is there. */
bool parse_take(struct parser *p, const char *punctuation);
bool parse_sees(struct parser *p, const char *punctuation);
/** Skip blanks, then take this word if it is there as a whole word. */
bool parse_take_word(struct parser *p, const char *word);
bool parse_sees_word(struct parser *p, const char *word);
/** A name, blanks in it made single; false if none is here. */
bool parse_name(struct parser *p, struct str *out);
/** The key of a context entry or parameter: everything up to ':'. */
bool parse_key(struct parser *p, struct str *out);
struct feel_node *parse_number(struct parser *p);
/** Text in quotes; false after a problem. */
bool parse_text(struct parser *p, struct str *out);
/** Note a problem at the present place; the first one counts. */
struct feel_node *parse_fail(struct parser *p, const char *what);

/* ---- parse.c ---- */
struct feel_node *parse_expression(struct parser *p);
struct feel_node *parse_sum(struct parser *p);
/** One positive unary test. */
struct feel_node *parse_test(struct parser *p);
/** Comparison operator of a unary test. */
bool parse_operator(struct parser *p, enum feel_op *out);
struct feel_node *parse_node(struct parser *p, enum feel_node_kind kind, size_t items);

/* ---- parse_primary.c ---- */
struct feel_node *parse_postfix(struct parser *p);
struct feel_node *parse_type(struct parser *p);
/** What follows "low ..". */
struct feel_node *parse_range(struct parser *p, struct feel_node *low, bool low_closed);

#endif
