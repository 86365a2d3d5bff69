#include "bpmn/reader.h"

#include "bpmn/check.h"

/* ---- helpers --------------------------------------------------------------------------------- */

struct str reader_name(struct reader *r, const struct xml_node *node)
{
    const char *prefix = str_is(node->ns, NS_BPMN)      ? "bpmn:"
                         : str_is(node->ns, NS_ZEEBE)   ? "zeebe:"
                         : str_is(node->ns, NS_BPMNDI)  ? "bpmndi:"
                         : str_is(node->ns, NS_MODELER) ? "modeler:"
                                                        : "";

    return str_format(r->arena, "%s%.*s", prefix, STR_ARG(node->name));
}

static bool word_in(struct str word, const char *words)
{
    struct str rest = str_from(words);
    struct str part;

    while (str_next(&rest, ' ', &part))
        if (part.len && str_eq(part, word))
            return true;
    return false;
}

void reader_unsupported(struct reader *r, const struct xml_node *node, const char *where)
{
    bpmn_problem(r->problems, node->line, "%.*s is not supported%s%s",
                 STR_ARG(reader_name(r, node)), *where ? " on a " : "", where);
}

void reader_attributes(struct reader *r, const struct xml_node *node, const char *allowed)
{
    for (size_t i = 0; i < node->attribute_count; i++) {
        const struct xml_attribute *a = &node->attributes[i];

        /* Attributes of modelling tools (templates, icons) say nothing that runs. */
        if (a->ns.ptr || word_in(a->name, allowed) || str_is(a->name, "id"))
            continue;
        bpmn_problem(r->problems, node->line, "attribute %.*s of %.*s is not supported",
                     STR_ARG(a->name), STR_ARG(reader_name(r, node)));
    }
}

bool reader_is_true(const struct xml_node *node, const char *name)
{
    return str_is(xml_attribute(node, name), "true") ||
           str_is(xml_attribute(node, name), "1");
}

struct str reader_text(struct reader *r, const struct xml_node *node, const char *name)
{
    struct str text = str_trim(xml_attribute(node, name));
    struct buf line = buf_init(r->arena, text.len + 1);

    /* Modeler writes the line breaks of a label into the attribute. */
    for (size_t i = 0; i < text.len; i++) {
        bool blank = (unsigned char)text.ptr[i] <= ' ';
        struct str so_far = buf_str(&line);

        if (!blank)
            buf_put_char(&line, text.ptr[i]);
        else if (so_far.len && so_far.ptr[so_far.len - 1] != ' ')
            buf_put_char(&line, ' ');
    }
    return buf_str(&line).len ? buf_str(&line) : STR_NONE;
}

struct bpmn_expression reader_expression(struct reader *r, int line, struct str text)
{
    struct bpmn_expression out = {STR_NONE, NULL};
    struct str reason = STR_NONE;

    text = str_trim(text);
    if (text.len == 0)
        return out;
    if (text.ptr[0] != '=') {
        out.text = text;
        return out;
    }
    text = str_trim(str_from_index(text, 1));
    if (feel_parse(r->arena, text, NULL, &out.feel, &reason) != OK)
        bpmn_problem(r->problems, line, "FEEL \"%.*s\": %.*s", STR_ARG(text),
                     STR_ARG(reason));
    out.text = text.ptr ? text : STR("");
    return out;
}

struct bpmn_expression reader_feel(struct reader *r, int line, struct str text,
                                   const char *what)
{
    struct bpmn_expression out = reader_expression(r, line, text);

    if (!bpmn_given(out))
        bpmn_problem(r->problems, line, "%s is empty", what);
    else if (!str_starts(str_trim(text), STR("=")))
        bpmn_problem(r->problems, line, "%s is a FEEL expression, which begins with '='",
                     what);
    return out;
}

struct str reader_id(struct reader *r, const struct xml_node *node, struct id_entry what)
{
    struct id_entry *entry = ARENA_NEW(r->arena, struct id_entry);
    struct str id = xml_attribute(node, "id");

    if (id.len == 0) {
        bpmn_problem(r->problems, node->line, "%.*s has no id",
                     STR_ARG(reader_name(r, node)));
        return str_format(r->arena, "(line %d)", node->line);
    }
    if (id.len > 200)
        bpmn_problem(r->problems, node->line, "the id is longer than 200 bytes");
    if (map_has(r->ids, id))
        bpmn_problem(r->problems, node->line, "the id %.*s is used twice", STR_ARG(id));
    *entry = what;
    map_set(r->ids, id, entry);
    return id;
}

void reader_refer(struct reader *r, struct pending_reference reference)
{
    *VEC_PUSH(&r->references, struct pending_reference) = reference;
}

/* ---- sequence flows -------------------------------------------------------------------------- */

static void read_flow_child(struct reader *r, const struct xml_node *child,
                            struct bpmn_flow *flow)
{
    if (xml_is(child, NS_BPMN, "conditionExpression"))
        flow->condition = reader_feel(r, child->line, child->text, "a condition");
    else if (!xml_is(child, NS_BPMN, "documentation") &&
             !xml_is(child, NS_BPMN, "extensionElements"))
        reader_unsupported(r, child, "sequence flow");
}

static void read_flow(struct reader *r, const struct xml_node *node)
{
    struct bpmn_flow flow = {
        .source = BPMN_NONE, .target = BPMN_NONE, .line = node->line};
    uint32_t index = (uint32_t)r->flows.count;

    reader_attributes(r, node, "name sourceRef targetRef isImmediate");
    flow.id = reader_id(r, node, (struct id_entry){BPMN_NONE, index});
    flow.name = reader_text(r, node, "name");
    for (const struct xml_node *child = node->first; child; child = child->next)
        read_flow_child(r, child, &flow);
    *VEC_PUSH(&r->flows, struct bpmn_flow) = flow;
    reader_refer(r, (struct pending_reference){.element = BPMN_NONE,
                                               .flow = index,
                                               .id = xml_attribute(node, "sourceRef"),
                                               .what = REF_SOURCE,
                                               .line = node->line});
    reader_refer(r, (struct pending_reference){.element = BPMN_NONE,
                                               .flow = index,
                                               .id = xml_attribute(node, "targetRef"),
                                               .what = REF_TARGET,
                                               .line = node->line});
}

/* ---- scopes ---------------------------------------------------------------------------------- */

/* For people: changes nothing that runs. */
static bool is_drawing(const struct xml_node *node)
{
    static const char DRAWING[] =
        "documentation textAnnotation association group laneSet dataObject "
        "dataObjectReference dataStoreReference ioSpecification property incoming "
        "outgoing "
        "extensionElements";

    return str_is(node->ns, NS_BPMN) && word_in(node->name, DRAWING);
}

void reader_scope(struct reader *r, const struct xml_node *node, uint32_t scope)
{
    if (++r->depth > READER_DEPTH_MAX) {
        bpmn_problem(r->problems, node->line, "sub-processes are nested deeper than %d",
                     READER_DEPTH_MAX);
        r->depth--;
        return;
    }
    for (const struct xml_node *child = node->first; child; child = child->next) {
        if (xml_is(child, NS_BPMN, "sequenceFlow"))
            read_flow(r, child);
        else if (!reader_node(r, child, scope) && !is_drawing(child) &&
                 !xml_is(child, NS_BPMN, "multiInstanceLoopCharacteristics") &&
                 !xml_is(child, NS_BPMN, "standardLoopCharacteristics"))
            reader_unsupported(r, child, "");
    }
    r->depth--;
}

static void read_process(struct reader *r, const struct xml_node *node)
{
    struct bpmn_element process = {.kind = BPMN_PROCESS,
                                   .line = node->line,
                                   .parent = BPMN_NONE,
                                   .default_flow = BPMN_NONE,
                                   .attached_to = BPMN_NONE};
    uint32_t index = (uint32_t)r->elements.count;

    reader_attributes(r, node, "name isExecutable processType isClosed");
    process.id = reader_id(r, node, (struct id_entry){index, BPMN_NONE});
    process.name = reader_text(r, node, "name");
    process.executable = reader_is_true(node, "isExecutable");
    *VEC_PUSH(&r->elements, struct bpmn_element) = process;
    for (const struct xml_node *child = node->first; child; child = child->next)
        if (xml_is(child, NS_BPMN, "extensionElements"))
            reader_extensions(r, child, index);
    reader_scope(r, node, index);
}

/* ---- references ------------------------------------------------------------------------------ */

static uint32_t find_element(const struct reader *r, struct str id)
{
    const struct id_entry *entry = map_get(r->ids, id);

    return entry ? entry->element : BPMN_NONE;
}

static uint32_t find_flow(const struct reader *r, struct str id)
{
    const struct id_entry *entry = map_get(r->ids, id);

    return entry ? entry->flow : BPMN_NONE;
}

static void resolve_definition(struct reader *r, const struct pending_reference *ref)
{
    struct bpmn_element *element = reader_element(r, ref->element);

    for (size_t i = 0; i < r->definitions.count; i++) {
        const struct definition_row *row =
            VEC_AT(&r->definitions, struct definition_row, i);

        if (!str_eq(row->id, ref->id))
            continue;
        if (!str_is(row->kind, ref->kind)) {
            bpmn_problem(r->problems, ref->line, "%.*s is no %s", STR_ARG(ref->id),
                         ref->kind);
            return;
        }
        element->reference = row->reference;
        if (bpmn_given(row->correlation))
            element->correlation = row->correlation;
        return;
    }
    bpmn_problem(r->problems, ref->line, "there is no %s %.*s", ref->kind,
                 STR_ARG(ref->id));
}

static void resolve(struct reader *r, const struct pending_reference *ref)
{
    uint32_t element = find_element(r, ref->id);
    struct bpmn_flow *flow =
        ref->flow == BPMN_NONE ? NULL : VEC_AT(&r->flows, struct bpmn_flow, ref->flow);

    switch (ref->what) {
    case REF_SOURCE:
    case REF_TARGET:
        *(ref->what == REF_SOURCE ? &flow->source : &flow->target) = element;
        if (element == BPMN_NONE)
            bpmn_problem(r->problems, ref->line, "flow %.*s: %s %.*s is no element",
                         STR_ARG(flow->id),
                         ref->what == REF_SOURCE ? "sourceRef" : "targetRef",
                         STR_ARG(ref->id));
        return;
    case REF_DEFAULT: {
        uint32_t found = find_flow(r, ref->id);

        reader_element(r, ref->element)->default_flow = found;
        if (found == BPMN_NONE ||
            VEC_AT(&r->flows, struct bpmn_flow, found)->source != ref->element)
            bpmn_problem(r->problems, ref->line,
                         "the default flow %.*s does not begin here", STR_ARG(ref->id));
        return;
    }
    case REF_ATTACHED:
        reader_element(r, ref->element)->attached_to = element;
        if (element == BPMN_NONE)
            bpmn_problem(r->problems, ref->line, "attachedToRef %.*s is no element",
                         STR_ARG(ref->id));
        return;
    case REF_DEFINITION:
        resolve_definition(r, ref);
        return;
    }
}

static void check_stated(struct reader *r)
{
    for (size_t i = 0; i < r->stated.count; i++) {
        const struct stated_flow *stated = VEC_AT(&r->stated, struct stated_flow, i);
        uint32_t index = find_flow(r, stated->flow_id);
        const struct bpmn_flow *flow =
            index == BPMN_NONE ? NULL : VEC_AT(&r->flows, struct bpmn_flow, index);

        if (!flow || (stated->incoming ? flow->target : flow->source) != stated->element)
            bpmn_problem(r->problems, stated->line, "flow %.*s does not %s here",
                         STR_ARG(stated->flow_id), stated->incoming ? "end" : "begin");
    }
}

/* ---- the document ---------------------------------------------------------------------------- */

static void read_document(struct reader *r, const struct xml_node *root)
{
    if (!xml_is(root, NS_BPMN, "definitions")) {
        bpmn_problem(r->problems, root->line, "this is no BPMN 2.0 file");
        return;
    }
    for (const struct xml_node *child = root->first; child; child = child->next) {
        if (xml_is(child, NS_BPMN, "process"))
            read_process(r, child);
        else if (!reader_definition(r, child) && !is_drawing(child) &&
                 !xml_is(child, NS_BPMNDI, "BPMNDiagram") &&
                 /* pools and messages between them are drawing, too */
                 !xml_is(child, NS_BPMN, "collaboration") &&
                 !xml_is(child, NS_BPMN, "category"))
            reader_unsupported(r, child, "");
    }
    /* Flows first: a default flow has to know where it begins. */
    for (int defaults = 0; defaults < 2; defaults++)
        for (size_t i = 0; i < r->references.count; i++) {
            const struct pending_reference *ref =
                VEC_AT(&r->references, struct pending_reference, i);

            if ((ref->what == REF_DEFAULT) == (defaults == 1))
                resolve(r, ref);
        }
    check_stated(r);
    if (r->elements.count > BPMN_ELEMENTS_MAX || r->flows.count > BPMN_FLOWS_MAX)
        bpmn_problem(r->problems, 0, "more than %d elements or %d flows",
                     BPMN_ELEMENTS_MAX, BPMN_FLOWS_MAX);
}

static struct bpmn_model *make_model(struct reader *r)
{
    struct bpmn_model *model = ARENA_NEW(r->arena, struct bpmn_model);

    model->elements = r->elements.items;
    model->element_count = r->elements.count;
    model->flows = r->flows.items;
    model->flow_count = r->flows.count;
    bpmn_link(r->arena, model);
    return model;
}

enum err bpmn_read(struct arena *arena, struct str xml, struct bpmn_problems *problems,
                   struct bpmn_model **out)
{
    const struct xml_node *root;
    struct xml_error error;
    struct reader r = {.arena = arena, .problems = problems};
    struct bpmn_model *model;

    problems->arena = arena;
    problems->list = VEC_INIT(arena, struct bpmn_problem);
    if (xml.len > BPMN_SIZE_MAX) {
        bpmn_problem(problems, 0, "the file is larger than 10 MB");
        return ERR_INPUT;
    }
    if (xml_parse(arena, xml, &root, &error) != OK) {
        bpmn_problem(problems, error.line, "%.*s", STR_ARG(error.reason));
        err_clear();
        return ERR_INPUT;
    }
    r.elements = VEC_INIT(arena, struct bpmn_element);
    r.flows = VEC_INIT(arena, struct bpmn_flow);
    r.definitions = VEC_INIT(arena, struct definition_row);
    r.references = VEC_INIT(arena, struct pending_reference);
    r.stated = VEC_INIT(arena, struct stated_flow);
    r.ids = map_new(arena);
    read_document(&r, root);
    if (problems->list.count)
        return ERR_INPUT;
    model = make_model(&r);
    bpmn_check(arena, model, problems);
    if (problems->list.count)
        return ERR_INPUT;
    reader_diagram(&r, root, model);
    *out = model;
    return OK;
}
