/* fuzz_pdf.c: the structural check of PDF files (file/check.h) on arbitrary bytes. */
#include "file/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)check_pdf((struct str){(const char *)data, size});
    return 0;
}
