/* replay_main.c: main() of a fuzz target that is run without libFuzzer: each file of the folders in
 * argv goes through LLVMFuzzerTestOneInput() once. The plain test run replays the corpora with it. */
#include <dirent.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX ((size_t)4 << 20)

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data;
    size_t size;

    if (!file) {
        perror(path);
        return 1;
    }
    data = malloc(INPUT_MAX);
    if (!data)
        abort();
    size = fread(data, 1, INPUT_MAX, file);
    (void)fclose(file);
    /* Exactly as large as the input, so that AddressSanitizer sees a read behind it. */
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact)
        abort();
    memcpy(exact, data, size);
    free(data);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 0;
}

int main(int argc, char **argv)
{
    int failed = 0, count = 0;

    for (int i = 1; i < argc; i++) {
        DIR *dir = opendir(argv[i]);
        const struct dirent *entry;

        if (!dir) {
            failed |= replay_file(argv[i]);
            count++;
            continue;
        }
        while ((entry = readdir(dir))) {
            char path[4096];

            if (entry->d_name[0] == '.')
                continue;
            (void)snprintf(path, sizeof(path), "%s/%s", argv[i], entry->d_name);
            failed |= replay_file(path);
            count++;
        }
        (void)closedir(dir);
    }
    if (count == 0) {
        (void)fprintf(stderr, "replay: no input\n");
        return 1;
    }
    (void)printf("replayed %d inputs\n", count);
    return failed;
}
