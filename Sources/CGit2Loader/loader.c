#include "cgit2_loader.h"

#include <stddef.h>

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

#include <dlfcn.h>
#include <git2/version.h>
#include <stdio.h>
#include <stdlib.h>

// Each function's name is here a jump to an address that loading fills in: whatever its arguments are, they stay
// where the caller put them.

static void not_loaded(void) {
    fputs("libgit2 was called before it was loaded\n", stderr);
    abort();
}

#if defined(__x86_64__)
#define JUMP(name) "jmp *entry_" #name "(%rip)\n"
#else
#define JUMP(name) "adrp x16, entry_" #name "\n" "ldr x16, [x16, :lo12:entry_" #name "]\n" "br x16\n"
#endif

#define FUNCTION(name) \
    static void *entry_##name __attribute__((used)) = (void *)not_loaded; \
    __asm__(".pushsection .text\n" \
            ".globl " #name "\n" ".hidden " #name "\n" ".type " #name ", %function\n" \
            #name ":\n" JUMP(name) \
            ".size " #name ", . - " #name "\n" \
            ".popsection\n");
#include "functions.h"
#undef FUNCTION

static const struct {
    const char *name;
    void **entry;
} functions[] = {
#define FUNCTION(name) { #name, &entry_##name },
#include "functions.h"
#undef FUNCTION
};

const char *cgit2_load(void) {
    void *library = dlopen("libgit2.so." LIBGIT2_SOVERSION, RTLD_LAZY | RTLD_LOCAL);
    if (!library) return dlerror();
    for (size_t index = 0; index < sizeof(functions) / sizeof(functions[0]); index++) {
        void *found = dlsym(library, functions[index].name);
        if (!found) return dlerror();
        *functions[index].entry = found;
    }
    return NULL;
}

#else

const char *cgit2_load(void) {
    return NULL;
}

#endif
