/* po.h: de.po of a definition: a strict subset of GNU PO. msgid and msgstr, several lines, comments.
 * Contexts, plurals and fuzzy or empty translations are refused: a text is translated or it is not. */
#ifndef PROCESS_PO_H
#define PROCESS_PO_H

#include "base/map.h"
#include "process/definition/report.h"

struct po_entry {
    struct str msgid;
    struct str msgstr;
    int line;  /**< of its msgid */
    bool used; /**< for the caller, who looks for orphans */
};

/**
 * Read into a map msgid -> struct po_entry *. The header entry must say UTF-8 and the language.
 * Problems are reported; ERR_INPUT if there was one, with what could be read in `*out` all the same.
 */
enum err po_read(struct arena *arena, struct str text, struct str language,
                 struct report *report, struct map **out) MUST_USE;

#endif
