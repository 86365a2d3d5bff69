#include "process/definition/texts.h"

struct text_list text_list_new(struct arena *arena)
{
    return (struct text_list){VEC_INIT(arena, struct text_use)};
}

void text_list_add(struct text_list *list, struct str msgid, struct str file, int line)
{
    if (msgid.ptr)
        *VEC_PUSH(&list->uses, struct text_use) = (struct text_use){msgid, file, line};
}
