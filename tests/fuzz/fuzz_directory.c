/* What comes from directories and from the operator's map: names, sub-codes, certificates, group maps. The first
 * byte says which. */
#include <stdio.h>

#include "auth/certificate.h"
#include "auth/directory_answer.h"
#include "auth/directory_dn.h"
#include "auth/directory_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void name(struct arena *arena, struct str text)
{
    struct str once = STR_NONE;
    struct str twice = STR_NONE;

    if (dn_normal(arena, text, &once) != OK)
        return;
    /* A normal name is its own; the only escapes that grow are those of what it holds. */
    if (dn_normal(arena, once, &twice) == OK && !str_eq(once, twice))
        bug("not normal: %.*s", STR_ARG(once));
    if (dn_is_below(once, once))
        bug("below itself");
}

static void map(struct arena *arena, struct str text)
{
    struct group_map out = {0};
    char *copy = str_c(arena, text);
    FILE *file = text.len > 0 ? fmemopen(copy, text.len, "r") : NULL;

    if (!file)
        return;
    err_clear();
    if (group_map_parse(arena, "map", file, &out) == OK) {
        for (size_t i = 0; i < out.count; i++)
            if (group_map_find(&out, out.items[i].dn) != &out.items[i])
                bug("a group with two lines");
    } else if (strncmp(err_text(), "map:", 4) != 0) {
        bug("no place: %s", err_text());
    }
    (void)fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct str text = {(const char *)bytes + 1, size > 0 ? size - 1 : 0};
    instant_us from, until;

    switch (size > 0 ? bytes[0] : 0) {
    case 'n':
        name(arena, text);
        break;
    case 'a':
        (void)directory_ad_account(text);
        (void)directory_ad_objection(text);
        break;
    case 'c':
        certificate_dates(text, &from, &until);
        break;
    case 'm':
        map(arena, text);
        break;
    default:
        break;
    }
    arena_free(&arena);
    return 0;
}
