#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "formats/xml.h"

static void test_tree(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    const struct xml_node *root;
    struct xml_error error;
    assert_int_equal(
        xml_parse(
            arena,
            STR("<?xml version='1.0'?>\n<a xmlns='urn:x' xmlns:y='urn:y' k='1&amp;2'\n"
                "  y:k='other'>one<!-- no -->&#x2c;<![CDATA[<two>]]>\n<y:b/><c/></a>"),
            &root, &error),
        OK);
    assert_true(xml_is(root, "urn:x", "a"));
    assert_false(xml_is(root, "urn:y", "a"));
    assert_true(str_is(xml_attribute(root, "k"), "1&2"));
    assert_null(xml_attribute(root, "z").ptr);
    assert_int_equal(root->attribute_count, 2);
    assert_true(str_is(root->attributes[1].ns, "urn:y"));
    assert_true(str_is(root->text, "one,<two>\n"));
    assert_true(xml_is(root->first, "urn:y", "b"));
    assert_int_equal(root->first->line, 4);
    assert_true(xml_is(root->first->next, "urn:x", "c"));
    assert_null(root->first->next->next);
    arena_free(&arena);
}

static void refuse(struct str text, enum err wanted, int line, const char *part)
{
    struct arena *arena = arena_new(1 << 20);
    const struct xml_node *root;
    struct xml_error error;
    assert_int_equal(xml_parse(arena, text, &root, &error), wanted);
    assert_int_equal(error.line, line);
    assert_true(str_find(error.reason, str_from(part)) >= 0);
    arena_free(&arena);
}

static void test_refused(void **state)
{
    refuse(STR(""), ERR_INPUT, 1, "not well-formed");
    refuse(STR_NONE, ERR_INPUT, 0, "not well-formed");
    refuse(STR("<a>\n<b></a>"), ERR_INPUT, 2, "not well-formed");
    refuse(STR("<a>\xc3</a>"), ERR_INPUT, 0, "UTF-8");
    refuse(STR("<a>\0</a>"), ERR_INPUT, 1, "not well-formed");
    refuse(STR("<a>&unknown;</a>"), ERR_INPUT, 1, "not well-formed");
    /* Entity expansion and external entities need a DOCTYPE. */
    refuse(STR("\n<!DOCTYPE a [<!ENTITY x 'xx'><!ENTITY y '&x;&x;'>]>\n<a>&y;</a>"),
           ERR_INPUT, 2, "DOCTYPE");
    refuse(STR("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), ERR_INPUT, 1, "DOCTYPE");
}

static void test_limits(void **state)
{
    static char big[XML_SIZE_MAX + 1];
    memset(big, ' ', sizeof big);
    refuse((struct str){big, sizeof big}, ERR_TOO_LARGE, 0, "10 MB");
    for (size_t i = 0; i + 3 <= 3000; i += 3)
        memcpy(big + i, "<a>", 3);
    refuse((struct str){big, 3000}, ERR_INPUT, 1, "depth");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
