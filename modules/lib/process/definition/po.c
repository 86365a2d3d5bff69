#include "process/definition/po.h"

#include "base/buf.h"

#define PO_SIZE_MAX (1u << 20)

enum place { NOTHING, IN_MSGID, IN_MSGSTR };

struct po_reader {
    struct arena *arena;
    struct report *report;
    struct map *entries;
    struct str language;
    enum place place;
    bool fuzzy;
    int line;       /* current */
    int entry_line; /* of the msgid being read */
    struct buf msgid;
    struct buf msgstr;
};

static void read_header(struct po_reader *po, struct str header)
{
    struct str expected =
        str_format(po->arena, "Language: %.*s\n", STR_ARG(po->language));
    if (str_find(header, STR("charset=UTF-8\n")) < 0)
        report_problem(po->report, po->entry_line,
                       "the header does not say charset=UTF-8");
    if (str_find(header, expected) < 0)
        report_problem(po->report, po->entry_line,
                       "the header does not say Language: %.*s", STR_ARG(po->language));
}

/* The entry that was being read is complete. */
static void finish_entry(struct po_reader *po)
{
    if (po->place == NOTHING)
        return;
    struct str msgid = str_copy(po->arena, buf_str(&po->msgid));
    struct str msgstr = str_copy(po->arena, buf_str(&po->msgstr));
    bool first = map_count(po->entries) == 0;
    if (po->place == IN_MSGID)
        report_problem(po->report, po->entry_line, "msgid without msgstr");
    else if (msgid.len == 0 && !first)
        report_problem(po->report, po->entry_line, "the header must be the first entry");
    else if (msgid.len > 0 && first)
        report_problem(po->report, po->entry_line, "the first entry must be the header");
    if (msgid.len == 0 && first)
        read_header(po, msgstr);
    else if (po->fuzzy)
        report_problem(po->report, po->entry_line, "the translation is marked fuzzy");
    else if (str_trim(msgstr).len == 0)
        report_problem(po->report, po->entry_line, "the translation is empty");
    if (map_has(po->entries, msgid))
        report_problem(po->report, po->entry_line, "the msgid is there twice");
    struct po_entry *entry = ARENA_NEW(po->arena, struct po_entry);
    *entry = (struct po_entry){msgid, msgstr, po->entry_line, msgid.len == 0};
    map_set(po->entries, entry->msgid, entry);
    po->place = NOTHING;
    po->fuzzy = false;
}

/* "..." with \n, \t, \" and \\ */
static void read_quoted(struct po_reader *po, struct str text)
{
    struct buf *buf = po->place == IN_MSGID ? &po->msgid : &po->msgstr;
    text = str_trim(text);
    if (text.len < 2 || text.ptr[0] != '"' || text.ptr[text.len - 1] != '"') {
        report_problem(po->report, po->line, "text in double quotes expected");
        return;
    }
    for (size_t i = 1; i + 1 < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\\' && i + 2 < text.len) {
            c = text.ptr[++i];
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c == '"' || c == '\\' ? c : '\0';
        } else if (c == '"' || c == '\\') {
            c = '\0';
        }
        if (c == '\0') {
            report_problem(po->report, po->line, "stray quote or unknown escape");
            return;
        }
        buf_put_char(buf, c);
    }
}

static void read_comment(struct po_reader *po, struct str line)
{
    finish_entry(po);
    if (str_starts(line, STR("#~")))
        report_problem(po->report, po->line, "obsolete entry; delete it");
    else if (str_starts(line, STR("#,")) && str_find(line, STR("fuzzy")) >= 0)
        po->fuzzy = true;
}

static void read_line(struct po_reader *po, struct str line)
{
    line = str_trim(line);
    if (line.len == 0) {
        finish_entry(po);
    } else if (line.ptr[0] == '#') {
        read_comment(po, line);
    } else if (str_starts(line, STR("msgid "))) {
        finish_entry(po);
        po->place = IN_MSGID;
        po->entry_line = po->line;
        po->msgid = buf_init(po->arena, PO_SIZE_MAX);
        po->msgstr = buf_init(po->arena, PO_SIZE_MAX);
        read_quoted(po, str_from_index(line, 6));
    } else if (str_starts(line, STR("msgstr ")) && po->place == IN_MSGID) {
        po->place = IN_MSGSTR;
        read_quoted(po, str_from_index(line, 7));
    } else if (line.ptr[0] == '"' && po->place != NOTHING) {
        read_quoted(po, line);
    } else {
        report_problem(po->report, po->line, "only msgid, msgstr and comments are known");
    }
}

enum err po_read(struct arena *arena, struct str text, struct str language,
                 struct report *report, struct map **out)
{
    size_t before = report->count;
    struct po_reader po = {.arena = arena,
                           .report = report,
                           .entries = map_new(arena),
                           .language = language};
    *out = po.entries;
    if (text.len > PO_SIZE_MAX || !str_is_utf8(text) || str_index(text, '\0') >= 0) {
        report_problem(report, 0, "not UTF-8 text of at most 1 MB");
        return ERR_INPUT;
    }
    struct str rest = text, line;
    while (str_next(&rest, '\n', &line)) {
        po.line++;
        read_line(&po, line);
    }
    finish_entry(&po);
    if (map_count(po.entries) == 0)
        report_problem(report, 0, "no entries");
    return report->count == before ? OK : ERR_INPUT;
}
