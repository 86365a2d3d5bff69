/* texts.h: every sentence of a definition with the place that says it. */
#ifndef PROCESS_TEXTS_H
#define PROCESS_TEXTS_H

#include "base/map.h"
#include "base/vec.h"
#include "process/definition/report.h"

struct text_use {
    struct str msgid;
    struct str file;
    int line;
};

struct text_list {
    struct vec uses; /**< struct text_use */
};

/** Empty; grows in the arena. */
struct text_list text_list_new(struct arena *arena);
/** Remember; an absent msgid is nothing to translate. */
void text_list_add(struct text_list *list, struct str msgid, struct str file, int line);

#endif
