#include "formats/xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/buf.h"

static struct str from_xml(struct arena *arena, const xmlChar *text)
{
    return text ? str_copy(arena, str_from((const char *)text)) : STR_NONE;
}

/* A document type declaration is where entity tricks live; nothing we read needs one. */
static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *external_id,
                           const xmlChar *system_id)
{
    xmlParserCtxtPtr parser = context;
    int *doctype_line = parser->_private;
    *doctype_line = parser->input ? parser->input->line : 1;
    xmlStopParser(parser);
}

static void copy_attributes(struct arena *arena, const xmlNode *from, struct xml_node *to)
{
    size_t count = 0;
    for (const xmlAttr *a = from->properties; a; a = a->next)
        count++;
    struct xml_attribute *attributes = ARENA_ARRAY(arena, struct xml_attribute, count);
    size_t i = 0;
    for (const xmlAttr *a = from->properties; a; a = a->next, i++) {
        attributes[i].ns = a->ns ? from_xml(arena, a->ns->href) : STR_NONE;
        attributes[i].name = from_xml(arena, a->name);
        xmlChar *value = xmlNodeListGetString(from->doc, a->children, 1);
        attributes[i].value = value ? from_xml(arena, value) : STR("");
        xmlFree(value);
    }
    to->attributes = attributes;
    to->attribute_count = count;
}

static bool is_text(const xmlNode *node)
{
    return (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) &&
           node->content;
}

/* All character data of the element itself; comments may have cut it into pieces. */
static struct str own_text(struct arena *arena, const xmlNode *from)
{
    size_t len = 0;
    for (const xmlNode *child = from->children; child; child = child->next)
        if (is_text(child))
            len += strlen((const char *)child->content);
    char *text = arena_alloc(arena, len + 1);
    size_t used = 0;
    for (const xmlNode *child = from->children; child; child = child->next) {
        if (!is_text(child))
            continue;
        size_t size = strlen((const char *)child->content);
        memcpy(text + used, child->content, size);
        used += size;
    }
    return (struct str){text, len};
}

/* Recursion is bounded by libxml2's depth limit (XML_PARSE_HUGE is not set). */
static struct xml_node *copy_node(struct arena *arena, const xmlNode *from)
{
    struct xml_node *to = ARENA_NEW(arena, struct xml_node);
    to->ns = from->ns ? from_xml(arena, from->ns->href) : STR_NONE;
    to->name = from_xml(arena, from->name);
    to->line = (int)xmlGetLineNo(from);
    to->text = own_text(arena, from);
    copy_attributes(arena, from, to);
    const struct xml_node **link = &to->first;
    for (const xmlNode *child = from->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE)
            continue;
        struct xml_node *copy = copy_node(arena, child);
        *link = copy;
        link = &copy->next;
    }
    return to;
}

static void describe(struct arena *arena, xmlParserCtxtPtr parser,
                     struct xml_error *error_out)
{
    const xmlError *last = xmlCtxtGetLastError(parser);
    const int *doctype_line = parser->_private;
    error_out->line = *doctype_line ? *doctype_line : last ? last->line : 0;
    if (*doctype_line)
        error_out->reason = STR("a document type declaration (DOCTYPE) is not accepted");
    else
        error_out->reason = str_format(
            arena, "not well-formed XML: %.*s",
            STR_ARG(str_trim(str_from(last && last->message ? last->message : ""))));
}

enum err xml_parse(struct arena *arena, struct str text, const struct xml_node **root_out,
                   struct xml_error *error_out)
{
    const int options =
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES;
    if (text.len > XML_SIZE_MAX) {
        *error_out = (struct xml_error){0, STR("the file is larger than 10 MB")};
        return ERR_TOO_LARGE;
    }
    enum err err = ERR_INTERNAL;
    int doctype_line = 0; /* set by refuse_doctype */
    xmlDocPtr doc = NULL;
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (!parser)
        return err_note(ERR_INTERNAL, "xmlNewParserCtxt: out of memory");
    /* BPMN and what else we read is UTF-8; libxml2's other decoders are surface nobody
     * needs. */
    if (!str_is_utf8(text)) {
        *error_out = (struct xml_error){0, STR("the file is not UTF-8")};
        err = ERR_INPUT;
        goto out;
    }
    parser->sax->internalSubset = refuse_doctype;
    parser->_private = &doctype_line;
    doc = xmlCtxtReadMemory(parser, text.ptr, (int)text.len, NULL, "UTF-8", options);
    if (!doc || !parser->wellFormed || doctype_line) {
        describe(arena, parser, error_out);
        err = ERR_INPUT;
        goto out;
    }
    const xmlNode *root = xmlDocGetRootElement(doc);
    *root_out = copy_node(arena, root);
    err = OK;
out:
    xmlFreeDoc(doc);
    xmlFreeParserCtxt(parser);
    return err;
}

struct str xml_attribute(const struct xml_node *node, const char *name)
{
    for (size_t i = 0; i < node->attribute_count; i++)
        if (!node->attributes[i].ns.ptr && str_is(node->attributes[i].name, name))
            return node->attributes[i].value;
    return STR_NONE;
}

bool xml_is(const struct xml_node *node, const char *ns, const char *name)
{
    return str_is(node->ns, ns) && str_is(node->name, name);
}
