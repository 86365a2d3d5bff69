/* Arenas, buffers, arrays and maps. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"

static void note_end(void *handle)
{
    struct str *trace = handle;

    /* The trace's own text is a char array; count the calls in its length. */
    trace->len++;
}

static void arena_zeroes_and_aligns(void **state)
{
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t size = 0; size < 300; size++) {
        struct arena_mark mark = arena_mark(arena);
        unsigned char *bytes = arena_alloc(arena, size);

        assert_int_equal((uintptr_t)bytes % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(bytes[i], 0);
        memset(bytes, 0xAA, size);
        /* The next one gets the same memory and must find it zeroed. */
        arena_rewind(arena, mark);
    }
    assert_int_equal(arena_used(arena), 0);
    arena_free(&arena);
    assert_null(arena);
    arena_free(&arena);
}

static void arena_cleanups(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct str first = STR_NONE, second = STR_NONE;
    struct arena_mark mark;

    (void)state;
    arena_on_end(arena, note_end, &first);
    mark = arena_mark(arena);
    arena_on_end(arena, note_end, &second);
    (void)arena_alloc(arena, 500000);
    arena_rewind(arena, mark);
    assert_int_equal(first.len, 0);
    assert_int_equal(second.len, 1);
    arena_on_end(arena, note_end, &second);
    arena_clear(arena);
    assert_int_equal(first.len, 1);
    assert_int_equal(second.len, 2);
    arena_on_end(arena, note_end, &second);
    arena_free(&arena);
    assert_int_equal(second.len, 3);
}

static void arena_extends_only_the_newest(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    char *a = arena_alloc(arena, 16), *b;

    (void)state;
    assert_true(arena_extend(arena, a, 16, 64));
    for (int i = 16; i < 64; i++)
        assert_int_equal(a[i], 0);
    b = arena_alloc(arena, 16);
    assert_true(b >= a + 64);
    assert_false(arena_extend(arena, a, 64, 128));
    assert_true(arena_extend(arena, b, 16, 32));
    assert_false(arena_extend(arena, b, 32, 1 << 19));
    arena_free(&arena);
}

static void arena_blocks_come_and_go(void **state)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct arena_mark empty = arena_mark(arena), mark;

    (void)state;
    for (int round = 0; round < 3; round++) {
        (void)arena_alloc(arena, 10);
        mark = arena_mark(arena);
        for (int i = 0; i < 100; i++)
            memset(arena_alloc(arena, 20000), 1, 20000);
        arena_rewind(arena, mark);
        assert_true(arena_used(arena) < 100);
        arena_rewind(arena, empty);
        assert_int_equal(arena_used(arena), 0);
    }
    arena_free(&arena);
}

static void buf_has_a_ceiling(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct buf buf = buf_init(arena, 10);

    (void)state;
    assert_true(str_is(buf_str(&buf), ""));
    assert_non_null(buf_str(&buf).ptr);
    buf_put(&buf, STR("12345"));
    buf_put_i64(&buf, -2345);
    assert_int_equal(buf_check(&buf), OK);
    assert_true(str_is(buf_str(&buf), "12345-2345"));
    buf_put_char(&buf, 'x');
    assert_int_equal(buf_check(&buf), ERR_TOO_LARGE);
    assert_int_equal(buf.len, 10);
    buf_clear(&buf);
    assert_int_equal(buf_check(&buf), OK);
    buf_format(&buf, "%s-%d", "ab", 7);
    assert_true(str_is(buf_str(&buf), "ab-7"));
    err_clear();
    arena_free(&arena);
}

static void buf_formats_long_text(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct buf buf = buf_init(arena, 100000), numbers = buf_init(arena, 100);

    (void)state;
    for (int i = 0; i < 20; i++)
        buf_format(&buf, "%0*d", 1000, i);
    assert_int_equal(buf.len, 20000);
    assert_int_equal(buf.ptr[19999], '9');
    assert_int_equal(buf.ptr[999], '0');
    buf_put_i64(&numbers, INT64_MIN);
    buf_put_char(&numbers, ' ');
    buf_put_i64(&numbers, INT64_MAX);
    buf_put_char(&numbers, ' ');
    buf_put_i64(&numbers, 0);
    assert_true(str_is(buf_str(&numbers), "-9223372036854775808 9223372036854775807 0"));
    arena_free(&arena);
}

static void vec_grows(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct vec vec = VEC_INIT(arena, int);

    (void)state;
    for (int i = 0; i < 1000; i++) {
        int *item = VEC_PUSH(&vec, int);

        assert_int_equal(*item, 0);
        *item = i;
        if (i % 7 == 0)
            (void)arena_alloc(arena, 1);
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(*VEC_AT(&vec, int, (size_t)i), i);
    arena_free(&arena);
}

static void map_keeps_order(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct map *map = map_new(arena);
    int values[500];

    (void)state;
    assert_null(map_get(map, STR("x")));
    for (int i = 0; i < 500; i++) {
        map_set(map, str_format(arena, "key%d", i), &values[i]);
        assert_int_equal(map_count(map), i + 1);
        /* Each key stays reachable through every growth of the table. */
        for (int j = 0; j <= i; j += 13)
            assert_ptr_equal(map_get(map, str_format(arena, "key%d", j)), &values[j]);
        assert_false(map_has(map, str_format(arena, "key%d", i + 1)));
    }
    map_set(map, STR("key3"), NULL);
    assert_true(map_has(map, STR("key3")));
    assert_null(map_get(map, STR("key3")));
    assert_int_equal(map_count(map), 500);
    for (int i = 0; i < 500; i++)
        assert_true(str_eq(map_entries(map)[i].key, str_format(arena, "key%d", i)));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_zeroes_and_aligns),
        cmocka_unit_test(arena_cleanups),
        cmocka_unit_test(arena_extends_only_the_newest),
        cmocka_unit_test(arena_blocks_come_and_go),
        cmocka_unit_test(buf_has_a_ceiling),
        cmocka_unit_test(buf_formats_long_text),
        cmocka_unit_test(vec_grows),
        cmocka_unit_test(map_keeps_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
