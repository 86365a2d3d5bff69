/* xml.h: the one home of libxml2. An XML text becomes a plain tree in an arena.
 *
 * No network, no DTD, no entities of its own (a DOCTYPE is refused as such), at most
 * XML_SIZE_MAX bytes and libxml2's depth limit of 256. Comments and processing
 * instructions are dropped. */
#ifndef FORMATS_XML_H
#define FORMATS_XML_H

#include "base/str.h"

#define XML_SIZE_MAX (10u * 1024 * 1024)

struct xml_attribute {
    struct str ns; /**< namespace URI; absent = none */
    struct str name;
    struct str value;
};

struct xml_node {
    struct str ns; /**< namespace URI; absent = none */
    struct str name;
    struct str text; /**< its own character data joined; empty if none */
    int line;        /**< of the start tag's end, 1-based */
    const struct xml_attribute *attributes;
    size_t attribute_count;
    const struct xml_node *first; /**< first child element */
    const struct xml_node *next;  /**< next sibling element */
};

/** Why a text was refused. */
struct xml_error {
    int line; /**< 0 = the whole text */
    struct str reason;
};

/** Parse; everything is copied into the arena. ERR_INPUT or ERR_TOO_LARGE with
 * `error_out` set. */
enum err xml_parse(struct arena *arena, struct str text, const struct xml_node **root_out,
                   struct xml_error *error_out) MUST_USE;
/** Value of an attribute without a namespace; absent if there is none. */
struct str xml_attribute(const struct xml_node *node, const char *name);
/** The node is element `name` of namespace `ns`. */
bool xml_is(const struct xml_node *node, const char *ns, const char *name);

#endif
